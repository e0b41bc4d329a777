using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Names the generated file of a type.</summary>
internal static class HintNames
{
    /// <summary>Namespaces and containing types, no <c>@</c>: a file name may not contain it.</summary>
    private static readonly SymbolDisplayFormat s_plainName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>
    /// The type's full name. File names are compared without case, so a type whose name differs from another's by case alone
    /// also gets a hash of the exact name.
    /// </summary>
    public static string For(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString(s_plainName);
        return HasTwin(type) ? $"{name}.{Hash(name)}.g.cs" : name + ".g.cs";
    }

    private static bool HasTwin(INamedTypeSymbol type)
    {
        for (INamespaceOrTypeSymbol symbol = type; symbol.ContainingSymbol is INamespaceOrTypeSymbol parent; symbol = parent)
        {
            if (parent.GetMembers().Any(other => IsTwin(symbol, other)))
                return true;
        }

        return false;
    }

    private static bool IsTwin(ISymbol symbol, ISymbol other)
        => other is INamespaceOrTypeSymbol
            && !string.Equals(symbol.Name, other.Name, StringComparison.Ordinal)
            && string.Equals(symbol.Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>FNV-1a: the same on every machine and in every run.</summary>
    private static string Hash(string name)
    {
        uint hash = 2166136261;
        foreach (char character in name)
        {
            hash = unchecked((hash ^ character) * 16777619);
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
