using System.Diagnostics;
using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>A stretch of an address space that is in use, what for, and under which protection.</summary>
[DebuggerDisplay("{Kind} {Range}")]
public readonly struct Region
{
    internal Region(
        VirtRange range, RegionKind kind, Protection protection, RegionBacking backing, RegionState state, PhysAddr physical = default)
    {
        Range = range;
        Kind = kind;
        Protection = protection;
        Backing = backing;
        State = state;
        Physical = physical;
    }

    /// <summary>Whole 4 KiB pages.</summary>
    public VirtRange Range { get; }

    /// <summary>What it is for.</summary>
    public RegionKind Kind { get; }

    /// <summary>What may be done there.</summary>
    public Protection Protection { get; }

    /// <summary>Where its memory comes from.</summary>
    public RegionBacking Backing { get; }

    /// <summary>Where the memory begins that it shows, if that was given (<see cref="RegionBacking.Fixed"/>); otherwise 0.</summary>
    public PhysAddr Physical { get; }

    /// <summary>What is happening to it.</summary>
    internal RegionState State { get; }

    /// <summary>The memory that it shows, if that was given.</summary>
    internal PhysRange Given =>
        Backing == RegionBacking.Fixed ? PhysRange.Create(Physical, Range.Length) : PhysRange.Create(PhysAddr.Zero, 0);

    /// <summary>Whether nothing may write its memory, wherever it appears: the kernel's code, and the constants of its image.</summary>
    internal bool IsConstant => IsConstantAs(Kind, Protection);

    /// <summary>Whether memory of a kind, under a protection, is such.</summary>
    internal static bool IsConstantAs(RegionKind kind, Protection protection) =>
        (protection.IsExecutable && !protection.IsUser) || (kind == RegionKind.KernelImage && !protection.IsWritable);

    internal Region WithRange(VirtRange range)
    {
        ulong offset = range.Start.Value - Range.Start.Value;
        return new(range, Kind, Protection, Backing, State, Backing == RegionBacking.Fixed ? Physical + offset : default);
    }

    internal Region WithState(RegionState state) => new(Range, Kind, Protection, Backing, state, Physical);

    internal Region WithProtection(Protection protection) => new(Range, Kind, protection, Backing, State, Physical);

    internal bool IsSameBut(Region other) =>
        Kind == other.Kind && Protection == other.Protection && Backing == other.Backing && State == other.State;
}
