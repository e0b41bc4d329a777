using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1003: a method becomes generic.</summary>
[TestClass]
public sealed class GenericParameterFixTests
{
    private const string Types = "interface I { void Do(); } struct S : I { public void Do() { } }\n";

    [TestMethod]
    [DataRow(
        "class C { void Use(I x) { x.Do(); } void M(S s) { Use({|KM1003:s|}); } }",
        "class C { void Use<T>(T x) where T : I { x.Do(); } void M(S s) { Use(s); } }")]
    [DataRow(
        "class C { static int Use(int n, I x) => n; void M(S s) { C.Use(1, {|KM1003:s|}); C.Use(2, {|KM1003:s|}); } }",
        "class C { static int Use<T>(int n, T x) where T : I => n; void M(S s) { C.Use(1, s); C.Use(2, s); } }")]
    [DataRow(
        "class C<T> { void Use<U>(U u, I x) where U : struct { } void M(S s) { Use(1, {|KM1003:s|}); } }",
        "class C<T> { void Use<U, T1>(U u, T1 x) where U : struct where T1 : I { } void M(S s) { Use(1, s); } }")]
    [DataRow(
        "class C { void M(S s) { Use({|KM1003:s|}); void Use(I x) { x.Do(); } } }",
        "class C { void M(S s) { Use(s); void Use<T>(T x) where T : I { x.Do(); } } }")]
    public Task The_interface_becomes_a_constraint(string source, string fixedSource)
        => Verify.Fix<AllocationAnalyzer, GenericParameterFix>(Types + source, Types + fixedSource);

    [TestMethod]
    [DataRow("class C { void Use(object x) { } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { protected virtual void Use(I x) { } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(I x) { x = null; } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(ref I x) { } void M(S s) { I i = {|KM1003:s|}; Use(ref i); } }")]
    [DataRow("interface J { void Use(I x); } class C : J { public void Use(I x) { } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void M(S s, System.IComparable<int> c) { System.Collections.Generic.Comparer<I>.Default.Compare({|KM1003:s|}, null); } }")]
    [DataRow("class C { void Use(I x) { x.Do(); } void M(S s) { Use({|KM1003:s|}); Use(null); } }")]
    [DataRow("public interface K { void Do(); } struct V : K { public void Do() { } } public class C { public void Use(K x) { x.Do(); } void M(V s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use<U>(I x, U u) { x.Do(); } void M(S s) { Use({|KM1003:s|}, 1); Use<long>({|KM1003:s|}, 1); } }")]
    [DataRow("class C { void Use(I x) { I y = x; x.Do(); y.Do(); } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(I x) { (x, _) = (x, 1); } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { bool Use(I x) => x == null; void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(I x) { System.Action a = {|KM1006:x.Do|}; } void M(S s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(I x) { x.Do(); } void Use(S s) { } void M(S s) { Use({|KM1003:(I)s|}); } }")]
    [DataRow("interface J { void Do() { } } struct V : J { } class C { void Use(J x) { x.Do(); } void M(V s) { Use({|KM1003:s|}); } }")]
    [DataRow("class C { void Use(I x) { x.ToString(); } void M(S s) { Use({|KM1003:s|}); } }")]
    public Task Another_stays(string source) => Verify.NoFix<AllocationAnalyzer, GenericParameterFix>(Types + source);
}
