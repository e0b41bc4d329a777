using System.Collections.Generic;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>The names of everything that the writers write into a layout, with the number of parameters of what has some.</summary>
internal static class MemberNames
{
    public const int NotMethod = -1;

    private static readonly (string Name, int Parameters)[] s_always =
    [
        ("_value", NotMethod),
        (WellKnownMemberNames.InstanceConstructorName, 1),
        ("ReservedMask", NotMethod),
        ("FixedMask", NotMethod),
        ("FixedValue", NotMethod),
        ("InitialValue", NotMethod),
        ("MaxTextLength", NotMethod),
        ("Initial", NotMethod),
        ("Value", NotMethod),
        ("InvalidBits", NotMethod),
        ("IsValid", NotMethod),
        ("Validate", 0),
        ("FromRaw", 1),
        ("Create", 1),
        ("TryCreate", 2),
        ("TryFormat", 2),
        ("Equals", 1),
        ("GetHashCode", 0),
        (WellKnownMemberNames.EqualityOperatorName, 2),
        (WellKnownMemberNames.InequalityOperatorName, 2),
    ];

    /// <summary>What is written whatever the fields are called.</summary>
    public static IEnumerable<(string Name, int Parameters)> OfLayout(LayoutModel layout)
    {
        foreach ((string, int) member in s_always)
            yield return member;

        foreach ((string, int) member in OfMasks(layout))
            yield return member;

        foreach ((string, int) member in OfMemory(layout))
            yield return member;

        foreach ((string, int) member in OfFlags(layout))
            yield return member;

        for (int number = 1; number <= layout.Forbidden.Count; number++)
            yield return ("IsForbidden" + Writing.Literals.Number(number), NotMethod);
    }

    private static IEnumerable<(string Name, int Parameters)> OfMasks(LayoutModel layout)
    {
        if (layout.Entry is not null)
            yield return ("Level", NotMethod);

        if (layout.IgnoredMask != 0)
            yield return ("IgnoredMask", NotMethod);

        if (layout.SoftwareMask != 0)
            yield return ("SoftwareMask", NotMethod);

        if ((layout.IgnoredMask | layout.SoftwareMask) != 0)
            yield return ("IsSameForHardware", 1);

        if (layout.PhysicalAddressMask != 0)
        {
            yield return ("PhysicalAddressMask", NotMethod);
            yield return ("InvalidBitsFor", 1);
            yield return ("IsValidFor", 1);
            yield return ("Validate", 1);
        }

        if (layout.ReadsOtherThanItWrites)
            yield return ("ForWrite", NotMethod);

        if (layout.WriteOnlyMask != 0)
            yield return ("WriteOnlyMask", NotMethod);

        if (layout.WriteOneToClearMask != 0)
        {
            yield return ("WriteOneToClearMask", NotMethod);
            yield return ("Clearing", 1);
        }
    }

    private static IEnumerable<(string Name, int Parameters)> OfMemory(LayoutModel layout)
    {
        if (layout.IsBigEndian)
        {
            yield return ("FromBigEndian", 1);
            yield return ("ToBigEndian", 0);
            yield return ("SwapBytes", 1);
        }

        if (!layout.Storage.IsAtomic)
            yield break;

        yield return ("Load", 1);
        yield return ("Store", 2);
        if (!layout.IsMemory)
            yield break;

        yield return ("TryUpdate", 3);
        yield return ("AtomicReplace", 3);
    }

    private static IEnumerable<(string Name, int Parameters)> OfFlags(LayoutModel layout)
    {
        if (layout.FlagsMask == 0)
            yield break;

        yield return ("Flags", NotMethod);
        yield return ("FlagsMask", NotMethod);
        yield return ("FromFlags", 1);
        yield return ("HasAll", 1);
        yield return ("HasAny", 1);
        yield return ("FlagBits", 2);
        if (layout.WritableFlagsMask == 0)
            yield break;

        yield return ("With", 1);
        yield return ("Without", 1);
        if (!layout.IsMemory || !layout.Storage.IsAtomic)
            yield break;

        yield return ("AtomicSet", 2);
        yield return ("AtomicClear", 2);
    }

    /// <summary>What is written for a field, beside the property itself.</summary>
    public static IEnumerable<(string Name, int Parameters)> OfField(FieldModel field)
    {
        yield return (field.MaskName, NotMethod);
        yield return (field.ShiftName, NotMethod);
        if (field.IsWritable)
            yield return (field.WithName, 1);

        if (field is { IsWritable: true, NeedsCheck: true })
            yield return (field.TryWithName, 2);

        if (field.IsFallible)
            yield return (field.IsDefinedName, 1);

        if (field is { IsFallible: true, IsReadable: true })
            yield return (field.TryGetName, 1);

        if (field is { Enum.IsFlags: false, IsReadable: true })
            yield return (field.NameOfName, 1);

        if (field.Options.Access == AccessKind.WriteOneToClear)
            yield return (field.ClearName, 0);
    }
}
