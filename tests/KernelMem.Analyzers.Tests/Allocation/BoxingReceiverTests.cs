using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1004: calls that box their receiver.</summary>
[TestClass]
public sealed class BoxingReceiverTests
{
    [TestMethod]
    [DataRow("_ = {|KM1004:square.ToString()|};")]
    [DataRow("_ = {|KM1004:square.GetHashCode()|};")]
    [DataRow("_ = {|KM1004:square.Equals(null)|};")]
    [DataRow("_ = {|KM1004:square.GetType()|};")]
    [DataRow("_ = {|KM1004:named.GetType()|};")]
    [DataRow("_ = {|KM1004:colour.ToString()|};")]
    [DataRow("_ = {|KM1004:number.GetType()|};")]
    [DataRow("_ = {|KM1004:s_maybe.GetType()|};")]
    [DataRow("_ = {|KM1004:generic!.GetType()|};")]
    [DataRow("_ = {|KM1004:colour.HasFlag({|KM1003:Colour.Red|})|};")]
    [DataRow("Func<int> f = {|KM1006:{|KM1004:named.Length|}|};")]
    public Task The_receiver_is_boxed(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = named.ToString();")]
    [DataRow("_ = named.GetHashCode();")]
    [DataRow("_ = named.Length();")]
    [DataRow("_ = colour.GetHashCode();")]
    [DataRow("_ = number.GetHashCode();")]
    [DataRow("_ = s_maybe.GetHashCode();")]
    [DataRow("_ = generic!.ToString();")]
    [DataRow("_ = node.ToString();")]
    [DataRow("_ = node.GetType();")]
    public Task The_receiver_is_not(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task A_base_call_boxes() => Member.Check("struct S { public override int GetHashCode() => {|KM1004:base.GetHashCode()|}; }");
}
