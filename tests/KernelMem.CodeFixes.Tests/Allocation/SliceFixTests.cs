using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1011: a range of a span takes the place of a copy.</summary>
[TestClass]
public sealed class SliceFixTests
{
    [TestMethod]
    [DataRow("int M(string s) => {|KM1011:s[1..]|}.Length;", "int M(string s) => s.AsSpan()[1..].Length;")]
    [DataRow("int M(int[] a) => {|KM1011:a[1..^1]|}[0];", "int M(int[] a) => a.AsSpan()[1..^1][0];")]
    [DataRow("int M(int[] a, int i) => {|KM1011:a[1..^1]|}[i + 1];", "int M(int[] a, int i) => a.AsSpan()[1..^1][i + 1];")]
    [DataRow("ReadOnlySpan<char> M(string s) => {|KM1011:s[1..]|};", "ReadOnlySpan<char> M(string s) => s.AsSpan()[1..];")]
    [DataRow("void M(string s) { foreach (char x in {|KM1011:s[1..]|}) { } }", "void M(string s) { foreach (char x in s.AsSpan()[1..]) { } }")]
    [DataRow("int M(string s) => Text({|KM1011:s[1..]|}) + Text({|KM1011:s /* all */ [..1]|});", "int M(string s) => Text(s.AsSpan()[1..]) + Text(s.AsSpan() /* all */ [..1]);")]
    public Task What_is_looked_at(string member, string fixedMember) => Verify.Fix<AllocationAnalyzer, SliceFix>(In("using System;", member), In("using System;", fixedMember));

    [TestMethod]
    [DataRow("string M(string s) => {|KM1011:s[1..]|};")]
    [DataRow("int[] M(int[] a) => {|KM1011:a[1..]|};")]
    [DataRow("void M(int[] a) { var r = {|KM1011:a[1..]|}; Use(r); }")]
    [DataRow("void M(int[] a) { {|KM1011:a[1..]|}[0] = 1; }")]
    [DataRow("bool M(int[] a) => a is [1, {|KM1011:.. var r|}] && r.Length > 1;")]
    [DataRow("int? M(string s) => s?{|KM1011:[1..]|}.Length;")]
    [DataRow("int M(int[] a) => Use({|KM1011:a[..2]|});")]
    [DataRow("void M(int[] a) { ReadOnlySpan<int> r = {|KM1011:a[1..]|}; a[1] = 9; Use(r); }")]
    [DataRow("void M(int[] a) { foreach (int x in {|KM1011:a[1..]|}) a[2] = 9; }")]
    [DataRow("int M(int[] a) => {|KM1011:a[1..]|}[a[1] = 2];")]
    [DataRow("async System.Threading.Tasks.Task<int> {|KM1013:M|}(string s) => {|KM1011:s[1..]|}.Length;")]
    public Task Another_stays(string member) => Verify.NoFix<AllocationAnalyzer, SliceFix>(In("using System;", member));

    [TestMethod]
    public Task Where_AsSpan_is_not_known() => Verify.NoFix<AllocationAnalyzer, SliceFix>("class C { int M(string s) => {|KM1011:s[1..]|}.Length; }");

    private static string In(string usings, string member) => $"{usings}\nclass C {{ {member} static int Use(ReadOnlySpan<int> s) => s.Length; static int Text(ReadOnlySpan<char> s) => s.Length; }}";
}
