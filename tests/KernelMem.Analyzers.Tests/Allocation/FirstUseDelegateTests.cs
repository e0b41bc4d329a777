using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1007: delegates made once.</summary>
[TestClass]
public sealed class FirstUseDelegateTests
{
    [TestMethod]
    [DataRow("Action a = {|KM1007:Node.Static|};")]
    [DataRow("s_action = {|KM1007:Node.Static|};")]
    [DataRow("Action a = (Action){|KM1007:Node.Static|};")]
    [DataRow("Func<int> f = {|KM1007:() =>|} 1;")]
    [DataRow("Func<int> f = {|KM1007:static () =>|} 1;")]
    [DataRow("Func<int> f = {|KM1007:delegate|} { return 1; };")]
    [DataRow("static void L() { } Action a = {|KM1007:L|};")]
    public Task A_delegate_is_made_on_first_use(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("delegate*<void> f = &Node.Static;")]
    [DataRow("void L() { } L();")]
    [DataRow("static int L(int x) => x; _ = L(1);")]
    public Task None_is(string body) => Member.CheckBody(body);
}
