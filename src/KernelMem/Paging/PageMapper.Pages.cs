using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Single pages.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <inheritdoc cref="PageCursor{TPlatform}.Map{TSize}"/>
    public Result<MapFailure> Map<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        if (TSize.Level == PageTableLevel.Pt && TryMapAtOnce(page, frame, protection))
            return Result<MapFailure>.Success;
        return MapByCursor(page, frame, protection);
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Unmap{TSize}"/>
    public Result<Unmapped<TSize>, MapFailure> Unmap<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        if (TSize.Level == PageTableLevel.Pt && TryUnmapAtOnce(page.Start.Value, out ulong entry))
            return new Unmapped<TSize>(ContextOf(_state), page, entry, _state->Tree.Format);
        return UnmapByCursor(page);
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Protect{TSize}"/>
    public Result<PendingFlush, MapFailure> Protect<TSize>(Page<TSize> page, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<PendingFlush, MapFailure> result = cursor.Protect(page, protection);
        cursor.Close();
        return result;
    }

    /// <summary>Where an address leads.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="translation">Where to, and what may be done there.</param>
    /// <returns>False when no page is mapped there. (An address that is not canonical never is.)</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTranslate(VirtAddr address, out Translation translation)
    {
        translation = default;
        if (!address.IsCanonical(_state->Tree.Width))
            return false;

        // With interrupts on, this CPU could answer a flush midway, and the table be freed under its feet.
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        bool mapped = _state->Tree.TryTranslate(address.Value, out translation);
        _state->Platform.RestoreInterrupts(interrupts);
        return mapped;
    }

    // The usual case, a page of the kernel's in a table that is there: nothing but the lock of the table, a store and a count. Whatever is
    // not as expected is for a cursor to find out.
    private bool TryMapAtOnce<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        ulong address = page.Start.Value;
        EntryFormat format = _state->Tree.Format;
        bool isUsual = IsUsual(address) && !protection.IsUser && format.Holds(frame) && MapperChecks.Protection(protection, format) == MapError.None;
        if (!isUsual)
            return false;

        ulong entry = frame.Start.Value | EntryCodec.PageBits(PageTableLevel.Pt, protection, format) | _state->KernelGlobal;
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        bool done = false;
        if (_state->Tree.TryFindLast(address, out Slot parent, out ulong parentEntry, out Table table, out PathRights rights)
            && rights.Allow(protection)
            && MapperLocks.TryLock(parent, parentEntry))
        {
            Slot slot = table.At(address, PageTableLevel.Pt);
            done = slot.Load() == 0;
            if (done)
                Put(slot, entry, ref MapperCounters.MapsOf(ref _state->OwnCounters, PageTableLevel.Pt));
            parent.Store(parentEntry);
        }

        _state->Platform.RestoreInterrupts(interrupts);
        if (done)
            TraceSink.Emit(TraceEventKind.PageMapped, address, entry);
        return done;
    }

    private bool TryUnmapAtOnce(ulong address, out ulong entry)
    {
        entry = 0;
        if (!IsUsual(address))
            return false;

        InterruptState interrupts = _state->Platform.SaveInterrupts();
        bool done = false;
        if (_state->Tree.TryFindLast(address, out Slot parent, out ulong parentEntry, out Table table, out _)
            && MapperLocks.TryLock(parent, parentEntry))
        {
            Slot slot = table.At(address, PageTableLevel.Pt);
            entry = slot.Load();
            done = (entry & EntryCodec.Present) != 0 && EntryMark.IsQuiet(entry);
            if (done)
                Put(slot, 0, ref MapperCounters.UnmapsOf(ref _state->OwnCounters, PageTableLevel.Pt));
            parent.Store(parentEntry);
        }

        _state->Platform.RestoreInterrupts(interrupts);
        if (done)
            TraceSink.Emit(TraceEventKind.PageUnmapped, address, entry);
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Slot slot, ulong entry, ref ulong counter)
    {
        slot.Store(entry);
        MapperCounters.AddOwn(ref counter, 1);
    }

    // Whether an address is in the kernel half, through the mapper that changes it, in tables of the library's.
    private bool IsUsual(ulong address) => address >= AddressLayout.KernelHalf.Start.Value && _state->IsKernel && !_state->IsAdopted;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<MapFailure> MapByCursor<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<MapFailure> result = cursor.Map(page, frame, protection);
        cursor.Close();
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<Unmapped<TSize>, MapFailure> UnmapByCursor<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<Unmapped<TSize>, MapFailure> result = cursor.Unmap(page);
        cursor.Close();
        return result;
    }

    /// <summary>
    /// The level of the entry that decides about an address: the one that maps it, or the one that is absent. All of that entry's span
    /// shares its fate.
    /// </summary>
    internal PageTableLevel LevelAt(VirtAddr address, out bool mapped)
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _state->Tree.Descend(address.Value, PageTableLevel.Pt, out Descent at);
        _state->Platform.RestoreInterrupts(interrupts);
        mapped = at.Error == MapError.None && at.Kind == EntryKind.Page;
        return at.Level;
    }

    /// <summary>
    /// Whether the entries above a page let a protection through; where no page is mapped, nothing stands in the way. False in adopted
    /// tables only: our own let everything through.
    /// </summary>
    internal bool ParentsAllow(VirtAddr address, Protection protection, out PageTableLevel level)
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _state->Tree.Descend(address.Value, PageTableLevel.Pt, out Descent at);
        _state->Platform.RestoreInterrupts(interrupts);
        level = at.Level;
        return at.Kind != EntryKind.Page || at.Rights.Allow(protection);
    }
}
