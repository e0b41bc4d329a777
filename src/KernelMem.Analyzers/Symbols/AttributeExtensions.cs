using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>Asks symbols for their marks.</summary>
internal static class AttributeExtensions
{
    /// <summary>Whether the symbol itself is marked. False for an attribute type that the compilation does not have.</summary>
    public static bool Has(this ISymbol symbol, INamedTypeSymbol? attribute) => symbol.Find(attribute) is not null;

    /// <summary>The symbol's own mark, or null.</summary>
    public static AttributeData? Find(this ISymbol symbol, INamedTypeSymbol? attribute)
        => attribute is null ? null : Find(symbol.GetAttributes(), attribute);

    /// <summary>The mark of what the method returns, or null.</summary>
    public static AttributeData? FindOnReturn(this IMethodSymbol method, INamedTypeSymbol? attribute)
        => attribute is null ? null : Find(method.GetReturnTypeAttributes(), attribute);

    /// <summary>The mark's only constructor argument; null when it has none or several.</summary>
    public static object? Argument(this AttributeData mark)
        => mark.ConstructorArguments.Length == 1 && mark.ConstructorArguments[0].Kind != TypedConstantKind.Array ? mark.ConstructorArguments[0].Value : null;

    /// <summary>A property that the mark sets, or null.</summary>
    public static object? Setting(this AttributeData mark, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> setting in mark.NamedArguments)
        {
            if (string.Equals(setting.Key, name, StringComparison.Ordinal) && setting.Value.Kind != TypedConstantKind.Array)
                return setting.Value.Value;
        }

        return null;
    }

    private static AttributeData? Find(ImmutableArray<AttributeData> marks, INamedTypeSymbol attribute)
    {
        foreach (AttributeData mark in marks)
        {
            if (SymbolEqualityComparer.Default.Equals(mark.AttributeClass, attribute))
                return mark;
        }

        return null;
    }
}
