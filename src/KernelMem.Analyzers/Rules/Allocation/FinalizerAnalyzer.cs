using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1025: a finalizer in code that must not allocate.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FinalizerAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.Finalizer];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (!kernel.HoldsCode(context.Compilation, context.CancellationToken))
            return;

        context.RegisterSymbolAction(
            symbol =>
            {
                if (symbol.Symbol is IMethodSymbol { MethodKind: MethodKind.Destructor } finalizer && kernel.Effects.MustNotAllocate(finalizer))
                    symbol.Report(Diagnostic.Create(RuleDescriptors.Finalizer, finalizer.Locations[0], SymbolNames.Of(finalizer.ContainingType)));
            },
            SymbolKind.Method);
    }
}
