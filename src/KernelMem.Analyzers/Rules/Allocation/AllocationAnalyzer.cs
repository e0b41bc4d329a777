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

        private static readonly ImmutableDictionary<OperationKind, ImmutableArray<AllocationRule>> s_byKind = s_rules
            .SelectMany(static rule => rule.Kinds, static (rule, kind) => (rule, kind))
            .GroupBy(static pair => pair.kind, static pair => pair.rule)
            .ToImmutableDictionary(static group => group.Key, static group => group.ToImmutableArray());

        public void Visit(IOperation operation, FunctionBody body)
        {
            if (!s_byKind.TryGetValue(operation.Kind, out ImmutableArray<AllocationRule> rules))
                return;

            foreach (AllocationRule rule in rules)
            {
                rule.Visit(operation, body);
            }
        }

        public void VisitThrow(IOperation? exception, FunctionBody body) => ThrowRule.Visit(exception, body);
    }
}
