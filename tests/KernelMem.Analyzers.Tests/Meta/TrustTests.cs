using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Meta;

namespace KernelMem.Analyzers.Tests.Meta;

/// <summary>KM0002: trust that nobody justifies.</summary>
[TestClass]
public sealed class TrustTests
{
    [TestMethod]
    [DataRow("class C { [{|KM0002:TrustedNoAlloc|}] void M() { } }")]
    [DataRow("class C { [{|KM0002:TrustedNoAlloc()|}] void M() { } }")]
    [DataRow("class C { [{|KM0002:TrustedNoAlloc(Justification = \"\")|}] void M() { } }")]
    [DataRow("class C { [{|KM0002:TrustedNoAlloc(Justification = \"<pending> \")|}] void M() { } }")]
    [DataRow("class C { const string Nothing = \" \"; [{|KM0002:TrustedNoAlloc(Justification = Nothing)|}] void M() { } }")]
    [DataRow("class C { [{|KM0002:TrustedNoAlloc(Justification = null)|}] int P => 1; }")]
    [DataRow("class C { [{|KM0002:KernelMem.Annotations.TrustedNoAllocAttribute|}] static int s_field; }")]
    [DataRow("[{|KM0002:TrustedNoAlloc|}] struct S { }")]
    [DataRow("class C { void M() { [{|KM0002:TrustedNoAlloc|}] void L() { } L(); } }")]
    [DataRow("class C { Action A = [{|KM0002:TrustedNoAlloc|}] () => { }; }")]
    public Task Nothing_says_why(string source) => Verify.Rule<TrustAnalyzer>(source);

    [TestMethod]
    [DataRow("class C { [TrustedNoAlloc(Justification = \"the list is never full\")] void M() { } }")]
    [DataRow("class C { const string Why = \"seen\"; [TrustedNoAlloc(Justification = Why)] void M() { } }")]
    [DataRow("class C { [NoAlloc] void M() { } [MayAlloc(\"host\")] void N() { } }")]
    [DataRow("namespace Mine { class TrustedNoAllocAttribute : Attribute { } class C { [Mine.TrustedNoAlloc] void M() { } } }")]
    public Task Somebody_says_why(string source) => Verify.Rule<TrustAnalyzer>(source);

    [TestMethod]
    public Task The_message_names_the_member()
        => Verify.Rule<TrustAnalyzer>(
            "class C { [{|#0:TrustedNoAlloc|}] int P => 1; }",
            Microsoft.CodeAnalysis.Testing.DiagnosticResult.CompilerError("KM0002").WithSeverity(Microsoft.CodeAnalysis.DiagnosticSeverity.Warning).WithLocation(0).WithArguments("P"));
}
