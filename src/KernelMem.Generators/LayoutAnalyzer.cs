using System.Collections.Immutable;
using System.Linq;
using KernelMem.Generators.Diagnostics;
using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Generators;

/// <summary>
/// Says what is wrong with a struct marked <c>[BitLayout]</c>, from the parse that <see cref="LayoutGenerator"/> does too. An
/// analyzer's diagnostics, unlike a generator's, can be suppressed, configured, and pointed at the source.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LayoutAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => LayoutRules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.BitLayoutAttribute) is { } bitLayout)
                start.RegisterSymbolAction(symbol => Analyze(symbol, bitLayout), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol bitLayout)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        AttributeData? attribute = type.GetAttributes()
            .FirstOrDefault(attribute => SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, bitLayout));
        if (attribute is null)
            return;

        foreach (LayoutError error in LayoutParser.Parse(type, attribute, context.CancellationToken).Errors)
        {
            context.ReportDiagnostic(LayoutRules.ToDiagnostic(error));
        }
    }
}
