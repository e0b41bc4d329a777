using System.Collections.Generic;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads which struct a layout is.</summary>
internal static class HeaderParser
{
    public static LayoutHeader Parse(INamedTypeSymbol type)
        => new(
            type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(SymbolText.EscapedName),
            ContainingTypes(type).ToEquatableArray(),
            SymbolText.Keyword(type.DeclaredAccessibility),
            SymbolText.Escape(type.Name),
            HintNames.For(type));

    private static Stack<string> ContainingTypes(INamedTypeSymbol type)
    {
        var headers = new Stack<string>();
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            headers.Push($"partial {SymbolText.Keyword(outer)} {SymbolText.Escape(outer.Name)}");
        }

        return headers;
    }
}
