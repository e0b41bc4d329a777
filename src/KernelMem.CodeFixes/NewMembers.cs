using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace KernelMem.CodeFixes;

/// <summary>Members that a fix adds to a type.</summary>
internal static class NewMembers
{
    /// <summary>The type with these members at its end. Where the type is documented, they say that others explain them.</summary>
    public static TypeDeclarationSyntax AddedTo(TypeDeclarationSyntax type, IEnumerable<string> members)
    {
        bool isDocumented = type.GetLeadingTrivia().Any(static trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia));
        bool isFirst = type.Members.Count == 0;
        if (type.OpenBraceToken.IsKind(SyntaxKind.None))
        {
            type = type
                .WithSemicolonToken(default)
                .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed))
                .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(type.SemicolonToken.TrailingTrivia));
        }

        return type.AddMembers([.. members.Select((text, index) => Parsed(text, isDocumented, hasBlank: !(isFirst && index == 0)))]);
    }

    private static MemberDeclarationSyntax Parsed(string text, bool isDocumented, bool hasBlank)
    {
        MemberDeclarationSyntax member = SyntaxFactory.ParseMemberDeclaration((isDocumented ? "/// <inheritdoc/>\n" : string.Empty) + text)!;
        if (hasBlank)
            member = member.WithLeadingTrivia(member.GetLeadingTrivia().Insert(0, SyntaxFactory.ElasticCarriageReturnLineFeed));

        return member.WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
