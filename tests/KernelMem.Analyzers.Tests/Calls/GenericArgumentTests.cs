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

    private const string Keys = """
        struct Key : IEquatable<Key> { public bool Equals(Key other) => true; public override int GetHashCode() => 1; }
        struct Text : IEquatable<Text> { public bool Equals(Text other) => new Node().Value == 1; public override int GetHashCode() => 1; }
        struct Bare { }
        struct Hashed { public override bool Equals(object? other) => true; public override int GetHashCode() => 1; }
        class Thing { }

        """;

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(Span<Key> keys) => keys.IndexOf(default(Key));")]
    [DataRow("[NoAlloc] static int Tick(Span<int> keys) => keys.IndexOf(3);")]
    [DataRow("[NoAlloc] static bool Tick(Span<byte> a, Span<byte> b) => a.SequenceEqual(b);")]
    [DataRow("[NoAlloc] static bool Tick((Key, int) a, (Key, int) b) => a.Equals(b);", DisplayName = "a tuple of what has equality")]
    [DataRow("[NoAlloc] static int Tick<T>(Span<T> keys, T key) where T : IEquatable<T> => keys.IndexOf(key);", DisplayName = "for its caller to answer")]
    [DataRow("[NoAlloc] static Bare Tick() => Activator.CreateInstance<Bare>();")]
    [DataRow("[NoAlloc] static bool Tick(int a) => IsZero(a); static bool IsZero<T>(T a) where T : System.Numerics.INumberBase<T> => T.IsZero(a);", DisplayName = "an explicit implementation in the library")]
    public Task What_a_library_uses_of_the_argument_is_quiet(string members) => Program.Check(Keys + members);

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(Span<Text> keys) => {|KM1021:keys.IndexOf(default(Text))|};")]
    [DataRow("[NoAlloc] static bool Tick((Text, int) a, (Text, int) b) => {|KM1021:a.Equals(b)|};", DisplayName = "a tuple of what has not")]
    [DataRow("[NoAlloc] static bool Tick((Bare, int) a, (Bare, int) b) => {|KM1021:a.Equals(b)|};", DisplayName = "a struct without equality")]
    [DataRow("[NoAlloc] static bool Tick((Hashed, int) a, (Hashed, int) b) => {|KM1021:a.Equals(b)|};", DisplayName = "a struct that is compared as an object")]
    [DataRow("[NoAlloc] static bool Tick(((Text, int), int) a, ((Text, int), int) b) => {|KM1021:a.Equals(b)|};", DisplayName = "a tuple in a tuple")]
    [DataRow("[NoAlloc] static Thing Tick() => {|KM1018:Activator.CreateInstance<Thing>()|};")]
    [DataRow("[NoAlloc] static bool Tick((object, int) a, (object, int) b) => {|KM1019:a.Equals(b)|};", DisplayName = "any object")]
    [DataRow("[NoAlloc] static int Tick(Span<Text> keys) => {|KM1017:Find(keys, default)|}; static int Find<T>(Span<T> keys, T key) where T : IEquatable<T> => keys.IndexOf(key);", DisplayName = "by the project's own generic code")]
    [DataRow("[NoAlloc] static void Tick(System.Collections.Immutable.ImmutableArray<int> a) => {|KM1017:Walk(a)|}; static void Walk<T>(T a) where T : IEnumerable<int> => a.GetEnumerator();", DisplayName = "an explicit implementation in the library")]
    public Task What_a_library_uses_of_the_argument_is_not(string members) => Program.Check(Keys + members);

    [TestMethod]
    public Task A_list_says_what_is_used()
    {
        ProfiledRuleTest<KernelMem.Analyzers.Rules.Calls.CallAnalyzer> test = new("Hosted");
        test.TestState.AdditionalFiles.Add(("/Own.kmoverrides", "M:System.GC.KeepAlive(*) NNN # nothing\nM:System.Runtime.CompilerServices.Unsafe.SizeOf``1 TNN M:System.Object.ToString # for this test\n"));
        test.TestState.Sources.Add(("/0/Test0.cs", "class C { [NoAlloc] static int Tick() => {|KM1021:Unsafe.SizeOf<S>()|} + Unsafe.SizeOf<T>(); struct S { public override string ToString() => new('a', 3); } struct T { public override string ToString() => string.Empty; } }"));
        return test.RunAsync();
    }
}
