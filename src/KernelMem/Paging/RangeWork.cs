using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// One change of a range of pages, in one walk. It keeps others out of what it is about to change, by ascending address, before it changes
/// anything (<see cref="PageCursor{TPlatform}"/> tells the protocol).
/// </summary>
/// <remarks>Interrupts are off, and a lock of adopted tables is held, by the cursor that starts it.</remarks>
internal unsafe ref partial struct RangeWork<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly MapperState<TPlatform>* _state;
    private readonly TPlatform _platform;
    private readonly bool _hasMarks;
    private readonly bool _shares;
    private readonly Protection _protection;
    private readonly PathRights _needed;

    // What is to be added to a virtual address to get the physical one.
    private readonly ulong _offset;

    // The level of the largest pages, and whether all are to be so large.
    private readonly PageTableLevel _largest;
    private readonly bool _isExact;

    private readonly InterruptState _interrupts;
    private MapperCounters _done;
    private TableStock _stock;
    private ulong _tag;
    private bool _areSeveral;
    private bool _tablesOnly;
    private ulong _tablesNeeded;
    private MapFailure _failure;

    // Where it had to stop, if it had to: what is below is owned.
    private ulong _stop;
    private bool _mustRestart;

    // The bits of pages of 4 KiB, 2 MiB and 1 GiB.
    private ulong _smallBits;
    private ulong _largeBits;
    private ulong _hugeBits;

    // SAFETY of every use of _state: the mapper that starts the work vouches for it.
    public RangeWork(
        MapperState<TPlatform>* state,
        Protection protection,
        bool shares,
        InterruptState interrupts,
        ulong global = 0,
        ulong offset = 0,
        PageTableLevel largest = PageTableLevel.Pdpt,
        bool isExact = false)
    {
        this = default;
        _state = state;
        _platform = state->Platform;
        _hasMarks = !state->IsAdopted;
        _shares = shares;
        _interrupts = interrupts;
        _protection = protection;
        _needed = PathRights.For(protection);
        _offset = offset;
        _largest = largest == PageTableLevel.Pdpt && !state->Tree.Format.HasGigabytePages ? PageTableLevel.Pd : largest;
        _isExact = isExact;
        _stock = TableStock.Empty;
        _smallBits = EncodeBits(PageTableLevel.Pt) | global;
        _largeBits = EncodeBits(PageTableLevel.Pd) | global;
        _hugeBits = EncodeBits(PageTableLevel.Pdpt) | global;
    }

    /// <summary>What was done.</summary>
    public readonly MapperCounters Done => _done;

    /// <summary>Whether tables were taken out with what was unmapped.</summary>
    public bool TookTables { readonly get; private set; }

    /// <summary>The level of the smallest pages that were unmapped.</summary>
    public PageTableLevel Smallest { readonly get; private set; }

    private readonly Table Root => _state->Tree.RootTable;

    private readonly PageTableLevel RootLevel => _state->Tree.Width.RootLevel();

    private readonly ulong EncodeBits(PageTableLevel level) =>
        _protection.IsMappable ? EntryCodec.PageBits(level, _protection, _state->Tree.Format) : 0;

    private readonly ulong BitsOf(PageTableLevel level)
    {
        if (level == PageTableLevel.Pt)
            return _smallBits;
        return level == PageTableLevel.Pd ? _largeBits : _hugeBits;
    }

    private static ulong LastOf(ulong first, ulong last, PageTableLevel level)
    {
        ulong end = first | (level.EntrySpan() - 1);
        return end < last ? end : last;
    }

    private static bool IsWhole(ulong first, ulong last, PageTableLevel level) =>
        (first & (level.EntrySpan() - 1)) == 0 && last - first == level.EntrySpan() - 1;

    private readonly bool IsShared(ulong address) => MapperChecks.IsShared(_state->Layout, VirtAddr.CreateUnchecked(address));

    private readonly bool CanWiden(ulong address) => _hasMarks && !IsShared(address);

    // Owns a last-level table; waits for it. Nothing is waited for meanwhile that is below.
    private readonly bool TryLockTable(Slot slot, ulong entry)
    {
        if (!_shares || MapperLocks.TryLock(slot, entry))
            return true;
        _platform.Pause();
        return false;
    }

    private readonly void Unlock(Slot slot)
    {
        if (_shares)
            _ = slot.Clear(EntryMark.Locked);
    }

    // Opens the slot above what was just put in, where programs live; see PageCursor.Widen.
    private void Widen(Slot slot, PageTableLevel level, ulong address, bool isOwn)
    {
        if (!CanWiden(address))
            return;
        Atomic.Fence();
        if (MapperLocks.Widen(_platform, slot, level, _needed, waits: _shares && !isOwn))
            _platform.InvalidatePage(VirtAddr.CreateUnchecked(address));
    }

    // With nothing held, so that this CPU can answer a flush that whoever is waited for may wait for.
    private readonly void Wait()
    {
        _platform.RestoreInterrupts(_interrupts);
        _platform.Pause();
        _ = _platform.SaveInterrupts();
    }

    private bool Fail(MapError error, ulong address, ulong entry, ulong stop)
    {
        _failure = new MapFailure(error, VirtAddr.CreateUnchecked(address), entry);
        _stop = stop;
        return false;
    }
}
