using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>Clears the records of a range whose translations no CPU remembers any more, and gives back what they withheld.</summary>
internal unsafe ref struct RangeSweep<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // So that interrupts are not off for long.
    private const ulong StepBytes = 64UL << 20;

    private readonly MapperState<TPlatform>* _state;
    private readonly FrameUse _use;
    private readonly ulong _tag;
    private MapperCounters _done;
    private UnmapSummary _summary;

    private RangeSweep(MapperState<TPlatform>* state, FrameUse use, int tag)
    {
        this = default;
        _state = state;
        _use = use;
        _tag = PendingTags.BitsOf(tag);
    }

    /// <summary>Does all of a range.</summary>
    /// <param name="state">The mapper.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="last">The last byte.</param>
    /// <param name="use">What the frames were allocated as; none if they are not the frame allocator's.</param>
    /// <param name="tag">What tells its records from those of other ranges.</param>
    /// <param name="summary">What was there; added to.</param>
    public static void Run(MapperState<TPlatform>* state, ulong first, ulong last, FrameUse use, int tag, ref UnmapSummary summary)
    {
        RangeSweep<TPlatform> sweep = new(state, use, tag);
        PageTableLevel root = state->Tree.Width.RootLevel();
        for (ulong at = first; ; at++)
        {
            ulong end = last - at < StepBytes ? last : at + (StepBytes - 1);

            // Tables that are still linked may be taken out by others; those that this range took out are its own.
            InterruptState interrupts = state->Platform.SaveInterrupts();
            sweep.In(state->Tree.RootTable, root, at, end);
            state->Count(sweep._done);
            sweep._done = default;
            state->Platform.RestoreInterrupts(interrupts);
            at = end;
            if (end == last)
                break;
        }

        summary.Add(sweep._summary);
    }

    private void In(Table table, PageTableLevel level, ulong first, ulong last)
    {
        ulong span = level.EntrySpan();
        ulong at = first;
        while (true)
        {
            ulong end = at | (span - 1);
            end = end < last ? end : last;
            Slot slot = table.At(at, level);
            ulong entry = slot.Load();
            if (EntryMark.IsWithheld(entry) && (entry & PendingTags.Mask) == _tag)
            {
                // A table that was taken out whole stands for more than this step. One that was not may be put back at this moment.
                if (!slot.TryReplace(entry, EntryMark.Claimed))
                    continue;
                Free(level, entry);
                slot.Store(0);
            }
            else if (EntryCodec.KindOf(level, entry) == EntryKind.Table && _state->Tree.TryEnter(entry, out Table child))
            {
                In(child, level - 1, at, end);
            }

            if (end == last)
                return;
            at = end + 1;
        }
    }

    private void Free(PageTableLevel level, ulong entry)
    {
        if (IsPage(level, entry))
        {
            FreePage(level, entry);
            return;
        }

        _ = _state->Tree.TryEnter(entry, out Table table);
        if (level == PageTableLevel.Pd && _use == FrameUse.None)
            CountPages(table);
        else
            FreeAll(table, level - 1);

        _done.TablesFreed++;
        _summary.Tables++;
        _state->Frames.Free(_state->Tree.FrameOf(entry), FrameUse.PageTable).Expect("PageMapper: a table is not the frame allocator's");
    }

    private void FreeAll(Table table, PageTableLevel level)
    {
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong below = table[index].Load();
            bool isRecord = EntryMark.IsWithheld(below) || (below & EntryCodec.Present) != 0;
            if (isRecord)
                Free(level, below);
        }
    }

    // The pages of a last-level table whose frames stay whose they are.
    private void CountPages(Table table)
    {
        ulong pages = 0;
        ulong own = 0;
        ulong dirty = 0;
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong entry = table[index].Load();
            if ((entry & EntryCodec.Present) == 0 && !EntryMark.IsWithheld(entry))
                continue;
            pages++;
            own += (entry & EntryMark.Ours) != 0 ? 1ul : 0;
            dirty += (entry & PtEntry.DirtyMask) != 0 ? 1ul : 0;
        }

        MapperCounters.UnmapsOf(ref _done, PageTableLevel.Pt) += own;
        _done.ForeignUnmaps += pages - own;
        _summary.Pages += pages;
        _summary.Bytes += pages * Size4KiB.Bytes;
        _summary.DirtyPages += dirty;
    }

    private void FreePage(PageTableLevel level, ulong entry)
    {
        if ((entry & EntryMark.Ours) != 0)
            MapperCounters.UnmapsOf(ref _done, level)++;
        else
            _done.ForeignUnmaps++;
        _summary.Bytes += level.EntrySpan();
        _summary.Pages++;
        if ((entry & PtEntry.DirtyMask) != 0)
            _summary.DirtyPages++;
        if (_use == FrameUse.None)
            return;
        Frame frame = Frame.CreateUnchecked(EntryCodec.FrameOf(level, entry, _state->Tree.Format));
        _state->Frames.Free(frame, _use).Expect("PageMapper: a withheld frame is not the frame allocator's");
    }

    private static bool IsPage(PageTableLevel level, ulong entry) => EntryCodec.KindOf(level, entry | EntryCodec.Present) == EntryKind.Page;
}
