using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Replaces the statement with a block of two, unformatted: the formatter must do that.</summary>
public sealed class BlockFix : RewritingFix
{
    protected override SyntaxNode Rewrite(SyntaxNode root, LocalDeclarationStatementSyntax statement)
        => root.ReplaceNode(
            statement,
            SyntaxFactory.ParseStatement("{\nint good=1;\ngood++;}")
                .WithTriviaFrom(statement)
                .WithAdditionalAnnotations(Formatter.Annotation));
}

/// <summary>Builds 2 * (1 + 1) without its parentheses: the text says something else than the tree.</summary>
public sealed class ParenthesesFix : RewritingFix
{
    protected override SyntaxNode Rewrite(SyntaxNode root, LocalDeclarationStatementSyntax statement)
    {
        ExpressionSyntax product = SyntaxFactory.BinaryExpression(
            SyntaxKind.MultiplyExpression,
            SyntaxFactory.ParseExpression("2"),
            SyntaxFactory.ParseExpression("1+1"));
        VariableDeclaratorSyntax variable = statement.Declaration.Variables[0];
        return root.ReplaceNode(
            variable,
            variable.WithIdentifier(SyntaxFactory.Identifier("good")).WithInitializer(SyntaxFactory.EqualsValueClause(product)));
    }
}

/// <summary>Replaces the declaration in the tree.</summary>
public abstract class RewritingFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [BadNameAnalyzer.Id];

    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken))!;
        LocalDeclarationStatementSyntax statement =
            root.FindNode(context.Span).AncestorsAndSelf().OfType<LocalDeclarationStatementSyntax>().First();
        context.RegisterCodeFix(
            CodeAction.Create("Rewrite", _ => Task.FromResult(context.Document.WithSyntaxRoot(Rewrite(root, statement))), "rewrite"),
            context.Diagnostics);
    }

    protected abstract SyntaxNode Rewrite(SyntaxNode root, LocalDeclarationStatementSyntax statement);
}

/// <summary>Adds a file, beside the new name.</summary>
public sealed class AddFileFix : GoodNameFix
{
    public override FixAllProvider? GetFixAllProvider() => null;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(
            CodeAction.Create(
                "Add",
                async cancellationToken =>
                {
                    Document renamed = await ReplaceAsync(context.Document, context.Span, NewName, cancellationToken);
                    return renamed.Project.AddDocument("Added.cs", "class Added;").Project.Solution;
                },
                "add"),
            context.Diagnostics);
        return Task.CompletedTask;
    }
}

/// <summary>Offers its actions in a menu.</summary>
public sealed class MenuFix : GoodNameFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        ImmutableArray<CodeAction> actions =
        [
            CodeAction.Create(
                "Good",
                cancellationToken => ReplaceAsync(context.Document, context.Span, NewName, cancellationToken),
                "good"),
            CodeAction.Create(
                "Other",
                cancellationToken => ReplaceAsync(context.Document, context.Span, _ => "other", cancellationToken),
                "other"),
        ];
        context.RegisterCodeFix(CodeAction.Create("Rename to", actions, isInlinable: false), context.Diagnostics);
        return Task.CompletedTask;
    }
}
