using System.Linq;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Finds what the user has written themselves of the things that every layout gets, and may have otherwise.</summary>
internal static class OwnPartsParser
{
    public static OwnParts Of(INamedTypeSymbol type)
    {
        OwnParts parts = OwnParts.None;
        if (type.OwnMembers(nameof(ToString)).Any(member => member is not IMethodSymbol { Parameters.Length: > 0 }))
            parts |= OwnParts.ToString;

        if (HasAttribute(type, KnownNames.DebuggerDisplayAttribute))
            parts |= OwnParts.DebuggerDisplay;

        if (HasAttribute(type, KnownNames.StructLayoutAttribute))
            parts |= OwnParts.StructLayout;

        if (HasAttribute(type, KnownNames.ExpectedSizeAttribute))
            parts |= OwnParts.ExpectedSize;

        return parts;
    }

    /// <summary>The generated half has these attributes too: only the user's own count.</summary>
    private static bool HasAttribute(INamedTypeSymbol type, string name)
        => type.GetAttributes().Any(attribute =>
            attribute.AttributeClass?.ToDisplayString() == name
            && attribute.ApplicationSyntaxReference is { } reference
            && !GeneratedHalf.Contains(reference.SyntaxTree));
}
