using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Unmapping and protecting.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Unmaps a page. Its tables stay, until <see cref="ReclaimTables"/>.</summary>
    /// <param name="page">The page; it must be mapped, in this size.</param>
    /// <returns>The frame it showed, withheld until the translation is flushed; or why not, with nothing changed.</returns>
    public Result<Unmapped<TSize>, MapFailure> Unmap<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        if (!TryFind(page, out Walk walk, out MapFailure failure))
            return failure;

        // The processor may have set accessed and dirty since the walk read the entry: what counts is what was there at the end.
        ulong entry = walk.Table.Exchange(walk.Index, 0);
        Translation translation = EntryCodec.Decode(TSize.Level, entry, walk.Rights, offset: 0);
        Count<TSize>(mapped: false);
        TraceSink.Emit(TraceEventKind.PageUnmapped, page.Start.Value, entry);
        return new Unmapped<TSize>(page, Frame<TSize>.CreateUnchecked(translation.Address), translation.Accessed, translation.Dirty);
    }

    /// <summary>Changes what a page is for. Frame, accessed and dirty bits stay.</summary>
    /// <param name="page">The page; it must be mapped, in this size.</param>
    /// <param name="protection">What it is for from now on.</param>
    /// <returns>The flush that is owed; or why not, with nothing changed.</returns>
    public Result<PendingFlush, MapFailure> Protect<TSize>(Page<TSize> page, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        if (!TryFind(page, out Walk walk, out MapFailure failure))
            return failure;

        PhysAddr frame = EntryCodec.Decode(TSize.Level, walk.Entry, walk.Rights, offset: 0).Address;
        MapError refusal = Check(page, Frame<TSize>.CreateUnchecked(frame), protection);
        if (refusal == MapError.None && !walk.Rights.Allow(protection))
            refusal = MapError.ParentForbids;
        if (refusal != MapError.None)
            return new MapFailure(refusal, page.Start, walk.Entry);

        ulong before = walk.Entry;
        while (!walk.Table.TryReplace(walk.Index, before, EntryCodec.Reprotect(TSize.Level, before, protection)))
            before = walk.Table.Load(walk.Index);
        _state->Counters.Protects++;
        return new PendingFlush(page.Start);
    }

    // The entry that maps exactly this page.
    private bool TryFind<TSize>(Page<TSize> page, out Walk walk, out MapFailure failure)
        where TSize : unmanaged, IPageSize
    {
        walk = default;
        MapError error = MapError.None;
        if (!page.IsCanonical(_state->Width))
        {
            error = MapError.NotCanonical;
        }
        else if (!IsKernel && IsShared(page.Start))
        {
            error = MapError.SharedKernelRange;
        }
        else
        {
            walk = WalkTo(page.Start, TSize.Level);
            error = walk.Error;
            if (error == MapError.None)
                error = ErrorOf(walk, TSize.Level);
        }

        failure = new MapFailure(error, page.Start, walk.Entry);
        return error == MapError.None;
    }

    private static MapError ErrorOf(in Walk walk, PageTableLevel wanted) => walk.Kind switch
    {
        EntryKind.Absent => MapError.NotMapped,
        EntryKind.Table => MapError.TableInTheWay,
        _ => walk.Level == wanted ? MapError.None : MapError.CoveredByLargePage,
    };
}
