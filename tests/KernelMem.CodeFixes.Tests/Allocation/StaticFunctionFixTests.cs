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
    public Task What_changes_is(string body) => Verify.NoFix<AllocationAnalyzer, StaticFunctionFix>(Method(body));

    private static string Method(string body) => $"using System;\nclass C {{ int _field; void M(int n) {{ {body} }} static void Fill(out int x) => x = 1; }}";
}
