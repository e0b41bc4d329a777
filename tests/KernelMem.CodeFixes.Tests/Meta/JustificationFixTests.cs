using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Meta;
using KernelMem.CodeFixes.Meta;

namespace KernelMem.CodeFixes.Tests.Meta;

/// <summary>KM0002: trust gets a place for its reason, and is reported until the reason is there.</summary>
[TestClass]
public sealed class JustificationFixTests
{
    [TestMethod]
    [DataRow("[{|KM0002:TrustedNoAlloc|}] void M() { }", "[{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|}] void M() { }")]
    [DataRow("[{|KM0002:TrustedNoAlloc()|} /* why */] void M() { }", "[{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|} /* why */] void M() { }")]
    [DataRow("[{|KM0002:TrustedNoAlloc(Justification = \"\")|}] void M() { }", "[{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|}] void M() { }")]
    [DataRow("[{|KM0002:TrustedNoAlloc|}] void M() { } [{|KM0002:TrustedNoAlloc|}] void N() { }", "[{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|}] void M() { } [{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|}] void N() { }")]
    public Task A_reason_is_to_be_written(string member, string fixedMember) => Verify.FixPart<TrustAnalyzer, JustificationFix>(Class(member), Class(fixedMember));

    [TestMethod]
    [DataRow("[{|KM0002:TrustedNoAlloc(Justification = \"<Pending>\")|}] void M() { }")]
    [DataRow("const string None = \"\"; [{|KM0002:TrustedNoAlloc(Justification = None)|}] void M() { }")]
    public Task What_its_author_has_to_write_stays(string member) => Verify.NoFix<TrustAnalyzer, JustificationFix>(Class(member));

    private static string Class(string member) => $"using KernelMem.Annotations; class C {{ {member} }}";
}
