namespace KernelMem.Frames;

internal unsafe partial struct FrameZone
{
    /// <summary>
    /// Checks the zone's books: the blocks fill the managed frames without overlap and within the zone, no two free buddies are left
    /// apart, the lists hold exactly the free blocks, and the counters agree with all of that. O(frames).
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public readonly bool Validate()
    {
        BlockCensus census = default;
        return TakeCensus(ref census) && ListsMatch(in census) && CountersMatch(in census);
    }

    private readonly bool TakeCensus(ref BlockCensus census)
    {
        uint at = _start;
        while (at < _end)
        {
            ref FrameEntry entry = ref _table[at];
            switch (entry.State)
            {
                case EntryState.NotManaged when IsBlank(in entry) && entry.Generation == 0:
                    at++;
                    break;
                case EntryState.FreeBlock or EntryState.AllocatedBlock when IsBlock(at, in entry):
                    census.Count(in entry);
                    at += 1u << entry.Order;
                    break;
                default:
                    return false; // inside a block that does not start, or spoiled
            }
        }

        return true;
    }

    private readonly bool IsBlock(uint start, ref readonly FrameEntry entry)
    {
        if (entry.Order > FrameRequest.MaxOrder || entry.Padding != 0)
            return false;

        ulong count = 1UL << entry.Order;
        if ((start & (count - 1)) != 0 || start + count > _end || start == NoFrame)
            return false;

        for (uint inside = 1; inside < count; inside++)
        {
            ref FrameEntry other = ref _table[start + inside];
            if (other.State != EntryState.Inside || !IsBlank(in other))
                return false;
        }

        return entry.State == EntryState.FreeBlock ? IsFree(start, in entry) : IsAllocated(in entry);
    }

    private readonly bool IsFree(uint start, ref readonly FrameEntry entry)
    {
        bool joined = entry.Order == FrameRequest.MaxOrder || !IsFreeBlock(start ^ (1u << entry.Order), entry.Order);
        return joined && entry.Use == FrameUse.None;
    }

    private static bool IsAllocated(ref readonly FrameEntry entry)
    {
        bool unlinked = entry.Next == NoFrame && entry.Previous == NoFrame;
        return unlinked && (entry.Use == FrameUse.Reserved
            ? entry.Order == 0 && entry.Generation == 0
            : FrameUses.IsRequestable(entry.Use) && entry.Generation != 0);
    }

    // Everything but the state and the generation.
    private static bool IsBlank(ref readonly FrameEntry entry) =>
        entry.Next == NoFrame && entry.Previous == NoFrame && entry.Order == 0 && entry.Use == FrameUse.None && entry.Padding == 0;

    private readonly bool ListsMatch(ref readonly BlockCensus census)
    {
        for (int order = 0; order < OrderCount; order++)
        {
            // Each block points back at the one before, so none is met twice; as many as there are is all of them.
            ulong count = 0;
            uint previous = NoFrame;
            for (uint at = _freeLists[order]; at != NoFrame; at = _table[at].Next)
            {
                count++;
                if (!IsFreeBlock(at, order) || _table[at].Previous != previous || count > census.FreeBlocks(order))
                    return false;

                previous = at;
            }

            bool marked = (_freeOrders >> order & 1) != 0;
            if (count != census.FreeBlocks(order) || marked != (count != 0))
                return false;
        }

        return _freeOrders >> OrderCount == 0;
    }

    private readonly bool CountersMatch(ref readonly BlockCensus census)
    {
        ulong total = census.FreeFrames;
        for (int use = 0; use < FrameUses.Count; use++)
        {
            total += census.FramesInUse(use);
            if (_framesByUse[use] != census.FramesInUse(use))
                return false;
        }

        return _freeFrames == census.FreeFrames && _totalFrames == total && unchecked(_allocations - _frees) == census.AllocatedBlocks;
    }
}
