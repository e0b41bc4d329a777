using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Memory that comes and goes.</content>
public readonly unsafe ref partial struct CpuFrames<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Lets everybody know that a zone may have more than before.</summary>
    internal void NoteAdded(int zone)
    {
        if (Atomic.Load(in _books->Pools[zone].Exhausted) != 0)
            Reopen(zone);

        WatchPressure(zone);
    }

    /// <summary>Takes free frames out of the allocator for good, whatever their zones; all or none.</summary>
    /// <param name="start">The first frame, in the table.</param>
    /// <param name="end">The frame after the last, in the table.</param>
    /// <param name="mark">What they are from now on: not managed, or withdrawn.</param>
    internal bool TryTakeOut(uint start, uint end, byte mark)
    {
        for (uint at = start; at < end;)
        {
            int zone = _books->ZoneOf(at);
            uint next = _books->Pools[zone].End < end ? _books->Pools[zone].End : end;
            FrameWindow window = new() { Count = next - at, Alignment = 1, Low = at, High = next };
            if (!TryRescue(zone, in window, out _))
            {
                PutBack(start, at);
                return false;
            }

            at = next;
        }

        _books->Table.Fill(start, end, mark);
        for (uint at = start; at < end;)
        {
            FramePool* pool = _books->Pools + _books->ZoneOf(at);
            uint next = pool->End < end ? pool->End : end;
            if (mark == FrameMark.NotManaged)
                Atomic.FetchAdd(ref pool->TotalFrames, unchecked(0UL - (next - at)));
            else
                Atomic.FetchAdd(ref pool->ReservedFrames, next - at);

            WatchPressure(_books->ZoneOf(at));
            at = next;
        }

        return true;
    }

    private void PutBack(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            int zone = _books->ZoneOf(at);
            uint next = _books->Pools[zone].End < end ? _books->Pools[zone].End : end;
            GiveBack(zone, at, next);
            at = next;
        }
    }
}
