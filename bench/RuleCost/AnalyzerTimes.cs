using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace RuleCost;

/// <summary>What the compiler itself says of the time of analyzers (<c>ReportAnalyzer</c>), from the log of a build.</summary>
internal static partial class AnalyzerTimes
{
    public const string OfOthers = "others";

    /// <summary>Seconds by analyzer, of all projects together. Those that are not ours are one.</summary>
    public static Dictionary<string, double> Read(string log)
    {
        Dictionary<string, double> times = new(StringComparer.Ordinal);
        foreach (Match match in File.ReadLines(log).Select(static line => Line().Match(line)).Where(static match => match.Success))
        {
            string name = match.Groups["name"].Value;
            string key = name.StartsWith("KernelMem.", StringComparison.Ordinal) ? name[(name.LastIndexOf('.') + 1)..] : OfOthers;
            times[key] = times.GetValueOrDefault(key) + double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture);
        }

        return times;
    }

    /// <summary>The seconds, the share, the name, and in brackets its rules. Less than a millisecond is less than that.</summary>
    [GeneratedRegex(@"^\s*<?(?<seconds>\d+\.\d+)\s+<?\d+\s+(?<name>[\w.]+) \([A-Z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
