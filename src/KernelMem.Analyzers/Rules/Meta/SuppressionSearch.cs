using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules.Meta;

/// <summary>
/// Finds what silences our rules in a compilation, once for all of them. Options and <c>NoWarn</c> are not looked at: they are about
/// rules, and not about places.
/// </summary>
internal static class SuppressionSearch
{
    private const string Attribute = "SuppressMessage";
    private const string Prefix = "KM";

    private static readonly ConditionalWeakTable<Compilation, IReadOnlyList<SourceSuppression>> s_found = new();

    /// <summary>The suppressions of a compilation, in no order.</summary>
    public static IReadOnlyList<SourceSuppression> Of(Compilation compilation, CancellationToken cancellation)
        => s_found.TryGetValue(compilation, out IReadOnlyList<SourceSuppression>? found)
            ? found
            : s_found.GetValue(compilation, key => [.. key.SyntaxTrees.SelectMany(tree => In(tree, key, cancellation))]);

    private static IEnumerable<SourceSuppression> In(SyntaxTree tree, Compilation compilation, CancellationToken cancellation)
    {
        if (!Mentions.Has(tree, Prefix, cancellation))
            return [];

        SyntaxNode root = tree.GetRoot(cancellation);
        IEnumerable<SourceSuppression> found = Pragmas(root);
        return !Mentions.Has(tree, Attribute, cancellation)
            ? found
            : found.Concat(root.DescendantNodes().OfType<AttributeSyntax>().Where(IsSuppression).SelectMany(mark => Of(mark, compilation)));
    }

    /// <summary>A rule is silent from its pragma to the next that restores it, or to the end.</summary>
    private static IEnumerable<SourceSuppression> Pragmas(SyntaxNode root)
    {
        List<PragmaWarningDirectiveTriviaSyntax> pragmas = [];
        for (DirectiveTriviaSyntax? next = root.GetFirstDirective(IsPragma); next is not null; next = next.GetNextDirective(IsPragma))
        {
            pragmas.Add((PragmaWarningDirectiveTriviaSyntax)next);
        }

        for (int index = 0; index < pragmas.Count; index++)
        {
            if (!pragmas[index].DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword))
                continue;

            foreach (IdentifierNameSyntax code in pragmas[index].ErrorCodes.OfType<IdentifierNameSyntax>().Where(IsOurs))
            {
                PragmaWarningDirectiveTriviaSyntax? end = pragmas.Skip(index + 1).FirstOrDefault(pragma => Restores(pragma, code));
                TextSpan span = TextSpan.FromBounds(pragmas[index].Span.End, end?.SpanStart ?? root.FullSpan.End);
                yield return new SourceSuppression(code.Identifier.ValueText, code.GetLocation(), root.SyntaxTree, span);
            }
        }
    }

    private static bool IsPragma(DirectiveTriviaSyntax directive) => directive is PragmaWarningDirectiveTriviaSyntax { IsActive: true };

    private static bool IsOurs(IdentifierNameSyntax code) => code.Identifier.ValueText.StartsWith(Prefix, StringComparison.Ordinal);

    private static bool Restores(PragmaWarningDirectiveTriviaSyntax pragma, IdentifierNameSyntax code)
        => pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.RestoreKeyword)
            && (pragma.ErrorCodes.Count == 0
                || pragma.ErrorCodes.OfType<IdentifierNameSyntax>().Any(restored => string.Equals(restored.Identifier.ValueText, code.Identifier.ValueText, StringComparison.Ordinal)));

    private static bool IsSuppression(AttributeSyntax mark)
    {
        string name = (mark.Name as QualifiedNameSyntax)?.Right.Identifier.ValueText
            ?? (mark.Name as AliasQualifiedNameSyntax)?.Name.Identifier.ValueText
            ?? (mark.Name as SimpleNameSyntax)?.Identifier.ValueText
            ?? string.Empty;
        return name is Attribute or Attribute + "Attribute";
    }

    /// <summary>A rule is silent in what the mark is on; or in its target; or, if that cannot be told by a name, everywhere.</summary>
    private static IEnumerable<SourceSuppression> Of(AttributeSyntax mark, Compilation compilation)
    {
        if (IdOf(mark) is not { } id)
            return [];

        Location place = mark.GetLocation();
        if (mark.Parent is AttributeListSyntax { Target: null, Parent: { } marked })
            return [new SourceSuppression(id, place, mark.SyntaxTree, marked.Span)];

        ImmutableArray<SyntaxReference> parts = TextOf(Named(mark, "Target")) is { } target && DocumentationCommentId.GetFirstSymbolForDeclarationId(target.TrimStart('~'), compilation) is { } symbol
            ? symbol.DeclaringSyntaxReferences
            : [];
        return parts.Length == 1
            ? [new SourceSuppression(id, place, parts[0].SyntaxTree, parts[0].Span)]
            : [new SourceSuppression(id, place, Tree: null, default)];
    }

    /// <summary>The second argument: <c>"KM1001"</c> or <c>"KM1001:Objects of classes are allocated"</c>.</summary>
    private static string? IdOf(AttributeSyntax mark)
    {
        AttributeArgumentSyntax? argument = mark.ArgumentList?.Arguments.Where(static each => each.NameEquals is null).ElementAtOrDefault(1);
        string? id = TextOf(argument)?.Split(':')[0].Trim();
        return id?.StartsWith(Prefix, StringComparison.Ordinal) == true ? id : null;
    }

    private static AttributeArgumentSyntax? Named(AttributeSyntax mark, string name)
        => mark.ArgumentList?.Arguments.FirstOrDefault(each => string.Equals(each.NameEquals?.Name.Identifier.ValueText, name, StringComparison.Ordinal));

    private static string? TextOf(AttributeArgumentSyntax? argument) => (argument?.Expression as LiteralExpressionSyntax)?.Token.Value as string;
}
