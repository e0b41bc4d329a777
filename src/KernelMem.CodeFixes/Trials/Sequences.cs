using System;
using System.Collections.Generic;

namespace KernelMem.CodeFixes.Trials;

/// <summary>Compares sequences of names.</summary>
internal static class Sequences
{
    /// <summary>Whether all of one are in the other, in the same order; between them may be more.</summary>
    public static bool IsWithin(IReadOnlyList<string> some, IReadOnlyList<string> all)
    {
        int next = 0;
        foreach (string name in all)
        {
            if (next < some.Count && string.Equals(name, some[next], StringComparison.Ordinal))
                next++;
        }

        return next == some.Count;
    }
}
