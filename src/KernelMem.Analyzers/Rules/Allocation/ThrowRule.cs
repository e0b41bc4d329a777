using System.Collections.Generic;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1014: an exception, the one of a switch expression without a match included.</summary>
internal static class ThrowRule
{
    /// <summary>Looks at a throw that can run.</summary>
    /// <param name="exception">What is thrown; null where a <c>catch</c> throws on what it caught.</param>
    /// <param name="body">The function.</param>
    public static void Visit(IOperation? exception, FunctionBody body)
    {
        if (exception is not null)
        {
            if (!IsOfExhaustiveSwitch(exception, body))
                body.Add(RuleDescriptors.Throw, PlaceOf(exception), ThrownType(exception.WithoutConversions()));

            return;
        }

        foreach (IThrowOperation rethrow in Rethrows(body.Graph.OriginalOperation))
        {
            body.Add(RuleDescriptors.Throw, rethrow.Syntax.GetLocation(), "what it caught");
        }
    }

    /// <summary>The graph has the exception of every switch expression; the compiler drops it where one of the arms always matches.</summary>
    private static bool IsOfExhaustiveSwitch(IOperation exception, FunctionBody body)
        => exception.Syntax is SwitchExpressionSyntax syntax
            && body.Graph.OriginalOperation.SemanticModel?.GetOperation(syntax) is ISwitchExpressionOperation { IsExhaustive: true };

    /// <summary>The whole <c>throw</c>, or the switch expression that throws because nothing matches.</summary>
    private static Location PlaceOf(IOperation exception)
        => exception.Syntax.Parent is ThrowStatementSyntax or ThrowExpressionSyntax
            ? exception.Syntax.Parent.GetLocation()
            : exception.Syntax.GetLocation();

    /// <summary>Null is not thrown: an exception that says so is.</summary>
    private static string ThrownType(IOperation exception) => exception.Type is { } type ? SymbolNames.Of(type) : "NullReferenceException";

    /// <summary>The graph says that something is thrown on, but not where.</summary>
    private static IEnumerable<IThrowOperation> Rethrows(IOperation root)
    {
        foreach (IOperation child in root.ChildOperations)
        {
            if (child is IThrowOperation { Exception: null } rethrow)
                yield return rethrow;

            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;

            foreach (IThrowOperation inner in Rethrows(child))
            {
                yield return inner;
            }
        }
    }
}
