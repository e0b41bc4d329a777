using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes;

/// <summary>The function that a piece of code is in.</summary>
internal static class Functions
{
    /// <summary>The nearest function around; null where there is none, as for the initializer of a field.</summary>
    public static SyntaxNode? Around(SyntaxNode node) => node.Ancestors().FirstOrDefault(static ancestor => IsFunction(ancestor) || ancestor is MemberDeclarationSyntax) is { } found && IsFunction(found) ? found : null;

    /// <summary>Whether what is on the stack does not live as long as the function: it is left and entered again.</summary>
    public static bool IsSuspended(SyntaxNode function)
        => IsAsync(function) || function.DescendantNodes(child => child == function || !IsFunction(child)).Any(static node => node is YieldStatementSyntax or AwaitExpressionSyntax);

    /// <summary>Whether a part of a function may run several times in one call of it.</summary>
    public static bool IsRepeated(SyntaxNode node, SyntaxNode function)
        => node.Ancestors().TakeWhile(ancestor => ancestor != function).Any(static ancestor => ancestor is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)
            || function.DescendantNodes().Any(static inner => inner is LabeledStatementSyntax);

    private static bool IsAsync(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax anonymous => anonymous.AsyncKeyword != default,
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    private static bool IsFunction(SyntaxNode node)
        => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or GlobalStatementSyntax
            || node is PropertyDeclarationSyntax { ExpressionBody: not null } or IndexerDeclarationSyntax { ExpressionBody: not null };
}
