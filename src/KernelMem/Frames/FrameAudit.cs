using KernelMem.Boot;

namespace KernelMem.Frames;

/// <summary>Compares everything an allocator knows with everything else, while nobody allocates or frees.</summary>
internal static unsafe class FrameAudit
{
    /// <summary>Whether bits, counters, caches, marks and statistics agree.</summary>
    public static bool IsSound(FrameBooks* books)
    {
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            FramePool* pool = books->Pools + zone;
            if (!pool->HasSoundCounters() || !HasSoundFrames(books, zone))
                return false;
        }

        return true;
    }

    // Walks the zone: each allocated block is taken in the pool as a whole, each other frame is free in the pool or kept by one CPU.
    private static bool HasSoundFrames(FrameBooks* books, int zone)
    {
        FramePool* pool = books->Pools + zone;
        ulong managed = 0;
        ulong reserved = 0;
        ulong free = 0;
        ulong* uses = stackalloc ulong[FrameUses.Count];
        for (int use = 0; use < FrameUses.Count; use++)
            uses[use] = 0;

        FreeRow places = new(books, zone);
        for (uint at = pool->Start; at < pool->End;)
        {
            byte mark = books->Table.Mark(at);
            uint length = FrameMark.IsAllocated(mark) ? books->Table.LengthOf(at) : 1;
            if (length == 0 || length > pool->End - at || !HasSoundDetail(books, at, mark, length))
                return false;

            managed += mark == FrameMark.NotManaged ? 0 : length;
            reserved += mark is FrameMark.Reserved or FrameMark.Withdrawn ? 1u : 0;
            free += mark == FrameMark.Free ? 1u : 0;
            if (FrameMark.IsAllocated(mark))
                uses[(int)FrameMark.Use(mark)] += length;

            for (uint inside = 0; inside < length; inside++)
            {
                bool sound = inside == 0 || books->Table.Mark(at + inside) == FrameMark.Free;
                if (!sound || places.Count(at + inside) != (mark == FrameMark.Free ? 1 : 0))
                    return false;
            }

            at += length;
        }

        // Bits beyond the zone would be frames that are free in no zone.
        ulong listed = pool->CountFree();
        for (int slot = 0; slot < books->Slots; slot++)
            listed += books->Cache(slot, zone)->CountKept();

        bool used = listed == free;
        for (int use = 1; use < (int)FrameUse.Reserved; use++)
            used &= uses[use] == books->FramesInUse(zone, (FrameUse)use);

        return used && managed == pool->TotalFrames && reserved == pool->ReservedFrames && free == books->FreeFrames(zone);
    }

    private static bool HasSoundDetail(FrameBooks* books, uint frame, byte mark, uint length)
    {
        if (FrameMark.Use(mark) == FrameUse.None)
            return mark <= FrameMark.Withdrawn && books->Table.Detail(frame) == 0;

        if (FrameMark.Use(mark) == FrameUse.Reserved)
            return mark == FrameMark.Reserved && books->Table.Detail(frame) == 0;

        uint generation = books->Table.Generation(frame);
        byte expected = FrameMark.Allocated(FrameMark.Use(mark), generation);
        uint detail = books->Table.Detail(frame);
        int order = FrameDetail.Order(detail);
        bool ordered = order == FrameDetail.RunOrder ? length > 1 : order <= FrameRequest.MaxOrder && frame % length == 0;
        for (uint inside = 1; inside < length; inside++)
        {
            uint wanted = inside == 1 && order == FrameDetail.RunOrder ? length : 0;
            ordered &= books->Table.Detail(frame + inside) == wanted;
        }

        bool marked = FrameMark.HasDetail(mark) ? mark == FrameMark.WithDetail(expected) : mark == expected && detail == 0;
        return ordered && marked && generation != 0;
    }

    // In how many places the frames of a row are free: its bits, and what every CPU keeps. Gathered a row at a time.
    private struct FreeRow(FrameBooks* books, int zone)
    {
        private uint _row = uint.MaxValue;
        private ulong _somewhere;
        private ulong _twice;

        // 0, 1, or 2 for more than one place.
        public int Count(uint frame)
        {
            uint row = frame / FramePool.RowFrames;
            if (row != _row)
                Gather(row);

            int bit = (int)(frame % FramePool.RowFrames);
            return (int)(_somewhere >> bit & 1) + (int)(_twice >> bit & 1);
        }

        private void Gather(uint row)
        {
            _row = row;
            _somewhere = books->Pools[zone].FreeBitsOf(row);
            _twice = 0;
            for (int slot = 0; slot < books->Slots; slot++)
            {
                ulong kept = books->Cache(slot, zone)->KeptOf(row);
                _twice |= _somewhere & kept;
                _somewhere |= kept;
            }
        }
    }
}
