using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>The tables themselves: preparing, sharing, reclaiming, giving back.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // What one entry of a PML4 table spans: the unit in which the kernel's part is shared.
    private const ulong SlotBytes = 1UL << 39;

    /// <summary>
    /// Makes the upper tables of a range of the kernel, so that pages can be mapped there after address spaces of programs exist.
    /// </summary>
    /// <param name="range">Any part of the kernel's.</param>
    /// <returns>Success; or why not. Tables made before the failure stay; they do no harm.</returns>
    public Result<MapFailure> Prepare(VirtRange range)
    {
        Panic.Assert(IsKernel && !_state->IsSealed, "PageMapper.Prepare: not the kernel's mapper, or too late");
        if (range.IsEmpty)
            return Result<MapFailure>.Success;

        ulong last = range.Last.Value / SlotBytes;
        for (ulong slot = range.Start.Value / SlotBytes; slot <= last; slot++)
        {
            VirtAddr address = VirtAddr.CreateUnchecked(slot * SlotBytes);
            if (!IsShared(address))
                return new MapFailure(MapError.OutsideLayout, address);
            if (!TryPrepareSlot(address))
                return new MapFailure(MapError.OutOfMemory, address);
        }

        return Result<MapFailure>.Success;
    }

    /// <summary>
    /// Takes tables out of the tree in which no page is mapped any more. Their frames are withheld in the batch until its flush, for
    /// processors remember upper-level entries too.
    /// </summary>
    /// <param name="range">
    /// Where pages were unmapped. Only tables that have to do with it are looked at; by a program's mapper, none of the shared part.
    /// </param>
    /// <param name="batch">Takes the tables, as far as it has room.</param>
    /// <returns>True when all were taken; false when the batch was full before the end: flush it and call again.</returns>
    public bool ReclaimTables(VirtRange range, ref FlushBatch batch) =>
        range.IsEmpty || Reclaim(_state->Root, _state->Width.RootLevel(), range, ref batch, out _);

    /// <summary>
    /// Gives back every table of a program's address space. Its pages must be unmapped and flushed, and it must not be the current one
    /// of any CPU. The mapper is no mapper any more.
    /// </summary>
    public void Destroy()
    {
        Panic.Assert(!IsKernel, "PageMapper.Destroy: the kernel's own tables stay");
        Panic.Assert(_state->Counters.MappedBytes == 0, "PageMapper.Destroy: pages are mapped");
        FreeTree(_state->Root, _state->Width.RootLevel());
        *_state = default;
    }

    // Whether the address lies in what every address space has in common: the kernel half, and the slots of the kernel heap.
    private bool IsShared(VirtAddr address)
    {
        VirtRange heap = _state->Layout.KernelHeap;
        ulong slot = address.Value / SlotBytes;
        return address >= AddressLayout.KernelHalf.Start || (slot >= heap.Start.Value / SlotBytes && slot <= heap.Last.Value / SlotBytes);
    }

    private bool TryPrepareSlot(VirtAddr address)
    {
        Walk walk = WalkTo(address, PageTableLevel.Pml4);
        if (walk.Error != MapError.None)
            return false;
        if (walk.Kind != EntryKind.Absent)
            return true;
        if (!TryAllocateTable(out Frame frame, out _))
            return false;

        ulong entry = EncodeTable(PageTableLevel.Pml4, frame, address);
        if (walk.Level == PageTableLevel.Pml5 && !TryBuildPath(address, PageTableLevel.Pml5, PageTableLevel.Pml4, entry, out entry))
        {
            FreeTable(frame);
            return false;
        }

        walk.Table.Store(walk.Index, entry);
        return true;
    }

    // Copies the kernel's entries: with four levels from root to root; with five, the upper half is one entry, and the heap is in a
    // PML4 table that programs share in part.
    private bool ShareKernel(PageMapper<TPlatform> kernel)
    {
        VirtRange heap = _state->Layout.KernelHeap;
        VirtAddr upper = AddressLayout.KernelHalf.Start;
        ulong step = _state->Width == AddressWidth.Bits57 ? 1UL << 48 : SlotBytes;
        for (ulong slot = upper.Value / step; slot <= ulong.MaxValue / step; slot++)
            ShareEntry(kernel, VirtAddr.CreateUnchecked(slot * step), _state->Width.RootLevel());

        if (_state->Width == AddressWidth.Bits57 && !TryPreparePml4(heap.Start))
            return false;
        for (ulong slot = heap.Start.Value / SlotBytes; slot <= heap.Last.Value / SlotBytes; slot++)
            ShareEntry(kernel, VirtAddr.CreateUnchecked(slot * SlotBytes), PageTableLevel.Pml4);
        return true;
    }

    private bool TryPreparePml4(VirtAddr address)
    {
        Walk walk = WalkTo(address, PageTableLevel.Pml5);
        if (walk.Kind == EntryKind.Table)
            return true;
        if (!TryAllocateTable(out Frame frame, out _))
            return false;
        walk.Table.Store(walk.Index, EncodeTable(PageTableLevel.Pml5, frame, address));
        return true;
    }

    private void ShareEntry(PageMapper<TPlatform> kernel, VirtAddr address, PageTableLevel level)
    {
        Walk theirs = kernel.WalkTo(address, level);
        Walk ours = WalkTo(address, level);
        if (theirs.Error == MapError.None && theirs.Level == level && ours.Level == level)
            ours.Table.Store(ours.Index, theirs.Entry);
    }

    // Returns false when the batch ran full. `isEmpty` says whether the table has no entry left.
    private bool Reclaim(Frame frame, PageTableLevel level, VirtRange range, ref FlushBatch batch, out bool isEmpty)
    {
        isEmpty = false;
        if (!TableView.TryCreate(frame, _state->DirectMap, out TableView table))
            return true;

        bool complete = true;
        if (level > PageTableLevel.Pt)
        {
            ulong span = level.EntrySpan();
            ulong first = range.Start.Value & ~(span - 1);
            ulong count = ((range.Last.Value - first) / span) + 1;
            for (ulong i = 0; i < count && complete; i++)
                complete = ReclaimEntry(table, level, VirtAddr.CreateUnchecked(first + (i * span)), range, ref batch);
        }

        isEmpty = complete && table.IsEmpty();
        return complete;
    }

    private bool ReclaimEntry(TableView table, PageTableLevel level, VirtAddr address, VirtRange range, ref FlushBatch batch)
    {
        TableIndex index = address.TableIndex(level);
        ulong entry = table.Load(index);
        bool isShared = level >= PageTableLevel.Pml4 && IsShared(address);
        if (EntryCodec.KindOf(level, entry) != EntryKind.Table || (isShared && !IsKernel))
            return true;

        VirtRange spanned = VirtRange.CreateUnchecked(address, level.EntrySpan());
        _ = spanned.TryIntersect(range, out VirtRange part);
        Frame child = EntryCodec.TableOf(level, entry);
        if (!Reclaim(child, level - 1, part, ref batch, out bool isEmpty))
            return false;

        // Entries of the shared part stay: other roots have copies of them. So do tables that were adopted.
        bool isOurs = _state->Frames.GetInfo(child).Use == FrameUse.PageTable;
        if (!isEmpty || !isOurs || isShared || level == PageTableLevel.Pml5)
            return true;
        if (batch.IsFull)
            return false;

        table.Store(index, 0);
        batch.AddTable(part.Start, child);
        _state->Counters.Tables--;
        return true;
    }

    // Depth first. What is shared is not ours to free.
    private void FreeTree(Frame frame, PageTableLevel level)
    {
        _ = TableView.TryCreate(frame, _state->DirectMap, out TableView table);
        for (ulong i = 0; level > PageTableLevel.Pt && i < TableIndex.Count; i++)
        {
            VirtAddr address = VirtAddr.CreateTruncated(i << level.IndexShift());
            ulong entry = table.Load(TableIndex.CreateTruncated(i));
            bool shared = level >= PageTableLevel.Pml4 && (IsShared(address) || (level == PageTableLevel.Pml5 && i >= TableIndex.Count / 2));
            if (EntryCodec.KindOf(level, entry) == EntryKind.Table && !shared)
                FreeTree(EntryCodec.TableOf(level, entry), level - 1);
        }

        FreeTable(frame);
    }
}
