using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM1, what is called. Rules that look at a whole compilation are told in builds, and not while typing.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor Callee = new(
        "KM1017",
        "A callee does what its caller must not",
        "'{0}' must not {1}, but calls {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A mark holds for everything that the code calls. A member of the same project without a mark is looked into, and what it calls; the message tells the way to what allocates, throws or waits.",
        helpLinkUri: HelpLinks.For("KM1017"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor ExternalCallee = new(
        "KM1018",
        "A callee of another assembly does what its caller must not, or nobody knows",
        "'{0}' must not {1}, but calls {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A mark holds for everything that the code calls. What members of other assemblies do is read from their marks, or from the effects that were computed from their code.",
        helpLinkUri: HelpLinks.For("KM1018"));

    public static readonly DiagnosticDescriptor Dispatch = new(
        "KM1019",
        "A call goes where nobody can look",
        "'{0}' must not {1}, but calls {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "What an interface member, a virtual member or a delegate runs is decided at run time. A mark on the member, its type or the delegate type holds all that can be run to it.",
        helpLinkUri: HelpLinks.For("KM1019"));

    public static readonly DiagnosticDescriptor InheritedImplementation = new(
        "KM1020",
        "A base's member does not keep a contract",
        "'{0}' implements '{3}', which must not {1}, with {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Whoever calls a marked member of an interface relies on all that implements it. A type can implement it with a member of its base that never heard of the interface.",
        helpLinkUri: HelpLinks.For("KM1020"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor GenericArgument = new(
        "KM1021",
        "A type argument does what the generic code must not",
        "'{0}' must not {1}, but calls {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Generic code calls members of its type parameters, and keeps its mark only if those of the type arguments do.",
        helpLinkUri: HelpLinks.For("KM1021"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor TypeInitializer = new(
        "KM1022",
        "A static constructor does what its user must not",
        "'{0}' must not {1}, but may be the first to use '{3}': {2}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A static constructor, and the initializers of static fields, run before the type is used first, wherever that is.",
        helpLinkUri: HelpLinks.For("KM1022"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);
}
