using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Generators.Parsing;

/// <summary>A layout is a readonly partial struct that the generator can re-open and that holds nothing but its word.</summary>
internal static class ShapeChecks
{
    private const string NotReadonly = "must be declared readonly";

    /// <summary>Whether the struct can be re-opened at all.</summary>
    public static bool Check(INamedTypeSymbol type, List<LayoutError> errors, CancellationToken cancellation)
    {
        string? problem = ShapeProblem(type, cancellation);
        if (problem is not null)
            errors.Add(LayoutErrors.NotPartial(type.Name, problem, Locations.Of(type)));

        CheckState(type, errors, cancellation);
        return problem is null or NotReadonly;
    }

    private static string? ShapeProblem(INamedTypeSymbol type, CancellationToken cancellation)
    {
        if (type.TypeKind != TypeKind.Struct || type.IsRecord || type.IsRefLikeType)
            return "must be a plain struct";

        if (type.IsFileLocal)
            return "must not be local to its file";

        if (!IsPartial(type, cancellation))
            return "must be declared partial";

        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsGenericType)
                return "must not be generic, nor inside a generic type";

            if (!IsPartial(outer, cancellation))
                return $"is inside '{outer.Name}', which must be declared partial";
        }

        return type.IsReadOnly ? null : NotReadonly;
    }

    private static void CheckState(INamedTypeSymbol type, List<LayoutError> errors, CancellationToken cancellation)
    {
        foreach (IFieldSymbol field in type.OwnMembers().OfType<IFieldSymbol>().Where(field => field is { IsStatic: false, IsConst: false }))
        {
            ISymbol declared = field.AssociatedSymbol ?? field;
            if (declared is IPropertySymbol property && FieldParser.PositionsOf(property).Count > 0)
                continue; // A field of the layout that is not partial, which is an error of its own.

            errors.Add(LayoutErrors.OwnState(declared.Name, type.Name, Locations.Of(declared)));
        }

        if (Declarations(type, cancellation).FirstOrDefault(declaration => declaration.ParameterList is not null) is { } primary)
            errors.Add(LayoutErrors.OwnState("primary constructor", type.Name, primary.ParameterList!.GetLocation()));
    }

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation)
        => Declarations(type, cancellation).All(declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static IEnumerable<TypeDeclarationSyntax> Declarations(INamedTypeSymbol type, CancellationToken cancellation)
        => GeneratedHalf.DeclarationsOf(type).Select(reference => reference.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();
}
