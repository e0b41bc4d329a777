using System.Collections.Immutable;
using KernelMem.Analyzers.Effects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// The allocation rules (KM1001–KM1025): what allocates in code that must not. Each rule is a file of its own; they share one walk over
/// the control-flow graph of each body.
/// </summary>
/// <remarks>
/// The graph rather than the tree, because it says what runs: what <c>foreach</c>, <c>using</c> and <c>??</c> become, the exception of a
/// switch expression without a match; and code that cannot be reached is left out, as the compiler leaves it out.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllocationAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = AllocationFacts.Rules;

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.HoldsCode(context.Compilation, context.CancellationToken))
            context.RegisterOperationBlockAction(block => Report(block, kernel.Effects));
    }

    private static void Report(OperationBlockAnalysisContext block, EffectScopes effects)
    {
        foreach (FunctionBody body in AllocationFacts.Of(block, function => effects.MustNotAllocate(function) || effects.MustNotThrow(function)))
        {
            bool mustNotAllocate = effects.MustNotAllocate(body.Function);
            foreach (AllocationFact fact in body.Facts)
            {
                if (mustNotAllocate || fact.Rule.Equals(RuleDescriptors.Throw))
                    block.Report(fact.In(body.Function));
            }
        }
    }
}
