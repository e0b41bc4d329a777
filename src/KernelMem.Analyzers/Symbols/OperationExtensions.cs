using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Symbols;

/// <summary>Finds the way in operation trees.</summary>
internal static class OperationExtensions
{
    /// <summary>The tree's uppermost operation.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>The operation itself, or what it converts.</summary>
    public static IOperation WithoutConversions(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>The lambda or local function that an operation is directly inside, or null.</summary>
    public static IMethodSymbol? InnerFunction(this IOperation operation)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation lambda)
                return lambda.Symbol;

            if (outer is ILocalFunctionOperation local)
                return local.Symbol;
        }

        return null;
    }
}
