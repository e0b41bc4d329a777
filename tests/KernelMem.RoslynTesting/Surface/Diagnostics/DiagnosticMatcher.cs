using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Finds which actual diagnostic each expected one is.</summary>
internal static class DiagnosticMatcher
{
    /// <summary>For each expected diagnostic the index of the actual one, or -1. As many as possible are matched.</summary>
    public static int[] Match(IReadOnlyList<DiagnosticResult> expected, IReadOnlyList<Diagnostic> actual)
    {
        int[] expectedOf = [.. Enumerable.Repeat(-1, actual.Count)];
        bool[,] fits = new bool[expected.Count, actual.Count];
        for (int i = 0; i < expected.Count; i++)
        {
            for (int j = 0; j < actual.Count; j++)
            {
                fits[i, j] = !Differences(expected[i], actual[j]).Any();
            }
        }

        // An expectation that leaves something open fits several: augmenting paths find the pairing that satisfies all, if there is one.
        for (int i = 0; i < expected.Count; i++)
        {
            Augment(i, new bool[actual.Count]);
        }

        int[] actualOf = [.. Enumerable.Repeat(-1, expected.Count)];
        for (int j = 0; j < actual.Count; j++)
        {
            if (expectedOf[j] >= 0)
                actualOf[expectedOf[j]] = j;
        }

        return actualOf;

        bool Augment(int i, bool[] tried)
        {
            for (int j = 0; j < actual.Count; j++)
            {
                if (!fits[i, j] || tried[j])
                    continue;

                tried[j] = true;
                if (expectedOf[j] < 0 || Augment(expectedOf[j], tried))
                {
                    expectedOf[j] = i;
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>In what an actual diagnostic is not as expected.</summary>
    public static IEnumerable<string> Differences(DiagnosticResult expected, Diagnostic actual)
    {
        if (expected.Id != actual.Id)
            yield return $"the id is {actual.Id}, expected {expected.Id}";

        foreach (string difference in LocationDifferences(expected, actual))
        {
            yield return difference;
        }

        if (!expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) && expected.Severity != actual.Severity)
            yield return $"the severity is {actual.Severity}, expected {expected.Severity}";

        if (expected.IsSuppressed is { } suppressed && suppressed != actual.IsSuppressed)
            yield return $"IsSuppressed is {actual.IsSuppressed}, expected {suppressed}";

        string message = actual.GetMessage(CultureInfo.InvariantCulture);
        if (expected.Message is { } expectedMessage)
        {
            if (expectedMessage != message)
                yield return $"the message is \"{message}\", expected \"{expectedMessage}\"";
        }
        else if (expected.MessageArguments is { Length: > 0 } arguments
            && !arguments.Select(DiagnosticText.Argument).SequenceEqual(DiagnosticText.Arguments(actual)))
        {
            string reported = string.Join(", ", DiagnosticText.Arguments(actual));
            yield return $"the arguments are ({reported}), expected ({string.Join(", ", arguments)})";
        }
    }

    private static IEnumerable<string> LocationDifferences(DiagnosticResult expected, Diagnostic actual)
    {
        if (!expected.HasLocation)
        {
            if (actual.Location != Location.None)
                yield return $"the location is {Describe(actual.Location.GetLineSpan())}, expected none";

            yield break;
        }

        if (actual.Location == Location.None)
        {
            yield return $"there is no location, expected {Describe(expected.Spans[0].Span)}";
            yield break;
        }

        if (!IsAt(expected.Spans[0], actual.Location))
            yield return $"the location is {Describe(actual.Location.GetLineSpan())}, expected {Describe(expected.Spans[0].Span)}";

        if (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
            yield break;

        if (actual.AdditionalLocations.Count != expected.Spans.Length - 1)
        {
            yield return $"there are {actual.AdditionalLocations.Count} additional locations, expected {expected.Spans.Length - 1}";
            yield break;
        }

        for (int index = 0; index < actual.AdditionalLocations.Count; index++)
        {
            if (!IsAt(expected.Spans[index + 1], actual.AdditionalLocations[index]))
            {
                yield return $"additional location {index + 1} is {Describe(actual.AdditionalLocations[index].GetLineSpan())}, "
                    + $"expected {Describe(expected.Spans[index + 1].Span)}";
            }
        }
    }

    private static bool IsAt(DiagnosticLocation expected, Location actual)
    {
        FileLinePositionSpan span = actual.GetLineSpan();
        return span.Path == expected.Span.Path
            && span.StartLinePosition == expected.Span.StartLinePosition
            && (expected.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) || span.EndLinePosition == expected.Span.EndLinePosition);
    }

    private static string Describe(FileLinePositionSpan span)
    {
        (LinePosition start, LinePosition end) = (span.StartLinePosition, span.EndLinePosition);
        return FormattableString.Invariant($"{span.Path}({start.Line + 1},{start.Character + 1})-({end.Line + 1},{end.Character + 1})");
    }
}
