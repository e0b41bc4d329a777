using System;
using System.Collections.Generic;
using System.Linq;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>Compares what the rules say of a piece of code with what its compiled code does, by what is allocated and when.</summary>
internal static class ProbeVerdict
{
    /// <summary>What each rule can be right about.</summary>
    private static readonly Dictionary<string, (IlTier Tier, IlKind[] Kinds)> s_meaning = new(StringComparer.Ordinal)
    {
        ["KM1001"] = (IlTier.Always, [IlKind.Object]),
        ["KM1002"] = (IlTier.Always, [IlKind.Array]),
        ["KM1003"] = (IlTier.Always, [IlKind.Box]),
        ["KM1004"] = (IlTier.Always, [IlKind.Box]),
        ["KM1005"] = (IlTier.Always, [IlKind.Closure, IlKind.Delegate]),
        ["KM1006"] = (IlTier.Always, [IlKind.Delegate]),
        ["KM1007"] = (IlTier.FirstUse, [IlKind.Delegate]),
        ["KM1008"] = (IlTier.Always, [IlKind.Text]),
        ["KM1009"] = (IlTier.Always, [IlKind.Array, IlKind.Object]),
        ["KM1010"] = (IlTier.Always, [IlKind.Array, IlKind.Object]),
        ["KM1011"] = (IlTier.Always, [IlKind.Slice]),
        ["KM1012"] = (IlTier.Always, [IlKind.Enumerator]),
        ["KM1013"] = (IlTier.Always, [IlKind.StateMachine]),
        ["KM1014"] = (IlTier.Always, [IlKind.Throw, IlKind.Object]),
        ["KM1015"] = (IlTier.Always, Enum.GetValues<IlKind>()),
        ["KM1016"] = (IlTier.Always, [IlKind.Clone]),
        ["KM1023"] = (IlTier.Unoptimised, Enum.GetValues<IlKind>()),
        ["KM1024"] = (IlTier.Always, [IlKind.Equality]),
    };

    /// <summary>Whether such an allocation proves a rule right.</summary>
    public static bool Proves(IlAllocation allocation, string rule)
        => s_meaning[rule] is var (tier, kinds) && (tier == allocation.Tier || rule == "KM1015") && kinds.Contains(allocation.Kind);

    /// <summary>Whether a rule has told of such an allocation: of what it is about, or of what that needs.</summary>
    public static bool Covers(string rule, IlAllocation allocation)
        => Proves(allocation, rule) || rule switch
        {
            // The array and the boxes for a formatted string, or for more strings than there are parameters.
            "KM1008" => allocation.Kind is IlKind.Array or IlKind.Box,

            // All that a throw needs is told of once: the exception with its text, and the box for a switch without a match.
            "KM1014" => true,
            _ => false,
        };

    /// <summary>What is said without an allocation, and what allocates without being said.</summary>
    public static IEnumerable<string> Differences(IReadOnlyCollection<IlAllocation> allocations, IReadOnlyCollection<string> rules)
    {
        foreach (IlAllocation missed in allocations.Where(allocation => !rules.Any(rule => Covers(rule, allocation))))
        {
            yield return $"missed: {missed.Kind}, {missed.Tier} ({missed.Instruction})";
        }

        foreach (string wrong in rules.Distinct().Where(rule => !allocations.Any(allocation => Proves(allocation, rule))))
        {
            yield return $"false: {wrong}";
        }
    }
}
