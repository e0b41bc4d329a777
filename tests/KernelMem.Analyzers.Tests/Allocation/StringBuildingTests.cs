using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1008: strings put together at run time.</summary>
[TestClass]
public sealed class StringBuildingTests
{
    [TestMethod]
    [DataRow("s_text = {|KM1008:\"a\" + number|};")]
    [DataRow("s_text = {|KM1008:\"a\" + number + 'c' + true|};")]
    [DataRow("s_text = {|KM1008:s_text + s_text|};")]
    [DataRow("{|KM1008:s_text += number|};")]
    [DataRow("s_text = {|KM1008:$\"{number}\"|};")]
    [DataRow("s_text = {|KM1008:\"a\" + $\"{number}\" + \"b\"|};")]
    [DataRow("FormattableString f = {|KM1008:$\"{number}\"|};")]
    [DataRow("FormattableString f = {|KM1008:$\"text\"|};")]
    [DataRow("s_text = {|KM1008:$\"{s_text}{null}\"|};")]
    [DataRow("Take({|KM1008:\"a\" + number|});")]
    [DataRow("s_text = number > 0 ? {|KM1008:$\"{number}\"|} : \"\";")]
    [DataRow("s_text = {|KM1008:o + \"x\"|};")]
    [DataRow("s_text = {|KM1008:\"\" + number|};")]
    [DataRow("s_text = {|KM1008:\"\" + (s_text + s_text)|};")]
    [DataRow("s_text = {|KM1008:\"\" + $\"{number}\"|};")]
    [DataRow("s_text = {|KM1008:$\"{s_text,9}\"|};")]
    [DataRow("s_text = {|KM1008:s_text + s_text + \"\"|};")]
    public Task A_string_is_built(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("s_text = \"a\" + \"b\";")]
    [DataRow("const string k = \"a\"; s_text = k + \"b\"; s_text = $\"{k}b\";")]
    [DataRow("s_text = nameof(node) + \"x\";")]
    [DataRow("stackalloc char[9].TryWrite($\"{number}{s_text}\", out _);")]
    [DataRow("ReadOnlySpan<byte> s = \"a\"u8;")]
    [DataRow("number += 1;")]
    [DataRow("_ = s_text == \"a\";")]
    [DataRow("s_text = \"plain\";")]
    [DataRow("s_text = $\"{s_text}\";")]
    [DataRow("s_text = \"\" + s_text;")]
    [DataRow("s_text += \"\";")]
    [DataRow("s_text = s_text + \"\" + null;")]
    [DataRow("s_text = \"\" + $\"{s_text}\";")]
    [DataRow("s_text = \"a\" + 'b';")]
    public Task None_is(string body) => Member.CheckBody(body);
}
