using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests;

/// <summary>What a project's profile decides.</summary>
[TestClass]
public sealed class ProfileTests
{
    private const string Allocates = "class C { object M() => {|KM1001:new object()|}; }";
    private const string AllocatesUnasked = "class C { object M() => new object(); }";

    [TestMethod]
    public Task A_kernel_must_not_allocate_without_being_asked() => Verify.Rule<AllocationAnalyzer>(Allocates);

    [TestMethod]
    public Task An_audit_sees_what_a_kernel_s_build_would_see() => Verify.RuleIn<AllocationAnalyzer>("Audit", Allocates);

    [TestMethod]
    public Task A_hosted_program_may_allocate() => Verify.RuleIn<AllocationAnalyzer>("Hosted", AllocatesUnasked);

    [TestMethod]
    public Task A_hosted_program_is_held_to_its_own_marks()
        => Verify.RuleIn<AllocationAnalyzer>("Hosted", "class C { [NoAlloc] object M() => {|KM1001:new object()|}; object N() => new object(); }");

    [TestMethod]
    public Task Nothing_is_checked_when_the_rules_are_off()
        => Verify.RuleIn<AllocationAnalyzer>("Off", "class C { [NoAlloc] object M() => new object(); }");
}
