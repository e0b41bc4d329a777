using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    /// <summary>What is known of a frame. With other CPUs at work it may be out of date at once.</summary>
    /// <param name="frame">Any frame.</param>
    public FrameInfo GetInfo(Frame frame)
    {
        if (!TryFind(frame, out uint number, out FrameZone* zone))
            return default;

        SpinLockGuard<TPlatform> guard = zone->Lock.Acquire(_state->Platform);
        uint start = _state->Table.BlockOf(number);
        FrameEntry block = _state->Table[start];
        guard.Release();
        if (block.State == EntryState.NotManaged)
            return default;

        FrameState state = block.State == EntryState.FreeBlock ? FrameState.Free : FrameState.Allocated;
        return new FrameInfo(state, block.Use, Frame.FromNumber(start), block.Order, block.Generation);
    }

    /// <summary>The counters of a zone.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    public ZoneStatistics GetStatistics(MemoryZone zone)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.GetStatistics: no such zone");
        FrameZone* books = ZoneAt(zone);
        SpinLockGuard<TPlatform> guard = books->Lock.Acquire(_state->Platform);
        ZoneStatistics statistics = books->Statistics(zone);
        guard.Release();
        return statistics;
    }

    /// <summary>The counters of all zones, summed.</summary>
    public FrameStatistics GetStatistics()
    {
        ZoneStatistics dma = GetStatistics(MemoryZone.Dma);
        ZoneStatistics normal = GetStatistics(MemoryZone.Normal);
        ZoneStatistics high = GetStatistics(MemoryZone.HighMem);
        return new FrameStatistics
        {
            TotalFrames = dma.TotalFrames + normal.TotalFrames + high.TotalFrames,
            FreeFrames = dma.FreeFrames + normal.FreeFrames + high.FreeFrames,
            Allocations = dma.Allocations + normal.Allocations + high.Allocations,
            Frees = dma.Frees + normal.Frees + high.Frees,
            Failures = dma.Failures + normal.Failures + high.Failures,
            Fallbacks = dma.Fallbacks + normal.Fallbacks + high.Fallbacks,
        };
    }

    /// <summary>
    /// How many frames (not blocks) are allocated for a use, in all zones; for <see cref="FrameUse.None"/>, the free ones.
    /// </summary>
    /// <param name="use">The use; panics if it is none of the known ones.</param>
    public ulong FramesInUse(FrameUse use)
    {
        Panic.Assert((int)use < FrameUses.Count, "FrameAllocator.FramesInUse: no such use");
        ulong frames = 0;
        for (int index = 0; index < ZoneLayout.ZoneCount; index++)
        {
            FrameZone* zone = ZoneAt((MemoryZone)index);
            SpinLockGuard<TPlatform> guard = zone->Lock.Acquire(_state->Platform);
            frames += zone->FramesInUse(use);
            guard.Release();
        }

        return frames;
    }

    /// <summary>
    /// Checks the books of every zone: blocks, free lists and counters agree. O(frames), each zone with its lock held and
    /// interrupts off: for tests, and for a machine in trouble. Generations of managed frames are beyond its reach.
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate()
    {
        bool valid = true;
        for (int index = 0; index < ZoneLayout.ZoneCount; index++)
        {
            FrameZone* zone = ZoneAt((MemoryZone)index);
            SpinLockGuard<TPlatform> guard = zone->Lock.Acquire(_state->Platform);
            valid &= zone->Validate();
            guard.Release();
        }

        return valid;
    }
}
