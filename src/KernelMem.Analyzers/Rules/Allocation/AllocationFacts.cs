using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// What the allocation rules see in a body: a member's own code, and that of the functions inside it. Nothing is reported here, and
/// nothing is asked about who may allocate.
/// </summary>
internal static class AllocationFacts
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
        new CollectionExpressionRule(),
        new SliceRule(),
        new EnumeratorRule(),
        new LibraryObjectsRule(),
        new CopyRule(),
        new UnoptimisedRule(),
        new EqualityRule(),
    ];

    /// <summary>All that can be found.</summary>
    public static ImmutableArray<DiagnosticDescriptor> Rules { get; } =
        [.. s_rules.Select(static rule => rule.Descriptor), RuleDescriptors.StateMachine, RuleDescriptors.Throw];

    /// <summary>The functions of a body with what the rules see in each.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isAsked">Whose facts are asked for: those of other functions are not looked for.</param>
    public static IEnumerable<FunctionBody> Of(OperationBlockAnalysisContext body, Func<ISymbol, bool> isAsked)
        => new BodyWalk(body, isAsked, RuleDispatch.Instance).Run();

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

        public void VisitFunction(FunctionBody body) => StateMachineRule.Visit(body);

        public void VisitLocalFunction(IMethodSymbol localFunction, ControlFlowGraph localGraph, FunctionBody body)
            => ClosureRule.VisitLocalFunction(localFunction, localGraph, body);

        public void VisitUnreachable(IOperation operation, FunctionBody body)
        {
            if (operation is IDelegateCreationOperation creation)
                ClosureRule.VisitUnreachable(creation, body);
        }

        public void VisitThrow(IOperation? exception, FunctionBody body) => ThrowRule.Visit(exception, body);

        private static AllocationRule[] RulesFor(OperationKind kind) => (int)kind < s_byKind.Length ? s_byKind[(int)kind] : [];
    }
}
