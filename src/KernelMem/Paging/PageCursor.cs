using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A place in the page tables at which one CPU works: it remembers the table it is in, so that one page after the other costs no walk.
/// <see cref="Close"/> it when done.
/// </summary>
/// <remarks>
/// <para><b>Rules for its holder.</b> Interrupts are off from the first operation in a table until the cursor leaves it for another one or
/// is closed. Hold one cursor at a time, wait for nobody meanwhile, and flush only after closing: another CPU may be waiting for the
/// table, and would not answer.</para>
/// <para><b>Several CPUs</b> may work in the same tables, each with a cursor of its own. The protocol:</para>
/// <list type="number">
/// <item>A slot that references a table has a lock bit (<see cref="EntryMark.Locked"/>): whoever sets it owns that slot. For a last-level
/// table, it owns the table's entries with it: only it puts pages in, so that this takes plain stores; a processor only ever sets
/// accessed and dirty bits, and entries where it may are changed by compare-exchange.</item>
/// <item>In tables of higher levels, an absent slot belongs to whoever replaces it by compare-exchange, and a slot that maps a page is
/// changed by compare-exchange alone. No lock is needed to go down, and none is held above the last level.</item>
/// <item>A table of a higher level is taken out by locking its slot, and then replacing each absent slot in it by a seal
/// (<see cref="EntryMark.Sealed"/>): nothing can be put in any more. If a slot is not absent, the seals are taken away again.</item>
/// <item>A range that was unmapped leaves records in its slots, and takes out tables in which there is nothing else. Such a table is put
/// back for whoever needs a place beside the records in it, unless the table above is on its way out as well
/// (<see cref="EntryMark.Frozen"/>).</item>
/// <item>Ranges lock the last-level tables they touch and claim absent slots (<see cref="EntryMark.Claimed"/>), by ascending address, and
/// change something only when they own all of it.</item>
/// <item>Who meets a lock, a claim or a seal lets go of what it has and tries again from the root. Ranges keep what they own; since all
/// go upwards, none waits in a circle. A seal or a lock above the last level is held without waiting for anything.</item>
/// <item>Tables that were taken out are freed only after every CPU has answered a flush. A CPU on its way down has interrupts off and
/// does not answer: what it reads is still a table.</item>
/// </list>
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
[MustUse("interrupts stay off, and the table locked")]
public unsafe ref partial struct PageCursor<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly MapperState<TPlatform>* _state;
    private readonly TPlatform _platform;
    private readonly InterruptState _interrupts;

    // Whether others may change tables meanwhile.
    private readonly bool _shares;

    // Whether the marks in entries are the library's.
    private readonly bool _hasMarks;

    // The table that the cursor is in, and what it stands for; 0 for none.
    private Table _table;
    private ulong _key;
    private PathRights _path;

    // The slot that is locked for it, and the entry there without the lock.
    private Slot _lock;
    private ulong _lockEntry;

    // The last protection that was checked for all of the table, its bits, and the same key; 0 while there is none.
    private Protection _protection;
    private ulong _bits;
    private ulong _mapKey;

    private MapperCounters _done;

    // SAFETY of every use of _state: the mapper that opens the cursor vouches for it.
    internal PageCursor(MapperState<TPlatform>* state, bool exclusive)
    {
        _state = state;
        _platform = state->Platform;
        _hasMarks = !state->IsAdopted;
        _shares = !exclusive && _hasMarks;
        _interrupts = _platform.SaveInterrupts();
        if (state->IsAdopted)
            state->AdoptedLock.Enter(_platform);
    }

    /// <summary>Leaves the tables: locks are open, interrupts as they were. Flush what is owed after that.</summary>
    public void Close()
    {
        Leave();
        _state->Count(_done);
        _done = default;
        if (_state->IsAdopted)
            _state->AdoptedLock.Leave();
        _platform.RestoreInterrupts(_interrupts);
    }

    /// <summary>Maps a page to a frame of its size. No flush is owed.</summary>
    /// <param name="page">The page; nothing may be mapped there.</param>
    /// <param name="frame">The frame it shows from now on. It stays the caller's.</param>
    /// <param name="protection">What it is for.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<MapFailure> Map<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        ulong address = page.Start.Value;
        if (KeyOf<TSize>(address) == _mapKey && protection == _protection && _state->Tree.Format.Holds(frame))
        {
            Slot slot = _table.At(address, TSize.Level);
            if (slot.Load() == 0 && TryPut<TSize>(slot, 0, frame.Start.Value | _bits))
            {
                TraceSink.Emit(TraceEventKind.PageMapped, address, frame.Start.Value | _bits);
                return Result<MapFailure>.Success;
            }
        }

        return MapAnywhere(page, frame, protection);
    }

    /// <summary>Unmaps a page. Its tables stay, until <see cref="PageMapper{TPlatform}.ReclaimTables"/>.</summary>
    /// <param name="page">The page; it must be mapped, in this size.</param>
    /// <returns>The frame it showed, withheld until the translation is flushed; or why not, with nothing changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<Unmapped<TSize>, MapFailure> Unmap<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        ulong address = page.Start.Value;
        if (KeyOf<TSize>(address) != _key)
        {
            MapFailure failure = StandAt(page);
            if (failure.Code != MapError.None)
                return failure;
        }

        Slot slot = _table.At(address, TSize.Level);
        ulong entry = slot.Load();
        while (EntryCodec.KindOf(TSize.Level, entry) == EntryKind.Page)
        {
            if (IsOwing<TSize>(entry))
                return new MapFailure(MapError.FlushPending, page.Start, entry);
            if (TryChange<TSize>(slot, entry, 0))
            {
                CountUnmapped<TSize>(entry);
                TraceSink.Emit(TraceEventKind.PageUnmapped, address, entry);
                return new Unmapped<TSize>(PageMapper<TPlatform>.ContextOf(_state), page, entry, _state->Tree.Format);
            }

            entry = slot.Load();
        }

        if (!IsLeaving(entry))
            return MapperChecks.FailureAt(TSize.Level, TSize.Level, address, entry);
        Wait();
        return Unmap(page);
    }

    /// <summary>Changes what a page is for. Its frame stays, and what is known of accesses.</summary>
    /// <param name="page">The page; it must be mapped, in this size.</param>
    /// <param name="protection">What it is for from now on.</param>
    /// <returns>The flush that is owed; or why not, with nothing changed.</returns>
    public Result<PendingFlush, MapFailure> Protect<TSize>(Page<TSize> page, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        ulong address = page.Start.Value;
        if (KeyOf<TSize>(address) != _key)
        {
            MapFailure failure = StandAt(page);
            if (failure.Code != MapError.None)
                return failure;
        }

        Slot slot = _table.At(address, TSize.Level);
        ulong entry = slot.Load();
        if (IsLeaving(entry))
        {
            Wait();
            return Protect(page, protection);
        }

        if (EntryCodec.KindOf(TSize.Level, entry) != EntryKind.Page)
            return MapperChecks.FailureAt(TSize.Level, TSize.Level, address, entry);
        MapError refusal = IsOwing<TSize>(entry) ? MapError.FlushPending : CheckProtect(page, entry, protection);
        if (refusal != MapError.None)
            return new MapFailure(refusal, page.Start, entry);

        ulong bits = KeyOf<TSize>(address) == _mapKey && protection == _protection
            ? _bits
            : EntryCodec.PageBits(TSize.Level, protection, _state->Tree.Format) | MapperChecks.GlobalBit(*_state, page.Start);
        while (!TryChange<TSize>(slot, entry, EntryCodec.Reprotect(TSize.Level, entry, bits, _state->Tree.Format)))
        {
            entry = slot.Load();
            if (EntryCodec.KindOf(TSize.Level, entry) != EntryKind.Page)
                return MapperChecks.FailureAt(TSize.Level, TSize.Level, address, entry);
        }

        Widen(address, PathRights.For(protection));
        _done.Protects++;
        return new PendingFlush(PageMapper<TPlatform>.ContextOf(_state), page.Start);
    }

    /// <summary>Where an address leads.</summary>
    /// <returns>False when no page is mapped there. (An address that is not canonical never is.)</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTranslate(VirtAddr address, out Translation translation)
    {
        if (KeyOf<Size4KiB>(address.Value) == _key)
            return _state->Tree.TryRead(PageTableLevel.Pt, _table.At(address.Value, PageTableLevel.Pt).Load(), _path, address.Value, out translation);
        if (address.IsCanonical(_state->Tree.Width))
            return _state->Tree.TryTranslate(address.Value, out translation);
        translation = default;
        return false;
    }

    // What a table of pages of a size stands for: the address bits above it, and the level.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong KeyOf<TSize>(ulong address)
        where TSize : unmanaged, IPageSize => (address >> (TSize.Shift + 9)) | ((ulong)TSize.Level << 60);

    // Whether the table is being taken out, so that the page must be looked for from the root again.
    private readonly bool IsLeaving(ulong entry) => _shares && entry == EntryMark.Sealed;

    // Puts a page into an absent slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPut<TSize>(Slot slot, ulong absent, ulong entry)
        where TSize : unmanaged, IPageSize
    {
        // A last-level table is ours while we are in it.
        if (TSize.Level == PageTableLevel.Pt || !_shares)
            slot.Store(entry);
        else if (!slot.TryReplace(absent, entry))
            return false;
        MapperCounters.MapsOf(ref _done, TSize.Level)++;
        return true;
    }

    // Replaces an entry that maps a page.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryChange<TSize>(Slot slot, ulong entry, ulong changed)
        where TSize : unmanaged, IPageSize => MapperLocks.TryReplacePage(slot, TSize.Level, entry, changed, _hasMarks, _shares);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountUnmapped<TSize>(ulong entry)
        where TSize : unmanaged, IPageSize
    {
        if (_hasMarks || (entry & EntryMark.Ours) != 0)
            MapperCounters.UnmapsOf(ref _done, TSize.Level)++;
        else
            _done.ForeignUnmaps++;
    }
}
