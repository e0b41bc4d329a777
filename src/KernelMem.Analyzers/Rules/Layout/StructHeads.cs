using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>Where to point at a struct.</summary>
internal static class StructHeads
{
    /// <summary>The name in the part of the declaration that has the mark: the same one, in whatever order the parts are compiled.</summary>
    public static Location Of(AttributeData mark, INamedTypeSymbol type, CancellationToken cancellation)
        => mark.ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } part
            ? part.Identifier.GetLocation()
            : type.Locations[0];

    /// <summary>The name of a field, or of the property or event that it is behind.</summary>
    public static Location Of(IFieldSymbol field) => (field.AssociatedSymbol ?? field).Locations[0];
}
