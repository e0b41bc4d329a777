using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace RuleCost;

/// <summary>Builds the two solutions with the rules and without, by turns, and compares the times.</summary>
internal static class BuildComparison
{
    public static void Run(string folder, Options options)
    {
        using Builds hosted = Prepare(folder, SourceKind.Hosted, hasRules: false, options);
        using Builds unused = Prepare(folder, SourceKind.Hosted, hasRules: true, options);
        using Builds kernel = Prepare(folder, SourceKind.Kernel, hasRules: false, options);
        using Builds held = Prepare(folder, SourceKind.Kernel, hasRules: true, options);
        Builds[] all = [hosted, unused, kernel, held];

        Dictionary<Builds, List<BuildTime>> times = all.ToDictionary(static each => each, static _ => new List<BuildTime>());
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (Builds each in all)
            {
                BuildTime time = each.Build();
                times[each].Add(time);
                Console.Error.WriteLine($"{each.Name}, round {round}: {time.Seconds:F1} s, {time.CpuSeconds:F1} s of processors");
            }
        }

        Report.WriteBuilds(
        [
            new("rules referred to, no mark anywhere (Hosted)", 10, unused.Solution.Lines, times[hosted], times[unused]),
            new("everything must not allocate (Kernel)", 25, held.Solution.Lines, times[kernel], times[held]),
        ]);
        foreach (Builds each in (Builds[])[unused, held])
        {
            Report.WriteAnalyzers(each.Name, TimeAnalyzers(folder, each));
        }
    }

    private static Builds Prepare(string folder, SourceKind kind, bool hasRules, Options options)
    {
        string name = $"{kind}{(hasRules ? " with rules" : " without rules")}";

        // Two copies, so that neither finds the other's output.
        Solution solution = Solution.Write(Path.Combine(folder, kind + (hasRules ? ".With" : ".Without")), kind, options);
        Builds builds = new(name, solution, hasRules, options.IsCold);
        builds.Restore();
        return builds;
    }

    private static Dictionary<string, double> TimeAnalyzers(string folder, Builds builds)
    {
        string log = Path.Combine(folder, $"{builds.Name.Replace(' ', '-')}.log");
        _ = builds.Build("-p:ReportAnalyzer=true", $"-fileLoggerParameters:Verbosity=detailed;LogFile={log}");
        return AnalyzerTimes.Read(log);
    }
}
