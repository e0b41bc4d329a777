using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>What the head of a rule's page and the index say of a rule.</summary>
/// <param name="Id">The rule's id.</param>
/// <param name="Title">The rule in one sentence.</param>
/// <param name="Category">Its family.</param>
/// <param name="Severity">What it is where no profile says otherwise.</param>
/// <param name="FollowsProfile">Whether the presets set its severity. What cannot be built without is an error in every profile.</param>
/// <param name="IsFixable">Whether there is a code fix.</param>
/// <param name="IsForOptimisedCode">Whether it is about something that a kernel, which is always optimised, does not meet.</param>
internal sealed record DocumentedRule(
    string Id,
    string Title,
    string Category,
    DiagnosticSeverity Severity,
    bool FollowsProfile,
    bool IsFixable,
    bool IsForOptimisedCode = false)
{
    public string InHosted => Name(Severity);

    public string InKernel => In(DiagnosticSeverity.Error);

    public string InAudit => In(DiagnosticSeverity.Warning);

    public string Fix => IsFixable ? "yes" : "no";

    private string In(DiagnosticSeverity profile) => Name(!FollowsProfile ? Severity : IsForOptimisedCode ? DiagnosticSeverity.Info : profile);

    private static string Name(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Info => "suggestion",
        _ => "silent",
    };
}
