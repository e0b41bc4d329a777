using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1017: what the members of the same project do that are called.</summary>
[TestClass]
public sealed class CalleeTests
{
    [TestMethod]
    public Task The_message_tells_the_way() => Program.Check(
        """
        [NoAlloc] static void Tick() { {|#0:Log(1)|}; }
        static void Log(int x) { {|#1:Format(x)|}; }
        static object Format(int x) => {|#2:new Node()|};
        """,
        new DiagnosticResult("KM1017", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
            .WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'Tick' must not allocate, but calls 'C.Log' → 'C.Format' (creates an object of class 'Node')"));

    [TestMethod]
    [DataRow("static void Helper() { }")]
    [DataRow("[NoAlloc] static void Helper() => _ = new Node();", DisplayName = "it is told there")]
    [DataRow("[TrustedNoAlloc(Justification = \"at start only\")] static void Helper() => _ = new Node();")]
    [DataRow("static void Helper() { Other(); } static void Other() { Helper(); }", DisplayName = "recursion alone does nothing")]
    [DataRow("static void Helper() { if (false) { _ = new Node(); } }")]
    [DataRow("static void Helper() { Never(); } [System.Diagnostics.Conditional(\"NOT_DEFINED\")] static void Never() => _ = new Node();")]
    public Task It_does_nothing(string helper) => Program.Check($"[NoAlloc] static void Tick() {{ Helper(); }}\n{helper}");

    [TestMethod]
    [DataRow("static void Helper() => _ = new Node();")]
    [DataRow("[MayAlloc(\"a list\")] static void Helper() { }")]
    [DataRow("static void Helper() { Other(); } static void Other() { Third(); Helper(); } static void Third() { Other(); _ = new int[2]; }")]
    [DataRow("static void Helper() { void Local() { _ = new Node(); } Local(); }")]
    [DataRow("static void Helper() => throw new Exception();")]
    [DataRow("static void Helper() { _ = Property; } static int Property => new Node().Value;")]
    [DataRow("static void Helper() { Property = 1; } static int Property { set { _ = new Node(); } }")]
    [DataRow("static void Helper() { Property++; } static int Property { get; set { _ = new Node(); } }")]
    [DataRow("static void Helper() { _ = new S() + new S(); } struct S { public static S operator +(S a, S b) { _ = new Node(); return a; } }")]
    [DataRow("static void Helper() { S s = 1; } struct S { public static implicit operator S(int a) { _ = new Node(); return default; } }")]
    [DataRow("static void Helper() { S s = new(); s++; } struct S { public static S operator ++(S a) { _ = new Node(); return a; } }")]
    [DataRow("static void Helper() { (int a, int b) = new S(); } struct S { public void Deconstruct(out int a, out int b) { a = b = new Node().Value; } }")]
    [DataRow("static void Helper() { foreach ((int a, int b) in default(Span<S>)) { } } struct S { public void Deconstruct(out int a, out int b) { a = b = new Node().Value; } }")]
    [DataRow("static void Helper() { (int c, (int a, int b)) = (1, new S()); } struct S { public void Deconstruct(out int a, out int b) { a = b = new Node().Value; } }")]
    [DataRow("static void Helper() { _ = new S() is (1, 2); } struct S { public void Deconstruct(out int a, out int b) { a = b = new Node().Value; } }")]
    [DataRow("static void Helper() { _ = new S(1); } struct S { Node n = new(); public S(int x) { } }", DisplayName = "an initializer of a field")]
    [DataRow("static void Helper() { foreach (int x in new S()) { } } struct S { public S GetEnumerator() => this; public int Current => new Node().Value; public bool MoveNext() => false; }")]
    [DataRow("static void Helper() { using S s = new(); } ref struct S { public void Dispose() { _ = new Node(); } }")]
    [DataRow("static void Helper() { 1.Extend(); } static void Extend(this int x) => _ = new Node();")]
    [DataRow("static void Helper() { _ = 1.Twice; } extension(int x) { public int Twice => new Node().Value; }")]
    [DataRow("static void Helper() { _ = new S()[0]; } struct S { public int this[int x] => new Node().Value; }")]
    [DataRow("static void Helper() { _ = new S()[1..]; } struct S { public int Length => 1; public int Slice(int a, int b) => new Node().Value; }")]
    [DataRow("static void Helper() { _ = new S()[^1]; } struct S { public int Length => new Node().Value; public int this[int x] => 1; }")]
    [DataRow("static void Helper() { _ = new S() is [1]; } struct S { public int Length => 1; public int this[int x] => new Node().Value; }")]
    [DataRow("static void Helper() { _ = new S() is [1, .. var rest]; } struct S { public int Length => 1; public int this[int x] => 1; public int Slice(int a, int b) => new Node().Value; }")]
    [DataRow("static void Helper() { _ = new S() is { Value: 1 }; } struct S { public int Value => new Node().Value; }")]
    [DataRow("static void Helper() { Part(); } static partial void Part(); static partial void Part() => _ = new Node();")]
    [DataRow("static void Helper() { S.Changed += null; } struct S { public static event Action? Changed { add { _ = new Node(); } remove { } } }")]
    [DataRow("static void Helper() { _ = (delegate*<void>)&Other; } static void Other() => _ = new Node();")]
    [DataRow("static void Helper() { S s = new(); s.Value = 3; } struct S { public int Value { get => field; set { field = new Node().Value; } } }")]
    [DataRow("static void Helper() { Generic<int>(); } static void Generic<T>() => _ = new Node();")]
    [DataRow("static void Helper() { S s = new(); s.Value = s_on ? 1 : 2; } static bool s_on; struct S { public int Value { get => 1; set { _ = new Node(); } } }", DisplayName = "a setter, where the value branches")]
    [DataRow("static void Helper() { T.Value ??= T.Other; } static class T { public static string? Value { get => null; set { _ = new Node(); } } public static string? Other; }")]
    [DataRow("static void Helper() { (T.Value, _) = (1, 2); } static class T { public static int Value { get => 1; set { _ = new Node(); } } }", DisplayName = "a setter in a tuple")]
    [DataRow("static void Helper() { S s = new(); s[^1] = 2; } struct S { public int Length => 1; public int this[int x] { get => 1; set { _ = new Node(); } } }")]
    [DataRow("static void Helper() { lock (s_lock) { } } static System.Threading.Lock s_lock = null!;", DisplayName = "a lock, which wakes others up")]
    [DataRow("static void Helper() { _ = T.Value; } static class T { public static Node? Value { get; } = new(); }", DisplayName = "an initializer of a property")]
    [DataRow("static void Helper() { Base b = null!; b.Run(); } internal class Base { public virtual void Run() { } } class Heir<T> : Base where T : new() { public override void Run() { _ = new T(); } }", DisplayName = "an heir for any type")]
    [DataRow("static void Helper() { IHasEvent e = null!; e.Changed += null; } private interface IHasEvent { event Action Changed; } class A : IHasEvent { public event Action? Changed; }", DisplayName = "an accessor of an event that the compiler wrote")]
    [DataRow("static void Helper() { Shape s = null!; _ = s.ToString(); } internal abstract record Shape; record Square(int Side) : Shape;", DisplayName = "the text of a record")]
    [DataRow("static void Helper() { _ = s_a == s_b; } static R s_a, s_b; record struct R(Odd Value); struct Odd { }", DisplayName = "the equality of a record")]
    [DataRow("static void Helper() { _ = EqualityComparer<Own>.Default.Equals(default, default); } struct Own : IEquatable<Own> { public bool Equals(Own o) => new Node().Value == 1; }", DisplayName = "the default comparer")]
    public Task It_does_it(string helper) => Program.Check($"[NoAlloc] static void Tick() {{ {{|KM1017:Helper()|}}; }}\n{helper}");

    [TestMethod]
    [DataRow("{|KM1017:[NoAlloc] Heir() { }|}")]
    [DataRow("[NoAlloc] Heir() {|KM1017:: this(1)|} { } Heir(int x) { }")]
    [DataRow("[NoAlloc] Heir() : this(1) { } Heir(int x) : base(x) { }", DisplayName = "another base constructor")]
    [DataRow("class Further : Heir; class Last : Further { {|KM1017:[NoAlloc] public Last() { }|} }", DisplayName = "a constructor that is not written")]
    [DataRow("class Further() : Heir; class Last : Further { {|KM1017:[NoAlloc] public Last() { }|} }", DisplayName = "a primary constructor")]
    [DataRow("class Further() : Heir() { int _value = 3; } class Last : Further { {|KM1017:[NoAlloc] public Last() { }|} }", DisplayName = "a primary constructor that says which")]
    public Task A_constructor_calls_that_of_its_base_class(string members)
        => Program.Check($"class Base {{ protected Base() => _ = new Node(); protected Base(int x) {{ }} }} class Heir : Base {{ {members} }}");

    [TestMethod]
    [DataRow("static void Helper() { S s = new(); s.Value = s_on ? 1 : 2; } static bool s_on; struct S { public int Value { get => new Node().Value; set { } } }", DisplayName = "a getter that is not read")]
    [DataRow("static void Helper() { (T.Value, _) = (1, 2); } static class T { public static int Value { get => new Node().Value; set { } } }")]
    [DataRow("static void Helper() { _ = T.Value; } static class T { public static int Value => 1; static Node s_node = new(); }", DisplayName = "a property without a field")]
    [DataRow("static void Helper() { _ = EqualityComparer<int>.Default.Equals(1, 2); _ = Comparer<long>.Default.Compare(1, 2); _ = EqualityComparer<DayOfWeek>.Default.GetHashCode(0); _ = EqualityComparer<string>.Default.Equals(null, null); }")]
    [DataRow("static void Helper() { _ = s_a == s_b; } static R s_a, s_b; record struct R(int Value, Quiet Other, int? Third, DayOfWeek Fourth, int[] Fifth); struct Quiet : IEquatable<Quiet> { public bool Equals(Quiet o) => true; }", DisplayName = "the equality of a record")]
    [DataRow("static void Helper() { foreach (char c in s_text) { } } static string s_text = null!;")]
    public Task Only_what_runs_counts(string helper) => Program.Check($"[NoAlloc] static void Tick() {{ Helper(); }}\n{helper}");

    [TestMethod]
    public Task What_is_thrown_and_waited_for_is_found_as_well() => Program.Check(
        """
        [NoThrow] static void First() { {|#0:Check(1)|}; }
        static void Check(int x) { if (x > 1) {|#1:throw new Exception();|} }
        [NonBlocking] static void Second() { {|#2:Flush()|}; Check(1); }
        static void Flush() { {|#3:Wait()|}; }
        [MayBlock("for others")] static void Wait() { }
        """,
        new DiagnosticResult("KM1017", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(0).WithLocation(1)
            .WithMessage("'First' must not throw, but calls 'C.Check' (throws 'Exception')"),
        new DiagnosticResult("KM1017", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(2).WithLocation(3)
            .WithMessage("'Second' must not wait, but calls 'C.Flush' → 'C.Wait' (marked [MayBlock])"));

    [TestMethod]
    public Task In_a_kernel_everything_is_held_to_it_and_told_where_it_is() => Verify.Rule<KernelMem.Analyzers.Rules.Calls.CallAnalyzer>(
        """
        class Node { }
        static class C
        {
            static void Tick() { Log(); {|KM1017:Host()|}; }
            static void Log() => _ = new Node();
            [MayAlloc("hosts only")] static void Host() { }
        }
        """);
}
