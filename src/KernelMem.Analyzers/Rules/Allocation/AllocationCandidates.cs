using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// A first look at a body's tree: whether there is something in it that could matter, in a function that must not allocate or throw.
/// A graph costs more, and most bodies have nothing.
/// </summary>
internal sealed class AllocationCandidates(IBodyVisitor visitor, Func<ISymbol, bool> isBound)
{
    /// <param name="body">The body.</param>
    /// <param name="function">Whose body it is.</param>
    public bool AnyIn(IOperation body, ISymbol function)
    {
        bool isFunctionBound = isBound(function);
        return (isFunctionBound && function is IMethodSymbol { IsAsync: true }) || AnyIn(body, isFunctionBound);
    }

    private bool AnyIn(IOperation operation, bool isFunctionBound)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            // The delegate of an inner function is made outside of it.
            if (isFunctionBound && (Changes(child) || visitor.IsCandidate(child)))
                return true;

            if (InnerFunction(child) is { } inner ? AnyIn(child, inner) : AnyIn(child, isFunctionBound))
                return true;
        }

        return false;
    }

    private static IMethodSymbol? InnerFunction(IOperation operation) => operation switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        ILocalFunctionOperation local => local.Symbol,
        _ => null,
    };

    /// <summary>What the graph shows, and the tree does not: conversions, calls and throws that the compiler adds. And what makes an iterator.</summary>
    private static bool Changes(IOperation operation)
        => operation.Kind is OperationKind.Throw or OperationKind.Coalesce or OperationKind.CoalesceAssignment or OperationKind.Loop
            or OperationKind.Using or OperationKind.UsingDeclaration or OperationKind.With or OperationKind.YieldReturn or OperationKind.YieldBreak
            || operation is ISwitchExpressionOperation { IsExhaustive: false } or IConditionalAccessOperation { Operation.Type.TypeKind: TypeKind.TypeParameter }
            || (operation is ILocalFunctionOperation local && (local.Symbol.IsAsync || StateMachineRule.Yields(local)));
}
