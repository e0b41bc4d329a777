using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1021, and generic code under its arguments.</summary>
[TestClass]
public sealed class GenericArgumentTests
{
    private const string Shapes = """
        struct Quiet : IShape { public int Area => 1; public override string ToString() => ""; }
        struct Loud : IShape { public int Area => new Node().Value; }
        sealed class Object : IShape { public int Area => new Node().Value; }
        """;

    [TestMethod]
    [DataRow("[NoAlloc] static void Tick() { Sum(new Quiet()); } [NoAlloc] static int Sum<T>(T shape) where T : IShape => shape.Area;")]
    [DataRow("[NoAlloc] static void Tick() { Sum(new Quiet()); } static int Sum<T>(T shape) where T : IShape => shape.Area;")]
    [DataRow("[NoAlloc] static void Tick<T>(T shape) where T : IShape { Sum(shape); } [NoAlloc] static int Sum<T>(T shape) where T : IShape => shape.Area;", DisplayName = "for its caller to answer")]
    [DataRow("[NoAlloc] static void Tick() { Text(new Quiet()); } [NoAlloc] static string? Text<T>(T value) => value!.ToString();")]
    [DataRow("[NoAlloc] static void Tick() { Hash(1); } [NoAlloc] static int Hash<T>(T value) => value!.GetHashCode();")]
    [DataRow("[NoAlloc] static void Tick() { Hash(DayOfWeek.Monday); } [NoAlloc] static int Hash<T>(T value) => value!.GetHashCode();", DisplayName = "the hash code of an enum")]
    [DataRow("[NoAlloc] static void Tick() { Same(1, 2); } [NoAlloc] static bool Same<T>(T a, T b) => EqualityComparer<T>.Default.Equals(a, b);")]
    public Task The_argument_is_quiet(string members) => Program.Check(Shapes + members);

    [TestMethod]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Sum(new Loud())|}; } [NoAlloc] static int Sum<T>(T shape) where T : IShape => shape.Area;")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Text(1)|}; } [NoAlloc] static string? Text<T>(T value) => value!.ToString();")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Sum(s_object)|}; } static Object s_object = null!; [NoAlloc] static int Sum<T>(T shape) where T : IShape => shape.Area;")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Outer(new Loud())|}; } [NoAlloc] static int Outer<T>(T shape) where T : IShape => Sum(shape); [NoAlloc] static int Sum<T>(T shape) where T : IShape => shape.Area;")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1017:Sum(new Loud())|}; } static int Sum<T>(T shape) where T : IShape => shape.Area;", DisplayName = "without a mark")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Text(new Loud())|}; } [NoAlloc] static string? Text<T>(T value) => value!.ToString();", DisplayName = "it is boxed for ValueType.ToString")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Box<Loud>.Run(new Loud())|}; } [NoAlloc] static class Box<T> where T : IShape { public static int Run(T shape) => shape.Area; }")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Make<S>()|}; } [NoAlloc] static void Make<T>() where T : IMade => T.Make(); interface IMade { static abstract void Make(); } struct S : IMade { public static void Make() => _ = new Node(); }")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Use(new S())|}; } [NoAlloc] static int Use<T>(T value) where T : IDefault => value.Run(); interface IDefault { int Run() => 1; } struct S : IDefault { }", DisplayName = "it is boxed for the interface's own code")]
    [DataRow("[NoAlloc] static void Tick() { {|KM1021:Same(new Own(), default)|}; } [NoAlloc] static bool Same<T>(T a, T b) => EqualityComparer<T>.Default.Equals(a, b); struct Own : IEquatable<Own> { public bool Equals(Own o) => new Node().Value == 1; }")]
    public Task It_is_not(string members) => Program.Check(Shapes + members);

    [TestMethod]
    public Task Types_in_types_without_end_are_given_up()
        => Program.Check("[NoAlloc] static void Tick() { {|KM1017:Grow<int>(1)|}; } static void Grow<T>(int n) { if (n > 0) Grow<(T, T)>(n - 1); }");
}
