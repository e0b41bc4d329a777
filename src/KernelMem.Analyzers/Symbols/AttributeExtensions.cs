using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>Asks symbols for their marks.</summary>
internal static class AttributeExtensions
{
    /// <summary>Whether the symbol itself is marked. False for an attribute type that the compilation does not have.</summary>
    public static bool Has(this ISymbol symbol, INamedTypeSymbol? attribute) => symbol.Find(attribute) is not null;

    /// <summary>The symbol's own mark, or null.</summary>
    public static AttributeData? Find(this ISymbol symbol, INamedTypeSymbol? attribute)
    {
        if (attribute is null)
            return null;

        foreach (AttributeData candidate in symbol.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(candidate.AttributeClass, attribute))
                return candidate;
        }

        return null;
    }

    /// <summary>Whether what the method returns is marked.</summary>
    public static bool ReturnHas(this IMethodSymbol method, INamedTypeSymbol? attribute)
    {
        if (attribute is null)
            return false;

        foreach (AttributeData candidate in method.GetReturnTypeAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(candidate.AttributeClass, attribute))
                return true;
        }

        return false;
    }
}
