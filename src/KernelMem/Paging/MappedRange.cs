using System.Diagnostics;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>Pages of one size that follow one another, show memory that does, and are for the same.</summary>
[DebuggerDisplay("{Range} -> {Start} {Protection}")]
public readonly struct MappedRange
{
    internal MappedRange(VirtRange range, in Translation first, bool anyAccessed, bool anyDirty)
    {
        Range = range;
        Start = first.FrameStart;
        Level = first.Level;
        Protection = first.Protection;
        AnyAccessed = anyAccessed;
        AnyDirty = anyDirty;
    }

    /// <summary>The pages.</summary>
    public VirtRange Range { get; }

    /// <summary>Where the memory begins that they show.</summary>
    public PhysAddr Start { get; }

    /// <summary>The level of the entries, which tells the size of the pages.</summary>
    public PageTableLevel Level { get; }

    /// <summary>What may be done there: the rights of all levels taken together.</summary>
    public Protection Protection { get; }

    /// <summary>Whether the processor has used any of them.</summary>
    public bool AnyAccessed { get; }

    /// <summary>Whether any of them was written.</summary>
    public bool AnyDirty { get; }
}
