using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>The types of a namespace, nested ones too.</summary>
internal static class DeclaredTypes
{
    public static IEnumerable<INamedTypeSymbol> In(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is not INamespaceOrTypeSymbol inner)
                continue;
            if (inner is INamedTypeSymbol type)
                yield return type;
            foreach (INamedTypeSymbol nested in In(inner))
            {
                yield return nested;
            }
        }
    }
}
