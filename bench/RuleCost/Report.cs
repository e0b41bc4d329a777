using System;
using System.Collections.Generic;
using System.Linq;

namespace RuleCost;

/// <summary>A comparison of two builds.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Target">How many percent longer it may take.</param>
/// <param name="Lines">How many lines are built.</param>
/// <param name="Without">The times without the rules: the first with a compiler that was just started.</param>
/// <param name="With">The times with them.</param>
internal sealed record BuildRow(string Name, int Target, int Lines, IReadOnlyList<BuildTime> Without, IReadOnlyList<BuildTime> With);

/// <summary>Writes what was measured, as Markdown.</summary>
internal static class Report
{
    public static void WriteBuilds(IReadOnlyList<BuildRow> rows)
    {
        Console.WriteLine("| build | lines | target | CPU without, s | with | more | clock without, s | with | more | first build, CPU without, s | with | more |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (BuildRow row in rows)
        {
            IEnumerable<string> cells =
            [
                row.Name, row.Lines.ToString("N0"), $"{row.Target} %",
                .. Compare(row, static time => time.CpuSeconds), .. Compare(row, static time => time.Seconds),
                .. Cells(row.Without[0].CpuSeconds, row.With[0].CpuSeconds),
            ];
            Console.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        Console.WriteLine();
    }

    public static void WriteAnalyzers(string build, Dictionary<string, double> seconds)
    {
        double ours = seconds.Where(static time => time.Key != AnalyzerTimes.OfOthers).Sum(static time => time.Value);
        Console.WriteLine($"{build}, by the compiler's own timing: ours {ours:F2} s, others {seconds.GetValueOrDefault(AnalyzerTimes.OfOthers):F2} s");
        Console.WriteLine();
        Console.WriteLine("| analyzer | s |");
        Console.WriteLine("|---|---|");
        foreach ((string analyzer, double time) in seconds.Where(static time => time.Value >= 0.05 && time.Key != AnalyzerTimes.OfOthers).OrderByDescending(static time => time.Value))
        {
            Console.WriteLine($"| {analyzer} | {time:F2} |");
        }

        Console.WriteLine();
    }

    public static void WriteEdits(IReadOnlyList<EditRow> rows)
    {
        Console.WriteLine("| after an edit in a file of 2,000 lines | ms | worst | CPU, ms | KiB allocated | the compiler's own, ms | CPU, ms | CPU of the rules to its |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (EditRow row in rows)
        {
            double own = Median(row.Compiler.Select(static time => time.CpuMilliseconds));
            double rules = Median(row.Rules.Select(static time => time.CpuMilliseconds));
            string[] cells =
            [
                row.Name, $"{Median(row.Rules.Select(static time => time.Milliseconds)):F0}", $"{row.Rules.Max(static time => time.Milliseconds):F0}", $"{rules:F0}",
                $"{Median(row.Rules.Select(static time => time.Bytes / 1024.0)):N0}", $"{Median(row.Compiler.Select(static time => time.Milliseconds)):F0}", $"{own:F0}", $"{rules / own:F2}",
            ];
            Console.WriteLine($"| {string.Join(" | ", cells)} |");
        }

        Console.WriteLine();
    }

    public static void WritePasses(SourceKind kind, int lines, IReadOnlyList<PassCost> costs)
    {
        Console.WriteLine($"| {kind}, {lines:N0} lines in one process | CPU, ms | of the compiler's | KiB allocated |");
        Console.WriteLine("|---|---|---|---|");
        foreach (PassCost cost in costs)
        {
            Console.WriteLine($"| {cost.Name} | {1000 * cost.CpuSeconds:F0} | {100 * cost.CpuSeconds / costs[0].CpuSeconds:F0} % | {cost.Bytes / 1024:N0} |");
        }

        Console.WriteLine();
    }

    private static IEnumerable<string> Compare(BuildRow row, Func<BuildTime, double> time)
        => Cells(Median(row.Without.Skip(1).Select(time)), Median(row.With.Skip(1).Select(time)));

    private static IEnumerable<string> Cells(double without, double with) => [$"{without:F1}", $"{with:F1}", $"**{100 * ((with / without) - 1):F1} %**"];

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
