using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>The pages of regions: mapping and unmapping them. The mapper keeps CPUs apart; the lock is for the books.</content>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // How many frames are taken before they are mapped at once.
    private const int ChunkPages = 64;

    /// <summary>Maps frames of the region's own at some of its pages, contents as they are. For <see cref="RegionBacking.Manual"/> regions.</summary>
    /// <param name="pages">Pages of one region, none of them mapped.</param>
    /// <returns>
    /// Success; or <see cref="AddressSpaceError.NoRegion"/>, <see cref="AddressSpaceError.InvalidRequest"/> for another backing,
    /// <see cref="AddressSpaceError.WrongPages"/>, <see cref="AddressSpaceError.OutOfMemory"/>, with nothing changed.
    /// </returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<AddressSpaceError> MapPages(PageRange<Size4KiB> pages)
    {
        AddressSpaceError error = FindManual(pages, out VirtRange range, out Region region);
        if (error == AddressSpaceError.None)
            error = MapFresh(range, UseOf(region.Kind), region.Protection, zeroed: false, manual: true);
        return error == AddressSpaceError.None ? Result<AddressSpaceError>.Success : error;
    }

    /// <summary>Unmaps pages that <see cref="MapPages"/> mapped, flushes them everywhere, and frees their frames. Hold no spin lock.</summary>
    /// <param name="pages">Pages of one region. Those that are not mapped are left alone.</param>
    /// <returns>Success; or <see cref="AddressSpaceError.NoRegion"/>, <see cref="AddressSpaceError.InvalidRequest"/> for another backing.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<AddressSpaceError> UnmapPages(PageRange<Size4KiB> pages)
    {
        AddressSpaceError error = FindManual(pages, out VirtRange range, out Region region);
        if (error == AddressSpaceError.None)
            UnmapManual(range, UseOf(region.Kind));
        return error == AddressSpaceError.None ? Result<AddressSpaceError>.Success : error;
    }

    private AddressSpaceError FindManual(PageRange<Size4KiB> pages, out VirtRange range, out Region region)
    {
        region = default;
        if (pages.IsEmpty || !pages.TryGetBytes(out range))
        {
            range = default;
            return AddressSpaceError.InvalidRequest;
        }

        if (!TryFindRegion(range.Start, out region) || !region.Range.Contains(range))
            return AddressSpaceError.NoRegion;
        return region.Backing == RegionBacking.Manual ? AddressSpaceError.None : AddressSpaceError.InvalidRequest;
    }

    // All or nothing. In a manual region, which others may release or protect meanwhile, it is looked up again for each page.
    private AddressSpaceError MapFresh(VirtRange range, FrameUse use, Protection protection, bool zeroed, bool manual = false)
    {
        FrameRequest request = FrameRequest.For(use).WithZeroed(zeroed);
        Frame* chunk = stackalloc Frame[ChunkPages];
        ulong pages = range.Length / Size4KiB.Bytes;
        ulong done = 0;
        AddressSpaceError error = AddressSpaceError.None;
        while (done < pages && error == AddressSpaceError.None)
        {
            int wanted = pages - done < ChunkPages ? (int)(pages - done) : ChunkPages;
            int taken = Take(request, chunk, wanted);
            int mapped = 0;
            if (taken < wanted)
                error = AddressSpaceError.OutOfMemory;
            else
                mapped = MapChunk(range.Start + (done * Size4KiB.Bytes), chunk, wanted, protection, manual, ref error);
            for (int i = mapped; i < taken; i++)
                _state->Frames.Free(chunk[i], use).Expect("AddressSpace: a frame just allocated cannot be freed");
            done += (ulong)mapped;
        }

        if (error != AddressSpaceError.None && done != 0)
        {
            VirtRange begun = VirtRange.CreateUnchecked(range.Start, done * Size4KiB.Bytes);
            if (manual)
                UnmapManual(begun, use);
            else
                Unmap(begun, use);
        }

        return error;
    }

    private int Take(in FrameRequest request, Frame* frames, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!_state->Frames.Allocate(request).TryGet(out OwnedFrame frame))
                return i;
            frames[i] = frame.Release();
        }

        return count;
    }

    // Returns how many were mapped.
    private int MapChunk(VirtAddr start, Frame* frames, int count, Protection protection, bool manual, ref AddressSpaceError error)
    {
        SpinLockGuard<TPlatform> guard = manual ? Lock() : default;
        PageCursor<TPlatform> cursor = _state->Mapper.Open();
        int mapped = 0;
        while (mapped < count && error == AddressSpaceError.None)
        {
            Page page = Page.CreateUnchecked(start + ((ulong)mapped * Size4KiB.Bytes));
            if (manual && !TryFindManual(page.Start, out protection))
                error = AddressSpaceError.NoRegion;
            else if (cursor.Map<Size4KiB>(page, frames[mapped], protection).TryGetError(out MapFailure failure))
                error = ErrorOf(failure.Code);
            else
                mapped++;
        }

        cursor.Close();
        if (manual)
            guard.Release();
        return mapped;
    }

    // Unmaps what is mapped in a range that nobody else changes, flushes, and frees the frames as what they were allocated (None: they are
    // not ours).
    private void Unmap(VirtRange range, FrameUse use) => _ = Withhold(range).Flush(_state->Tlb, use);

    private UnmappedRange<TPlatform> Withhold(VirtRange range)
    {
        while (true)
        {
            Result<UnmappedRange<TPlatform>, MapFailure> unmapped = _state->Mapper.UnmapRange(range);
            if (unmapped.TryGet(out UnmappedRange<TPlatform> withheld, out MapFailure failure))
                return withheld;
            Panic.Assert(failure.Code == MapError.TooManyPending, "AddressSpace: a region's pages cannot be unmapped");
            _state->Platform.Pause();
        }
    }

    // Of a manual region others may release parts meanwhile: then they unmap those.
    private void UnmapManual(VirtRange range, FrameUse use)
    {
        VirtAddr next = range.Start;
        while (true)
        {
            SpinLockGuard<TPlatform> guard = Lock();
            int index = _state->Regions.FirstEndingBehind(next);
            bool found = IsIn(index, range);
            Region region = found ? _state->Regions[index] : default;
            _ = range.TryIntersect(region.Range, out VirtRange part);
            bool ours = found && TryFindManual(part.Start, out _);
            UnmappedRange<TPlatform> withheld = ours ? Withhold(part) : default;
            guard.Release();
            if (ours)
                _ = withheld.Flush(_state->Tlb, use);
            if (!found || part.Last == range.Last)
                return;
            next = VirtAddr.CreateUnchecked(part.Last.Value + 1);
        }
    }

    // With the lock held.
    private bool TryFindManual(VirtAddr address, out Protection protection)
    {
        bool found = _state->Regions.TryFind(address, out int index)
            && _state->Regions[index].Backing == RegionBacking.Manual
            && _state->Regions[index].State is (RegionState.Live or RegionState.Changing);
        protection = found ? _state->Regions[index].Protection : default;
        return found;
    }

    // Makes a place a border of pages. Nothing else changes, so that it may be done early.
    private AddressSpaceError TrySplitAt(VirtAddr border)
    {
        while (true)
        {
            PageTableLevel level = _state->Mapper.LevelAt(border, out bool mapped);
            if (!mapped || border.IsAligned(level.EntrySpan()))
                return AddressSpaceError.None;

            Result<PendingFlush, MapFailure> split = level == PageTableLevel.Pdpt
                ? _state->Mapper.Split(Page<Size1GiB>.Containing(border))
                : _state->Mapper.Split(Page<Size2MiB>.Containing(border));
            if (split.TryGet(out PendingFlush flush, out MapFailure failure))
                flush.Flush(_state->Tlb);
            else if (failure.Code == MapError.OutOfMemory)
                return AddressSpaceError.OutOfMemory;
        }
    }

    private AddressSpaceError TrySplitAround(VirtRange range)
    {
        AddressSpaceError error = TrySplitAt(range.Start);
        return error != AddressSpaceError.None || range.Last.Value == ulong.MaxValue
            ? error
            : TrySplitAt(VirtAddr.CreateUnchecked(range.Last.Value + 1));
    }

    private static AddressSpaceError ErrorOf(MapError error) => error switch
    {
        MapError.OutOfMemory => AddressSpaceError.OutOfMemory,
        MapError.WritableAndExecutable => AddressSpaceError.WritableAndExecutable,
        MapError.NotSupported => AddressSpaceError.InvalidProtection,
        MapError.AlreadyMapped or MapError.CoveredByLargePage or MapError.FlushPending => AddressSpaceError.WrongPages,
        _ => AddressSpaceError.MappingRefused,
    };

    // Takes a region that never became live out of the books.
    private void Remove(VirtRange range)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = _state->Regions.TryFind(range.Start, out int index);
        Panic.Assert(found && _state->Regions[index].Range == range, "AddressSpace: a region was changed while it was being made");
        _state->Regions.RemoveAt(index);
        guard.Release();
    }

    // For the regions that make up a range, which nobody else changes meanwhile.
    private void SetState(VirtRange range, RegionState state)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        for (int index = _state->Regions.FirstEndingBehind(range.Start); IsIn(index, range); index++)
            _state->Regions[index] = _state->Regions[index].WithState(state);
        guard.Release();
    }

    private bool IsIn(int index, VirtRange range) =>
        index < _state->Regions.Count && _state->Regions[index].Range.Start <= range.Last;
}
