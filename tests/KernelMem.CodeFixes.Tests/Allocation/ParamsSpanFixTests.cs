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
    [DataRow(
        "class C { int M() { return {|KM1009:Sum(1, 2)|}; static int Sum(params int[] all) => all[0]; } }",
        "class C { int M() { return {|KM1023:Sum(1, 2)|}; static int Sum(params ReadOnlySpan<int> all) => all[0]; } }")]
    [DataRow(
        "class C(params int[] all) { int _n = all.Length; static C M() => {|KM1001:{|KM1009:new(1)|}|}; }",
        "class C(params ReadOnlySpan<int> all) { int _n = all.Length; static C M() => {|KM1001:{|KM1023:new(1)|}|}; }")]
    public Task What_is_only_read(string source, string fixedSource)
        => Verify.Fix<AllocationAnalyzer, ParamsSpanFix>("using System;\n" + source, "using System;\n" + fixedSource);

    [TestMethod]
    public Task A_method_in_another_file()
        => Verify.Fix<AllocationAnalyzer, ParamsSpanFix>(
            ["class C { int M() => {|KM1009:D.Sum(1, 2)|}; int N() => {|KM1009:D.Sum(3)|}; }", "using System;\n\nstatic class D\n{\n    // All of them.\n    public static int Sum(params int[] /* of what */ all) => all[0];\n}"],
            ["class C { int M() => {|KM1023:D.Sum(1, 2)|}; int N() => {|KM1023:D.Sum(3)|}; }", "using System;\n\nstatic class D\n{\n    // All of them.\n    public static int Sum(params ReadOnlySpan<int> /* of what */ all) => all[0];\n}"]);

    [TestMethod]
    public Task A_caller_in_another_file_counts()
        => Verify.Fix<AllocationAnalyzer, ParamsSpanFix>(
            ["class C { public static int Sum(params int[] all) => all[0]; int M() => {|KM1009:Sum(1, 2)|}; }", "class D { System.Func<int[], int> M() => {|KM1007:C.Sum|}; }"],
            ["class C { public static int Sum(params int[] all) => all[0]; int M() => {|KM1009:Sum(1, 2)|}; }", "class D { System.Func<int[], int> M() => {|KM1007:C.Sum|}; }"]);

    [TestMethod]
    [DataRow("class C { int[] _kept; void Keep(params int[] all) => _kept = all; void M() => {|KM1009:Keep(1)|}; }")]
    [DataRow("class C { void Write(params int[] all) => all[0] = 1; void M() => {|KM1009:Write(1)|}; }")]
    [DataRow("class C { void Write(params int[] all) => all[0]++; void M() => {|KM1009:Write(1)|}; }")]
    [DataRow("class C { protected virtual void V(params int[] all) { } void M() => {|KM1009:V(1)|}; }")]
    [DataRow("interface I { void V(params int[] all); } class C : I { public void V(params int[] all) { } void M() => {|KM1009:V(1)|}; }")]
    [DataRow("class C { System.Collections.Generic.IEnumerable<int> {|KM1013:All|}(params int[] all) { yield return all[0]; } void M() => {|KM1009:All(1)|}; }")]
    [DataRow("class C { void Use(params System.Collections.Generic.List<int> all) { } void M() => {|KM1009:Use(1)|}; }")]
    [DataRow("public class C { public int Sum(params int[] all) => all[0]; int M() => {|KM1009:Sum(1)|}; }")]
    [DataRow("class C { int Sum(params int[] all) { return L(); int L() => all[0]; } void M() => {|KM1009:Sum(1)|}; }")]
    [DataRow("class C(params int[] all) { int N() => all.Length; static object M() => {|KM1001:{|KM1009:new C(1)|}|}; }")]
    [DataRow("partial class C { partial void V(params int[] all); partial void V(params int[] all) { } void M() => {|KM1009:V(1)|}; }")]
    [DataRow("class C { static int Sum(params int[] all) => all[0]; Func<int[], int> M() { {|KM1009:Sum(1)|}; return {|KM1007:Sum|}; } }")]
    [DataRow("class C { static int Sum(params int[] all) => all[0]; async System.Threading.Tasks.Task<int> {|KM1013:M|}(System.Threading.Tasks.Task<int> t) => {|KM1009:Sum(1, await t)|}; }")]
    [DataRow("class C { static int Sum(params int[] all) => Other(all); static int Other(object all) => 0; static int Other(int[] all) => 1; static int Other(ReadOnlySpan<int> all) => 2; void M() => {|KM1009:Sum(1)|}; }")]
    [DataRow("record C(params int[] All) { static C M() => {|KM1001:{|KM1009:new(1)|}|}; }")]
    [DataRow("class C { bool Is(params int[] all) => all == null; void M() => {|KM1009:Is(1)|}; }")]
    [DataRow("class C { void Deep(params int[] all) => (all[0], _) = (1, 2); void M() => {|KM1009:Deep(1)|}; }")]
    public Task Another_stays(string source) => Verify.NoFix<AllocationAnalyzer, ParamsSpanFix>("using System;\n" + source);
}
