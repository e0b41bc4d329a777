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

    public static readonly DiagnosticDescriptor StaleEffectsFile = new(
        "KM0003",
        "An effects file is of another build",
        "The effects file speaks of another build of '{0}' than the one that is referred to",
        RuleCategories.Build,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What members of a reference do was computed from the code of one build of it. Another build may do something else, so the file has to be made anew.",
        helpLinkUri: HelpLinks.For("KM0003"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NeedlessSuppression = new(
        "KM0004",
        "A suppression is not needed",
        "{0} is not needed: {1}",
        RuleCategories.Meta,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A suppression, or trust, that covers nothing today covers the next mistake that is made there, and nobody is told.",
        helpLinkUri: HelpLinks.For("KM0004"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

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
