using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1001: objects of classes.</summary>
[TestClass]
public sealed class ObjectCreationTests
{
    [TestMethod]
    [DataRow("_ = {|KM1001:new object()|};")]
    [DataRow("Node n = {|KM1001:new()|};")]
    [DataRow("_ = {|KM1001:new string('a', 3)|};")]
    [DataRow("_ = {|KM1001:new { A = 1 }|};")]
    [DataRow("_ = {|KM1001:new Node { Value = number }|};")]
    [DataRow("_ = {|KM1001:new List<int> { 1, 2 }|};")]
    [DataRow("node.Next = {|KM1001:new Node()|};")]
    [DataRow("node?.Next = {|KM1001:new Node()|};")]
    [DataRow("s_object ??= {|KM1001:new object()|};")]
    [DataRow("if (number > 0) { while (true) { _ = {|KM1001:new object()|}; } }")]
    [DataRow("lock (node) { _ = {|KM1001:new object()|}; }")]
    public Task An_object_is_allocated(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = new Square();")]
    [DataRow("_ = new DateTime(2020, 1, 1);")]
    [DataRow("Square s = new() { Side = 1 };")]
    [DataRow("_ = (1, 2);")]
    [DataRow("int? n = new int?(3);")]
    [DataRow("_ = new Span<int>(pointer, 2);")]
    [DataRow("_ = default(Node);")]
    [DataRow("_ = typeof(Node);")]
    [DataRow("_ = nameof(Node);")]
    public Task A_value_is_not(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task A_type_parameter_may_stand_for_a_class()
        => Member.Check("T New<T>() where T : new() => {|KM1001:new T()|}; T NewStruct<T>() where T : struct => new T(); T NewClass<T>() where T : class, new() => {|KM1001:new T()|};");

    [TestMethod]
    public Task What_the_compiler_leaves_out_allocates_nothing()
        => Member.Check("""
            [Conditional("NEVER")] static void Trace(object o) { }
            void M(bool b)
            {
                if (false) { s_object = new object(); }
                Trace(new object());
                const bool off = false;
                if (off && b) { s_object = new object(); }
            }
            """);

    [TestMethod]
    public Task A_partial_method_without_a_body_is_not_called()
        => Verify.Rule<AllocationAnalyzer>("partial class C { partial void On(object o); void M() => On(new object()); }");

    [TestMethod]
    public Task Top_level_code_is_code()
    {
        var test = new ProfiledRuleTest<AllocationAnalyzer>("Kernel");
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("/0/Test0.cs", "object o = {|KM1001:new object()|}; L(); void L() => o = {|KM1003:5|};"));
        return test.RunAsync();
    }

    [TestMethod]
    public Task What_a_defined_symbol_keeps_does()
        => Verify.Rule<AllocationAnalyzer>(
            """
            #define ALWAYS
            using System.Diagnostics;
            class C { [Conditional("ALWAYS")] static void Trace(object o) { } void M() => Trace({|KM1001:new object()|}); }
            """);

    [TestMethod]
    [DataRow("object Field = {|KM1001:new object()|};")]
    [DataRow("static object Static = {|KM1001:new object()|};")]
    [DataRow("object Automatic { get; } = {|KM1001:new object()|};")]
    [DataRow("object Expression => {|KM1001:new object()|};")]
    [DataRow("object Block { get { return {|KM1001:new object()|}; } set { s_object = {|KM1001:new object()|}; } }")]
    [DataRow("object this[int i] => {|KM1001:new object()|};")]
    [DataRow("C() { s_object = {|KM1001:new object()|}; } C(int x) : this({|KM1001:new object()|}) { } C(object o) { }")]
    [DataRow("static C() { s_object = {|KM1001:new object()|}; }")]
    [DataRow("public static C operator +(C a, C b) => {|KM1001:new C()|};")]
    [DataRow("public static implicit operator C(int a) => {|KM1001:new C()|};")]
    [DataRow("event Action E { add { s_object = {|KM1001:new object()|}; } remove { } }")]
    [DataRow("~C() { s_object = {|KM1001:new object()|}; }")]
    [DataRow("void M() { L(); void L() { s_object = {|KM1001:new object()|}; } }")]
    [DataRow("void M() { unsafe { fixed (char* p = s_text) { s_object = {|KM1001:new object()|}; } } }")]
    [DataRow("void M() { try { } finally { s_object = {|KM1001:new object()|}; } }")]
    [DataRow("int M(int x) => x switch { 0 => 1, _ when {|KM1001:new object()|} != null => 2, _ => 3 };")]
    public Task In_every_kind_of_body(string member) => Member.Check(member);

    [TestMethod]
    public Task In_extension_members_and_top_level_code()
        => Verify.Rule<AllocationAnalyzer>(
            "static class E { extension(int x) { public object Boxed => {|KM1001:new object()|}; } }");

    [TestMethod]
    public Task Arguments_of_attributes_are_constants()
        => Verify.Rule<AllocationAnalyzer>(
            "class A : Attribute { public A(params object[] x) { } } [A(1, \"2\", new int[] { 3 })] class C { [A(typeof(int))] void M([A(4)] int x = 5) { } }");
}
