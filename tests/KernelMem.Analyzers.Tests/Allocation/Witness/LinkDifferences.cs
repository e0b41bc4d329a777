using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace KernelMem.Analyzers.Tests.Allocation.Witness;

/// <summary>
/// Why the linker says something else than the rules of some probes: <c># why</c>, and below it their code, a line each. What begins with
/// <c># ILC: </c> is its optimiser's doing, and not there without it.
/// </summary>
internal static class LinkDifferences
{
    private const string Optimiser = "# ILC: ";

    /// <summary>The probes, each with whether it is for the optimiser.</summary>
    public static Dictionary<string, bool> Read()
    {
        Dictionary<string, bool> differences = new(StringComparer.Ordinal);
        bool isOptimiser = false;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Allocation", "Witness", "LinkDifferences.txt")).Select(static line => line.Trim()))
        {
            if (line.StartsWith('#'))
                isOptimiser = line.StartsWith(Optimiser, StringComparison.Ordinal);
            else if (line.Length > 0)
                differences.Add(line, isOptimiser);
        }

        return differences;
    }
}
