using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Mapping a range: first everything that is needed is claimed, counted and taken; then nothing can fail.</content>
internal unsafe ref partial struct RangeWork<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Maps a range of whole pages, whose place and protection are checked.</summary>
    public Result<MapFailure> Map(ulong first, ulong last)
    {
        while (true)
        {
            _tablesNeeded = 0;
            _mustRestart = false;
            if (Claim(Root, RootLevel, first, last, PathRights.All))
                break;

            if (_stop > first)
                Release(Root, RootLevel, first, _stop - 1);
            if (!_mustRestart)
                return _failure;
            Wait();
        }

        if (!TableStock.TryTake(_state->Frames, _state->Tree, _tablesNeeded, out _stock))
        {
            Release(Root, RootLevel, first, last);
            return new MapFailure(MapError.OutOfMemory, VirtAddr.CreateUnchecked(first));
        }

        _done.TablesMade += _tablesNeeded;
        Put(Root, RootLevel, first, last);
        TraceSink.Emit(TraceEventKind.PageMapped, first, (first + _offset) | _smallBits);
        return Result<MapFailure>.Success;
    }

    // Makes every slot of the range its own, as far as it is absent; fails at the first that is not.
    private bool Claim(Table table, PageTableLevel level, ulong first, ulong last, PathRights rights)
    {
        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            Slot slot = table.At(at, level);
            if (!ClaimSlot(slot, level, at, end, rights))
                return false;
            at = end;
            if (end == last)
                return true;
        }
    }

    private bool ClaimSlot(Slot slot, PageTableLevel level, ulong first, ulong last, PathRights rights)
    {
        while (true)
        {
            ulong entry = slot.Load();
            if (EntryMark.IsAbsent(entry, _hasMarks))
            {
                if (!CanWiden(first) && !rights.Allow(_protection))
                    return Fail(MapError.ParentForbids, first, entry, first);
                if (level >= PageTableLevel.Pml4 && _state->IsSealed && IsShared(first))
                    return Fail(MapError.TopLevelSealed, first, entry, first);
                if (level == PageTableLevel.Pt)
                    return true; // the table is ours
                if (_shares && !slot.TryReplace(0, EntryMark.Claimed))
                    continue;
                _tablesNeeded += TablesFor(level, first, last);
                return true;
            }

            if (_shares && entry == EntryMark.Claimed)
            {
                _platform.Pause();
                continue;
            }

            if (_shares && (entry == EntryMark.Sealed || EntryMark.IsFrozen(entry)))
            {
                _mustRestart = true;
                return Fail(MapError.None, first, entry, first);
            }

            ulong inTheWay = first;
            if (EntryMark.IsRevivable(level, entry))
            {
                // A table that is being freed at this moment may read as anything: then the slot has changed.
                bool isRecord = MapperLocks.HasRecords(level, entry, _state->Tree, first, last, out inTheWay);
                if (!isRecord)
                    MapperLocks.Revive(slot, entry, _state->Tree, _shares);
                if (!isRecord || slot.Load() != entry)
                    continue;
            }

            EntryKind kind = EntryCodec.KindOf(level, entry);
            if (kind != EntryKind.Table)
            {
                bool isSize = level <= _largest && IsWhole(first, last, level);
                MapFailure failure = MapperChecks.FailureAt(level, isSize ? level : PageTableLevel.Pt, first, entry);
                return Fail(failure.Code, inTheWay, entry, first);
            }

            if (!EntryCodec.IsValid(level, kind, entry, _state->Tree.Format) || !_state->Tree.TryEnter(entry, out Table child))
                return Fail(MapError.Unreadable, first, entry, first);
            if (_isExact && level == _largest)
                return Fail(MapError.TableInTheWay, first, entry, first);
            if (level - 1 > PageTableLevel.Pt)
                return Claim(child, level - 1, first, last, rights.And(entry));
            if (!TryLockTable(slot, entry))
                continue;
            if (HasRoom(child, first, last) ? CheckParents(first, rights.And(entry)) : Claim(child, PageTableLevel.Pt, first, last, rights.And(entry)))
                return true;
            Unlock(slot);
            _stop = first;
            return false;
        }
    }

    private static bool HasRoom(Table table, ulong first, ulong last) =>
        table.IsEmpty((uint)(first >> 12) & (TableIndex.Count - 1), (uint)((last - first) >> 12) + 1);

    private bool CheckParents(ulong address, PathRights rights) =>
        CanWiden(address) || rights.Allow(_protection) || Fail(MapError.ParentForbids, address, 0, address);

    // Lets go of what Claim made its own.
    private readonly void Release(Table table, PageTableLevel level, ulong first, ulong last)
    {
        if (!_shares)
            return;
        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            Slot slot = table.At(at, level);
            ulong entry = slot.Load();
            if (entry == EntryMark.Claimed)
                slot.Store(0);
            else if (level == PageTableLevel.Pd)
                Unlock(slot);
            else if (_state->Tree.TryEnter(entry, out Table child))
                Release(child, level - 1, at, end);
            at = end;
            if (end == last)
                return;
        }
    }

    // Whether one page of the level maps just this.
    private readonly bool Fits(PageTableLevel level, ulong first, ulong last) =>
        level <= _largest && IsWhole(first, last, level) && ((first + _offset) & (level.EntrySpan() - 1)) == 0;

    // How many tables are needed below an absent slot.
    private readonly ulong TablesFor(PageTableLevel level, ulong first, ulong last)
    {
        if (Fits(level, first, last))
            return 0;
        ulong count = 1;
        PageTableLevel below = level - 1;
        for (ulong at = first; below > PageTableLevel.Pt; at++)
        {
            ulong end = LastOf(at, last, below);
            count += TablesFor(below, at, end);
            at = end;
            if (end == last)
                break;
        }

        return count;
    }

    private void Put(Table table, PageTableLevel level, ulong first, ulong last)
    {
        if (level == PageTableLevel.Pt)
        {
            PutPages(table, first, last);
            return;
        }

        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            Slot slot = table.At(at, level);
            ulong entry = slot.Load();

            // A table that another range took out since, with all that is ours in it: that one finds our pages there after its flush.
            bool isTaken = EntryMark.IsWithheld(entry) && EntryMark.IsTable(level, entry);
            if ((isTaken || EntryCodec.KindOf(level, entry) == EntryKind.Table) && _state->Tree.TryEnter(entry, out Table child))
            {
                Put(child, level - 1, at, end);
                Widen(slot, level, at, isOwn: level == PageTableLevel.Pd);
                if (level == PageTableLevel.Pd)
                    Unlock(slot);
            }
            else
            {
                slot.Store(Build(level, at, end));
            }

            at = end;
            if (end == last)
                return;
        }
    }

    // The entry of a page, or of a new table with all that is to be in it.
    private ulong Build(PageTableLevel level, ulong first, ulong last)
    {
        if (Fits(level, first, last))
        {
            MapperCounters.MapsOf(ref _done, level)++;
            return (first + _offset) | BitsOf(level);
        }

        Frame frame = _stock.Next(_state->Tree, out Table table);
        PageTableLevel below = level - 1;
        uint from = (uint)(first >> below.IndexShift()) & (TableIndex.Count - 1);
        uint to = (uint)(last >> below.IndexShift()) & (TableIndex.Count - 1);
        table.Clear(0, from);
        table.Clear(to + 1, TableIndex.Count - 1 - to);
        if (below == PageTableLevel.Pt)
        {
            PutPages(table, first, last);
        }
        else
        {
            ulong at = first;
            for (uint index = from; index <= to; index++)
            {
                ulong end = LastOf(at, last, below);
                table[index].Store(Build(below, at, end));
                at = end + 1;
            }
        }

        PathRights rights = MapperChecks.RightsOfTable(*_state, level, first, _needed);
        return EntryCodec.EncodeTable(frame, rights, _state->Tree.Format);
    }

    private void PutPages(Table table, ulong first, ulong last)
    {
        uint from = (uint)(first >> 12) & (TableIndex.Count - 1);
        uint count = (uint)((last - first) >> 12) + 1;
        ulong entry = (first + _offset) | _smallBits;
        for (uint index = from; index < from + count; index++)
        {
            table[index].Store(entry);
            entry += Size4KiB.Bytes;
        }

        MapperCounters.MapsOf(ref _done, PageTableLevel.Pt) += count;
    }
}
