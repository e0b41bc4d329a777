using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM1, what code of a freestanding kernel has no runtime for.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor NeedsRuntime = new(
        "KM1026",
        "Code needs a runtime",
        "'{0}' runs without a runtime, but {1}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A freestanding kernel has no runtime that finds handlers of exceptions, knows the classes of objects, or keeps data for each thread.",
        helpLinkUri: HelpLinks.For("KM1026"));
}
