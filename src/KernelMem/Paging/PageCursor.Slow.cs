using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Finding the table, making those that are missing, and letting go.</content>
public unsafe ref partial struct PageCursor<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private Result<MapFailure> MapAnywhere<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        ulong address = page.Start.Value;
        MapError refusal = MapperChecks.Page(*_state, page, frame, protection);
        if (refusal != MapError.None)
            return new MapFailure(refusal, page.Start);

        ulong bits = EntryCodec.PageBits(TSize.Level, protection, _state->Tree.Format) | MapperChecks.GlobalBit(*_state, page.Start);
        while (true)
        {
            Find<TSize>(address, out Descent at);
            if (at.Error != MapError.None)
                return new MapFailure(at.Error, page.Start, at.Entry);
            if (!CanWiden(address) && !at.Rights.Allow(protection))
                return new MapFailure(MapError.ParentForbids, page.Start, at.Entry);
            if (EntryMark.IsInTransit(at.Entry) && _hasMarks)
            {
                Wait();
                continue;
            }

            if (TryRevive(address, at))
                continue;

            if (!EntryMark.IsAbsent(at.Entry, _hasMarks) || (at.Kind == EntryKind.Table && at.Level == TSize.Level))
                return MapperChecks.FailureAt(at.Level, TSize.Level, address, at.Entry);
            bool isOut = at.Level != TSize.Level && _state->IsSealed && at.Level >= PageTableLevel.Pml4 && MapperChecks.IsShared(_state->Layout, page.Start);
            if (isOut)
                return new MapFailure(MapError.TopLevelSealed, page.Start);

            if (at.Level == TSize.Level)
            {
                if (!TryPut<TSize>(at.Slot, at.Entry, frame.Start.Value | bits))
                    continue;
                Widen(address, PathRights.For(protection));
            }
            else
            {
                MapError error = TryGrow<TSize>(address, at, frame.Start.Value | bits, protection);
                if (error == MapError.OutOfMemory)
                    return new MapFailure(error, page.Start);
                if (error != MapError.None)
                    continue;
            }

            Remember<TSize>(address, protection, bits);
            TraceSink.Emit(TraceEventKind.PageMapped, address, frame.Start.Value | bits);
            return Result<MapFailure>.Success;
        }
    }

    // Stands in the table that holds a page of a size; the entry may still be anything.
    private MapFailure StandAt<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        MapError refusal = MapperChecks.Address(*_state, page.Start, page.IsCanonical(_state->Tree.Width));
        if (refusal != MapError.None)
            return new MapFailure(refusal, page.Start);

        while (true)
        {
            Find<TSize>(page.Start.Value, out Descent at);
            if (at.Error != MapError.None)
                return new MapFailure(at.Error, page.Start, at.Entry);
            if (at.Level == TSize.Level)
                return default;
            if (TryRevive(page.Start.Value, at))
                continue;

            if (!EntryMark.IsInTransit(at.Entry) || !_hasMarks)
                return MapperChecks.FailureAt(at.Level, TSize.Level, page.Start.Value, at.Entry);
            Wait();
        }
    }

    // Goes to the table of a page, and locks it if it is of the last level; or to where there is none.
    private void Find<TSize>(ulong address, out Descent at)
        where TSize : unmanaged, IPageSize
    {
        if (KeyOf<TSize>(address) == _key)
        {
            at = default;
            at.Table = _table;
            at.Slot = _table.At(address, TSize.Level);
            at.Entry = at.Slot.Load();
            at.Level = TSize.Level;
            at.Kind = EntryCodec.KindOf(TSize.Level, at.Entry);
            at.Rights = _path;
            if (at.Kind != EntryKind.Absent && !EntryCodec.IsValid(TSize.Level, at.Kind, at.Entry, _state->Tree.Format))
                at.Error = MapError.Unreadable;
            return;
        }

        Leave();
        while (true)
        {
            _state->Tree.Descend(address, TSize.Level, out at);
            if (at.Error != MapError.None || at.Level != TSize.Level)
                return;
            if (TSize.Level != PageTableLevel.Pt || !_shares || TryLock(at.Parent, at.ParentEntry))
                break;
            Wait();
        }

        if (!_lock.IsNone)
            at.Entry = at.Slot.Load(); // whoever had it before may have changed it
        at.Kind = EntryCodec.KindOf(TSize.Level, at.Entry);
        _table = at.Table;
        _path = at.Rights;
        _key = KeyOf<TSize>(address);
    }

    // A table that is about to go, with nothing for this page in it, stays.
    private readonly bool TryRevive(ulong address, in Descent at)
    {
        if (!EntryMark.IsRevivable(at.Level, at.Entry))
            return false;

        // A table that is being freed at this moment may read as anything: then the slot has changed.
        if (MapperLocks.HasRecords(at.Level, at.Entry, _state->Tree, address, address, out _))
            return at.Slot.Load() != at.Entry;
        MapperLocks.Revive(at.Slot, at.Entry, _state->Tree, _shares);
        return true;
    }

    private bool TryLock(Slot slot, ulong entry)
    {
        if (!MapperLocks.TryLock(slot, entry))
            return false;
        _lock = slot;
        _lockEntry = entry;
        return true;
    }

    // Makes the tables between an absent slot and a page, and links them in with the page in place.
    private MapError TryGrow<TSize>(ulong address, in Descent at, ulong leaf, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        ulong count = (ulong)(at.Level - TSize.Level);
        if (!TableStock.TryTake(_state->Frames, _state->Tree, count, out TableStock stock))
            return MapError.OutOfMemory;

        PathRights needed = PathRights.For(protection);
        PathRights path = at.Rights;
        Slot locked = at.Slot;
        ulong entry = leaf;
        for (PageTableLevel level = TSize.Level; level < at.Level; level++)
        {
            Frame frame = stock.Next(_state->Tree, out Table table);
            table.Clear(0, TableIndex.Count);
            Slot slot = table.At(address, level);
            slot.Store(entry);
            if (level == TSize.Level)
                _table = table;
            else if (level == TSize.Level + 1)
                locked = slot;
            PathRights rights = MapperChecks.RightsOfTable(*_state, level + 1, address, needed);
            path = path.And(rights.EntryBits);
            entry = EntryCodec.EncodeTable(frame, rights, _state->Tree.Format);
            if (level == PageTableLevel.Pt && _shares)
                entry |= EntryMark.Locked;
        }

        if (!_shares)
        {
            at.Slot.Store(entry);
        }
        else if (!at.Slot.TryReplace(0, entry))
        {
            // Someone else was first: into its tables, then.
            Discard(entry, at.Level, address);
            _table = default;
            return MapError.AlreadyMapped;
        }

        if (TSize.Level == PageTableLevel.Pt && _shares)
        {
            _lock = locked;
            _lockEntry = locked.Load() & ~EntryMark.Locked;
        }

        _path = path;
        _key = KeyOf<TSize>(address);
        _done.TablesMade += count;
        MapperCounters.MapsOf(ref _done, TSize.Level)++;
        Widen(address, needed);
        return MapError.None;
    }

    // Gives back tables that nobody else has seen, one in the other.
    private readonly void Discard(ulong entry, PageTableLevel level, ulong address)
    {
        TableStock stock = TableStock.Empty;
        while (level > PageTableLevel.Pt && EntryCodec.KindOf(level, entry) == EntryKind.Table && _state->Tree.TryEnter(entry, out Table table))
        {
            Frame frame = _state->Tree.FrameOf(entry);
            level--;
            entry = table.At(address, level).Load();
            stock.Add(frame, table);
        }

        stock.Return(_state->Frames, _state->Tree);
    }

    // From now on pages of this protection go into this table without a look at anything else, if all of it is for the same.
    private void Remember<TSize>(ulong address, Protection protection, ulong bits)
        where TSize : unmanaged, IPageSize
    {
        ulong span = TSize.Bytes << 9;
        VirtRange spanned = VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(address & ~(span - 1)), span);
        bool uniform = _hasMarks && MapperChecks.IsUniform(_state->Layout, spanned, protection);

        // What is above a table that is not ours may be narrowed, once nothing in it needs it.
        uniform &= TSize.Level == PageTableLevel.Pt || !_shares || !CanWiden(address);
        _mapKey = uniform ? _key : 0;
        _protection = protection;
        _bits = bits;
    }

    // Opens the entries above a page as far as it needs. Only where programs live: the kernel's let everything through from the beginning,
    // because a CPU that remembers them narrower would fault, and the kernel may not be able to take a fault there (its stack).
    private void Widen(ulong address, PathRights needed)
    {
        if (!CanWiden(address))
            return;

        // After the page was put in: whoever narrows an entry looks at what is right below while it holds the lock, so either it sees what
        // was put in there, or this sees the lock, or what it left. For the same reason, from below upwards.
        Atomic.Fence();
        if (!WidenIn(_state->Tree.RootTable, _state->Tree.Width.RootLevel(), address, needed))
            return;

        // Other CPUs may fault once more, and find out.
        _platform.InvalidatePage(VirtAddr.CreateUnchecked(address));
        _path = _path.Or(needed);
    }

    private bool WidenIn(Table table, PageTableLevel level, ulong address, PathRights needed)
    {
        Slot slot = table.At(address, level);
        ulong entry = slot.Load();
        if (EntryCodec.KindOf(level, entry) != EntryKind.Table || !_state->Tree.TryEnter(entry, out Table child))
            return false;

        bool widened = level - 1 > PageTableLevel.Pt && WidenIn(child, level - 1, address, needed);
        bool isOurs = !_lock.IsNone && slot.IsSameAs(_lock);
        if (!MapperLocks.Widen(_platform, slot, level, needed, waits: _shares && !isOurs))
            return widened;
        if (isOurs)
            _lockEntry = slot.Load() & ~EntryMark.Locked;
        return true;
    }

    private readonly bool CanWiden(ulong address) =>
        _hasMarks && !MapperChecks.IsShared(_state->Layout, VirtAddr.CreateUnchecked(address));

    private readonly MapError CheckProtect<TSize>(Page<TSize> page, ulong entry, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        if (!EntryCodec.IsValid(TSize.Level, EntryKind.Page, entry, _state->Tree.Format))
            return MapError.Unreadable;
        PhysAddr frame = EntryCodec.FrameOf(TSize.Level, entry, _state->Tree.Format);
        MapError refusal = MapperChecks.Page(*_state, page, Frame<TSize>.CreateUnchecked(frame), protection);
        if (refusal == MapError.None && !CanWiden(page.Start.Value) && !_path.Allow(protection))
            refusal = MapError.ParentForbids;
        return refusal;
    }

    private void Leave()
    {
        if (!_lock.IsNone)
            _lock.Store(_lockEntry); // that the table was used matters to nobody, so an accessed bit may get lost
        _lock = default;
        _table = default;
        _key = 0;
        _mapKey = 0;
    }

    // With nothing held, so that this CPU can answer a flush that whoever is waited for may wait for.
    private void Wait()
    {
        Leave();
        _platform.RestoreInterrupts(_interrupts);
        _platform.Pause();
        _ = _platform.SaveInterrupts();
    }
}
