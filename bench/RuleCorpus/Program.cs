using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace RuleCorpus;

/// <summary>
/// Holds the allocation rules against code that was not written for them: assemblies, which are decompiled, and folders of sources. Each is
/// compiled, its IL is searched for allocations, and each of those must have a diagnostic at its place, and each diagnostic an allocation.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var options = Options.Parse(arguments);
        if (options.Inputs.Count == 0)
        {
            Console.Error.WriteLine("RuleCorpus [--debug] [--list=20] [--keep=FOLDER] [--references=FOLDER]... ASSEMBLY.dll|FOLDER ...");
            return 2;
        }

        var results = new List<CorpusResult>();
        foreach (string input in options.Inputs)
        {
            CorpusSource source = input.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? Decompiling.Read(input, options) : SourceFolder.Read(input, options);
            MendedCompilation mended = Mending.Mend(source, options);
            if (mended.Problem is { } problem)
            {
                Console.Error.WriteLine($"{source.Name}: left out, {problem}");
                continue;
            }

            CorpusResult result = await Comparison.CompareAsync(source.Name, mended);
            results.Add(result);
            Report.WriteDifferences(result, options.ListLength);
        }

        Report.WriteTable(results);
        return results.Sum(static result => result.Crashes) == 0 ? 0 : 1;
    }
}
