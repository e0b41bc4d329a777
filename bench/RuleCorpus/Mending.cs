using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RuleCorpus;

/// <summary>A compilation without errors.</summary>
/// <param name="Compilation">The compilation.</param>
/// <param name="Blanked">How many members lost their body, or were left out.</param>
/// <param name="Problem">Why there is none; null where there is.</param>
internal sealed record MendedCompilation(CSharpCompilation Compilation, int Blanked, string? Problem);

/// <summary>
/// Decompiled code rarely compiles as a whole. Members with errors lose their body, or are left out where that is not enough, round by
/// round, until the rest compiles.
/// </summary>
internal static class Mending
{
    private const int Rounds = 40;

    public static MendedCompilation Mend(CorpusSource source, Options options)
    {
        var compilation = CSharpCompilation.Create(
            source.Name,
            source.Trees,
            source.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: options.Level, reportSuppressedDiagnostics: false)
                .WithMetadataImportOptions(MetadataImportOptions.All));
        int blanked = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Diagnostic[] errors = [.. compilation.GetDiagnostics().Where(static found => found.Severity == DiagnosticSeverity.Error)];
            if (errors.Length == 0)
                return new MendedCompilation(compilation, blanked, Problem: null);

            if (!errors.Any(static error => error.Location.IsInSource))
                return new MendedCompilation(compilation, blanked, errors[0].ToString());

            foreach (IGrouping<SyntaxTree, Diagnostic> group in errors.Where(static error => error.Location.IsInSource).GroupBy(static error => error.Location.SourceTree!))
            {
                SyntaxTree mended = Mend(group.Key, group, ref blanked);
                compilation = compilation.ReplaceSyntaxTree(group.Key, mended);
            }
        }

        return new MendedCompilation(compilation, blanked, "it does not compile");
    }

    private static SyntaxTree Mend(SyntaxTree tree, IEnumerable<Diagnostic> errors, ref int blanked)
    {
        SyntaxNode root = tree.GetRoot();
        var places = new HashSet<SyntaxNode>(errors.Select(error => Place(root, error)).OfType<SyntaxNode>());
        places.RemoveWhere(node => node.Ancestors().Any(places.Contains));
        blanked += places.Count;

        SyntaxNode[] toBlank = [.. places.Where(CanBeBlanked)];
        root = root.TrackNodes(places);
        root = root.ReplaceNodes(toBlank.Select(node => root.GetCurrentNode(node)!), static (_, node) => Blank(node));
        SyntaxNode[] toRemove = [.. places.Except(toBlank).Select(node => root.GetCurrentNode(node)).OfType<SyntaxNode>()];
        root = toRemove.Length == 0 ? root : root.RemoveNodes(toRemove, SyntaxRemoveOptions.KeepNoTrivia) ?? SyntaxFactory.CompilationUnit();
        return tree.WithRootAndOptions(root, tree.Options);
    }

    /// <summary>What is to lose its body or to go: the accessor, member, attribute or using that the error is in.</summary>
    private static SyntaxNode? Place(SyntaxNode root, Diagnostic error)
        => root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true)
            .AncestorsAndSelf()
            .FirstOrDefault(static node => node is AccessorDeclarationSyntax or AttributeListSyntax or UsingDirectiveSyntax or MemberDeclarationSyntax and not BaseNamespaceDeclarationSyntax);

    private static bool CanBeBlanked(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax { ExpressionBody: null, Body: null } => false,
        BaseMethodDeclarationSyntax method => !IsBlank(method.Body),
        AccessorDeclarationSyntax { ExpressionBody: null, Body: null } => false,
        AccessorDeclarationSyntax accessor => !IsBlank(accessor.Body),
        PropertyDeclarationSyntax { ExpressionBody: { Expression: not ThrowExpressionSyntax } } => true,
        _ => false,
    };

    private static bool IsBlank(BlockSyntax? body) => body is { Statements: [ThrowStatementSyntax { Expression: LiteralExpressionSyntax }] };

    private static SyntaxNode Blank(SyntaxNode node)
    {
        BlockSyntax body = SyntaxFactory.Block(SyntaxFactory.ParseStatement("throw null;"));
        return node switch
        {
            MethodDeclarationSyntax method => method.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default).WithModifiers(WithoutAsync(method.Modifiers)),
            BaseMethodDeclarationSyntax method => method.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default),
            AccessorDeclarationSyntax accessor => accessor.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default),
            PropertyDeclarationSyntax property => property.WithExpressionBody(SyntaxFactory.ArrowExpressionClause(SyntaxFactory.ParseExpression("throw null"))),
            _ => node,
        };
    }

    private static SyntaxTokenList WithoutAsync(SyntaxTokenList modifiers) => new(modifiers.Where(static modifier => !modifier.IsKind(SyntaxKind.AsyncKeyword)));
}
