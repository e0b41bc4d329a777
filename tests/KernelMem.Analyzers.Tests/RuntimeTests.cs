using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests;

/// <summary>KM1026: what needs a runtime, in code that has none under it.</summary>
[TestClass]
public sealed class RuntimeTests
{
    private const string Types = """
        interface I { T Get<T>(); }
        class B { public virtual void Do<T>() { } public void Plain<T>() { } }
        class D : B, I { public T Get<T>() => default!; }
        struct S : I { public T Get<T>() => default!; }

        """;

    [TestMethod]
    [DataRow("void M() { try { } [|catch|] (Exception) { } }")]
    [DataRow("void M() { try { } [|catch|] { } finally { } }")]
    [DataRow("D M(B b) => [|(D)b|];", DisplayName = "a cast")]
    [DataRow("D? M(B b) => [|b as D|];", DisplayName = "as")]
    [DataRow("bool M(B b) => [|b is D|];", DisplayName = "is")]
    [DataRow("bool M(B b) => b is [|D d|] && d != null;", DisplayName = "a pattern")]
    [DataRow("bool M(B b) => b is [|D { }|];", DisplayName = "a recursive pattern")]
    [DataRow("int M(B b) => b switch { [|D|] => 1, _ => 2 };", DisplayName = "a type pattern")]
    [DataRow("T M<T>(object o) => [|(T)o|];", DisplayName = "to a type parameter")]
    [DataRow("bool M<T>(object o) => [|o is T|];", DisplayName = "for a type parameter")]
    [DataRow("I? M(B b) => [|b as I|];", DisplayName = "for an interface")]
    [DataRow("int M(object o) => [|(int)o|];", DisplayName = "a box is opened")]
    [DataRow("Type M() => [|typeof(int)|];", DisplayName = "reflection")]
    [DataRow("void M(B b) { [|lock|] (b) { } }")]
    [DataRow("[ThreadStatic] static int s_own; int M() => [|s_own|];")]
    [DataRow("void M(B b) { [|b.Do<int>()|]; }", DisplayName = "a generic virtual member")]
    [DataRow("int M(I i) => [|i.Get<int>()|];", DisplayName = "a generic member of an interface")]
    [DataRow("void M(B[] a, B b) { [|a[0] = b|]; }", DisplayName = "an array of objects")]
    [DataRow("void M(B b) { L(); void L() => _ = [|(D)b|]; }", DisplayName = "in a local function")]
    [DataRow("[MayAlloc(\"host\")] class Host { void M() { try { } catch { } } } D M(B b) => [|(D)b|];", DisplayName = "for hosts only")]
    public Task Something_is_asked_of_a_runtime(string members) => Verify.Rule<RuntimeAnalyzer>(In(members));

    [TestMethod]
    [DataRow("void M() { try { } finally { } }")]
    [DataRow("B M(D d) => d; B N(D d) => (B)d; object O(B b) => b;", DisplayName = "what is known already")]
    [DataRow("bool M(D d) => d is B; bool N(B b) => b is null; bool O(B b) => b is not null; bool P(B b) => b is { };", DisplayName = "tests for null")]
    [DataRow("bool M(int i) => i is 5 or > 7; int N(long l) => (int)l; int O(int? i) => (int)i!;", DisplayName = "of values")]
    [DataRow("bool M(object o) => o is S || o is 5 || o is int; string? N(object o) => o as string; public override bool Equals(object? o) => o is C c && c == this;", DisplayName = "one class")]
    [DataRow("class Mark : Attribute { public Type T = typeof(int); }", DisplayName = "the code of attributes")]
    [DataRow("bool M<T>() => typeof(T) == typeof(int);", DisplayName = "types compared by compilers")]
    [DataRow("[System.ComponentModel.DefaultValue(typeof(int), \"1\")] int A; string M() => nameof(A);", DisplayName = "in attributes")]
    [DataRow("static int s_all; int M() => s_all;")]
    [DataRow("void M(B b) { b.Plain<int>(); } int N(S s) => s.Get<int>(); int O<T>(T t) where T : I => t.Get<int>();", DisplayName = "what is known to be called")]
    [DataRow("void M(B[] a, int[] b) { a[0] = null!; b[0] = 1; }", DisplayName = "nothing to ask for")]
    [DataRow("[MayAlloc(\"host\")] void M(B b) { try { _ = (D)b; } catch { } }", DisplayName = "for hosts only")]
    public Task Nothing_is(string members) => Verify.Rule<RuntimeAnalyzer>(In(members));

    [TestMethod]
    public Task A_project_with_a_runtime_has_one()
        => Verify.RuleIn<RuntimeAnalyzer>("Hosted", In("[NoAlloc] D M(B b) { try { return (D)b; } catch { return null!; } }"));

    [TestMethod]
    public Task The_message_says_what_for()
        => Verify.Rule<RuntimeAnalyzer>(
            In("void Start() { try { } {|#0:catch|} { } }"),
            new DiagnosticResult("KM1026", DiagnosticSeverity.Error).WithLocation(0).WithArguments("Start", "catches exceptions, and nothing unwinds to the handler"));

    private static string In(string members) => $"{Types}unsafe sealed class C\n{{\n{members}\n}}";
}
