using System.Collections.Generic;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Rules.Meta;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Meta;

/// <summary>KM0002: gives the mark a justification that its author has still to write. Until then the rule goes on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class JustificationFix() : KernelCodeFix("KM0002")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<AttributeSyntax>() is not { } mark)
            return [];

        AttributeArgumentSyntax? existing = mark.ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText == TrustAnalyzer.Justification);
        LiteralExpressionSyntax pending = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(TrustAnalyzer.Pending));
        return existing switch
        {
            null => [place.Edit("Add a justification", nameof(JustificationFix), editor => editor.ReplaceNode(mark, WithArgument(mark, pending)))],
            { Expression: LiteralExpressionSyntax { Token.ValueText: not TrustAnalyzer.Pending } nothing } => [place.Edit("Add a justification", nameof(JustificationFix), editor => editor.ReplaceNode(nothing, pending.WithTriviaFrom(nothing)))],
            _ => [],
        };
    }

    private static AttributeSyntax WithArgument(AttributeSyntax mark, ExpressionSyntax reason)
    {
        AttributeArgumentSyntax argument = SyntaxFactory.AttributeArgument(
            SyntaxFactory.NameEquals(SyntaxFactory.IdentifierName(TrustAnalyzer.Justification).WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space)),
            null,
            reason);
        return mark.ArgumentList is { } list
            ? mark.WithArgumentList(list.AddArguments(argument))
            : mark.WithName(mark.Name.WithoutTrailingTrivia()).WithArgumentList(SyntaxFactory.AttributeArgumentList([argument]).WithTrailingTrivia(mark.GetTrailingTrivia()));
    }
}
