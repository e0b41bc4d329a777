using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace RuleCorpus;

/// <summary>Writes what was found, as Markdown.</summary>
internal static class Report
{
    public static void WriteDifferences(CorpusResult result, int length)
    {
        Write(result.Name, "missed", result.Missed, length);
        Write(result.Name, "false", result.False, length);
        Write(result.Name, "missed, unoptimised", result.MissedUnoptimised, length);
        Write(result.Name, "false, unoptimised", result.FalseUnoptimised, length);
    }

    public static void WriteTable(IReadOnlyList<CorpusResult> results)
    {
        Console.WriteLine("| corpus | methods | left out | IL allocations | missed | diagnostics | false | KM1023 | missed | false | AD0001 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (CorpusResult result in results)
        {
            WriteRow(result.Name, [result]);
        }

        WriteRow("all", results);
        int allocations = results.Sum(static result => result.Allocations);
        int diagnostics = results.Sum(static result => result.Diagnostics);
        Console.WriteLine();
        Console.WriteLine($"found: {Share(allocations - results.Sum(static result => result.Missed.Count), allocations)}, false: {Share(results.Sum(static result => result.False.Count), diagnostics)}");
        Console.WriteLine($"calls that the source writes out, judged by the callee: {results.Sum(static result => result.Calls)}");
    }

    private static void WriteRow(string name, IReadOnlyCollection<CorpusResult> results)
    {
        int[] columns =
        [
            results.Sum(static result => result.Methods),
            results.Sum(static result => result.Blanked),
            results.Sum(static result => result.Allocations),
            results.Sum(static result => result.Missed.Count),
            results.Sum(static result => result.Diagnostics),
            results.Sum(static result => result.False.Count),
            results.Sum(static result => result.Unoptimised),
            results.Sum(static result => result.MissedUnoptimised.Count),
            results.Sum(static result => result.FalseUnoptimised.Count),
            results.Sum(static result => result.Crashes),
        ];
        Console.WriteLine($"| {name} | {string.Join(" | ", columns)} |");
    }

    private static string Share(int part, int whole) => whole == 0 ? "-" : (100.0 * part / whole).ToString("F2", CultureInfo.InvariantCulture) + " %";

    private static void Write(string name, string title, IReadOnlyList<string> differences, int length)
    {
        if (differences.Count == 0 || length == 0)
            return;

        Console.WriteLine($"{name}, {title} ({differences.Count}):");
        foreach (string difference in differences.Take(length))
        {
            Console.WriteLine("  " + difference);
        }

        Console.WriteLine();
    }
}
