using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Lambdas that are data: the compiler writes code that makes a tree of them.</summary>
internal static class ExpressionTrees
{
    private const string Expression = "System.Linq.Expressions.Expression<TDelegate>";

    /// <summary>Whether the lambda only becomes a tree.</summary>
    public static bool IsDescribed(IFlowAnonymousFunctionOperation lambda) => lambda.Parent is { } parent && IsTree(parent.Type);

    /// <summary>Whether the type is that of a tree.</summary>
    public static bool IsTree(ITypeSymbol? type)
        => type is INamedTypeSymbol { IsGenericType: true, Name: "Expression" } && string.Equals(type.OriginalDefinition.ToDisplayString(), Expression, StringComparison.Ordinal);
}
