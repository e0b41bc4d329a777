using System.Runtime.CompilerServices;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>Everything an allocator knows: the table, a pool for each zone, a cache for each CPU and zone.</summary>
internal unsafe struct FrameBooks
{
    /// <summary>Every frame.</summary>
    public FrameTable Table;

    /// <summary>The pools, by zone.</summary>
    public FramePool* Pools;

    /// <summary>The slots: one for each CPU, and then one for the NMI handler of each CPU.</summary>
    public byte* FirstSlot;

    /// <summary>How many CPUs there can be.</summary>
    public int CpuLimit;

    /// <summary>Whether CPUs fence themselves when they enter their caches; see <see cref="BiasedLock"/>.</summary>
    public bool OwnersFence;

    /// <summary>How many runs are allocated.</summary>
    public uint Runs;

    /// <summary>Where the zones are.</summary>
    public ZoneLayout Zones;

    /// <summary>Where physical memory can be reached.</summary>
    public DirectMap DirectMap;

    /// <summary>The first frame above DMA memory, or the table's end.</summary>
    public uint DmaEnd;

    /// <summary>The first frame above normal memory, or the table's end.</summary>
    public uint NormalEnd;

    /// <summary>The zone of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int ZoneOf(uint frame) => (frame >= DmaEnd ? 1 : 0) + (frame >= NormalEnd ? 1 : 0);

    /// <summary>How many slots there are.</summary>
    public readonly int Slots => 2 * CpuLimit;

    /// <summary>A slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly CpuSlot* Slot(int slot) => (CpuSlot*)(FirstSlot + (ulong)slot * CpuSlot.Size);

    /// <summary>The cache of a slot and a zone.</summary>
    public readonly FrameCache* Cache(int slot, int zone) => CpuSlot.CachesOf(Slot(slot)) + zone;

    /// <summary>The frames of a zone that are allocated for a use; reserved ones are not counted.</summary>
    public readonly ulong FramesInUse(int zone, FrameUse use)
    {
        // Read in this order, a block that is freed meanwhile cannot make the difference negative.
        ulong given = 0;
        for (int slot = 0; slot < Slots; slot++)
            given += Cache(slot, zone)->Given(use);

        ulong taken = 0;
        for (int slot = 0; slot < Slots; slot++)
            taken += Cache(slot, zone)->Taken(use);

        return taken - given;
    }

    /// <summary>The free frames of a zone, cached ones included. Exact while nobody allocates or frees.</summary>
    public readonly ulong FreeFrames(int zone)
    {
        ulong used = Pools[zone].ReservedFrames;
        for (int use = (int)FrameUse.None + 1; use < (int)FrameUse.Reserved; use++)
            used += FramesInUse(zone, (FrameUse)use);

        ulong total = Pools[zone].TotalFrames;
        return used < total ? total - used : 0;
    }
}
