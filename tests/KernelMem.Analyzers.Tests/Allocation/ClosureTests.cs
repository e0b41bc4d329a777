using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1005: functions that take variables from around them.</summary>
[TestClass]
public sealed class ClosureTests
{
    [TestMethod]
    [DataRow("Func<int> f = {|KM1005:() =>|} number;")]
    [DataRow("Func<int> f = {|KM1005:delegate|} { return number; };")]
    [DataRow("Func<int, int> f = {|KM1005:x =>|} x + number;")]
    [DataRow("int local = 1; Action f = {|KM1005:() =>|} local++;")]
    [DataRow("Func<int> f = {|KM1005:() =>|} { Func<int> g = {|KM1005:() =>|} number; return g(); };")]
    [DataRow("int L() => number; Func<int> f = {|KM1005:L|};")]
    [DataRow("int L() => number; Func<int> f = {|KM1005:() =>|} L();")]
    [DataRow("for (int i = 0; i < 3; i++) { Func<int> f = {|KM1005:() =>|} i; }")]
    [DataRow("if (o is string text) { Func<string> f = {|KM1005:() =>|} text; }")]
    [DataRow("if (number == 0) return; Func<int> f = {|KM1005:() =>|} number;")]
    public Task A_closure_is_allocated(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("int L() => number; L();")]
    [DataRow("const int k = 1; Func<int> f = {|KM1007:() =>|} k;")]
    [DataRow("Func<int> f = {|KM1007:static () =>|} s_number;")]
    [DataRow("Func<int> f = {|KM1007:() =>|} { int own = 1; int L() => own; return L(); };")]
    [DataRow("Func<int, int> f = {|KM1007:x =>|} x;")]
    [DataRow("int L(int x) { int y = x; return y; } Func<int> f = {|KM1007:() =>|} L(1);")]
    [DataRow("static int L(int x) => x; Func<int, int> f = {|KM1007:L|};")]
    public Task There_is_none(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("IEnumerable<int> M(int a) { return L(); IEnumerable<int> {|KM1005:{|KM1013:L|}|}() { yield return a; } }")]
    [DataRow("IEnumerable<int> M(int a) { int K() => a; return L(); IEnumerable<int> {|KM1005:{|KM1013:L|}|}() { yield return K(); } }")]
    [DataRow("IEnumerable<int> M(int a) { return L(a); IEnumerable<int> {|KM1013:L|}(int b) { yield return b; } }")]
    [DataRow("int field; IEnumerable<int> M() { return L(); IEnumerable<int> {|KM1013:L|}() { yield return field; } }")]
    [DataRow("[MayAlloc(\"host\")] IEnumerable<int> M(int a) { return L(); IEnumerable<int> L() { yield return a; } }")]
    public Task A_local_function_that_outlives_the_call_needs_an_object(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("if (false) { Action a = {|KM1005:() =>|} number++; }")]
    [DataRow("int local = 1; local++; return; Action a = {|KM1005:() =>|} local++;")]
    [DataRow("if (false) { int inner = 1; Action a = () => inner++; }")]
    [DataRow("if (false) { Action a = () => s_number++; }")]
    public Task Code_that_cannot_run_may_capture_what_can(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task This_is_captured_too() => Member.Check("int field; void M() { Func<int> f = {|KM1005:() =>|} field; Action g = {|KM1005:() =>|} M(); }");

    [TestMethod]
    public Task The_message_names_what_is_captured()
        => Verify.Rule<AllocationAnalyzer>(
            "class C { int f; void Tick(int a) { int b = 2; Func<int> g = {|#0:() =>|} a + b + f; } }",
            new DiagnosticResult("KM1005", DiagnosticSeverity.Error).WithLocation(0).WithArguments("Tick", "'a', 'b', 'this'"));
}
