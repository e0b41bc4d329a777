using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1006: delegates made each time.</summary>
[TestClass]
public sealed class DelegateTests
{
    [TestMethod]
    [DataRow("Action a = {|KM1006:node.Instance|};")]
    [DataRow("s_action = {|KM1006:node.Instance|};")]
    [DataRow("Action a = {|KM1006:new Action(Node.Static)|};")]
    [DataRow("Action a = {|KM1006:new(node.Instance)|};")]
    [DataRow("{|KM1006:node.Changed += s_action|};")]
    [DataRow("s_action = {|KM1006:s_action + s_action|};")]
    [DataRow("{|KM1006:s_action += s_action|};")]
    [DataRow("{|KM1006:s_action -= s_action|};")]
    [DataRow("Func<object, bool> f = {|KM1006:s_text!.Equals|};")]
    [DataRow("Func<int[]> f = {|KM1006:array.ToArray<int>|};")]
    [DataRow("void L() { } Action a = {|KM1006:L|};")]
    [DataRow("int L(int x) => x; Func<int, int> f = {|KM1006:L|};")]
    public Task A_delegate_is_allocated(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("delegate*<void> f = &Node.Static; f();")]
    [DataRow("delegate*<int, int> f = &Node.Twice; _ = f(2);")]
    [DataRow("s_action!();")]
    [DataRow("s_action = null;")]
    [DataRow("Action? copy = s_action;")]
    [DataRow("_ = s_action == null;")]
    [DataRow("node.Instance();")]
    [DataRow("Action a = {|KM1007:Node.Static|};")]
    public Task None_is(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task An_event_with_accessors_of_its_own_joins_nothing()
        => Member.Check("event Action Own { add { } remove { } } void M(Action a) { Own += a; }");

    [TestMethod]
    [DataRow("partial event Action Own; partial event Action Own { add { } remove { } } void M(Action a) { Own += a; }")]
    [DataRow("interface IHasEvent { event Action Own; } void M(IHasEvent o, Action a) { o.Own += a; }")]
    [DataRow("abstract class HasEvent { public abstract event Action Own; } void M(HasEvent o, Action a) { o.Own += a; }")]
    public Task An_event_whose_accessors_are_elsewhere_joins_nothing(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("static Action s_a = {|KM1006:Node.Static|};")]
    [DataRow("static Action s_a = {|KM1006:() =>|} s_number++;")]
    [DataRow("static Action A { get; } = {|KM1006:Node.Static|};")]
    [DataRow("static C() { s_action = {|KM1006:Node.Static|}; }")]
    [DataRow("static Action<int> s_a = {|KM1006:x =>|} s_action = {|KM1006:Node.Static|};")]
    [DataRow("static Action<int> s_a = {|KM1006:x =>|} s_action = {|KM1007:() =>|} s_number++;")]
    [DataRow("Action _a = {|KM1007:Node.Static|};")]
    public Task Code_that_runs_once_keeps_nothing(string member) => Member.Check(member);

    [TestMethod]
    public Task Before_CSharp_11_method_groups_are_not_kept()
        => new OldLanguageTest { TestCode = "class C { static void S() { } [KernelMem.Annotations.NoAlloc] void M() { System.Action a = {|KM1006:S|}; } }" }.RunAsync();

    private sealed class OldLanguageTest : RuleTest<AllocationAnalyzer>
    {
        protected override ParseOptions CreateParseOptions() => ((CSharpParseOptions)base.CreateParseOptions()).WithLanguageVersion(LanguageVersion.CSharp10);
    }
}
