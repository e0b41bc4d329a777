using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;

namespace KernelMem.Diagnostics;

/// <summary>
/// All figures of a memory manager. Each group is exact for its moment; the groups are read one after the other, so while other CPUs
/// work, they need not fit together.
/// </summary>
public partial struct MemoryStatistics
{
    private ZoneArray _zones;
    private UseArray _uses;
    private KindArray _kinds;

    /// <summary>All memory that the frame allocator manages, in bytes.</summary>
    public readonly ulong TotalBytes => UsedBytes + FreeBytes;

    /// <summary>What is free of it.</summary>
    public readonly ulong FreeBytes =>
        (_zones[0].FreeFrames + _zones[1].FreeFrames + _zones[2].FreeFrames) * Frame.Size;

    /// <summary>What is in use, from the boot on, tables and books included.</summary>
    public readonly ulong UsedBytes =>
        (_zones[0].UsedFrames + _zones[1].UsedFrames + _zones[2].UsedFrames) * Frame.Size;

    /// <summary>How much of the memory is in use, in thousandths, rounded down; 0 when there is none.</summary>
    public readonly uint UsagePermille => Permille(UsedBytes, TotalBytes);

    /// <summary>Pages and tables, of all address spaces together.</summary>
    public MapperStatistics Tables { readonly get; internal set; }

    /// <summary>What became of page faults, in all address spaces.</summary>
    public FaultStatistics Faults { readonly get; internal set; }

    /// <summary>How CPUs were made to drop translations.</summary>
    public FlushStatistics Flushes { readonly get; internal set; }

    /// <summary>The kernel heap; zeros before it exists.</summary>
    public HeapStatistics Heap { readonly get; internal set; }

    /// <summary>How many address spaces there are, the kernel's included.</summary>
    public int AddressSpaces { readonly get; internal set; }

    /// <summary>How many regions there are, in all address spaces.</summary>
    public readonly int Regions
    {
        get
        {
            int count = 0;
            for (int kind = 0; kind < RegionKinds.Count; kind++)
                count += _kinds[kind].Count;
            return count;
        }
    }

    /// <summary>The figures of a zone.</summary>
    public readonly ZoneStatistics Zone(MemoryZone zone) => _zones[(int)zone];

    /// <summary>How many bytes of frames are in use for a purpose.</summary>
    public readonly ulong BytesFor(FrameUse use) => _uses[(int)use] * Frame.Size;

    /// <summary>The regions of a kind, in all address spaces.</summary>
    public readonly RegionStatistics RegionsOf(RegionKind kind) => _kinds[(int)kind];

    /// <summary>A part of a whole in thousandths, rounded down; 0 of an empty whole.</summary>
    public static uint Permille(ulong part, ulong whole)
    {
        Panic.Assert(part <= whole, "MemoryStatistics.Permille: the part is larger than the whole");

        // Memory has at most 2^52 bytes, so that a thousand times as much fits.
        return whole == 0 ? 0 : (uint)(part * 1000 / whole);
    }

    internal void Set(ZoneStatistics zone) => _zones[(int)zone.Zone] = zone;

    internal void Set(FrameUse use, ulong frames) => _uses[(int)use] = frames;

    internal void Add(RegionKind kind, RegionStatistics regions) =>
        _kinds[(int)kind] = new RegionStatistics(_kinds[(int)kind].Count + regions.Count, _kinds[(int)kind].Bytes + regions.Bytes);

    internal void Add(in AddressSpaceStatistics space)
    {
        AddressSpaces++;
        MapperStatistics tables = Tables;
        tables.Tables += space.Tables.Tables;
        tables.SmallPages += space.Tables.SmallPages;
        tables.LargePages += space.Tables.LargePages;
        tables.MappedBytes += space.Tables.MappedBytes;
        tables.Maps += space.Tables.Maps;
        tables.Unmaps += space.Tables.Unmaps;
        tables.Protects += space.Tables.Protects;
        Tables = tables;
        FaultStatistics faults = Faults;
        faults.Mapped += space.Faults.Mapped;
        faults.Retried += space.Faults.Retried;
        faults.Denied += space.Faults.Denied;
        faults.OutOfMemory += space.Faults.OutOfMemory;
        Faults = faults;
    }

    [InlineArray(ZoneLayout.ZoneCount)]
    private struct ZoneArray
    {
        private ZoneStatistics _first;
    }

    [InlineArray(FrameUses.Count)]
    private struct UseArray
    {
        private ulong _first;
    }

    [InlineArray(RegionKinds.Count)]
    private struct KindArray
    {
        private RegionStatistics _first;
    }
}
