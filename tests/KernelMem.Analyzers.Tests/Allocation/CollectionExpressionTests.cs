using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1010: collection expressions.</summary>
[TestClass]
public sealed class CollectionExpressionTests
{
    [TestMethod]
    [DataRow("int[] a = {|KM1010:[1, number]|};")]
    [DataRow("List<int> a = {|KM1010:[]|};")]
    [DataRow("IList<int> a = {|KM1010:[]|};")]
    [DataRow("IEnumerable<int> a = {|KM1010:[number]|};")]
    [DataRow("IReadOnlyList<int> a = {|KM1010:[1, 2]|};")]
    [DataRow("System.Collections.Immutable.ImmutableArray<int> a = {|KM1010:[1]|};")]
    [DataRow("HashSet<int> a = {|KM1010:[number]|};")]
    [DataRow("Span<int> a = {|KM1010:[.. array]|};")]
    [DataRow("ReadOnlySpan<int> a = {|KM1010:[1, .. array]|};")]
    [DataRow("int[][] a = {|KM1010:[{|KM1010:[1]|}, []]|};")]
    [DataRow("object[] a = {|KM1010:[{|KM1003:number|}]|};")]
    [DataRow("Ints({|KM1010:[1]|});")]
    public Task An_object_is_made(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("int[] a = [];")]
    [DataRow("IEnumerable<int> a = [];")]
    [DataRow("Span<int> a = [1, number];")]
    [DataRow("ReadOnlySpan<int> a = [number];")]
    [DataRow("ReadOnlySpan<byte> a = [1, 2];")]
    [DataRow("ReadOnlySpan<string> a = [\"a\", \"b\"];")]
    [DataRow("Span([number, 2]);")]
    [DataRow("foreach (int x in (Span<int>)[1, number]) { }")]
    public Task Nothing_or_the_stack(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task Wide_constants_are_for_another_rule() => Member.CheckBody("ReadOnlySpan<int> a = {|KM1023:[1, 2]|};");
}
