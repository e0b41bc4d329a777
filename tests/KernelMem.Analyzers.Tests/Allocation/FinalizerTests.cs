using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1025: finalizers.</summary>
[TestClass]
public sealed class FinalizerTests
{
    [TestMethod]
    [DataRow("class C { ~{|KM1025:C|}() { } }")]
    [DataRow("class C { ~{|KM1025:C|}() => s_n++; static int s_n; }")]
    [DataRow("class Outer { class C { ~{|KM1025:C|}() { } } }")]
    [DataRow("class C<T> { ~{|KM1025:C|}() { } }")]
    [DataRow("partial class C { } partial class C { ~{|KM1025:C|}() { } }")]
    [DataRow("class C { [MayAlloc(\"host\")] ~C() { } }")]
    [DataRow("[MayAlloc(\"host\")] class C { ~C() { } }")]
    [DataRow("class C { void Finalize(int x) { } }")]
    [DataRow("class C : IDisposable { public void Dispose() { } }")]
    public Task In_a_kernel(string source) => Verify.Rule<FinalizerAnalyzer>(source);

    [TestMethod]
    [DataRow("class C { ~C() { } }")]
    [DataRow("[NoAlloc] class C { ~{|KM1025:C|}() { } }")]
    public Task On_a_host(string source) => Verify.RuleIn<FinalizerAnalyzer>("Hosted", source);
}
