using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests.Effects;

/// <summary>Who must not allocate: the nearest mark wins, and contracts are inherited.</summary>
[TestClass]
public sealed class EffectScopeTests
{
    [TestMethod]
    [DataRow("[NoAlloc] class C { object M() => {|KM1001:new object()|}; }")]
    [DataRow("[NoAlloc] class C { [MayAlloc(\"host\")] object M() => new object(); }")]
    [DataRow("[NoAlloc] class C { [TrustedNoAlloc(Justification = \"seen\")] object M() => new object(); }")]
    [DataRow("[MayAlloc(\"host\")] class C { [NoAlloc] object M() => {|KM1001:new object()|}; object N() => new object(); }")]
    [DataRow("[NoAlloc] class C { class Inner { object M() => {|KM1001:new object()|}; } [MayAlloc(\"host\")] class Host { object M() => new object(); } }")]
    [DataRow("[NoAlloc] class C { [MayAlloc(\"host\")] object P { get => new object(); set { } } }")]
    [DataRow("class C { [NoAlloc] object P => {|KM1001:new object()|}; }")]
    [DataRow("class C { object P { [NoAlloc] get => {|KM1001:new object()|}; set { _ = new object(); } } }")]
    [DataRow("class C { [NoAlloc] C() { _ = {|KM1001:new object()|}; } }")]
    [DataRow("[NoAlloc] partial class C { } partial class C { object M() => {|KM1001:new object()|}; }")]
    [DataRow("class C { void M() { [NoAlloc] void L() { _ = {|KM1001:new object()|}; } L(); _ = new object(); } }")]
    [DataRow("class C { [NoAlloc] void M() { [MayAlloc(\"host\")] void L() { _ = new object(); } L(); } }")]
    [DataRow("class C { void M() { Func<object> f = [NoAlloc] () => {|KM1001:new object()|}; } }")]
    [DataRow("[NoAlloc] class C { [MayAlloc(\"host\")] static object s_field = new object(); static object s_other = {|KM1001:new object()|}; }")]
    public Task The_nearest_mark_wins(string source) => Verify.RuleIn<AllocationAnalyzer>("Hosted", source);

    [TestMethod]
    [DataRow("abstract class B { [NoAlloc] public abstract object M(); } class C : B { public override object M() => {|KM1001:new object()|}; }")]
    [DataRow("abstract class B { [NoAlloc] public abstract object M(); } class C : B { public override object M() => null!; } class D : C { public override object M() => {|KM1001:new object()|}; }")]
    [DataRow("abstract class B { [NoAlloc] public abstract object P { get; } } class C : B { public override object P => {|KM1001:new object()|}; }")]
    [DataRow("interface I { [NoAlloc] object M(); } class C : I { public object M() => {|KM1001:new object()|}; }")]
    [DataRow("interface I { [NoAlloc] object M(); } struct S : I { object I.M() => {|KM1001:new object()|}; }")]
    [DataRow("[NoAlloc] interface I { object M(); } class C : I { public object M() => {|KM1001:new object()|}; public object N() => new object(); }")]
    [DataRow("interface I<T> { [NoAlloc] T M(); } class C : I<object> { public object M() => {|KM1001:new object()|}; }")]
    [DataRow("interface I { [NoAlloc] static abstract object M(); } class C : I { public static object M() => {|KM1001:new object()|}; }")]
    [DataRow("interface I { [NoAlloc] object P { get; } } class C : I { public object P { get => {|KM1001:new object()|}; } }")]
    [DataRow("interface I { [NoAlloc] event Action E; } class C : I { public event Action E { add { _ = {|KM1001:new object()|}; } remove { } } }")]
    [DataRow("interface I { [NoAlloc] object M() => {|KM1001:new object()|}; }")]
    [DataRow("interface I { [NoAlloc] object M(); } class B : I { public virtual object M() => null!; } class C : B { public override object M() => {|KM1001:new object()|}; }")]
    public Task Contracts_are_inherited(string source) => Verify.RuleIn<AllocationAnalyzer>("Hosted", source);

    [TestMethod]
    public Task A_whole_assembly() => Verify.RuleIn<AllocationAnalyzer>("Hosted", "[assembly: NoAlloc] class C { object M() => {|KM1001:new object()|}; [MayAlloc(\"host\")] object N() => new object(); }");

    [TestMethod]
    public Task A_mark_of_one_s_own_with_the_same_name_is_none()
        => Verify.RuleIn<AllocationAnalyzer>("Hosted", "namespace Mine { class NoAllocAttribute : Attribute { } class C { [Mine.NoAlloc] object M() => new object(); } }");
}
