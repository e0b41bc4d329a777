using System;
using System.Collections.Generic;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Shows how two texts differ, line by line, with the first difference marked.</summary>
internal static class TextDifference
{
    private const int Around = 3;

    /// <summary>A line of the difference: both texts have it, or only one.</summary>
    private readonly record struct Line(char Mark, string Text, int ExpectedNumber);

    public static string Describe(string expected, string actual)
    {
        List<Line> lines = Compare(expected.Split('\n'), actual.Split('\n'));
        int first = lines.FindIndex(line => line.Mark != ' ');
        var text = new StringBuilder($"First difference at line {lines[first].ExpectedNumber} (- expected, + actual):");

        bool skipped = false;
        for (int index = 0; index < lines.Count; index++)
        {
            if (!IsNearChange(lines, index))
            {
                skipped = true;
                continue;
            }

            if (skipped)
                text.Append("\n  ...");

            skipped = false;
            text.Append('\n').Append(index == first ? '>' : ' ').Append(lines[index].Mark).Append(' ').Append(Visible(lines[index].Text));
            if (index == first && first + 1 < lines.Count && lines[first].Mark == '-' && FirstAdded(lines, first) is { } added)
                text.Append("\n   ").Append(' ', CommonPrefix(lines[first].Text, added)).Append('^');
        }

        return skipped ? text.Append("\n  ...").ToString() : text.ToString();
    }

    /// <summary>The longest common subsequence of lines, by the textbook table.</summary>
    private static List<Line> Compare(string[] expected, string[] actual)
    {
        int[,] common = new int[expected.Length + 1, actual.Length + 1];
        for (int i = expected.Length - 1; i >= 0; i--)
        {
            for (int j = actual.Length - 1; j >= 0; j--)
            {
                common[i, j] = expected[i] == actual[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        List<Line> lines = [];
        for (int i = 0, j = 0; i < expected.Length || j < actual.Length;)
        {
            if (i < expected.Length && j < actual.Length && expected[i] == actual[j])
            {
                lines.Add(new Line(' ', expected[i++], i));
                j++;
            }
            else if (i < expected.Length && (j == actual.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(new Line('-', expected[i++], i));
            }
            else
            {
                lines.Add(new Line('+', actual[j++], i + 1));
            }
        }

        return lines;
    }

    private static bool IsNearChange(List<Line> lines, int index)
    {
        for (int near = Math.Max(0, index - Around); near <= Math.Min(lines.Count - 1, index + Around); near++)
        {
            if (lines[near].Mark != ' ')
                return true;
        }

        return false;
    }

    private static string? FirstAdded(List<Line> lines, int index)
    {
        while (index < lines.Count && lines[index].Mark == '-')
        {
            index++;
        }

        return index < lines.Count && lines[index].Mark == '+' ? Visible(lines[index].Text) : null;
    }

    private static int CommonPrefix(string one, string other)
    {
        one = Visible(one);
        int length = 0;
        while (length < one.Length && length < other.Length && one[length] == other[length])
        {
            length++;
        }

        return length;
    }

    /// <summary>Ends of lines and trailing blanks differ invisibly.</summary>
    private static string Visible(string line)
    {
        line = line.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
        string trimmed = line.TrimEnd(' ');
        return trimmed + new string('·', line.Length - trimmed.Length);
    }
}
