using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// Reads the marks in a test's source: <c>[|text|]</c>, <c>{|ID:text|}</c>, <c>{|#0:text|}</c> and, where spans overlap,
/// <c>{|#0:text|#0}</c>; <c>$$</c> is a position.
/// </summary>
public static partial class TestFileMarkupParser
{
    /// <summary>The name under which the spans of <c>[|text|]</c> are found.</summary>
    internal const string Unnamed = "";

    public static void GetPositionsAndSpans(
        string input,
        out string output,
        out ImmutableArray<int> positions,
        out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans)
    {
        MarkedSource source = Parse(input, positionsAreCode: false);
        (output, positions, spans) = (source.Text, source.Positions, source.SpansByName());
    }

    public static void GetSpans(string input, out string output, out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans)
        => GetSpans(input, treatPositionIndicatorsAsCode: false, out output, out spans);

    public static void GetSpans(
        string input,
        bool treatPositionIndicatorsAsCode,
        out string output,
        out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans)
    {
        MarkedSource source = Parse(input, treatPositionIndicatorsAsCode);
        (output, spans) = (source.Text, source.SpansByName());
    }

    internal static MarkedSource Parse(string input, bool positionsAreCode)
    {
        var text = new StringBuilder(input.Length);
        List<int> positions = [];
        List<MarkedSpan> spans = [];
        List<(string Name, int Start, Match Mark)> open = [];
        int copied = 0;
        foreach (Match mark in Mark().Matches(input))
        {
            if (mark.ValueSpan is "$$" && positionsAreCode)
                continue;

            text.Append(input, copied, mark.Index - copied);
            copied = mark.Index + mark.Length;
            if (mark.ValueSpan is "$$")
            {
                positions.Add(text.Length);
            }
            else if (mark.Value[^1] is '|' or ':')
            {
                open.Add((mark.Groups["name"].Value, text.Length, mark));
            }
            else
            {
                int index = open.FindLastIndex(candidate => Closes(mark, candidate.Mark));
                if (index < 0)
                    throw Malformed(input, mark, "closes what is not open");

                spans.Add(new MarkedSpan(open[index].Name, TextSpan.FromBounds(open[index].Start, text.Length)));
                open.RemoveAt(index);
            }
        }

        if (open.Count > 0)
            throw Malformed(input, open[^1].Mark, "is not closed");

        text.Append(input, copied, input.Length - copied);
        return new MarkedSource(text.ToString(), [.. positions], [.. spans]);
    }

    private static bool Closes(Match end, Match start)
        => end.Value == "|]"
            ? start.Value == "[|"
            : start.Value != "[|" && (!end.Groups["key"].Success || end.Groups["key"].Value == start.Groups["name"].Value);

    private static InvalidOperationException Malformed(string input, Match mark, string problem)
    {
        LinePosition position = SourceText.From(input).Lines.GetLinePosition(mark.Index);
        return new InvalidOperationException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Malformed markup: '{mark.Value}' at line {position.Line + 1}, column {position.Character + 1} {problem}."));
    }

    [GeneratedRegex(
        @"\$\$|\[\||\|\]|\{\|(?<name>#?[-_.A-Za-z0-9+]+):|\|(?<key>#\d+)?\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10000)]
    private static partial Regex Mark();
}
