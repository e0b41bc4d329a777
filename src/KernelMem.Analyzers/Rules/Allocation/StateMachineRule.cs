using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1013: an iterator, whose call makes an object; an asynchronous function, whose call makes one unless nothing is to be waited for.</summary>
internal static class StateMachineRule
{
    public static void Visit(FunctionBody body)
    {
        if (body.Function is not IMethodSymbol function)
            return;

        bool isIterator = Yields(body.Graph.OriginalOperation);
        if (isIterator || function.IsAsync)
            body.Add(RuleDescriptors.StateMachine, PlaceOf(function, body), isIterator ? "is an iterator" : "is asynchronous");
    }

    /// <summary>Whether a function has a <c>yield</c> of its own.</summary>
    public static bool Yields(IOperation operation)
        => operation.Kind is OperationKind.YieldReturn or OperationKind.YieldBreak
            || operation.ChildOperations.Any(static child => child is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && Yields(child));

    private static Location PlaceOf(IMethodSymbol function, FunctionBody body)
        => function.MethodKind == MethodKind.AnonymousFunction
            ? FunctionHeads.Of(body.Graph.OriginalOperation.Syntax.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() ?? body.Graph.OriginalOperation.Syntax)
            : function.Locations.FirstOrDefault(location => location.SourceTree == body.Graph.OriginalOperation.Syntax.SyntaxTree) ?? function.Locations[0];
}
