using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>Releasing and protecting.</content>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Releases memory: unmaps it, flushes it on every CPU, frees its frames, and forgets it. From the moment it begins, nobody is
    /// allowed to it. Hold no spin lock: this waits for other CPUs.
    /// </summary>
    /// <param name="range">Whole pages, all of them in regions; parts of regions too.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<AddressSpaceError> Release([Aligned(Frame.Size)] VirtRange range)
    {
        AddressSpaceError error = Claim(range, RegionState.Releasing);
        if (error != AddressSpaceError.None)
            return error;

        // Nobody else changes regions that are being released: each is unmapped by itself, then all go.
        VirtAddr next = range.Start;
        while (TryFindClaimed(next, out Region region))
        {
            if (region.IsConstant)
                EndConstant(region.Range, region.Protection);
            Unmap(region.Range, region.Backing == RegionBacking.Fixed ? FrameUse.None : UseOf(region.Kind));
            if (region.Range.Last == range.Last)
                break;
            next = VirtAddr.CreateUnchecked(region.Range.Last.Value + 1);
        }

        SpinLockGuard<TPlatform> guard = Lock();
        int first = _state->Regions.FirstEndingBehind(range.Start);
        while (IsIn(first, range))
            _state->Regions.RemoveAt(first);
        guard.Release();
        return Result<AddressSpaceError>.Success;
    }

    /// <summary>Changes what may be done with memory. When it returns, no CPU allows more than that. Hold no spin lock: this waits for other CPUs.</summary>
    /// <param name="range">Whole pages, all of them in regions; parts of regions too.</param>
    /// <param name="protection">What may be done there from now on; it must suit the kinds of all of these regions.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<AddressSpaceError> Protect([Aligned(Frame.Size)] VirtRange range, Protection protection)
    {
        AddressSpaceError error = Claim(range, RegionState.Changing, protection);
        if (error != AddressSpaceError.None)
            return error;

        error = ChangeAliases(range, protection);
        if (error != AddressSpaceError.None)
        {
            SetState(range, RegionState.Live);
            return error;
        }

        // From here on faults see the new protection, and may be faster than this.
        SetProtection(range, protection);
        ProtectNow(range, protection);

        SpinLockGuard<TPlatform> last = Lock();
        int first = _state->Regions.FirstEndingBehind(range.Start);
        int end = first;
        for (; IsIn(end, range); end++)
            _state->Regions[end] = _state->Regions[end].WithState(RegionState.Live);
        for (int index = end - 1; index >= first - 1; index--)
            _state->Regions.JoinWithNext(index);
        last.Release();
        return Result<AddressSpaceError>.Success;
    }

    // What may be written from now on becomes writable in the direct map, after nobody executes it any more; what may not, read-only, before
    // anybody does. On failure everything is as before.
    private AddressSpaceError ChangeAliases(VirtRange range, Protection protection)
    {
        VirtAddr next = range.Start;
        AddressSpaceError error = AddressSpaceError.None;
        while (error == AddressSpaceError.None && TryFindClaimed(next, out Region region))
        {
            bool becomes = Region.IsConstantAs(region.Kind, protection);
            if (becomes)
                error = MakeConstant(region.Range, protection);
            else if (region.IsConstant)
                EndConstant(region.Range, region.Protection);
            if (region.Range.Last >= range.Last)
                break;
            next = VirtAddr.CreateUnchecked(region.Range.Last.Value + 1);
        }

        if (error == AddressSpaceError.None || next == range.Start)
            return error;

        // Those before the one that failed.
        VirtRange begun = VirtRange.CreateUnchecked(range.Start, next.Value - range.Start.Value);
        RestoreProtection(begun);
        for (next = range.Start; TryFindClaimed(next, out Region region) && region.Range.Start <= begun.Last;)
        {
            if (!region.IsConstant)
                _ = SetDirectMap(region.Range, constant: false);
            next = VirtAddr.CreateUnchecked(region.Range.Last.Value + 1);
        }

        return error;
    }

    // Changes the pages, and flushes them.
    private void ProtectNow(VirtRange range, Protection protection) =>
        _state->Mapper.ProtectRange(range, protection)
            .Expect("AddressSpace: the page tables refuse a protection that the region allows")
            .Flush(_state->Tlb);

    private void SetProtection(VirtRange range, Protection protection)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        for (int index = _state->Regions.FirstEndingBehind(range.Start); IsIn(index, range); index++)
            _state->Regions[index] = _state->Regions[index].WithProtection(protection);
        guard.Release();
    }

    private AddressSpaceError Claim(VirtRange range, RegionState state, Protection? protection = null)
    {
        if (range.IsEmpty)
            return AddressSpaceError.InvalidRequest;
        if (!range.Start.IsAligned(Size4KiB.Bytes) || range.Length % Size4KiB.Bytes != 0)
            return AddressSpaceError.Misaligned;

        // Pages that reach beyond the range are split first; that shows nowhere.
        SpinLockGuard<TPlatform> look = Lock();
        AddressSpaceError error = CheckClaim(range, protection);
        look.Release();
        if (error == AddressSpaceError.None)
            error = TrySplitAround(range);
        if (error != AddressSpaceError.None)
            return error;

        SpinLockGuard<TPlatform> guard = Lock();
        error = CheckClaim(range, protection);
        if (error == AddressSpaceError.None && !_state->Regions.TryReserve(_state->Frames, CutsOf(range)))
            error = AddressSpaceError.OutOfMemory;
        if (error == AddressSpaceError.None)
        {
            _state->Regions.SplitAt(range.Start);
            if (range.Last.Value != ulong.MaxValue)
                _state->Regions.SplitAt(VirtAddr.CreateUnchecked(range.Last.Value + 1));
            for (int index = _state->Regions.FirstEndingBehind(range.Start); IsIn(index, range); index++)
                _state->Regions[index] = _state->Regions[index].WithState(state);
        }

        guard.Release();
        return error;
    }

    // Whether live regions cover a range without a gap, and may be cut at its ends.
    private AddressSpaceError CheckClaim(VirtRange range, Protection? protection)
    {
        VirtAddr next = range.Start;
        for (int index = _state->Regions.FirstEndingBehind(range.Start); ; index++)
        {
            if (index == _state->Regions.Count || !_state->Regions[index].Range.Contains(next))
                return AddressSpaceError.NoRegion;

            Region region = _state->Regions[index];
            if (region.State == RegionState.Releasing)
                return AddressSpaceError.NoRegion;
            if (region.State != RegionState.Live)
                return AddressSpaceError.Busy;
            AddressSpaceError error = protection is Protection wanted ? CheckProtection(region, range, wanted) : AddressSpaceError.None;
            if (error != AddressSpaceError.None)
                return error;
            if (region.Range.Contains(range.Last))
                break;
            next = VirtAddr.CreateUnchecked(region.Range.Last.Value + 1);
        }

        return protection is Protection asked && _state->Mapper.IsAdopted && !ParentsAllow(range, asked) ? AddressSpaceError.MappingRefused : AddressSpaceError.None;
    }

    private bool ParentsAllow(VirtRange range, Protection protection)
    {
        for (ulong offset = 0; offset < range.Length;)
        {
            VirtAddr address = range.Start + offset;
            if (!_state->Mapper.ParentsAllow(address, protection, out PageTableLevel level))
                return false;
            offset += level.EntrySpan() - (address.Value & (level.EntrySpan() - 1));
        }

        return true;
    }

    // How many regions become two. Whole regions need no room, so that they can be released when there is no memory left.
    private int CutsOf(VirtRange range)
    {
        bool atStart = _state->Regions.TryFind(range.Start, out int first) && _state->Regions[first].Range.Start != range.Start;
        bool atEnd = _state->Regions.TryFind(range.Last, out int last) && _state->Regions[last].Range.Last != range.Last;
        return (atStart ? 1 : 0) + (atEnd ? 1 : 0);
    }

    private bool TryFindClaimed(VirtAddr address, out Region region)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = _state->Regions.TryFind(address, out int index);
        region = found ? _state->Regions[index] : default;
        guard.Release();
        return found;
    }

    // Whether a part of a region may be so.
    private AddressSpaceError CheckProtection(in Region region, VirtRange range, Protection protection)
    {
        AddressSpaceError error = CheckProtection(region.Kind, protection);
        if (error == AddressSpaceError.None && !IsGivenOrBackable(region, protection))
            error = AddressSpaceError.InvalidProtection;
        if (error != AddressSpaceError.None)
            return error;
        _ = region.Range.TryIntersect(range, out VirtRange part);
        return CheckAliases(region.WithRange(part).WithProtection(protection));
    }

    private static bool IsGivenOrBackable(in Region region, Protection protection) =>
        region.Backing == RegionBacking.Fixed || IsBackable(region.Kind, region.Backing, protection);
}
