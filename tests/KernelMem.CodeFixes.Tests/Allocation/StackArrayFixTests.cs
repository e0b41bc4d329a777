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
    [DataRow("int[] a = {|KM1002:new int[4]|}; a[0] = 1; unsafe { delegate*<int> one = &One; } static int One() => 1;", "Span<int> a = stackalloc int[4]; a[0] = 1; unsafe { delegate*<int> one = &One; } static int One() => 1;")]
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
    [DataRow("again: int[] a = {|KM1002:new int[4]|}; a[0] = n--; if (n > 0) goto again;")]
    [DataRow("try { Use(null); } catch { int[] a = {|KM1002:new int[4]|}; a[0] = 1; }")]
    [DataRow("try { Use(null); } finally { int[] a = {|KM1002:new int[4]|}; a[0] = 1; }")]
    [DataRow("try { Use(null); } catch (Exception) when (Use({|KM1002:new int[4]|})) { }")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; long i = n; a[i] = 1;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; a[(uint)n] = 1;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; L(); void L() => a[0] = 1;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; Action l = {|KM1005:() =>|} a[0] = 1;")]
    [DataRow("Span<int> s = default; s = {|KM1002:new int[4]|}; s[0] = 1;")]
    [DataRow("Span<int> s = default; unsafe { s = {|KM1002:new int[4]|}; } s[0] = 1;")]
    [DataRow("Span<Big> s = {|KM1002:new Big[9]|}; s[0] = default;")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; Other(a);")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; unsafe { fixed (int* p = a) { *p = 1; } }")]
    [DataRow("int[] a = {|KM1002:new int[4]|}; Span<int> s = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref a[0], 4);")]
    public Task Another_stays(string body) => Verify.NoFix<AllocationAnalyzer, StackArrayFix>(Method(body));

    [TestMethod]
    public Task Without_the_namespace_it_is_imported()
        => Verify.Fix<AllocationAnalyzer, StackArrayFix>(
            "class C { void M() { int[] a = {|KM1002:new int[4]|}; a[0] = 1; } }",
            "class C { void M() { System.Span<int> a = stackalloc int[4]; a[0] = 1; } }");

    [TestMethod]
    [DataRow("Span<int> M() => {|KM1002:new int[4]|};")]
    [DataRow("unsafe Span<int> M() => {|KM1002:new int[4]|};")]
    [DataRow("unsafe Span<int> M() { Span<int> s = {|KM1002:new int[4]|}; return s; }")]
    [DataRow("unsafe ReadOnlySpan<int> M(int n) { return {|KM1002:new int[] { n, 2 }|}; }")]
    [DataRow("unsafe Span<int> M() { Span<int> s = {|KM1002:new int[4]|}; Span<int> t = s[1..]; return t; }")]
    [DataRow("ref int M() { int[] a = {|KM1002:new int[4]|}; return ref a[0]; }")]
    [DataRow("unsafe ref int M() { int[] a = {|KM1002:new int[4]|}; return ref a[0]; }")]
    [DataRow("unsafe ref int M() { int[] a = {|KM1002:new int[4]|}; ref int r = ref a[0]; return ref r; }")]
    [DataRow("unsafe Span<int> M() { int[] a = {|KM1002:new int[4]|}; return Same(a); } Span<int> Same(Span<int> s) => s;")]
    [DataRow("unsafe void M(out Span<int> s) => s = {|KM1002:new int[4]|};")]
    [DataRow("async System.Threading.Tasks.Task {|KM1013:M|}() { int[] a = {|KM1002:new int[4]|}; a[0] = 1; }")]
    [DataRow("System.Collections.Generic.IEnumerable<int> {|KM1013:M|}() { int[] a = {|KM1002:new int[4]|}; a[0] = 1; yield break; }")]
    [DataRow("[System.Runtime.CompilerServices.SkipLocalsInit] int M() { int[] a = {|KM1002:new int[4]|}; return a[0]; }")]
    [DataRow("int P { [System.Runtime.CompilerServices.SkipLocalsInit] get { int[] a = {|KM1002:new int[4]|}; return a[0]; } }")]
    [DataRow("[System.Runtime.CompilerServices.SkipLocalsInit] int P { get { int[] a = {|KM1002:new int[4]|}; return a[0]; } }")]
    [DataRow("[System.Runtime.CompilerServices.SkipLocalsInit] class D { int M() { int[] a = {|KM1002:new int[4]|}; return a[0]; } }")]
    [DataRow("[System.Runtime.CompilerServices.SkipLocalsInit] int M() { return L(); static int L() { int[] a = {|KM1002:new int[4]|}; return a[0]; } }")]
    [DataRow("static int s_a = Sum({|KM1002:new int[4]|}); static int Sum(Span<int> s) => 0;")]
    public Task What_outlives_its_frame_or_needs_zeros_stays(string member) => Verify.NoFix<AllocationAnalyzer, StackArrayFix>($"using System;\nclass C {{ {member} }}");

    [TestMethod]
    public Task A_module_that_does_not_clear_its_stack()
        => Verify.NoFix<AllocationAnalyzer, StackArrayFix>("[module: System.Runtime.CompilerServices.SkipLocalsInit] class C { int M() { int[] a = {|KM1002:new int[4]|}; return a[0]; } }");

    [TestMethod]
    public Task What_is_filled_needs_no_zeros()
        => Verify.Fix<AllocationAnalyzer, StackArrayFix>(
            "using System; class C { [System.Runtime.CompilerServices.SkipLocalsInit] int M() { int[] a = {|KM1002:new int[] { 1, 2 }|}; return a[0]; } }",
            "using System; class C { [System.Runtime.CompilerServices.SkipLocalsInit] int M() { Span<int> a = stackalloc int[] { 1, 2 }; return a[0]; } }");

    private static string Method(string body) => $$"""
        using System;
        unsafe struct Big { public fixed byte B[128]; }
        class C
        {
            void M(int n) { {{body}} }
            bool Use(Span<int> s) => true;
            void Keep(int[] a) { }
            void Other(ReadOnlySpan<int> a) { }
            void Other(Span<int> a) { }
        }
        """;
}
