using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace KernelMem.CodeFixes;

/// <summary>What a span can take the place of.</summary>
internal static class Spans
{
    /// <summary>More elements do not belong on a kernel's stack without thought.</summary>
    public const int MaxOnStack = 64;

    public static bool IsSpan(ITypeSymbol? type)
        => type is INamedTypeSymbol { ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true }, Arity: 1, Name: "Span" or "ReadOnlySpan" };

    public static bool IsReadOnlySpan(ITypeSymbol? type) => IsSpan(type) && type!.Name == "ReadOnlySpan";

    /// <summary>Whether the name of an array could as well be that of a span: it is indexed, measured, walked through, or seen as a span.</summary>
    public static bool IsSpanUse(ExpressionSyntax name, FixPlace place) => name.Parent switch
    {
        ElementAccessExpressionSyntax access => access.Expression == name && !IsRange(access, place),
        MemberAccessExpressionSyntax member => member.Expression == name && member.Name.Identifier.ValueText == "Length",
        ForEachStatementSyntax loop => loop.Expression == name,
        ArgumentSyntax => IsSpan(place.Model.GetTypeInfo(name, place.Cancellation).ConvertedType),
        _ => false,
    };

    /// <summary>Whether that use leaves the elements as they are.</summary>
    public static bool IsReadOnlyUse(ExpressionSyntax name, FixPlace place) => name.Parent switch
    {
        ElementAccessExpressionSyntax access => IsSpanUse(name, place) && !Writes.IsChanged(access),
        ArgumentSyntax => IsReadOnlySpan(place.Model.GetTypeInfo(name, place.Cancellation).ConvertedType),
        _ => IsSpanUse(name, place),
    };

    /// <summary>What a span in the place of a collection is of: of an array, a list, or what only can be gone through.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol collection) => collection switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol { TypeArguments.Length: 1, ContainingNamespace.Name: "Generic" or "Immutable" } generic => generic.TypeArguments[0],
        _ => null,
    };

    /// <summary><c>System.Span&lt;T&gt;</c>, shortened where the namespace is imported.</summary>
    public static TypeSyntax TypeSyntax(SyntaxGenerator generator, string name, ITypeSymbol element)
        => ((TypeSyntax)generator.QualifiedName(generator.IdentifierName("System"), generator.GenericName(name, element)))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    /// <summary>A range of an array is a copy; of a span, it is not.</summary>
    private static bool IsRange(ElementAccessExpressionSyntax access, FixPlace place)
        => access.ArgumentList.Arguments.Count == 1
            && string.Equals(place.TypeOf(access.ArgumentList.Arguments[0].Expression)?.ToDisplayString(), "System.Range", StringComparison.Ordinal);
}
