using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelMem.Sdk.Tasks;

/// <summary>Reads the error report of ld.lld.</summary>
public static partial class LinkErrors
{
    /// <summary>The undefined references in a report, in its order.</summary>
    public static IReadOnlyList<UndefinedReference> Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        List<UndefinedReference> found = [];
        string? symbol = null;
        (string? File, int Line) place = default;
        foreach (string line in lines)
        {
            if (UndefinedSymbol().Match(line) is { Success: true } undefined)
            {
                symbol = undefined.Groups["symbol"].Value;
                place = default;
            }
            else if (symbol is not null && ReferencedFromObject().Match(line) is { Success: true } function)
            {
                found.Add(new UndefinedReference(symbol, place.File, place.Line, function.Groups["function"].Value));
                place = default;
            }
            else if (symbol is not null && ReferencedFromSource().Match(line) is { Success: true } source)
            {
                string file = source.Groups["path"].Success ? source.Groups["path"].Value : source.Groups["file"].Value;
                place = (file, int.Parse(source.Groups["line"].Value, CultureInfo.InvariantCulture));
            }
        }

        return found;
    }

    /// <summary>The errors in a report that are no undefined references, each as the linker says it, with the lines that belong to it.</summary>
    public static IReadOnlyList<string> ParseOthers(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        List<string> found = [];
        bool inOther = false;
        foreach (string line in lines)
        {
            if (line.Contains("error: ", StringComparison.Ordinal))
            {
                inOther = !UndefinedSymbol().IsMatch(line);
                if (inOther)
                    found.Add(line);
            }
            else if (inOther && line.StartsWith(">>>", StringComparison.Ordinal))
            {
                found[^1] += Environment.NewLine + line;
            }
        }

        return found;
    }

    // ld.lld: error: undefined symbol: RhpNewFast
    [GeneratedRegex(@"error: undefined symbol: (?<symbol>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UndefinedSymbol();

    // >>> referenced by Kernel.cs:54 (/home/me/Kernel.cs:54)
    [GeneratedRegex(@"^>>> referenced by (?<file>[^()]+):(?<line>\d+)(\s+\((?<path>.+):\d+\))?\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReferencedFromSource();

    // >>>               obj/kernel.o:(Kernel_Program__Main)     or, without a source line,     >>> referenced by obj/kernel.o:(...)
    [GeneratedRegex(@"^>>>.*\.o:\((?<function>.+)\)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReferencedFromObject();
}
