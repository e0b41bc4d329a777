using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>The tables themselves: preparing, sharing, reclaiming, giving back.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private const ulong SlotBytes = MapperChecks.SlotBytes;

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
            if (!TryMakeTable(address, PageTableLevel.Pml4))
                return new MapFailure(MapError.OutOfMemory, address);
        }

        return Result<MapFailure>.Success;
    }

    /// <summary>
    /// Gives back every table of a program's address space. Its pages must be unmapped and flushed, and it must not be the current one
    /// of any CPU. The mapper is no mapper any more.
    /// </summary>
    public void Destroy()
    {
        Panic.Assert(!IsKernel, "PageMapper.Destroy: the kernel's own tables stay");
        Panic.Assert(Statistics.MappedBytes == 0, "PageMapper.Destroy: pages are mapped");
        FreeTree(_state->Tree.Root, Width.RootLevel());
        *_state = default;
    }

    private bool IsShared(VirtAddr address) => MapperChecks.IsShared(_state->Layout, address);

    // The table that the entry of a level references, made if it is missing.
    private bool TryMakeTable(VirtAddr address, PageTableLevel level)
    {
        _state->Tree.Descend(address.Value, level, out Descent at);
        if (at.Error != MapError.None)
            return false;
        if (at.Kind != EntryKind.Absent)
            return true;
        ulong count = (ulong)(at.Level - level) + 1;
        if (!TableStock.TryTake(_state->Frames, _state->Tree, count, out TableStock stock))
            return false;

        // Bottom up: an empty table, and those above it.
        ulong entry = 0;
        for (PageTableLevel made = level - 1; made < at.Level; made++)
        {
            Frame frame = stock.Next(_state->Tree, out Table table);
            table.Clear(0, TableIndex.Count);
            table.At(address.Value, made).Store(entry);
            PathRights rights = MapperChecks.RightsOfTable(*_state, made + 1, address.Value, PathRights.None);
            entry = EntryCodec.EncodeTable(frame, rights, _state->Tree.Format);
        }

        at.Slot.Store(entry);
        Atomic.FetchAdd(ref _state->Shared.Value.TablesMade, count);
        return true;
    }

    // Copies the kernel's entries: with four levels from root to root; with five, the upper half is one entry, and the heap is in a
    // PML4 table that programs share in part.
    private bool ShareKernel(PageMapper<TPlatform> kernel)
    {
        VirtRange heap = _state->Layout.KernelHeap;
        VirtAddr upper = AddressLayout.KernelHalf.Start;
        ulong step = Width == AddressWidth.Bits57 ? 1UL << 48 : SlotBytes;
        for (ulong slot = upper.Value / step; slot <= ulong.MaxValue / step; slot++)
            ShareEntry(kernel, VirtAddr.CreateUnchecked(slot * step), Width.RootLevel());

        // Programs' pages are below the same PML5 entry.
        if (Width == AddressWidth.Bits57 && !TryMakeTable(heap.Start, PageTableLevel.Pml5))
            return false;
        for (ulong slot = heap.Start.Value / SlotBytes; slot <= heap.Last.Value / SlotBytes; slot++)
            ShareEntry(kernel, VirtAddr.CreateUnchecked(slot * SlotBytes), PageTableLevel.Pml4);
        return true;
    }

    private void ShareEntry(PageMapper<TPlatform> kernel, VirtAddr address, PageTableLevel level)
    {
        kernel._state->Tree.Descend(address.Value, level, out Descent theirs);
        _state->Tree.Descend(address.Value, level, out Descent ours);
        if (theirs.Error == MapError.None && theirs.Level == level && ours.Level == level)
            ours.Slot.Store(theirs.Entry & ~(kernel._state->IsAdopted ? 0 : EntryMark.Locked));
    }

    // Depth first. What is shared is not ours to free.
    private void FreeTree(Frame frame, PageTableLevel level)
    {
        _ = _state->Tree.TryReach(frame.Start.Value, out Table table);
        for (uint i = 0; level > PageTableLevel.Pt && i < TableIndex.Count; i++)
        {
            VirtAddr address = VirtAddr.CreateTruncated((ulong)i << level.IndexShift());
            ulong entry = table[i].Load();
            bool shared = level >= PageTableLevel.Pml4 && (IsShared(address) || (level == PageTableLevel.Pml5 && i >= TableIndex.Count / 2));
            if (EntryCodec.KindOf(level, entry) == EntryKind.Table && !shared)
                FreeTree(_state->Tree.FrameOf(entry), level - 1);
        }

        _state->Frames.Free(frame, FrameUse.PageTable).Expect("PageMapper: a table is not the frame allocator's");
        Atomic.FetchAdd(ref _state->Shared.Value.TablesFreed, 1ul);
    }
}
