using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A range that was unmapped but may still be used through translations that CPUs remember. Its frames, and the tables that became empty,
/// are withheld until the flush. <c>default</c> owes nothing.
/// </summary>
/// <remarks>
/// However long the range, this takes no memory: the entries stay in the tables as records, not present, until the flush is paid. Nothing
/// can be mapped there meanwhile (<see cref="MapError.FlushPending"/>). It may be kept and paid later; each address space can owe 128.
/// </remarks>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
[MustUse("CPUs go on using the frames, which are lost")]
[Affine]
public readonly unsafe struct UnmappedRange<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly MapperState<TPlatform>* _state;
    private readonly int _tag;
    private readonly bool _tookTables;
    private readonly PageTableLevel _smallest;

    internal UnmappedRange(MapperState<TPlatform>* state, VirtRange range, int tag, bool tookTables, PageTableLevel smallest)
    {
        _state = state;
        Range = range;
        _tag = tag;
        _tookTables = tookTables;
        _smallest = smallest;
    }

    /// <summary>The range.</summary>
    public VirtRange Range { get; }

    /// <summary>
    /// Flushes the range wherever it may be remembered, then gives back its frames and tables. Hold no spin lock, and no cursor: this waits
    /// for other CPUs.
    /// </summary>
    /// <param name="tlb">The CPUs.</param>
    /// <param name="use">
    /// What the frames were allocated as, page by page; <see cref="FrameUse.None"/> when they are not the allocator's, or go on being
    /// someone's.
    /// </param>
    /// <returns>What was there.</returns>
    [MayBlock("waits for other CPUs")]
    public UnmapSummary Flush(TlbShootdown<TPlatform> tlb, FrameUse use)
    {
        if (Range.IsEmpty)
            return default;

        // SAFETY: the mapper outlives what it owes.
        UnmapSummary summary = default;
        PageTableLevel smallest = _smallest;
        bool tookTables = _tookTables;
        do
        {
            tlb.FlushRange(PageMapper<TPlatform>.ContextOf(_state), Range, smallest.EntrySpan(), tookTables);
            RangeSweep<TPlatform>.Run(_state, Range.Start.Value, Range.Last.Value, use, _tag, ref summary);

            // Tables at the ends that held records of neighbors may be empty by now: whoever sees that last takes them out.
            smallest = PageTableLevel.Pt;
            tookTables = TakeOutTables();
        }
        while (tookTables);
        PendingTags.Return(ref _state->PendingLow, ref _state->PendingHigh, _tag);
        return summary;
    }

    private bool TakeOutTables()
    {
        PageCursor<TPlatform> cursor = new(_state, exclusive: false);
        bool any = cursor.TakeOutTables(Range, _tag);
        cursor.Close();
        return any;
    }
}
