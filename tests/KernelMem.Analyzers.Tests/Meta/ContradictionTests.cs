using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Meta;

namespace KernelMem.Analyzers.Tests.Meta;

/// <summary>KM0005: marks that contradict each other.</summary>
[TestClass]
public sealed class ContradictionTests
{
    [TestMethod]
    [DataRow("abstract class B { [NoAlloc] public abstract void M(); } class C : B { [{|KM0005:MayAlloc(\"x\")|}] public override void M() { } }")]
    [DataRow("interface I { [NoAlloc] void M(); } class C : I { [{|KM0005:MayAlloc(\"x\")|}] public void M() { } }")]
    [DataRow("interface I { [NoAlloc] void M(); } struct S : I { [{|KM0005:MayAlloc(\"x\")|}] void I.M() { } }")]
    [DataRow("[NoAlloc] interface I { void M(); } class C : I { [{|KM0005:MayAlloc(\"x\")|}] public void M() { } }")]
    [DataRow("interface I { [NoAlloc] int P { get; } } class C : I { [{|KM0005:MayAlloc(\"x\")|}] public int P => 1; }")]
    [DataRow("interface I { [NoAlloc] int P { get; } } class C : I { public int P { [{|KM0005:MayAlloc(\"x\")|}] get => 1; } }")]
    [DataRow("interface I { [NoAlloc] event Action E; } class C : I { [{|KM0005:MayAlloc(\"x\")|}] public event Action E { add { } remove { } } }")]
    [DataRow("abstract class A { [NoAlloc] public abstract void M(); } class B : A { public override void M() { } } class C : B { [{|KM0005:MayAlloc(\"x\")|}] public override void M() { } }")]
    [DataRow("class C { [NoAlloc] [{|KM0005:MayAlloc(\"x\")|}] void M() { } }")]
    [DataRow("[NoAlloc, {|KM0005:MayAlloc(\"x\")|}] class C { }")]
    [DataRow("interface I { [NoAlloc] static abstract void M(); } class C : I { [{|KM0005:MayAlloc(\"x\")|}] public static void M() { } }")]
    public Task A_promise_is_taken_back(string source) => Verify.RuleIn<ContradictionAnalyzer>("Hosted", source);

    [TestMethod]
    [DataRow("abstract class B { [MayAlloc(\"x\")] public abstract void M(); } class C : B { [NoAlloc] public override void M() { } }")]
    [DataRow("abstract class B { [NoAlloc] public abstract void M(); } class C : B { [NoAlloc] public override void M() { } }")]
    [DataRow("abstract class B { [NoAlloc] public abstract void M(); } class C : B { [TrustedNoAlloc(Justification = \"seen\")] public override void M() { } }")]
    [DataRow("[NoAlloc] interface I { [MayAlloc(\"x\")] void M(); } class C : I { [MayAlloc(\"x\")] public void M() { } }")]
    [DataRow("[NoAlloc] class C { [MayAlloc(\"x\")] void M() { } }")]
    [DataRow("class B { [NoAlloc] public void M() { } } class C : B { [MayAlloc(\"x\")] public new void M() { } }")]
    public Task No_promise_is(string source) => Verify.RuleIn<ContradictionAnalyzer>("Hosted", source);
}
