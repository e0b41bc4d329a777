using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1005: what is captured becomes constant.</summary>
[TestClass]
public sealed class StaticFunctionFixTests
{
    [TestMethod]
    [DataRow("int a = 3; Func<int> f = {|KM1005:() =>|} a;", "const int a = 3; Func<int> f = {|KM1007:static () =>|} a;")]
    [DataRow("var a = 3; Func<int> f = {|KM1005:() =>|} a + 1;", "const int a = 3; Func<int> f = {|KM1007:static () =>|} a + 1;")]
    [DataRow("string a = \"x\"; int b = 2; Func<string> f = {|KM1005:() =>|} b > 1 ? a : \"\";", "const string a = \"x\"; const int b = 2; Func<string> f = {|KM1007:static () =>|} b > 1 ? a : \"\";")]
    [DataRow("int a = 3; Func<int> f = {|KM1005:delegate|} { return a; };", "const int a = 3; Func<int> f = {|KM1007:static delegate|} { return a; };")]
    public Task Constants_are_not_captured(string body, string fixedBody) => Verify.Fix<AllocationAnalyzer, StaticFunctionFix>(Method(body), Method(fixedBody));

    [TestMethod]
    [DataRow("int a = 3; a++; Func<int> f = {|KM1005:() =>|} a;")]
    [DataRow("int a = 3; Func<int> f = {|KM1005:() =>|} a++;")]
    [DataRow("int a = n; Func<int> f = {|KM1005:() =>|} a;")]
    [DataRow("Func<int> f = {|KM1005:() =>|} n;")]
    [DataRow("int a = 3; Func<int> f = {|KM1005:() =>|} a + _field;")]
    [DataRow("int a = 3; Fill(out a); Func<int> f = {|KM1005:() =>|} a;")]
    [DataRow("int a = 1, b = 2; Func<int> f = {|KM1005:() =>|} a + b;")]
    [DataRow("DateTime a = default; Func<DateTime> f = {|KM1005:() =>|} a;")]
    [DataRow("int a = 3; ((a, _), _) = ((1, 2), 3); Func<int> f = {|KM1005:() =>|} a;")]
    [DataRow("int a = 0; Func<int> f = {|KM1005:() =>|} n0 / a;")]
    [DataRow("int a = int.MaxValue; Func<int> f = {|KM1005:() =>|} a + 1;")]
    [DataRow("int a = 3; Func<int> f = {|KM1005:() =>|} a > 2 ? 1 : Pick(a);")]
    [DataRow("int a = 3; Action f = {|KM1005:() =>|} { if (a > 5) Pick(1); };")]
    [DataRow("int a = 3; Func<int> f = {|KM1005:() =>|} ByRef(in a);")]
    public Task What_changes_is(string body) => Verify.NoFix<AllocationAnalyzer, StaticFunctionFix>(Method(body));

    private static string Method(string body) => $$"""
        using System;
        class C
        {
            const int n0 = 1;
            int _field;
            void M(int n) { {{body}} }
            static void Fill(out int x) => x = 1;
            static int Pick(byte x) => 1;
            static int Pick(long x) => 2;
            static int ByRef(in int x) => x;
        }
        """;
}
