using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1011: parts that are copies.</summary>
[TestClass]
public sealed class SliceTests
{
    [TestMethod]
    [DataRow("_ = {|KM1011:array[1..]|};")]
    [DataRow("Range r = 1..2; _ = {|KM1011:array[r]|};")]
    [DataRow("_ = {|KM1011:s_text![..^1]|};")]
    [DataRow("_ = s_text?{|KM1011:[1..]|};")]
    [DataRow("if (array is [1, {|KM1011:.. var rest|}]) { }")]
    [DataRow("if (array is [1, {|KM1011:.. { Length: 2 }|}]) { }")]
    [DataRow("if (s_text is ['a', {|KM1011:.. \"bc\"|}]) { }")]
    [DataRow("foreach (int x in {|KM1011:array[1..]|}) { }")]
    public Task A_part_is_copied(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = array.AsSpan()[1..];")]
    [DataRow("_ = s_text.AsSpan()[..^1];")]
    [DataRow("_ = array[^1];")]
    [DataRow("_ = s_text![^1];")]
    [DataRow("if (array is [1, ..]) { }")]
    [DataRow("if (array is [1, .. _]) { }")]
    [DataRow("if (array.AsSpan() is [1, .. var rest]) { }")]
    [DataRow("Range r = 1..^2;")]
    public Task It_is_looked_at(string body) => Member.CheckBody(body);
}
