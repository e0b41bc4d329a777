using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1002: puts a small array on the stack, where it is used as a span can be.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class StackArrayFix : KernelCodeFix
{
    /// <summary>More does not belong on a kernel's stack without thought.</summary>
    private const int MaxElements = 64;

    private const string Title = "Put the array on the stack";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1002"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
    {
        ExpressionSyntax? array = place.Nearest<ExpressionSyntax>();
        if (array is null || !CanBeOnStack(array, place))
            return [];

        if (Spans.IsSpan(place.Model.GetTypeInfo(array, place.Cancellation).ConvertedType))
            return [place.Edit(Title, nameof(StackArrayFix), editor => editor.ReplaceNode(array, ToStack(array)))];

        if (array.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } variable }
            && declaration.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 }
            && place.Model.GetDeclaredSymbol(variable, place.Cancellation) is ILocalSymbol { Type: IArrayTypeSymbol type } local
            && IsUsedAsSpan(local, variable, place))
        {
            return [place.Edit(Title, nameof(StackArrayFix), editor => Retype(editor, declaration, array, type))];
        }

        return [];
    }

    private static bool CanBeOnStack(ExpressionSyntax array, FixPlace place)
        => TypeOf(array, place) is { Rank: 1, ElementType.IsUnmanagedType: true }
            && CountOf(array, place) is <= MaxElements
            && !IsInLoop(array)
            && array.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null;

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

    /// <summary>Each round would take more of the stack.</summary>
    private static bool IsInLoop(SyntaxNode node)
        => node.Ancestors().TakeWhile(static ancestor => ancestor is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax))
            .Any(static ancestor => ancestor is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private static bool IsUsedAsSpan(ILocalSymbol local, VariableDeclaratorSyntax variable, FixPlace place)
        => variable.FirstAncestorOrSelf<BlockSyntax>() is { } block
            && place.UsesOf(local, block)
                .All(name => Spans.IsSpanUse(name, place) && name.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null);

    private static void Retype(SyntaxEditor editor, VariableDeclarationSyntax declaration, ExpressionSyntax array, IArrayTypeSymbol type)
    {
        editor.ReplaceNode(array, array is InitializerExpressionSyntax ? Named(array, type) : ToStack(array));
        editor.ReplaceNode(declaration.Type, Spans.TypeSyntax(editor.Generator, "Span", type.ElementType).WithTriviaFrom(declaration.Type));
    }

    private static ExpressionSyntax Named(ExpressionSyntax initializer, IArrayTypeSymbol type)
        => SyntaxFactory.ParseExpression($"stackalloc {type.ElementType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}[] {initializer}").WithTriviaFrom(initializer);

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
