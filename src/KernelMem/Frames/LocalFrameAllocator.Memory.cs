using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Memory that goes.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Takes free frames out of the allocator for good, whatever their zones; all or none.</summary>
    /// <param name="start">The first frame, in the table.</param>
    /// <param name="end">The frame after the last, in the table.</param>
    /// <param name="mark">What they are from now on: not managed, or withdrawn.</param>
    internal bool TryTakeOut(uint start, uint end, byte mark)
    {
        foreach (ZonePart part in new ZoneParts(_books, start, end))
        {
            FrameWindow window = new() { Count = part.Count, Alignment = 1, Low = part.Start, High = part.End };
            if (!TryRescue(part.Zone, in window, out _))
            {
                PutBack(start, part.Start);
                return false;
            }
        }

        _books->Table.Fill(start, end, mark);
        foreach (ZonePart part in new ZoneParts(_books, start, end))
        {
            FramePool* pool = _books->Pools + part.Zone;
            pool->Forget(part.Start, part.End);
            if (mark == FrameMark.NotManaged)
                Atomic.FetchAdd(ref pool->TotalFrames, unchecked(0UL - part.Count));
            else
                Atomic.FetchAdd(ref pool->ReservedFrames, part.Count);

            WatchPressure(part.Zone);
        }

        return true;
    }

    private void PutBack(uint start, uint end)
    {
        foreach (ZonePart part in new ZoneParts(_books, start, end))
            GiveBack(part.Zone, part.Start, part.End);
    }
}
