using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.CodeFixes.Trials;

/// <summary>What of a file's text is nobody's to change but its author's.</summary>
internal static class FileText
{
    /// <summary>The solution with the changes of a document in the line ends that the document had before.</summary>
    public static async Task<Solution> WithLineEndsOfAsync(Document old, Document current, CancellationToken cancellation)
    {
        SourceText text = await old.GetTextAsync(cancellation).ConfigureAwait(false);
        string end = LineEndOf(text);
        IEnumerable<TextChange> changes = await current.GetTextChangesAsync(old, cancellation).ConfigureAwait(false);
        SourceText changed = text.WithChanges(changes.Select(change => new TextChange(change.Span, (change.NewText ?? string.Empty).Replace("\r\n", "\n").Replace("\n", end))));
        return current.WithText(changed).Project.Solution;
    }

    /// <summary>Whether all comments and directives are still there, in their order.</summary>
    public static async Task<bool> KeepsCommentsAsync(Document old, Document current, CancellationToken cancellation)
    {
        List<string> expected = await CommentsAsync(old, cancellation).ConfigureAwait(false);
        List<string> found = await CommentsAsync(current, cancellation).ConfigureAwait(false);
        return Sequences.IsWithin(expected, found);
    }

    private static async Task<List<string>> CommentsAsync(Document document, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        return [.. root.DescendantTrivia().Where(static trivia => trivia.IsDirective || !IsBlank(trivia)).Select(static trivia => trivia.ToFullString().TrimEnd())];
    }

    private static bool IsBlank(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia;

    private static string LineEndOf(SourceText text)
        => text.Lines.Count > 1 && text.ToString(TextSpan.FromBounds(text.Lines[0].End, text.Lines[0].EndIncludingLineBreak)) is { Length: > 0 } end
            ? end
            : "\n";
}
