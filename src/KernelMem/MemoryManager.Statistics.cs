using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem;

/// <content>Figures.</content>
public readonly unsafe partial struct MemoryManager<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>How much of the memory is in use, in thousandths, rounded down; 0 before <see cref="MemoryManagerState.Frames"/>.</summary>
    public uint UsagePermille
    {
        get
        {
            if (!Has(MemoryManagerState.Frames))
                return 0;
            FrameStatistics frames = _header->Frames.GetStatistics();
            return MemoryStatistics.Permille(frames.UsedFrames, frames.TotalFrames);
        }
    }

    /// <summary>The figures of a zone; zeros before <see cref="MemoryManagerState.Frames"/>.</summary>
    public ZoneStatistics GetZoneStats(MemoryZone zone) => Has(MemoryManagerState.Frames) ? _header->Frames.GetStatistics(zone) : default;

    /// <summary>
    /// All figures, as far as there are any. <see cref="MemoryReport.Write"/> makes them readable. For every address space, this takes its
    /// lock for a moment.
    /// </summary>
    public MemoryStatistics GetMemoryStats()
    {
        MemoryStatistics statistics = default;
        if (Has(MemoryManagerState.Frames))
            AddFrames(ref statistics);
        if (Has(MemoryManagerState.Paging))
        {
            Add(ref statistics, _header->Kernel);
            statistics.Flushes = _header->Tlb.Statistics;
            SpinLockGuard<TPlatform> guard = _header->SpacesLock.Acquire(_header->Platform);
            for (SpaceNode* node = _header->Spaces; node != null; node = node->Next)
                Add(ref statistics, node->Space);
            guard.Release();
        }

        if (Has(MemoryManagerState.Ready))
            statistics.Heap = _header->Heap.GetStatistics();
        return statistics;
    }

    /// <summary>
    /// Checks the books of the frame allocator and the heap. For tests, and for kernels that check themselves: it looks at every frame with
    /// interrupts off.
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate() =>
        Has(MemoryManagerState.Frames) && _header->Frames.Validate() && (!Has(MemoryManagerState.Ready) || _header->Heap.Validate());

    private void AddFrames(ref MemoryStatistics statistics)
    {
        statistics.Set(_header->Frames.GetStatistics(MemoryZone.Dma));
        statistics.Set(_header->Frames.GetStatistics(MemoryZone.Normal));
        statistics.Set(_header->Frames.GetStatistics(MemoryZone.HighMem));
        for (int use = 1; use < FrameUses.Count; use++)
            statistics.Set((FrameUse)use, _header->Frames.FramesInUse((FrameUse)use));
    }

    private static void Add(ref MemoryStatistics statistics, AddressSpace<TPlatform> space)
    {
        statistics.Add(space.GetStatistics());
        for (int kind = 1; kind < RegionKinds.Count; kind++)
            statistics.Add((RegionKind)kind, space.GetStatistics((RegionKind)kind));
    }
}
