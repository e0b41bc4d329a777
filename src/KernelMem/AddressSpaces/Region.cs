using System.Diagnostics;
using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>A stretch of an address space that is in use, what for, and under which protection.</summary>
[DebuggerDisplay("{Kind} {Range}")]
public readonly struct Region
{
    internal Region(VirtRange range, RegionKind kind, Protection protection, RegionBacking backing, RegionState state)
    {
        Range = range;
        Kind = kind;
        Protection = protection;
        Backing = backing;
        State = state;
    }

    /// <summary>Whole 4 KiB pages.</summary>
    public VirtRange Range { get; }

    /// <summary>What it is for.</summary>
    public RegionKind Kind { get; }

    /// <summary>What may be done there.</summary>
    public Protection Protection { get; }

    /// <summary>Where its memory comes from.</summary>
    public RegionBacking Backing { get; }

    /// <summary>What is happening to it.</summary>
    internal RegionState State { get; }

    internal Region WithRange(VirtRange range) => new(range, Kind, Protection, Backing, State);

    internal Region WithState(RegionState state) => new(Range, Kind, Protection, Backing, state);

    internal Region WithProtection(Protection protection) => new(Range, Kind, protection, Backing, State);

    internal bool IsSameBut(Region other) =>
        Kind == other.Kind && Protection == other.Protection && Backing == other.Backing && State == other.State;
}
