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
