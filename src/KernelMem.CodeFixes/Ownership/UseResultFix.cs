using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Rules.Ownership;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Ownership;

/// <summary>KM5004: expects success, of a value that has <c>Expect</c>; or drops the value on purpose, where it neither is nor holds an obligation.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UseResultFix() : KernelCodeFix("KM5004")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ExpressionStatementSyntax>() is not { Expression: InvocationExpressionSyntax call } statement
            || place.TypeOf(call) is not { } type
            || place.SymbolOf(call) is not { } method)
        {
            return [];
        }

        var marks = new MustUseMarks(KnownSymbols.Of(place.Model.Compilation));
        ImmutableArray<KernelFix>.Builder fixes = ImmutableArray.CreateBuilder<KernelFix>();
        if (type.GetMembers("Expect").OfType<IMethodSymbol>().Any(expect => TakesMessage(expect) && marks.ReasonFor(expect) is null))
            fixes.Add(place.Edit("Expect success", nameof(UseResultFix) + "Expect", editor => editor.ReplaceNode(call, Expecting(call, method))));

        if (marks.ObligationOf(type) is null)
            fixes.Add(place.Edit("Ignore it on purpose", nameof(UseResultFix) + "Discard", editor => editor.ReplaceNode(statement, Discarding(statement, call))));

        return fixes.ToImmutable();
    }

    private static bool TakesMessage(IMethodSymbol expect)
        => expect is { IsStatic: false, Parameters.Length: 1 } && expect.Parameters[0].Type.SpecialType == SpecialType.System_String;

    /// <summary>Who fails here is a bug: the message says so, until its author writes why.</summary>
    private static InvocationExpressionSyntax Expecting(InvocationExpressionSyntax call, ISymbol method)
        => SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, call.WithoutTrailingTrivia(), SyntaxFactory.IdentifierName("Expect")),
            SyntaxFactory.ArgumentList([SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(method.Name + " failed")))]))
            .WithTrailingTrivia(call.GetTrailingTrivia());

    private static ExpressionStatementSyntax Discarding(ExpressionStatementSyntax statement, InvocationExpressionSyntax call)
        => statement.WithExpression(SyntaxFactory.AssignmentExpression(
            SyntaxKind.SimpleAssignmentExpression,
            SyntaxFactory.IdentifierName("_").WithLeadingTrivia(call.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            call.WithoutLeadingTrivia()));
}
