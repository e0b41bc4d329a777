using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1010: elements are gathered on the stack.</summary>
[TestClass]
public sealed class CollectionSpanFixTests
{
    [TestMethod]
    [DataRow("int[] a = {|KM1010:[1, n]|}; a[0] = a.Length;", "Span<int> a = [1, n]; a[0] = a.Length;")]
    [DataRow("List<int> a = {|KM1010:[1, n]|}; foreach (int x in a) { }", "Span<int> a = [1, n]; foreach (int x in a) { }")]
    [DataRow("string[] a = {|KM1010:[\"a\", \"b\"]|}; foreach (string x in a) { }", "Span<string> a = [\"a\", \"b\"]; foreach (string x in a) { }")]
    [DataRow("while (n-- > 0) { int[] a = {|KM1010:[1, n]|}; Use(a); }", "while (n-- > 0) { Span<int> a = [1, n]; Use(a); }")]
    public Task A_local_becomes_a_span(string body, string fixedBody) => Verify.Fix<AllocationAnalyzer, CollectionSpanFix>(Method(body), Method(fixedBody));

    [TestMethod]
    public Task A_parameter_becomes_a_span()
        => Verify.Fix<AllocationAnalyzer, CollectionSpanFix>(
            ["using System; class C { int M(int n) => D.Sum({|KM1010:[1, n]|}, 2) + D.Sum({|KM1010:[n, n]|}, 3) + D.Sum(null!, 4); }", "using System;\n\nstatic class D\n{\n    public static int Sum(int[] all, int n) => all[0] + n;\n}"],
            ["using System; class C { int M(int n) => D.Sum([1, n], 2) + D.Sum([n, n], 3) + D.Sum(null!, 4); }", "using System;\n\nstatic class D\n{\n    public static int Sum(ReadOnlySpan<int> all, int n) => all[0] + n;\n}"]);

    [TestMethod]
    [DataRow("int[] a = {|KM1010:[1, n]|}; Keep(a);")]
    [DataRow("int[] a = {|KM1010:[1, n]|}; a = null!;")]
    [DataRow("int[] a = {|KM1010:[1, .. More()]|}; a[0] = 1;")]
    [DataRow("List<int> a = {|KM1010:[1, n]|}; a.Add(1);")]
    [DataRow("List<int> a = {|KM1010:[1, n]|}; n = a.Count;")]
    [DataRow("int[] a = {|KM1010:[1, n]|}; L(); int L() => a[0];")]
    [DataRow("int[] a = {|KM1010:[1, n]|}; Other(a);")]
    [DataRow("int[] a = {|KM1010:[1, n]|}, b = a; b[0] = 1;")]
    [DataRow("_field = {|KM1010:[1, n]|};")]
    [DataRow("Keep({|KM1010:[1, n]|});")]
    [DataRow("Written({|KM1010:[1, n]|});")]
    public Task Another_stays(string body) => Verify.NoFix<AllocationAnalyzer, CollectionSpanFix>(Method(body));

    [TestMethod]
    [DataRow("ref int M(int n) { int[] a = {|KM1010:[1, n]|}; return ref a[0]; }")]
    [DataRow("unsafe ref int M(int n) { int[] a = {|KM1010:[1, n]|}; return ref a[0]; }")]
    [DataRow("async System.Threading.Tasks.Task<int> {|KM1013:M|}(int n) { int[] a = {|KM1010:[1, n]|}; return a[0]; }")]
    public Task What_outlives_its_frame_stays(string member) => Verify.NoFix<AllocationAnalyzer, CollectionSpanFix>($"class C {{ {member} }}");

    private static string Method(string body) => $$"""
        using System;
        using System.Collections.Generic;
        class C
        {
            int[] _field;
            void M(int n) { {{body}} }
            int[] More() => null!;
            void Use(Span<int> a) { }
            void Keep(int[] a) => _field = a;
            void Written(int[] a) => a[0] = 1;
            void Other(ReadOnlySpan<int> a) { }
            void Other(Span<int> a) { }
        }
        """;
}
