using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>
/// Reads the table of probes, a line each. <c>@(a|b)</c> is one probe for each of a and b. <c>@NAME = a|b</c> gives alternatives a name:
/// where <c>@NAME</c> stands several times in a line, it is the same each time. <c>//! why</c> at the end of a line allows the rules to
/// differ from the compiled code. <c># …</c> is a heading.
/// </summary>
internal static partial class ProbeTable
{
    public static IReadOnlyList<Probe> Read(string path)
    {
        var probes = new List<Probe>();
        var sets = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path).Select(static line => line.Trim()))
        {
            if (line.Length == 0 || line.StartsWith('#'))
                continue;

            if (Definition().Match(line) is { Success: true } definition)
                sets.Add(definition.Groups["name"].Value, definition.Groups["values"].Value.Split('|', StringSplitOptions.TrimEntries));
            else
                AddAll(probes, Expand(line, sets));
        }

        return probes;
    }

    private static void AddAll(List<Probe> probes, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            probes.Add(Parse(line, probes.Count + 1));
        }
    }

    private static Probe Parse(string line, int number)
    {
        const string types = "types:";
        string[] parts = line.Split("//!", StringSplitOptions.TrimEntries);
        bool areTypes = parts[0].StartsWith(types, StringComparison.Ordinal);
        return new Probe(number, areTypes ? parts[0][types.Length..].Trim() : parts[0], areTypes, parts.Length > 1 ? parts[1] : null);
    }

    private static IEnumerable<string> Expand(string line, Dictionary<string, string[]> sets)
    {
        if (Alternatives().Match(line) is not { Success: true } first)
            return [line];

        return first.Groups["name"] is { Success: true, Value: { } name }
            ? sets[name].SelectMany(value => Expand(Regex.Replace(line, $"@{name}\\b", value, RegexOptions.None, TimeSpan.FromSeconds(1)), sets))
            : first.Groups["values"].Value.Split('|').SelectMany(value => Expand(line[..first.Index] + value + line[(first.Index + first.Length)..], sets));
    }

    [GeneratedRegex(@"^@(?<name>[A-Z]+) = (?<values>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Definition();

    [GeneratedRegex(@"@((?<name>[A-Z]+)\b|\((?<values>[^()]*(\([^()]*\)[^()]*)*)\))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alternatives();
}
