using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM0: the marks that the rules follow.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor TrustWithoutReason = new(
        "KM0002",
        "Trust has no justification",
        "'{0}' is trusted not to allocate, but nothing says why",
        RuleCategories.Meta,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What is marked [TrustedNoAlloc] is not looked at by the rules, so a person has to. The justification tells them what to look for: TrustedNoAlloc(Justification = \"…\").",
        helpLinkUri: HelpLinks.For("KM0002"));

    public static readonly DiagnosticDescriptor ContradictingMark = new(
        "KM0005",
        "A mark contradicts another",
        "'{0}' is marked to allocate, but must not: {1}",
        RuleCategories.Meta,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Whoever calls a member that is marked [NoAlloc] relies on every override and implementation. One of them cannot take the promise back with [MayAlloc]; and no member can be marked both ways.",
        helpLinkUri: HelpLinks.For("KM0005"));
}
