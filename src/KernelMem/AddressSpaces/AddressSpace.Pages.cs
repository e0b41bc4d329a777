using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>The pages of regions: mapping and unmapping them, a few at a time under the lock.</content>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Maps frames of the region's own at some of its pages, contents as they are. For <see cref="RegionBacking.Manual"/> regions.</summary>
    /// <param name="pages">Pages of one region, none of them mapped.</param>
    /// <returns>
    /// Success; or <see cref="SpaceError.NoRegion"/>, <see cref="SpaceError.InvalidRequest"/> for another backing,
    /// <see cref="SpaceError.WrongPages"/>, <see cref="SpaceError.OutOfMemory"/>, with nothing changed.
    /// </returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<SpaceError> MapPages(PageRange<Size4KiB> pages)
    {
        SpaceError error = FindManual(pages, out VirtRange range, out Region region);
        if (error == SpaceError.None)
            error = MapFresh(range, UseOf(region.Kind), region.Protection, zeroed: false, manual: true);
        return error == SpaceError.None ? Result<SpaceError>.Success : error;
    }

    /// <summary>Unmaps pages that <see cref="MapPages"/> mapped, flushes them everywhere, and frees their frames. Hold no spin lock.</summary>
    /// <param name="pages">Pages of one region. Those that are not mapped are left alone.</param>
    /// <returns>Success; or <see cref="SpaceError.NoRegion"/>, <see cref="SpaceError.InvalidRequest"/> for another backing.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<SpaceError> UnmapPages(PageRange<Size4KiB> pages)
    {
        SpaceError error = FindManual(pages, out VirtRange range, out Region region);
        if (error == SpaceError.None)
            Unmap(range, UseOf(region.Kind), manual: true);
        return error == SpaceError.None ? Result<SpaceError>.Success : error;
    }

    private SpaceError FindManual(PageRange<Size4KiB> pages, out VirtRange range, out Region region)
    {
        region = default;
        if (pages.IsEmpty || !pages.TryGetBytes(out range))
        {
            range = default;
            return SpaceError.InvalidRequest;
        }

        if (!TryFindRegion(range.Start, out region) || !region.Range.Contains(range))
            return SpaceError.NoRegion;
        return region.Backing == RegionBacking.Manual ? SpaceError.None : SpaceError.InvalidRequest;
    }

    // All or nothing. In a manual region, which others may release or protect meanwhile, it is looked up again for each page.
    private SpaceError MapFresh(VirtRange range, FrameUse use, Protection protection, bool zeroed, bool manual = false)
    {
        FrameRequest request = FrameRequest.For(use).WithZeroed(zeroed);
        for (ulong offset = 0; offset < range.Length; offset += Size4KiB.Bytes)
        {
            SpaceError error = MapOneFresh(Page.CreateUnchecked(range.Start + offset), request, protection, manual);
            if (error != SpaceError.None)
            {
                if (offset != 0)
                    Unmap(VirtRange.CreateUnchecked(range.Start, offset), use, manual);
                return error;
            }
        }

        return SpaceError.None;
    }

    private SpaceError MapOneFresh(Page page, in FrameRequest request, Protection protection, bool manual)
    {
        if (!_state->Frames.Allocate(request).TryGet(out OwnedFrame frame))
            return SpaceError.OutOfMemory;

        SpinLockGuard<TPlatform> guard = Lock();
        SpaceError error = SpaceError.None;
        if (manual && !TryFindManual(page.Start, out protection))
            error = SpaceError.NoRegion;
        else if (_state->Mapper.Map<Size4KiB>(page, frame.Start, protection).TryGetError(out MapFailure failure))
            error = ErrorOf(failure.Code);
        bool isReclaiming = _state->Reclaims != 0;
        guard.Release();
        if (error != SpaceError.None)
            _state->Frames.Free(frame).Expect("AddressSpace: a frame just allocated cannot be freed");
        else if (isReclaiming)
            ForgetTables(page.Start);
        return error;
    }

    // Given memory, in the largest pages that fit. All or nothing.
    private SpaceError MapGiven(VirtRange range, PhysAddr physical, Protection protection)
    {
        ulong offset = 0;
        while (offset < range.Length)
        {
            VirtAddr address = range.Start + offset;
            PhysAddr frame = physical + offset;
            bool large = address.IsAligned(Size2MiB.Bytes) && frame.IsAligned(Size2MiB.Bytes) && range.Length - offset >= Size2MiB.Bytes;
            SpinLockGuard<TPlatform> guard = Lock();
            Result<MapFailure> mapped = large
                ? _state->Mapper.Map(Page<Size2MiB>.Create(address), Frame<Size2MiB>.Create(frame), protection)
                : _state->Mapper.Map(Page<Size4KiB>.Create(address), Frame<Size4KiB>.Create(frame), protection);
            bool isReclaiming = _state->Reclaims != 0;
            guard.Release();
            if (isReclaiming && mapped.IsSuccess)
                ForgetTables(address);
            if (mapped.TryGetError(out MapFailure failure))
            {
                if (offset != 0)
                    Unmap(VirtRange.CreateUnchecked(range.Start, offset), FrameUse.None);
                return ErrorOf(failure.Code);
            }

            offset += large ? Size2MiB.Bytes : Size4KiB.Bytes;
        }

        return SpaceError.None;
    }

    // Unmaps what is mapped in a range, flushes, frees the frames as what they were allocated (None: they are not ours), and takes out
    // the tables that became empty.
    private void Unmap(VirtRange range, FrameUse use, bool manual = false)
    {
        ulong offset = 0;
        while (offset < range.Length)
        {
            FlushBatch batch = default;
            SpinLockGuard<TPlatform> guard = Lock();
            while (offset < range.Length && !batch.IsFull)
            {
                VirtAddr address = range.Start + offset;
                bool isGone = manual && !TryFindManual(address, out _); // then whoever released it unmaps it
                offset += isGone ? Size4KiB.Bytes : UnmapAt(address, use, ref batch);
            }

            guard.Release();
            batch.Flush(_state->Tlb, _state->Frames);
        }

        bool complete = false;
        while (!complete)
        {
            FlushBatch batch = default;
            SpinLockGuard<TPlatform> guard = Lock();
            complete = _state->Mapper.ReclaimTables(range, ref batch);
            bool hasTables = batch.Count != 0;
            if (hasTables)
                _state->Reclaims++;
            guard.Release();
            batch.Flush(_state->Tlb, _state->Frames);
            if (hasTables)
                EndReclaim();
        }
    }

    private void EndReclaim()
    {
        SpinLockGuard<TPlatform> guard = Lock();
        _state->Reclaims--;
        guard.Release();
    }

    // Between the taking out of a table and its flush, CPUs may still walk the old one, which is empty: a page that is mapped beside it
    // meanwhile could look absent to them. A data access would heal by itself, a new stack would not.
    private void ForgetTables(VirtAddr address) => _state->Tlb.Flush(&address, 1);

    // With the lock held.
    private bool TryFindManual(VirtAddr address, out Protection protection)
    {
        bool found = _state->Regions.TryFind(address, out int index)
            && _state->Regions[index].Backing == RegionBacking.Manual
            && _state->Regions[index].State is (RegionState.Live or RegionState.Changing);
        protection = found ? _state->Regions[index].Protection : default;
        return found;
    }

    // Returns how many bytes on from the address are dealt with.
    private ulong UnmapAt(VirtAddr address, FrameUse use, ref FlushBatch batch)
    {
        PageMapper<TPlatform> mapper = _state->Mapper;
        PageTableLevel level = mapper.LevelAt(address, out bool mapped);
        ulong rest = level.EntrySpan() - (address.Value & (level.EntrySpan() - 1));
        if (mapped && level == PageTableLevel.Pt)
            batch.Add(mapper.Unmap(Page<Size4KiB>.Containing(address)).Expect("AddressSpace: a mapped page cannot be unmapped"), use);
        else if (mapped && level == PageTableLevel.Pd)
            batch.Add(mapper.Unmap(Page<Size2MiB>.Containing(address)).Expect("AddressSpace: a mapped page cannot be unmapped"), use);
        else
            Panic.Assert(!mapped, "AddressSpace: a page of 1 GiB in a region");
        return rest;
    }

    private static SpaceError ErrorOf(MapError error) => error switch
    {
        MapError.OutOfMemory => SpaceError.OutOfMemory,
        MapError.WritableAndExecutable => SpaceError.WritableAndExecutable,
        MapError.AlreadyMapped or MapError.CoveredByLargePage => SpaceError.WrongPages,
        _ => SpaceError.MappingRefused,
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
