using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Rules.Calls;
using KernelMem.Analyzers.Rules.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Meta;

/// <summary>KM0004: what silences a rule where it has nothing to say.</summary>
[TestClass]
public sealed class NeedlessSuppressionTests
{
    private const string SuppressMessage = "System.Diagnostics.CodeAnalysis.SuppressMessage";

    [TestMethod]
    [DataRow("#pragma warning disable {|KM0004:KM1001|}\nclass C { }")]
    [DataRow("#pragma warning disable KM1001, {|KM0004:KM1002|}\nclass C { object M() => new object(); }")]
    [DataRow("class C {\n#pragma warning disable {|KM0004:KM1001|} // why\nint A;\n#pragma warning restore KM1001\nobject M() => {|KM1001:new object()|}; }")]
    [DataRow("class C {\n#pragma warning disable {|KM0004:KM1001|}\nint A;\n#pragma warning restore\nobject M() => {|KM1001:new object()|}; }")]
    [DataRow("class C { object M() => {|KM1001:new object()|};\n#pragma warning disable {|KM0004:KM1001|}\nint A; }")]
    [DataRow("class C { [{|KM0004:" + SuppressMessage + "(\"KernelMem\", \"KM1001\")|}] int M() => 1; }")]
    [DataRow("class C { [{|KM0004:" + SuppressMessage + "(\"KernelMem\", \"KM1001:Objects\", Justification = \"why\")|}] int M() => 1; object N() => {|KM1001:new object()|}; }")]
    [DataRow("[assembly: {|KM0004:" + SuppressMessage + "(\"KernelMem\", \"KM1001\", Scope = \"member\", Target = \"~M:C.N\")|}] class C { void N() { } object M() => {|KM1001:new object()|}; }")]
    [DataRow("[module: {|KM0004:" + SuppressMessage + "(\"KernelMem\", \"KM1002\")|}] class C { }")]
    public Task Nothing_is_silenced(string source) => Verify.Suppressions<AllocationAnalyzer>(source);

    [TestMethod]
    [DataRow("#pragma warning disable KM1001\nclass C { object M() => new object(); }")]
    [DataRow("class C {\n#pragma warning disable KM1001\nobject M() => new object();\n#pragma warning restore KM1001\n}")]
    [DataRow("class C { [" + SuppressMessage + "(\"KernelMem\", \"KM1001\")] object M() => new object(); }")]
    [DataRow("[" + SuppressMessage + "(\"KernelMem\", \"KM1001\")] class C { object M() => new object(); }")]
    [DataRow("using System.Diagnostics.CodeAnalysis; [assembly: SuppressMessage(\"KernelMem\", \"KM1001:Objects\", Scope = \"member\", Target = \"~M:C.M\")] class C { object M() => new object(); }")]
    [DataRow("[module: " + SuppressMessage + "(\"KernelMem\", \"KM1001\")] class C { object M() => new object(); }")]
    public Task Something_is(string source) => Verify.Suppressions<AllocationAnalyzer>(source);

    [TestMethod]
    [DataRow("#pragma warning disable KM2002, CS0168, IDE0051\nclass C { }", DisplayName = "rules of others")]
    [DataRow("#pragma warning disable\nclass C { }", DisplayName = "all rules")]
    [DataRow("#if NEVER\n#pragma warning disable KM1001\n#endif\nclass C { }", DisplayName = "not compiled")]
    [DataRow("#pragma warning disable KM0004\n#pragma warning disable KM1001\nclass C { }", DisplayName = "silenced itself")]
    [DataRow("class SuppressMessageAttribute(string a, string b) : Attribute { public string A = a, B = b; } class C { }", DisplayName = "no suppression")]
    public Task Nobody_can_tell(string source) => Verify.Suppressions<AllocationAnalyzer>(source);

    [TestMethod]
    public Task The_message_names_the_rule()
        => Verify.Suppressions<MustUseAnalyzer>(
            "#pragma warning disable {|#0:KM5004|}\nclass C { }",
            Needless().WithArguments("The suppression of KM5004", "nothing is reported here"));

    [TestMethod]
    [DataRow("class C { [{|KM0004:TrustedNoAlloc(Justification = \"seen\")|}] int M() => 1; }")]
    [DataRow("class C { [{|KM0004:TrustedNoAlloc(Justification = \"seen\")|}] int P => N(); int N() => 1; }")]
    [DataRow("class C { [{|KM0004:TrustedNoAlloc(Justification = \"seen\")|}] int M() { return L(); int L() => 1; } }")]
    [DataRow("class C { [{|KM0004:TrustedNoAlloc(Justification = \"seen\")|}] int F = Math.Abs(1); }")]
    public Task Trust_in_what_allocates_nothing(string source) => Verify.Suppressions<CallAnalyzer>(source);

    [TestMethod]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] object M() => new object(); }")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] int P { get { return new object().GetHashCode(); } } }")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] string M(string s) => s.Trim(); }", DisplayName = "by a callee")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] object M() { return L(); object L() => new object(); } }", DisplayName = "by a function inside")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] void M(Action a) => a(); }", DisplayName = "nobody knows")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] object F = new object(); }", DisplayName = "by an initializer")]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"seen\")] Action M() => static () => { }; }", DisplayName = "on first use")]
    [DataRow("class C { [DllImport(\"a\"), TrustedNoAlloc(Justification = \"assembly\")] static extern void M(); }", DisplayName = "no code")]
    [DataRow("[TrustedNoAlloc(Justification = \"seen\")] class C { int M() => 1; }", DisplayName = "for what is to come, too")]
    public Task Trust_in_what_allocates(string source) => Verify.Suppressions<CallAnalyzer>(source);

    [TestMethod]
    public Task The_message_names_the_member()
        => Verify.Suppressions<CallAnalyzer>(
            "class C { [{|#0:TrustedNoAlloc(Justification = \"seen\")|}] int P => 1; }",
            Needless().WithArguments("The trust in 'P'", "the rules find nothing that allocates"));

    private static DiagnosticResult Needless() => new DiagnosticResult("KM0004", DiagnosticSeverity.Warning).WithLocation(0);
}
