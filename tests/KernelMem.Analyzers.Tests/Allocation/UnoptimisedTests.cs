using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1023: what only unoptimised code allocates.</summary>
[TestClass]
public sealed class UnoptimisedTests
{
    [TestMethod]
    [DataRow("_ = {|KM1023:generic|} == null;")]
    [DataRow("_ = generic is {|KM1023:null|};")]
    [DataRow("_ = {|KM1023:generic is string|};")]
    [DataRow("_ = generic is {|KM1023:int x|};")]
    [DataRow("_ = generic is {|KM1023:{ }|};")]
    [DataRow("_ = {|KM1023:generic|}?.ToString();")]
    [DataRow("_ = {|KM1023:generic|} ?? default;")]
    [DataRow("_ = (int){|KM1023:(object?)generic!|};")]
    [DataRow("_ = square is {|KM1023:IShape and not null|};")]
    public Task A_box_is_made_to_be_tested(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("ReadOnlySpan<int> s = {|KM1023:new[] { 1, 2 }|};")]
    [DataRow("ReadOnlySpan<int> s = {|KM1023:[1, 2]|};")]
    [DataRow("ReadOnlySpan<char> s = {|KM1023:['a']|};")]
    [DataRow("{|KM1023:Span(1, 2)|};")]
    public Task Wide_constants_are_looked_up(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = node == null;")]
    [DataRow("_ = square is IShape;")]
    [DataRow("_ = generic is var x;")]
    [DataRow("ReadOnlySpan<byte> s = [1, 2];")]
    public Task Nothing_is(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task What_is_known_to_be_a_class_or_a_struct_needs_no_box()
        => Member.Check("bool OfClass<T>(T x) where T : class => x == null; bool OfStruct<T>(T x) where T : struct => x is { };");
}
