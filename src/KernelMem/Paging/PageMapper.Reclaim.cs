using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Taking out tables that became empty, and narrowing those that have less to let through.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Takes tables out of the tree in which no page is mapped any more. Their frames are withheld in the batch until its flush, for
    /// processors remember upper-level entries too. Where programs live, what upper levels let through shrinks to what is needed below.
    /// </summary>
    /// <param name="range">
    /// Where pages were unmapped. Only tables that have to do with it are looked at; by a program's mapper, none of the shared part.
    /// </param>
    /// <param name="batch">Takes the tables, as far as it has room.</param>
    /// <returns>True when all were taken; false when the batch was full before the end: flush it and call again.</returns>
    /// <remarks>Tables in which another CPU is at work are left.</remarks>
    public bool ReclaimTables(VirtRange range, ref FlushBatch batch)
    {
        if (range.IsEmpty)
            return true;

        InterruptState interrupts = _state->Platform.SaveInterrupts();
        if (_state->IsAdopted)
            _state->AdoptedLock.Enter(_state->Platform);
        bool complete = ReclaimIn(_state->Tree.RootTable, Width.RootLevel(), range, ref batch);
        if (_state->IsAdopted)
            _state->AdoptedLock.Leave();
        _state->Platform.RestoreInterrupts(interrupts);
        return complete;
    }

    private bool ReclaimIn(Table table, PageTableLevel level, VirtRange range, ref FlushBatch batch)
    {
        ulong span = level.EntrySpan();
        ulong first = range.Start.Value & ~(span - 1);
        ulong count = ((range.Last.Value - first) / span) + 1;
        for (ulong i = 0; i < count; i++)
        {
            VirtRange spanned = VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(first + (i * span)), span);
            Slot slot = table.At(spanned.Start.Value, level);
            ulong entry = slot.Load();
            bool isTable = EntryCodec.KindOf(level, entry) == EntryKind.Table && _state->Tree.TryEnter(entry, out _);
            bool isShared = level >= PageTableLevel.Pml4 && IsShared(spanned.Start);
            if (!isTable || (isShared && !IsKernel))
                continue;

            _ = _state->Tree.TryEnter(entry, out Table child);
            _ = spanned.TryIntersect(range, out VirtRange part);
            if (level - 1 > PageTableLevel.Pt && !ReclaimIn(child, level - 1, part, ref batch))
                return false;

            // Entries of the shared part stay: other roots have copies of them.
            if (isShared || level == PageTableLevel.Pml5)
                continue;
            if (!child.IsEmpty())
                Narrow(slot, child, level - 1, part.Start);
            else if (batch.IsFull)
                return false;
            else
                TakeOut(slot, child, level - 1, part.Start, ref batch);
        }

        return true;
    }

    // Tables that were adopted stay: they are not the frame allocator's.
    private void TakeOut(Slot slot, Table table, PageTableLevel level, VirtAddr address, ref FlushBatch batch)
    {
        ulong entry = slot.Load();
        if (!_state->Tree.IsEntryOf(level + 1, entry, table) || _state->Frames.GetInfo(_state->Tree.FrameOf(entry)).Use != FrameUse.PageTable)
            return;
        if (!_state->IsAdopted)
        {
            if (!MapperLocks.TryLock(slot, entry))
                return;
            bool isEmpty = level == PageTableLevel.Pt ? table.IsEmpty() : MapperLocks.TrySeal(table);
            if (!isEmpty)
            {
                slot.Clear(EntryMark.Locked);
                return;
            }
        }

        slot.Store(0);
        batch.AddTable(ContextOf(_state), address, _state->Tree.FrameOf(entry));
        Atomic.FetchAdd(ref _state->Shared.Value.TablesFreed, 1ul);
    }

    // No flush is owed: what is below forbids by itself what this does not let through any more.
    private void Narrow(Slot slot, Table table, PageTableLevel level, VirtAddr address)
    {
        ulong entry = slot.Load();
        if (_state->IsAdopted || IsShared(address) || !_state->Tree.IsEntryOf(level + 1, entry, table))
            return;
        if (!MapperLocks.NeededBy(table, level).Contain(PathRights.Of(entry)) && MapperLocks.TryLock(slot, entry))
            MapperLocks.Narrow(slot, table, level, unlock: true);
    }
}
