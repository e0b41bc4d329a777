using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace RuleCorpus.Calls;

/// <summary>Writes what was found, as Markdown.</summary>
internal static class CallsReport
{
    public static void WriteDifferences(CallsResult result, int length)
    {
        Write(result.Name, "only the rules object", result.RulesOnly, static pair => pair.Rules, length);
        Write(result.Name, "only the code does it", result.CodeOnly, static pair => pair.Code, length);
    }

    public static void WriteTable(IReadOnlyList<CallsResult> results)
    {
        Console.WriteLine("| program | functions | both: never | both: it may | of these for another reason | only the rules | only the code | agree | not compared |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (CallsResult result in results)
            WriteRow(result);
        WriteRow(new CallsResult("all", [.. results.SelectMany(static result => result.Pairs)], results.Sum(static result => result.Unmatched), results.Sum(static result => result.Instances)));
        Console.WriteLine();
        Console.WriteLine($"Generic members of libraries, judged by their code for the type arguments that they are given: {results.Sum(static result => result.Instances)}");
    }

    private static void WriteRow(CallsResult result)
    {
        int all = result.Pairs.Count;
        string share = all == 0 ? "-" : (100.0 * (result.Quiet + result.Loud) / all).ToString("F2", CultureInfo.InvariantCulture) + " %";
        Console.WriteLine($"| {result.Name} | {all} | {result.Quiet} | {result.Loud} | {result.OtherReason} | {result.RulesOnly.Count()} | {result.CodeOnly.Count()} | {share} | {result.Unmatched} |");
    }

    private static void Write(string name, string title, IEnumerable<CallsPair> pairs, Func<CallsPair, ReasonedVerdict> verdict, int length)
    {
        CallsPair[] all = [.. pairs];
        if (all.Length == 0 || length == 0)
            return;

        Console.WriteLine($"{name}, {title} ({all.Length}):");
        foreach (IGrouping<string, CallsPair> reason in all.GroupBy(pair => $"{verdict(pair).Value}, {verdict(pair).Reason}").OrderByDescending(static reason => reason.Count()))
        {
            Console.WriteLine($"  {reason.Count()} × {reason.Key}");
            foreach (CallsPair pair in reason.Take(length))
                Console.WriteLine("      " + pair.Function);
        }

        Console.WriteLine();
    }
}
