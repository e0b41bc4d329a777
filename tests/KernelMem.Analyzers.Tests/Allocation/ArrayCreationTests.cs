using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1002: arrays.</summary>
[TestClass]
public sealed class ArrayCreationTests
{
    [TestMethod]
    [DataRow("_ = {|KM1002:new int[3]|};")]
    [DataRow("_ = {|KM1002:new int[2, 2]|};")]
    [DataRow("_ = {|KM1002:new int[2][]|};")]
    [DataRow("_ = {|KM1002:new[] { 1, 2 }|};")]
    [DataRow("int[] a = {|KM1002:{ 1, 2 }|};")]
    [DataRow("ReadOnlySpan<int> s = {|KM1002:new int[] { number }|};")]
    [DataRow("Span<byte> s = {|KM1002:new byte[] { 1, 2 }|};")]
    [DataRow("ReadOnlySpan<byte> s = {|KM1002:new byte[number]|};")]
    [DataRow("ReadOnlySpan<decimal> s = {|KM1002:new decimal[] { 1, 2 }|};")]
    [DataRow("_ = {|KM1002:new Square[0]|};")]
    [DataRow("ReadOnlySpan<int> s = {|KM1002:new int[0]|};")]
    [DataRow("Span<Square> s = {|KM1002:new Square[] { }|};")]
    [DataRow("var s = new ReadOnlySpan<int>({|KM1002:new[] { 1, 2 }|}, 0, 1);")]
    [DataRow("var s = new ReadOnlySpan<byte>({|KM1002:new byte[] { 1, 2 }|}, 1, 1);")]
    public Task An_array_is_allocated(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("ReadOnlySpan<byte> s = new byte[] { 1, 2 };")]
    [DataRow("ReadOnlySpan<bool> s = new[] { true, false };")]
    [DataRow("ReadOnlySpan<Square> s = new Square[] { };")]
    [DataRow("var s = new ReadOnlySpan<byte>(new byte[] { 1, 2 }, 0, 1);")]
    [DataRow("ReadOnlySpan<byte> s = \"text\"u8;")]
    [DataRow("Span<int> s = stackalloc int[3];")]
    [DataRow("int* p = stackalloc int[] { 1, 2 };")]
    public Task Constant_data_and_the_stack_are_not(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task A_property_of_constant_data() => Member.Check("static ReadOnlySpan<byte> Table => new byte[] { 1, 2, 3 };");
}
