using System;
using System.Collections.Generic;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Layout;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1002: puts a small array on the stack, where it is used as a span can be, and no reference to it gets out.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class StackArrayFix() : KernelCodeFix("KM1002")
{
    /// <summary>More does not belong on a kernel's stack without thought.</summary>
    private const int MaxBytes = 1024;

    private const string Title = "Put the array on the stack";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ExpressionSyntax>() is not { } array
            || TypeOf(array, place) is not { Rank: 1, ElementType: { IsUnmanagedType: true } element }
            || CountOf(array, place) is not { } count || count > Spans.MaxOnStack || !IsSmall(element, count)
            || !CanAllocateAt(array, place))
        {
            return [];
        }

        if (Spans.IsSpan(place.Model.GetTypeInfo(array, place.Cancellation).ConvertedType))
            return [place.Edit(Title, nameof(StackArrayFix), editor => editor.ReplaceNode(array, ToStack(array))) with { KeepsCalls = true }];

        return array.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } && SpanLocals.DeclarationOf(variable, place) is { } declaration
            ? [place.Edit(Title, nameof(StackArrayFix), editor => Retype(editor, declaration, array, element)) with { KeepsCalls = true }]
            : [];
    }

    /// <summary>An initializer alone is of the type of the variable.</summary>
    private static IArrayTypeSymbol? TypeOf(ExpressionSyntax array, FixPlace place)
        => place.Model.GetOperation(array, place.Cancellation) is { } operation ? (operation.Type ?? operation.Parent?.Type) as IArrayTypeSymbol : null;

    private static int? CountOf(ExpressionSyntax array, FixPlace place) => array switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions.Count,
        ImplicitArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions.Count,
        ArrayCreationExpressionSyntax creation => place.Model.GetConstantValue(creation.Type.RankSpecifiers[0].Sizes[0], place.Cancellation).Value as int?,
        InitializerExpressionSyntax initializer => initializer.Expressions.Count,
        _ => null,
    };

    /// <summary>A struct that nobody can measure may be large.</summary>
    private static bool IsSmall(ITypeSymbol element, int count)
        => element is not INamedTypeSymbol { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } value
            || (new StructLayouts().Of(value) is { } shape && shape.Size * count <= MaxBytes);

    /// <summary>Each round of a loop would take more of the stack; and some functions do not clear theirs.</summary>
    private static bool CanAllocateAt(ExpressionSyntax array, FixPlace place)
        => Functions.Around(array) is not (null or AnonymousFunctionExpressionSyntax) and { } function
            && SpanLocals.IsSafe(function, place)
            && !Functions.IsRepeated(array, function)
            && (array is not ArrayCreationExpressionSyntax { Initializer: null } || IsCleared(place.Model.GetEnclosingSymbol(array.SpanStart, place.Cancellation)));

    private static bool IsCleared(ISymbol? symbol)
    {
        for (; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            ISymbol? owner = (symbol as IMethodSymbol)?.AssociatedSymbol;
            if (SkipsClearing(symbol) || (owner is not null && SkipsClearing(owner)))
                return false;
        }

        return true;
    }

    private static bool SkipsClearing(ISymbol symbol)
        => symbol.GetAttributes().Any(static attribute => string.Equals(attribute.AttributeClass?.Name, "SkipLocalsInitAttribute", StringComparison.Ordinal))
            || (symbol is INamespaceSymbol { IsGlobalNamespace: true } or INamedTypeSymbol { ContainingType: null } && symbol.ContainingModule is { } module && SkipsClearing(module));

    private static void Retype(SyntaxEditor editor, VariableDeclarationSyntax declaration, ExpressionSyntax array, ITypeSymbol element)
    {
        editor.ReplaceNode(array, array is InitializerExpressionSyntax ? Named(array, element) : ToStack(array));
        editor.ReplaceNode(declaration.Type, Spans.TypeSyntax(editor.Generator, "Span", element).WithTriviaFrom(declaration.Type));
    }

    private static ExpressionSyntax Named(ExpressionSyntax initializer, ITypeSymbol element)
        => SyntaxFactory.ParseExpression($"stackalloc {element.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}[] {initializer}").WithTriviaFrom(initializer);

    private static ExpressionSyntax ToStack(ExpressionSyntax array) => array switch
    {
        ArrayCreationExpressionSyntax creation => SyntaxFactory.StackAllocArrayCreationExpression(
            SyntaxFactory.Token(SyntaxKind.StackAllocKeyword).WithTriviaFrom(creation.NewKeyword), creation.Type, creation.Initializer),
        ImplicitArrayCreationExpressionSyntax creation => SyntaxFactory.ImplicitStackAllocArrayCreationExpression(
            SyntaxFactory.Token(SyntaxKind.StackAllocKeyword).WithLeadingTrivia(creation.NewKeyword.LeadingTrivia),
            creation.OpenBracketToken, creation.CloseBracketToken, creation.Initializer),
        _ => array,
    };
}
