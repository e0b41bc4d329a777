using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Unmapping and protecting what is mapped in a range. After the first look nothing can fail.</content>
internal unsafe ref partial struct RangeWork<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Whether no larger page reaches beyond a range at either end, and its tables can be read.</summary>
    public readonly MapFailure CheckEnds(ulong first, ulong last)
    {
        MapFailure failure = CheckEnd(first, first, last);
        return failure.Code == MapError.None ? CheckEnd(last, first, last) : failure;
    }

    /// <summary>Withholds all pages of a range: no walk finds them any more.</summary>
    /// <param name="first">The first byte.</param>
    /// <param name="last">The last byte.</param>
    /// <param name="tag">What tells the records from those of other ranges.</param>
    public void Withhold(ulong first, ulong last, int tag)
    {
        _tag = PendingTags.BitsOf(tag);
        _areSeveral = PendingTags.AreSeveral(in _state->PendingLow, in _state->PendingHigh);
        Smallest = PageTableLevel.Pdpt;
        Withhold(Root, RootLevel, first, last);
    }

    /// <summary>Takes out tables of a range in which there is nothing, pages of others neither.</summary>
    /// <returns>Whether there were any.</returns>
    public bool TakeOutTables(ulong first, ulong last, int tag)
    {
        _tag = PendingTags.BitsOf(tag);
        _tablesOnly = true;
        Withhold(Root, RootLevel, first, last);
        return TookTables;
    }

    /// <summary>Changes the protection of all pages of a range.</summary>
    /// <returns>What stands in the way, in adopted tables only; then nothing was changed.</returns>
    public MapFailure Protect(ulong first, ulong last)
    {
        _failure = default;
        if (!_hasMarks && !AllowAll(Root, RootLevel, first, last, PathRights.All))
            return _failure;
        Protect(Root, RootLevel, first, last);
        return default;
    }

    private readonly MapFailure CheckEnd(ulong address, ulong first, ulong last)
    {
        _state->Tree.Descend(address, PageTableLevel.Pt, out Descent at);
        ulong span = at.Level.EntrySpan();
        ulong start = address & ~(span - 1);
        if (at.Error != MapError.None)
            return new MapFailure(at.Error, VirtAddr.CreateUnchecked(address), at.Entry);
        bool isCut = at.Kind == EntryKind.Page && (start < first || start + (span - 1) > last);
        return isCut ? new MapFailure(MapError.CoveredByLargePage, VirtAddr.CreateUnchecked(start), at.Entry) : default;
    }

    private void Withhold(Table table, PageTableLevel level, ulong first, ulong last)
    {
        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            WithholdSlot(table.At(at, level), level, at, end);
            at = end;
            if (end == last)
                return;
        }
    }

    private void WithholdSlot(Slot slot, PageTableLevel level, ulong first, ulong last)
    {
        while (true)
        {
            ulong entry = slot.Load();
            EntryKind kind = EntryCodec.KindOf(level, entry);
            if (kind == EntryKind.Absent)
            {
                if (_shares && entry == EntryMark.Claimed)
                {
                    _platform.Pause();
                    continue;
                }

                if (EntryMark.IsRevivable(level, entry) && !IsWhole(first, last, level))
                {
                    MapperLocks.Revive(slot, entry, _state->Tree, _shares); // some of it may be someone else's
                    continue;
                }

                if (!_hasMarks && entry != 0 && !EntryMark.IsWithheld(entry))
                    slot.Store(0); // someone else's scribbles: they must not look like a record
                return;
            }

            if (kind == EntryKind.Page)
            {
                if (_tablesOnly || !IsWhole(first, last, level))
                    return;
                if (!TryReplacePage(slot, level, entry, WithheldOf(entry)))
                    continue;
                PageTableLevel remembered = _hasMarks && (entry & EntryMark.Promoted) != 0 ? PageTableLevel.Pt : level;
                Smallest = remembered < Smallest ? remembered : Smallest;
                return;
            }

            if (!_state->Tree.TryEnter(entry, out Table child))
                return;
            if (!_tablesOnly && IsWhole(first, last, level) && CanTakeOut(level, entry, first) && !(_areSeveral && HasOthersRecords(child, level - 1)))
            {
                // All at once. Whoever is at work inside goes on in tables that nobody finds any more; they are looked at again after
                // the flush, which waits for everybody.
                if ((!_shares || (entry & EntryMark.Locked) == 0) && slot.TryReplace(entry, TakenOut(entry, EntryMark.Whole)))
                    return;
                _platform.Pause();
                continue;
            }

            if (level - 1 > PageTableLevel.Pt)
            {
                Withhold(child, level - 1, first, last);
                TakeOutUpper(slot, child, level - 1, first, last);
                return;
            }

            if (!TryLockTable(slot, entry))
                continue;
            if (!_tablesOnly)
                WithholdPages(child, first, last);
            if (CanTakeOut(level, entry, first) && HasNothingBeside(child, PageTableLevel.Pt, first, last))
                slot.Store(TakenOut(entry, mark: 0));
            else
                NarrowAndUnlock(slot, child, first);
            return;
        }
    }

    // Whether records of other ranges are in a table, or below: they must stay where their range finds them. (Who makes one at this moment
    // unmaps the same pages as this.)
    private readonly bool HasOthersRecords(Table table, PageTableLevel level)
    {
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong entry = table[index].Load();
            if (EntryMark.IsWithheld(entry) && !IsOwnRecord(entry))
                return true;
            if (EntryCodec.KindOf(level, entry) == EntryKind.Table && _state->Tree.TryEnter(entry, out Table child) && HasOthersRecords(child, level - 1))
                return true;
        }

        return false;
    }

    // Pages of a last-level table that is ours.
    private void WithholdPages(Table table, ulong first, ulong last)
    {
        uint from = (uint)(first >> 12) & (TableIndex.Count - 1);
        uint end = from + (uint)((last - first) >> 12) + 1;
        for (uint index = from; index < end; index++)
        {
            Slot slot = table[index];
            ulong entry = slot.Load();
            if ((entry & EntryCodec.Present) == 0)
            {
                if (!_hasMarks && entry != 0 && !EntryMark.IsWithheld(entry))
                    slot.Store(0);
                continue;
            }

            Smallest = PageTableLevel.Pt;
            while (!TryReplacePage(slot, PageTableLevel.Pt, entry, WithheldOf(entry)))
                entry = slot.Load();
        }
    }

    private void ProtectPages(Table table, ulong first, ulong last)
    {
        uint from = (uint)(first >> 12) & (TableIndex.Count - 1);
        uint end = from + (uint)((last - first) >> 12) + 1;
        ulong kept = EntryCodec.Kept(PageTableLevel.Pt, _state->Tree.Format);
        ulong bits = _smallBits & ~EntryMark.Ours;
        ulong changed = 0;
        for (uint index = from; index < end; index++)
        {
            Slot slot = table[index];
            ulong entry = slot.Load();
            if ((entry & EntryCodec.Present) == 0)
                continue;
            while (!TryReplacePage(slot, PageTableLevel.Pt, entry, (entry & kept) | bits))
                entry = slot.Load();
            changed++;
        }

        _done.Protects += changed;
    }

    // A table of which nothing is left but records of this range goes with them.
    private void TakeOutUpper(Slot slot, Table table, PageTableLevel level, ulong first, ulong last)
    {
        ulong entry = slot.Load();
        if (!_state->Tree.IsEntryOf(level + 1, entry, table))
            return;
        bool isBare = CanTakeOut(level + 1, entry, first) && HasNothingBeside(table, level, first, last);
        bool isWide = CanWiden(first) && level + 1 != PageTableLevel.Pml5;
        if (!(isBare || isWide) || (_shares && !MapperLocks.TryLock(slot, entry)))
            return;
        if (!isBare)
        {
            MapperLocks.Narrow(slot, table, level, _shares);
            return;
        }

        if (_shares && !TrySealRest(table))
            _ = slot.Clear(EntryMark.Locked);
        else
            slot.Store(TakenOut(entry, mark: 0));
    }

    // Afterwards nobody can put anything in.
    private readonly bool TrySealRest(Table table)
    {
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            if (TrySealSlot(table[index]))
                continue;
            MapperLocks.Unseal(table, index);
            return false;
        }

        return true;
    }

    private readonly bool TrySealSlot(Slot slot)
    {
        ulong entry = slot.Load();
        return entry == 0
            ? slot.TryReplace(0, EntryMark.Sealed)
            : IsOwnRecord(entry) && slot.TryReplace(entry, entry | EntryMark.Frozen);
    }

    // Whether a table holds nothing outside the range, and in it nothing but records.
    private readonly bool HasNothingBeside(Table table, PageTableLevel level, ulong first, ulong last)
    {
        uint from = (uint)(first >> level.IndexShift()) & (TableIndex.Count - 1);
        uint to = (uint)(last >> level.IndexShift()) & (TableIndex.Count - 1);
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong entry = table[index].Load();
            bool isRecord = index >= from && index <= to && IsOwnRecord(entry);
            if (entry != 0 && !isRecord)
                return false;
        }

        return true;
    }

    private readonly void NarrowAndUnlock(Slot slot, Table table, ulong address)
    {
        if (CanWiden(address))
            MapperLocks.Narrow(slot, table, PageTableLevel.Pt, _shares);
        else
            Unlock(slot);
    }

    // The root's entries of the shared part stay, for other roots have copies; so do tables that are not the frame allocator's.
    private readonly bool CanTakeOut(PageTableLevel level, ulong entry, ulong address)
    {
        if (level == PageTableLevel.Pml5 || (level == PageTableLevel.Pml4 && IsShared(address)))
            return false;
        return _hasMarks || _state->Frames.GetInfo(_state->Tree.FrameOf(entry)).Use == Frames.FrameUse.PageTable;
    }

    private readonly ulong WithheldOf(ulong entry) =>
        (entry & ~(EntryCodec.Present | EntryMark.Locked | PendingTags.Mask)) | EntryMark.Withheld | _tag;

    private ulong TakenOut(ulong entry, ulong mark)
    {
        TookTables = true;
        Smallest = PageTableLevel.Pt;
        return (WithheldOf(entry) & ~EntryMark.Whole) | mark;
    }

    private readonly bool IsOwnRecord(ulong entry) => EntryMark.IsWithheld(entry) && (entry & PendingTags.Mask) == _tag;

    private readonly bool TryReplacePage(Slot slot, PageTableLevel level, ulong entry, ulong changed) =>
        MapperLocks.TryReplacePage(slot, level, entry, changed, _hasMarks, _shares);

    private void Protect(Table table, PageTableLevel level, ulong first, ulong last)
    {
        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            ProtectSlot(table.At(at, level), level, at, end);
            at = end;
            if (end == last)
                return;
        }
    }

    private void ProtectSlot(Slot slot, PageTableLevel level, ulong first, ulong last)
    {
        while (true)
        {
            ulong entry = slot.Load();
            EntryKind kind = EntryCodec.KindOf(level, entry);
            if (kind == EntryKind.Absent)
                return;
            if (kind == EntryKind.Page)
            {
                if (!IsWhole(first, last, level))
                    return;
                if (!TryReplacePage(slot, level, entry, EntryCodec.Reprotect(level, entry, BitsOf(level), _state->Tree.Format)))
                    continue;
                _done.Protects++;
                return;
            }

            if (!_state->Tree.TryEnter(entry, out Table child))
                return;
            if (level - 1 > PageTableLevel.Pt)
            {
                Protect(child, level - 1, first, last);
                Widen(slot, level, first, isOwn: false);
                return;
            }

            if (!TryLockTable(slot, entry))
                continue;
            ProtectPages(child, first, last);
            Widen(slot, level, first, isOwn: true);
            Unlock(slot);
            return;
        }
    }

    private bool AllowAll(Table table, PageTableLevel level, ulong first, ulong last, PathRights rights)
    {
        for (ulong at = first; ; at++)
        {
            ulong end = LastOf(at, last, level);
            ulong entry = table.At(at, level).Load();
            EntryKind kind = EntryCodec.KindOf(level, entry);
            if (kind == EntryKind.Page && !rights.Allow(_protection))
                return Fail(MapError.ParentForbids, at, entry, at);
            if (kind == EntryKind.Table && _state->Tree.TryEnter(entry, out Table child) && !AllowAll(child, level - 1, at, end, rights.And(entry)))
                return false;
            at = end;
            if (end == last)
                return true;
        }
    }
}
