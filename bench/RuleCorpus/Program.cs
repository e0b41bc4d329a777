using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using RuleCorpus.Calls;

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
            Console.Error.WriteLine("RuleCorpus [--calls] [--debug] [--list=20] [--keep=FOLDER] [--references=FOLDER]... ASSEMBLY.dll|FOLDER|compiler.rsp ...");
            return 2;
        }

        return options.Calls ? await CompareCallsAsync(options) : await CompareAllocationsAsync(options);
    }

    private static async Task<int> CompareAllocationsAsync(Options options)
    {
        var results = new List<CorpusResult>();
        foreach (string input in options.Inputs)
        {
            if (Read(input, options) is not { } mended)
                continue;

            CorpusResult result = await Comparison.CompareAsync(mended.Compilation.AssemblyName!, mended);
            results.Add(result);
            Report.WriteDifferences(result, options.ListLength);
        }

        Report.WriteTable(results);
        return results.Sum(static result => result.Crashes) == 0 ? 0 : 1;
    }

    private static async Task<int> CompareCallsAsync(Options options)
    {
        var results = new List<CallsResult>();
        foreach (string input in options.Inputs)
        {
            WholeProgram? program = Path.GetFileName(input) == ProjectRecipe.FileName ? ProjectRecipe.Read(input)
                : Read(input, options) is { } mended ? WholeProgram.Of(mended.Compilation.AssemblyName!, mended.Compilation)
                : null;
            if (program is null)
                continue;

            CallsResult result = await CallsComparison.CompareAsync(program);
            results.Add(result);
            CallsReport.WriteDifferences(result, options.ListLength);
        }

        CallsReport.WriteTable(results);
        return 0;
    }

    private static MendedCompilation? Read(string input, Options options)
    {
        CorpusSource source = input.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? Decompiling.Read(input, options) : SourceFolder.Read(input, options);
        MendedCompilation mended = Mending.Mend(source, options);
        if (mended.Problem is not { } problem)
            return mended;

        Console.Error.WriteLine($"{source.Name}: left out, {problem}");
        return null;
    }
}
