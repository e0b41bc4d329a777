using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Paging;

/// <content>One large page instead of many small ones, and back.</content>
public unsafe ref partial struct PageCursor<TPlatform>
{
    /// <summary>
    /// Splits a large page into 512 of the next smaller size, which show the same memory under the same protection, with the same accessed
    /// and dirty bits. At no moment is anything not mapped.
    /// </summary>
    /// <param name="page">The page of 2 MiB or 1 GiB; it must be mapped, in this size.</param>
    /// <returns>
    /// The flush that is owed: until it is paid, CPUs may go on using the large translation; or why not, with nothing changed:
    /// <see cref="MapError.OutOfMemory"/> among others, and <see cref="MapError.NotSupported"/> for pages of 4 KiB.
    /// </returns>
    public Result<PendingFlush, MapFailure> Split<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        if (TSize.Level == PageTableLevel.Pt)
            return new MapFailure(MapError.NotSupported, page.Start);
        MapFailure failure = StandAtEntry(page, out Slot slot, out ulong entry);
        if (failure.Code != MapError.None)
            return failure;
        if (EntryCodec.KindOf(TSize.Level, entry) != EntryKind.Page)
            return MapperChecks.FailureAt(TSize.Level, TSize.Level, page.Start.Value, entry);
        if (!EntryCodec.IsValid(TSize.Level, EntryKind.Page, entry, _state->Tree.Format))
            return new MapFailure(MapError.Unreadable, page.Start, entry);
        if (!TableStock.TryTake(_state->Frames, _state->Tree, 1, out TableStock stock))
            return new MapFailure(MapError.OutOfMemory, page.Start);

        Frame frame = stock.Next(_state->Tree, out Table table);
        while (true)
        {
            Fill(table, EntryCodec.Split(TSize.Level, entry), (TSize.Level - 1).EntrySpan());
            PathRights rights = MapperChecks.RightsOfTable(*_state, TSize.Level, page.Start.Value, PathRights.Of(entry));
            if (slot.TryReplace(entry, EntryCodec.EncodeTable(frame, rights, _state->Tree.Format)))
                break;

            // Used by the processor just now: its parts were, too.
            entry = slot.Load();
            if (EntryCodec.KindOf(TSize.Level, entry) == EntryKind.Page)
                continue;
            stock.Add(frame, table);
            stock.Return(_state->Frames, _state->Tree);
            return MapperChecks.FailureAt(TSize.Level, TSize.Level, page.Start.Value, entry);
        }

        _done.TablesMade++;
        if ((entry & EntryMark.Ours) != 0)
        {
            MapperCounters.UnmapsOf(ref _done, TSize.Level)++;
            MapperCounters.MapsOf(ref _done, TSize.Level - 1) += TableIndex.Count;
        }

        return new PendingFlush(PageMapper<TPlatform>.ContextOf(_state), page.Start);
    }

    /// <summary>
    /// Makes one large page of 512 that follow one another in memory and are alike: the inverse of <see cref="Split"/>. Accessed and dirty
    /// are what any of them was. At no moment is anything not mapped.
    /// </summary>
    /// <param name="page">
    /// The page of 2 MiB, whose place is filled by pages of 4 KiB; or of 1 GiB, filled by pages of 2 MiB, with a cursor that is exclusive.
    /// </param>
    /// <returns>
    /// The flush that is owed, and the table that is withheld until then: pay it before anything else is done with the page
    /// (<see cref="MapError.FlushPending"/>), except in ranges and to split it again; or why not, with nothing changed:
    /// <see cref="MapError.NotUniform"/> tells the first page that does not fit.
    /// </returns>
    public Result<PromotedPage<TPlatform>, MapFailure> Promote<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        bool isSize = TSize.Level == PageTableLevel.Pd || (TSize.Level == PageTableLevel.Pdpt && !_shares && _state->Tree.Format.HasGigabytePages);
        if (!isSize)
            return new MapFailure(MapError.NotSupported, page.Start);
        while (true)
        {
            MapFailure failure = StandAtEntry(page, out Slot slot, out ulong entry);
            if (failure.Code != MapError.None)
                return failure;
            if (EntryCodec.KindOf(TSize.Level, entry) != EntryKind.Table)
                return MapperChecks.FailureAt(TSize.Level, TSize.Level, page.Start.Value, entry);
            Frame frame = _state->Tree.FrameOf(entry);
            if (!_state->Tree.TryEnter(entry, out Table table) || _state->Frames.GetInfo(frame).Use != Frames.FrameUse.PageTable)
                return new MapFailure(MapError.Unreadable, page.Start, entry);
            if (_shares && !MapperLocks.TryLock(slot, entry))
            {
                Wait();
                continue;
            }

            failure = Compare(page, table, out ulong first, out ulong used);
            if (failure.Code != MapError.None)
            {
                if (_shares)
                    _ = slot.Clear(EntryMark.Locked);
                return failure;
            }

            ulong large = PathRights.Of(entry).And(first).On(EntryCodec.Join(TSize.Level, first) | used);
            slot.Store(_hasMarks ? large | EntryMark.Promoted : large);
            _done.TablesFreed++;
            if ((first & EntryMark.Ours) != 0)
            {
                MapperCounters.UnmapsOf(ref _done, TSize.Level - 1) += TableIndex.Count;
                MapperCounters.MapsOf(ref _done, TSize.Level)++;
            }

            return new PromotedPage<TPlatform>(_state, page.Start, TSize.Level, frame);
        }
    }

    // The entry for a page of this size, in a table that is not on its way out.
    private MapFailure StandAtEntry<TSize>(Page<TSize> page, out Slot slot, out ulong entry)
        where TSize : unmanaged, IPageSize
    {
        while (true)
        {
            slot = default;
            entry = 0;
            MapFailure failure = KeyOf<TSize>(page.Start.Value) == _key ? default : StandAt(page);
            if (failure.Code != MapError.None)
                return failure;
            slot = _table.At(page.Start.Value, TSize.Level);
            entry = slot.Load();
            if (!IsLeaving(entry))
                return default;
            Wait();
        }
    }

    // Whether small translations of a large page are not flushed yet.
    private readonly bool IsOwing<TSize>(ulong entry)
        where TSize : unmanaged, IPageSize => TSize.Level != PageTableLevel.Pt && _hasMarks && (entry & EntryMark.Promoted) != 0;

    private static void Fill(Table table, ulong entry, ulong step)
    {
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            table[index].Store(entry);
            entry += step;
        }
    }

    // Whether the entries of a table map what one page could.
    private readonly MapFailure Compare<TSize>(Page<TSize> page, Table table, out ulong first, out ulong used)
        where TSize : unmanaged, IPageSize
    {
        PageTableLevel below = TSize.Level - 1;
        first = table[0].Load();
        used = 0;
        ulong expected = first & ~EntryCodec.Used;
        bool isAligned = (EntryCodec.FrameOf(below, first, _state->Tree.Format).Value & (TSize.Bytes - 1)) == 0;
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong entry = table[index].Load();
            used |= entry & EntryCodec.Used;
            bool fits = isAligned && EntryCodec.KindOf(below, entry) == EntryKind.Page && (entry & ~EntryCodec.Used) == expected && !IsOwing<TSize>(entry);
            if (!fits)
                return new MapFailure(MapError.NotUniform, page.Start + (index * below.EntrySpan()), entry);
            expected += below.EntrySpan();
        }

        return default;
    }
}
