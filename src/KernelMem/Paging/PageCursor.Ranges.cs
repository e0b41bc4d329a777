using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Ranges, in one walk each. All of it or nothing: a failure leaves tables and free frames as they were.</content>
public unsafe ref partial struct PageCursor<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Maps a range to physical memory of the same length, in the largest pages that fit: where both sides are so aligned, and no tables of
    /// smaller pages are there. No flush is owed.
    /// </summary>
    /// <param name="range">Whole pages of 4 KiB, none of them mapped.</param>
    /// <param name="start">Where the memory begins: a multiple of 4 KiB. It stays the caller's.</param>
    /// <param name="protection">What it is for.</param>
    /// <param name="largest">The level of the largest pages to use; 1 GiB if the processor has them.</param>
    /// <returns>Success; or why not, and at which page, with nothing changed.</returns>
    /// <remarks>Interrupts are off meanwhile: about a microsecond for 512 pages.</remarks>
    public Result<MapFailure> MapRange(
        VirtRange range, PhysAddr start, Protection protection, PageTableLevel largest = PageTableLevel.Pdpt) =>
        MapRange(range, start, protection, largest, isExact: false);

    /// <summary>Maps pages of one size to frames that follow one another. No flush is owed.</summary>
    /// <param name="pages">The pages; in one half of the address space.</param>
    /// <param name="first">The first frame.</param>
    /// <param name="protection">What they are for.</param>
    /// <returns>Success; or why not, and at which page, with nothing changed.</returns>
    public Result<MapFailure> MapRange<TSize>(PageRange<TSize> pages, Frame<TSize> first, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        if (pages.IsEmpty)
            return Result<MapFailure>.Success;
        if (!pages.TryGetBytes(out VirtRange range))
            return new MapFailure(MapError.NotCanonical, pages.Start.Start);
        if (TSize.Level == PageTableLevel.Pdpt && !_state->Tree.Format.HasGigabytePages)
            return new MapFailure(MapError.NotSupported, pages.Start.Start);
        return MapRange(range, first.Start, protection, TSize.Level, isExact: true);
    }

    /// <summary>Unmaps what is mapped in a range, pages of all sizes, and takes out the tables that become empty. Places with nothing are left alone.</summary>
    /// <param name="range">Whole pages; no larger page may reach beyond it.</param>
    /// <returns>
    /// The range, whose frames and tables are withheld until it is flushed; or <see cref="MapError.CoveredByLargePage"/> and other reasons,
    /// with nothing changed.
    /// </returns>
    public Result<UnmappedRange<TPlatform>, MapFailure> UnmapRange(VirtRange range)
    {
        MapError error = MapperChecks.Range(*_state, range);
        if (error != MapError.None)
            return new MapFailure(error, range.Start);
        if (range.IsEmpty)
            return default(UnmappedRange<TPlatform>);
        if (!PendingTags.TryTake(ref _state->PendingLow, ref _state->PendingHigh, out int tag))
            return new MapFailure(MapError.TooManyPending, range.Start);

        RangeWork<TPlatform> work = Start(Protection.NoAccess, range.Start);
        MapFailure failure = work.CheckEnds(range.Start.Value, range.Last.Value);
        if (failure.Code == MapError.None)
            work.Withhold(range.Start.Value, range.Last.Value, tag);
        else
            PendingTags.Return(ref _state->PendingLow, ref _state->PendingHigh, tag);
        MapperCounters.Add(ref _done, work.Done);
        if (failure.Code != MapError.None)
            return failure;
        TraceSink.Emit(TraceEventKind.PageUnmapped, range.Start.Value, range.Length);
        return new UnmappedRange<TPlatform>(_state, range, tag, work.TookTables, work.Smallest);
    }

    /// <summary>
    /// Takes out the tables in which no page is mapped any more: those that single pages left behind. Where programs live, what upper levels let
    /// through shrinks to what is needed below.
    /// </summary>
    /// <param name="range">Whole pages. Only tables that have to do with it are looked at.</param>
    /// <returns>
    /// The tables, withheld until the flush, for processors remember upper-level entries too; or why not, with nothing changed:
    /// <see cref="MapError.TooManyPending"/> for instance.
    /// </returns>
    /// <remarks>Tables in which another CPU is at work are left.</remarks>
    public Result<UnmappedRange<TPlatform>, MapFailure> ReclaimTables(VirtRange range)
    {
        MapError error = MapperChecks.Range(*_state, range);
        if (error != MapError.None)
            return new MapFailure(error, range.Start);
        if (range.IsEmpty)
            return default(UnmappedRange<TPlatform>);
        if (!PendingTags.TryTake(ref _state->PendingLow, ref _state->PendingHigh, out int tag))
            return new MapFailure(MapError.TooManyPending, range.Start);
        if (TakeOutTables(range, tag))
            return new UnmappedRange<TPlatform>(_state, range, tag, tookTables: true, PageTableLevel.Pt);

        PendingTags.Return(ref _state->PendingLow, ref _state->PendingHigh, tag);
        return default(UnmappedRange<TPlatform>);
    }

    /// <summary>Changes what all pages in a range are for. Places with nothing are left alone.</summary>
    /// <param name="range">Whole pages; no larger page may reach beyond it.</param>
    /// <param name="protection">What they are for from now on.</param>
    /// <returns>The flush that is owed; or why not, with nothing changed.</returns>
    public Result<PendingRangeFlush, MapFailure> ProtectRange(VirtRange range, Protection protection)
    {
        MapError error = MapperChecks.Range(*_state, range, protection, isIdentity: true);
        if (error != MapError.None)
            return new MapFailure(error, range.Start);
        if (range.IsEmpty)
            return new PendingRangeFlush(PageMapper<TPlatform>.ContextOf(_state), range);

        RangeWork<TPlatform> work = Start(protection, range.Start);
        MapFailure failure = work.CheckEnds(range.Start.Value, range.Last.Value);
        if (failure.Code == MapError.None)
            failure = work.Protect(range.Start.Value, range.Last.Value);
        MapperCounters.Add(ref _done, work.Done);
        if (failure.Code != MapError.None)
            return failure;
        return new PendingRangeFlush(PageMapper<TPlatform>.ContextOf(_state), range);
    }

    private Result<MapFailure> MapRange(
        VirtRange range, PhysAddr start, Protection protection, PageTableLevel largest, bool isExact)
    {
        MapError error = MapperChecks.Range(*_state, range, protection, isIdentity: range.Start.Value == start.Value);
        if (error == MapError.None && !start.IsAligned(Size4KiB.Bytes))
            error = MapError.Misaligned;
        if (error == MapError.None && !_state->Tree.Format.Holds(start, range.Length))
            error = MapError.NotSupported;
        if (error != MapError.None)
            return new MapFailure(error, range.Start);
        if (range.IsEmpty)
            return Result<MapFailure>.Success;

        RangeWork<TPlatform> work = Start(protection, range.Start, unchecked(start.Value - range.Start.Value), largest, isExact);
        Result<MapFailure> result = work.Map(range.Start.Value, range.Last.Value);
        MapperCounters.Add(ref _done, work.Done);
        return result;
    }

    /// <summary>Takes out tables in which there is nothing; they are withheld under a tag.</summary>
    internal bool TakeOutTables(VirtRange range, int tag) =>
        Start(Protection.NoAccess, range.Start).TakeOutTables(range.Start.Value, range.Last.Value, tag);

    // A range finds its own way, from the root.
    private RangeWork<TPlatform> Start(
        Protection protection, VirtAddr first, ulong offset = 0, PageTableLevel largest = PageTableLevel.Pdpt, bool isExact = false)
    {
        Leave();
        if (largest > PageTableLevel.Pdpt)
            largest = PageTableLevel.Pdpt;
        return new RangeWork<TPlatform>(_state, protection, _shares, _interrupts, MapperChecks.GlobalBit(*_state, first), offset, largest, isExact);
    }
}
