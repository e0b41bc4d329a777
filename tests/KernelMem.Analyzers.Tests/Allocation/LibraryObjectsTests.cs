using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1015: queries, dynamic operations, expression trees.</summary>
[TestClass]
public sealed class LibraryObjectsTests
{
    private const string Tree = "global::System.Linq.Expressions.Expression";

    [TestMethod]
    [DataRow("dynamic M(dynamic d) => {|KM1015:d.Foo()|};")]
    [DataRow("dynamic M(dynamic d) => {|KM1015:d.Bar|};")]
    [DataRow("dynamic M(dynamic d) => {|KM1015:d[0]|};")]
    [DataRow("dynamic M(dynamic d) => {|KM1015:d + 1|};")]
    [DataRow("dynamic M(dynamic d) => {|KM1015:-d|};")]
    [DataRow("int M(dynamic d) => {|KM1015:d|};")]
    [DataRow("void M(dynamic d) { {|KM1015:d++|}; }")]
    [DataRow("void M(dynamic d) { {|KM1015:d += 1|}; }")]
    [DataRow("void M(dynamic d) { {|KM1015:Take(d)|}; }")]
    public Task A_dynamic_operation_is_bound(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("dynamic M(dynamic d) => d;")]
    [DataRow("object M(dynamic d) => d;")]
    [DataRow("dynamic? M(string s) => s;")]
    public Task A_dynamic_value_is_handed_on(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("IEnumerable<int> M(int[] a) => {|KM1015:from x in a where {|KM1007:x > 1|} select {|KM1007:x + 1|}|};")]
    [DataRow("IEnumerable<int> M(IEnumerable<int> a) => {|KM1015:from x in a select {|KM1007:x + 1|}|};")]
    public Task A_query_is_run(string member) => Member.Check(member);

    [TestMethod]
    public Task A_query_of_one_s_own_is_calls()
        => Member.Check("struct Own { public Own Select(Func<int, int> f) => this; } Own M(Own o) => from x in o select {|KM1007:x|};");

    [TestMethod]
    [DataRow(Tree + "<Func<int>> M() => {|KM1015:() =>|} 1;")]
    [DataRow(Tree + "<Func<int, object>> M() => {|KM1015:x =>|} x;")]
    [DataRow(Tree + "<Func<object>> M() => {|KM1015:() =>|} new object();")]
    [DataRow(Tree + "<Func<int>> M(int a) => {|KM1015:() =>|} a;")]
    public Task A_tree_is_made_and_its_code_does_not_run(string member) => Member.Check(member);
}
