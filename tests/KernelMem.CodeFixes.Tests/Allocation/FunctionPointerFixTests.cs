using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1006, KM1007: a delegate becomes a function pointer.</summary>
[TestClass]
public sealed class FunctionPointerFixTests
{
    [TestMethod]
    [DataRow("Action a = {|KM1007:Static|}; a();", "delegate*<void> a = &Static; a();")]
    [DataRow("Action a = {|KM1006:new Action(Static)|}; a();", "delegate*<void> a = &Static; a();")]
    [DataRow("Action a = (Action){|KM1007:Static|}; a.Invoke();", "delegate*<void> a = &Static; a();")]
    [DataRow("Func<int, string, long> f = {|KM1007:C.Count|}; long x = f(1, null) + f.Invoke(2, null);", "delegate*<int, string, long> f = &C.Count; long x = f(1, null) + f(2, null);")]
    [DataRow("Fill f = {|KM1007:FillIn|}; int v = 0; f(out v, in v);", "delegate*<out int, in int, void> f = &FillIn; int v = 0; f(out v, in v);")]
    public Task A_local_that_is_only_called(string body, string fixedBody)
        => Verify.Fix<AllocationAnalyzer, FunctionPointerFix>(Method(body, "void"), Method(fixedBody, "unsafe void"));

    [TestMethod]
    public Task In_unsafe_code_nothing_is_added()
        => Verify.Fix<AllocationAnalyzer, FunctionPointerFix>(Method("Action a = {|KM1007:Static|}; a();", "unsafe void"), Method("delegate*<void> a = &Static; a();", "unsafe void"));

    [TestMethod]
    [DataRow("Action a = {|KM1007:Static|}; Keep(a);")]
    [DataRow("Action a = {|KM1006:Instance|}; a();")]
    [DataRow("Action a = {|KM1007:Static|}; Action b = {|KM1005:() =>|} a();")]
    [DataRow("Action a = {|KM1007:Static|}, b = null; a();")]
    [DataRow("_field = {|KM1007:Static|};")]
    [DataRow("Action a = {|KM1007:() =>|} { }; a();")]
    [DataRow("Func<int, string, long> f = {|KM1007:Count|}; long x = f(arg1: 1, arg2: null);")]
    [DataRow("Func<int, string, long> f = {|KM1007:Count|}; long x = f(1, null); f = null;")]
    public Task Another_stays(string body) => Verify.NoFix<AllocationAnalyzer, FunctionPointerFix>(Method(body, "void"));

    private static string Method(string body, string head) => $$"""
        using System;
        delegate void Fill(out int x, in int y);
        class C
        {
            Action _field;
            static void Static() { }
            static long Count(int a, string b) => a;
            static void FillIn(out int x, in int y) => x = 1;
            void Instance() { }
            void Keep(Action a) { }
            {{head}} M() { {{body}} }
        }
        """;
}
