using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>The enum of a field.</summary>
/// <param name="Name">The enum's name, for messages.</param>
/// <param name="IsFlags">Members combine: every combination of their bits is a value.</param>
/// <param name="Members">By value, one for each value.</param>
/// <param name="MaxValue">The largest number that the field can hold.</param>
internal sealed record EnumModel(string Name, bool IsFlags, EquatableArray<EnumMember> Members, ulong MaxValue)
{
    /// <summary>The values that are defined, in runs, lowest first. Of a flags enum, nothing: see <see cref="FlagsMask"/>.</summary>
    public IReadOnlyList<ValueRange> Defined
    {
        get
        {
            var runs = new List<ValueRange>();
            foreach (EnumMember member in Members)
            {
                if (runs.Count > 0 && runs[runs.Count - 1].Last + 1 == member.Value)
                    runs[runs.Count - 1] = new ValueRange(runs[runs.Count - 1].First, member.Value);
                else
                    runs.Add(new ValueRange(member.Value, member.Value));
            }

            return runs;
        }
    }

    /// <summary>All bits of all members.</summary>
    public ulong FlagsMask => Members.Aggregate(0UL, (mask, member) => mask | member.Value);

    /// <summary>Whether every number that the field can hold is a value of the enum.</summary>
    public bool IsComplete
        => IsFlags ? FlagsMask == MaxValue : Defined is { Count: 1 } runs && runs[0].First == 0 && runs[0].Last == MaxValue;

    public bool IsDefined(ulong value)
        => IsFlags ? (value & ~FlagsMask) == 0 : Members.Any(member => member.Value == value);
}
