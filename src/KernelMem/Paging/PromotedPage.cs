using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A large page that took the place of small ones. CPUs may still use the small ones' translations, and their table, which is withheld
/// until the flush; what they say there of accesses and writes until then is added to the large page.
/// </summary>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
[MustUse("the table is lost, and accessed and dirty bits with it")]
[Affine]
public readonly unsafe struct PromotedPage<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly MapperState<TPlatform>* _state;
    private readonly Frame _table;
    private readonly PageTableLevel _level;

    internal PromotedPage(MapperState<TPlatform>* state, VirtAddr start, PageTableLevel level, Frame table)
    {
        _state = state;
        Start = start;
        _level = level;
        _table = table;
    }

    /// <summary>The first byte of the page.</summary>
    public VirtAddr Start { get; }

    /// <summary>Flushes the page wherever it may be remembered, then gives back the table. Hold no spin lock, and no cursor: this waits for other CPUs.</summary>
    [MayBlock("waits for other CPUs")]
    public void Flush(TlbShootdown<TPlatform> tlb)
    {
        // SAFETY: the mapper outlives what it owes.
        VirtRange range = VirtRange.CreateUnchecked(Start, _level.EntrySpan());
        tlb.FlushRange(PageMapper<TPlatform>.ContextOf(_state), range, Size4KiB.Bytes, tablesFreed: true);
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _ = _state->Tree.TryReach(_table.Start.Value, out Table table);
        ulong used = 0;
        for (uint index = 0; index < TableIndex.Count; index++)
            used |= table[index].Load() & EntryCodec.Used;
        _state->Tree.Descend(Start.Value, _level, out Descent at);
        ulong paid = _state->IsAdopted ? 0 : EntryMark.Promoted;
        while (at.Level == _level && at.Kind == EntryKind.Page && !at.Slot.TryReplace(at.Entry, (at.Entry | used) & ~paid))
            _state->Tree.Descend(Start.Value, _level, out at);
        _state->Platform.RestoreInterrupts(interrupts);
        _state->Frames.Free(_table, FrameUse.PageTable).Expect("PromotedPage: a table is not the frame allocator's");
    }
}
