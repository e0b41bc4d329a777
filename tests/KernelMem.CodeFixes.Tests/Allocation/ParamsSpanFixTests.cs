using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1009: a params array becomes a params span.</summary>
[TestClass]
public sealed class ParamsSpanFixTests
{
    [TestMethod]
    [DataRow(
        "class C { int Sum(params int[] all) { int s = all.Length; foreach (int x in all) s += x; return s + all[0]; } int M() => {|KM1009:Sum(1, 2)|}; }",
        "class C { int Sum(params ReadOnlySpan<int> all) { int s = all.Length; foreach (int x in all) s += x; return s + all[0]; } int M() => {|KM1023:Sum(1, 2)|}; }")]
    [DataRow(
        "struct S { public S(params int[] all) { } } class C { S M() => {|KM1009:new S(1)|}; S N() => {|KM1009:new S(2)|}; }",
        "struct S { public S(params ReadOnlySpan<int> all) { } } class C { S M() => {|KM1023:new S(1)|}; S N() => {|KM1023:new S(2)|}; }")]
    [DataRow(
        "class C { int Sum(params int[] all) => Use(all); int Use(ReadOnlySpan<int> all) => 0; int M() => {|KM1009:Sum(1, 2)|}; }",
        "class C { int Sum(params ReadOnlySpan<int> all) => Use(all); int Use(ReadOnlySpan<int> all) => 0; int M() => {|KM1023:Sum(1, 2)|}; }")]
    public Task What_is_only_read(string source, string fixedSource)
        => Verify.Fix<AllocationAnalyzer, ParamsSpanFix>("using System;\n" + source, "using System;\n" + fixedSource);

    [TestMethod]
    [DataRow("class C { int[] _kept; void Keep(params int[] all) => _kept = all; void M() => {|KM1009:Keep(1)|}; }")]
    [DataRow("class C { void Write(params int[] all) => all[0] = 1; void M() => {|KM1009:Write(1)|}; }")]
    [DataRow("class C { void Write(params int[] all) => all[0]++; void M() => {|KM1009:Write(1)|}; }")]
    [DataRow("class C { protected virtual void V(params int[] all) { } void M() => {|KM1009:V(1)|}; }")]
    [DataRow("interface I { void V(params int[] all); } class C : I { public void V(params int[] all) { } void M() => {|KM1009:V(1)|}; }")]
    [DataRow("class C { System.Collections.Generic.IEnumerable<int> {|KM1013:All|}(params int[] all) { yield return all[0]; } void M() => {|KM1009:All(1)|}; }")]
    [DataRow("class C { void Use(params System.Collections.Generic.List<int> all) { } void M() => {|KM1009:Use(1)|}; }")]
    public Task Another_stays(string source) => Verify.NoFix<AllocationAnalyzer, ParamsSpanFix>("using System;\n" + source);
}
