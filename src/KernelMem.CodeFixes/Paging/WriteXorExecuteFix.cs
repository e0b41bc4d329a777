using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Paging;

/// <summary>KM4001: drops executing, or else writing, from members that are joined in place.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class WriteXorExecuteFix() : KernelCodeFix("KM4001")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<BinaryExpressionSyntax>() is not { RawKind: (int)SyntaxKind.BitwiseOrExpression } joined)
            return [];

        KnownSymbols symbols = KnownSymbols.Of(place.Model.Compilation);
        return [.. Without(symbols.GrantsExecute, "execute").Concat(Without(symbols.GrantsWrite, "write"))];

        IEnumerable<KernelFix> Without(INamedTypeSymbol? mark, string what)
        {
            ImmutableArray<ExpressionSyntax> members = [.. Members(joined)];
            ImmutableArray<ExpressionSyntax> kept = [.. members.Where(member => place.SymbolOf(member) is not { } symbol || !symbol.Has(mark))];
            if (kept.Length > 0 && kept.Length < members.Length)
                yield return place.Edit($"Do not {what}", nameof(WriteXorExecuteFix) + what, editor => editor.ReplaceNode(joined, Joined(kept).WithTriviaFrom(joined)));
        }
    }

    private static IEnumerable<ExpressionSyntax> Members(ExpressionSyntax expression) => expression switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } binary => Members(binary.Left).Concat(Members(binary.Right)),
        ParenthesizedExpressionSyntax inner => Members(inner.Expression),
        _ => [expression],
    };

    private static ExpressionSyntax Joined(ImmutableArray<ExpressionSyntax> members)
        => SyntaxFactory.ParseExpression(string.Join(" | ", members.Select(static member => member.WithoutTrivia().ToString())));
}
