using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM5: obligations and owned things.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor MustUse = new(
        "KM5004",
        "A value that must be used is ignored",
        "The value of '{0}' must not be ignored: {1}",
        RuleCategories.Ownership,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The value is a failure or an obligation ([MustUse]). To ignore it on purpose, assign it to a discard, '_ = x'; for an obligation, a type that is also marked [Affine], that is an error too, because nobody could fulfil it any more.",
        helpLinkUri: HelpLinks.For("KM5004"));
}
