using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1002: an array goes onto the stack.</summary>
[TestClass]
public sealed class StackArrayFixTests
{
    [TestMethod]
    [DataRow("Span<int> s = {|KM1002:new int[4]|}; s[0] = 1;", "Span<int> s = stackalloc int[4]; s[0] = 1;")]
    [DataRow("Span<int> s = {|KM1002:new int[] { 1, 2 }|}; s[0] = 1;", "Span<int> s = stackalloc int[] { 1, 2 }; s[0] = 1;")]
    [DataRow("Span<int> s = {|KM1002:new[] { 1, 2 }|}; s[0] = 1;", "Span<int> s = stackalloc[] { 1, 2 }; s[0] = 1;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; a[0] = a.Length;", "Span<int> a = stackalloc int[4]; a[0] = a.Length;")]
    [DataRow("var a = {|KM1002:new int[4]|}; foreach (int x in a) { }", "Span<int> a = stackalloc int[4]; foreach (int x in a) { }")]
    [DataRow("int[] a = {|KM1002:{ 1, 2 }|}; a[0] = 3;", "Span<int> a = stackalloc int[] { 1, 2 }; a[0] = 3;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; Use(a);", "Span<int> a = stackalloc int[4]; Use(a);")]
    [DataRow("Use({|KM1002:new int[4]|});", "Use(stackalloc int[4]);")]
    public Task A_small_array_goes_onto_the_stack(string body, string fixedBody) => Verify.Fix<AllocationAnalyzer, StackArrayFix>(Method(body), Method(fixedBody));

    [TestMethod]
    [DataRow("int[] a = {|KM1002:new int[4]|}; Keep(a);")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; a = null;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; int[] part = {|KM1011:a[1..]|};")]
    [DataRow("int[] a = {|KM1002:new int[n]|}; a[0] = 1;")]
    [DataRow("int[] a = {|KM1002:new int[1000]|}; a[0] = 1;")]
    [DataRow("string[] a = {|KM1002:new string[4]|}; a[0] = null;")]
    [DataRow("while (n > 0) { int[] a = {|KM1002:new int[4]|}; a[0] = 1; }")]
    [DataRow("int[,] a = {|KM1002:new int[2, 2]|}; a[0, 0] = 1;")]
    public Task Another_stays(string body) => Verify.NoFix<AllocationAnalyzer, StackArrayFix>(Method(body));

    [TestMethod]
    public Task Without_the_namespace_it_is_imported()
        => Verify.Fix<AllocationAnalyzer, StackArrayFix>(
            "class C { void M() { int[] a = {|KM1002:new int[4]|}; a[0] = 1; } }",
            "class C { void M() { System.Span<int> a = stackalloc int[4]; a[0] = 1; } }");

    private static string Method(string body) => $"using System;\nclass C {{ void M(int n) {{ {body} }} void Use(Span<int> s) {{ }} void Keep(int[] a) {{ }} }}";
}
