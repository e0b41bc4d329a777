using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1013: iterators and asynchronous functions.</summary>
[TestClass]
public sealed class StateMachineTests
{
    [TestMethod]
    [DataRow("IEnumerable<int> {|KM1013:M|}() { yield return 1; }")]
    [DataRow("IEnumerator<int> {|KM1013:M|}() { yield break; }")]
    [DataRow("IEnumerable<int> P { {|KM1013:get|} { yield return 1; } }")]
    [DataRow("IEnumerable<int> M() { IEnumerable<int> {|KM1013:L|}() { yield return 1; } return L(); }")]
    [DataRow("async Task {|KM1013:M|}() => await Task.Yield();")]
    [DataRow("async ValueTask<int> {|KM1013:M|}() { await Task.Yield(); return 1; }")]
    [DataRow("void M() { async void {|KM1013:L|}() => await Task.Yield(); L(); }")]
    [DataRow("async IAsyncEnumerable<int> {|KM1013:M|}() { yield return 1; await Task.Yield(); }")]
    public Task It_is_one(string member) => Check(member);

    [TestMethod]
    public Task A_lambda_is_one()
        => Check("Func<Task> M() => {|KM1007:{|KM1013:async () =>|}|} await Task.Yield();");

    [TestMethod]
    [DataRow("IEnumerable<int> M(IEnumerable<int> a) => a;")]
    [DataRow("Task M() => Task.CompletedTask;")]
    [DataRow("ValueTask<int> M() => new(1);")]
    [DataRow("[MayAlloc(\"host\")] IEnumerable<int> M() { yield return 1; }")]
    public Task It_is_none(string member) => Check(member);

    private static Task Check(string member)
        => Verify.Rule<AllocationAnalyzer>($"using System.Collections.Generic; using System.Threading.Tasks; class C {{ {member} }}");
}
