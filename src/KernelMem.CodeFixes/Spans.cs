using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace KernelMem.CodeFixes;

/// <summary>What a span can take the place of.</summary>
internal static class Spans
{
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
        ElementAccessExpressionSyntax access => IsSpanUse(name, place) && !IsWritten(access),
        ArgumentSyntax => IsReadOnlySpan(place.Model.GetTypeInfo(name, place.Cancellation).ConvertedType),
        _ => IsSpanUse(name, place),
    };

    /// <summary><c>System.Span&lt;T&gt;</c>, shortened where the namespace is imported.</summary>
    public static TypeSyntax TypeSyntax(SyntaxGenerator generator, string name, ITypeSymbol element)
        => ((TypeSyntax)generator.QualifiedName(generator.IdentifierName("System"), generator.GenericName(name, element)))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    /// <summary>A range of an array is a copy; of a span, it is not.</summary>
    private static bool IsRange(ElementAccessExpressionSyntax access, FixPlace place)
        => access.ArgumentList.Arguments.Count == 1
            && string.Equals(place.TypeOf(access.ArgumentList.Arguments[0].Expression)?.ToDisplayString(), "System.Range", StringComparison.Ordinal);

    /// <summary>A method of a struct may change it.</summary>
    private static bool IsWritten(ElementAccessExpressionSyntax access)
        => Writes.IsWritten(access) || access.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax or AssignmentExpressionSyntax };
}
