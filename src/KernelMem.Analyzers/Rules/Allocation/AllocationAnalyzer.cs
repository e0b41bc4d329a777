using System.Collections.Immutable;
using System.Linq;
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
    private static readonly ImmutableArray<AllocationRule> s_rules =
    [
        new ObjectCreationRule(),
        new ArrayCreationRule(),
        new BoxingRule(),
        new BoxingReceiverRule(),
        new ClosureRule(),
        new DelegateRule(),
        new FirstUseDelegateRule(),
        new StringBuildingRule(),
        new ParamsRule(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. s_rules.Select(static rule => rule.Descriptor), RuleDescriptors.Throw];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
        => context.RegisterOperationBlockAction(block => new BodyWalk(block, kernel.Effects, RuleDispatch.Instance).Run());

    /// <summary>Hands each operation to the rules that want its kind.</summary>
    private sealed class RuleDispatch : IBodyVisitor
    {
        public static readonly RuleDispatch Instance = new();

        /// <summary>By the number of the kind: an operation is asked for often.</summary>
        private static readonly AllocationRule[][] s_byKind =
        [
            .. Enumerable.Range(0, 1 + s_rules.Max(static rule => rule.Kinds.Max(static kind => (int)kind)))
                .Select(static kind => s_rules.Where(rule => rule.Kinds.Contains((OperationKind)kind)).ToArray()),
        ];

        public bool IsCandidate(IOperation operation)
        {
            foreach (AllocationRule rule in RulesFor(operation.Kind))
            {
                if (rule.IsCandidate(operation))
                    return true;
            }

            return false;
        }

        public void Visit(IOperation operation, FunctionBody body)
        {
            foreach (AllocationRule rule in RulesFor(operation.Kind))
            {
                rule.Visit(operation, body);
            }
        }

        public void VisitThrow(IOperation? exception, FunctionBody body) => ThrowRule.Visit(exception, body);

        private static AllocationRule[] RulesFor(OperationKind kind) => (int)kind < s_byKind.Length ? s_byKind[(int)kind] : [];
    }
}
