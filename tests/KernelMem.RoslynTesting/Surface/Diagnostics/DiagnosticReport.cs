using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The message of a test whose diagnostics are not as expected.</summary>
internal static class DiagnosticReport
{
    /// <param name="actualOf">For each expected diagnostic the index of the actual one, or -1.</param>
    public static string Describe(IReadOnlyList<DiagnosticResult> expected, IReadOnlyList<Diagnostic> actual, int[] actualOf)
    {
        List<DiagnosticResult> missing = [.. expected.Where((_, index) => actualOf[index] < 0)];
        List<Diagnostic> unexpected = [.. actual.Where((_, index) => !actualOf.Contains(index))];
        var text = new StringBuilder($"The diagnostics are not as expected: {expected.Count} expected, {actual.Count} reported.");

        // One that is missing and one that is too many are often the same, in part.
        foreach (DiagnosticResult result in missing.ToArray())
        {
            Diagnostic? nearest = unexpected
                .Where(candidate => IsNear(result, candidate))
                .OrderBy(candidate => DiagnosticMatcher.Differences(result, candidate).Count())
                .FirstOrDefault();
            if (nearest is null)
                continue;

            missing.Remove(result);
            unexpected.Remove(nearest);
            text.Append("\n\nDiffers:\n  expected ").Append(DiagnosticText.Of(result));
            AppendActual(text.Append("\n  reported "), nearest);
            foreach (string difference in DiagnosticMatcher.Differences(result, nearest))
            {
                text.Append("\n  -> ").Append(difference);
            }
        }

        foreach (DiagnosticResult result in missing)
        {
            text.Append("\n\nMissing:\n  expected ").Append(DiagnosticText.Of(result));
        }

        foreach (Diagnostic diagnostic in unexpected)
        {
            AppendActual(text.Append("\n\nUnexpected:\n  reported "), diagnostic);
        }

        text.Append(actual.Count == 0 ? "\n\nNothing was reported." : "\n\nAll that was reported, to paste:");
        foreach (Diagnostic diagnostic in actual)
        {
            text.Append("\n    ").Append(DiagnosticText.Of(diagnostic));
        }

        return text.ToString();
    }

    private static bool IsNear(DiagnosticResult result, Diagnostic candidate)
        => result.Id == candidate.Id
            || (result.HasLocation
                && candidate.Location.GetLineSpan() is var span
                && span.Path == result.Spans[0].Span.Path
                && span.StartLinePosition.Line == result.Spans[0].Span.StartLinePosition.Line);

    private static void AppendActual(StringBuilder text, Diagnostic diagnostic)
    {
        text.Append(DiagnosticText.Of(diagnostic)).Append("\n           ").Append(diagnostic);
        if (diagnostic.Location.SourceTree?.GetText() is not { } source)
            return;

        TextLine line = source.Lines.GetLineFromPosition(diagnostic.Location.SourceSpan.Start);
        int column = diagnostic.Location.SourceSpan.Start - line.Start;
        int length = System.Math.Max(
            1,
            System.Math.Min(diagnostic.Location.SourceSpan.End, line.End) - diagnostic.Location.SourceSpan.Start);
        text.Append("\n      |").Append(line).Append("\n      |").Append(' ', column).Append('^').Append('~', length - 1);
    }
}
