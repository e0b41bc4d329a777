using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>Page faults.</content>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Deals with a page fault: maps a frame where a region gives pages on demand, and tells stale translations from errors. Waits for
    /// nobody, so it may be called from the fault's handler, interrupts off.
    /// </summary>
    /// <param name="address">What CR2 says.</param>
    /// <param name="error">The error code that the processor pushed.</param>
    /// <returns>Whether to try again, or what is wrong.</returns>
    public FaultOutcome HandleFault(VirtAddr address, PageFaultErrorCode error)
    {
        FaultOutcome outcome = Judge(address, error, out Region region);
        if (outcome == FaultOutcome.Mapped)
            outcome = MapOnDemand(address, region);
        if (outcome == FaultOutcome.Retry)
        {
            // Whatever this CPU remembers is older than the tables. And whoever changes them may be waiting for this CPU to flush: code
            // that faults with interrupts off, again and again, would never answer.
            _state->Platform.InvalidatePage(address);
            _state->Tlb.HandleInterrupt();
        }

        Count(outcome);
        return outcome;
    }

    // "Mapped" stands for: needs a frame.
    private FaultOutcome Judge(VirtAddr address, PageFaultErrorCode error, out Region region)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = _state->Regions.TryFind(address, out int index);
        region = found ? _state->Regions[index] : default;
        bool mapped = _state->Mapper.TryTranslate(address, out Translation translation);
        guard.Release();

        if (error.ReservedBit)
            return FaultOutcome.DamagedTables;

        // Reads and writes of a program's page by the kernel: the tables do not forbid them, supervisor-mode access prevention does.
        bool isPrevented = error.ProtectionViolation && !error.User && mapped && translation.Protection.IsUser;
        if (isPrevented || error.ProtectionKey)
            return FaultOutcome.AccessDenied;

        PageAccess access = error.InstructionFetch ? PageAccess.Execute : error.Write ? PageAccess.Write : PageAccess.Read;
        if (mapped && Permits(translation.Protection, access, error.User))
            return FaultOutcome.Retry;
        if (!found || region.State is RegionState.Releasing or RegionState.Building)
            return FaultOutcome.NoRegion;
        if (!Permits(region.Protection, access, error.User))
            return FaultOutcome.AccessDenied;
        if (mapped)
            return region.State == RegionState.Changing && TryProtectNow(address) ? FaultOutcome.Retry : FaultOutcome.AccessDenied;
        return region.Backing == RegionBacking.OnDemand ? FaultOutcome.Mapped : FaultOutcome.AccessDenied;
    }

    // The page's turn to be protected has not come yet. Waiting for it could be for ever: the fault may have interrupted the very code
    // that does it. That code will come to this page, too, and flush it.
    private bool TryProtectNow(VirtAddr address)
    {
        bool changed = false;
        FlushBatch later = default;
        SpinLockGuard<TPlatform> guard = Lock();
        if (_state->Regions.TryFind(address, out int index) && _state->Regions[index].State == RegionState.Changing)
            changed = TryProtectAt(address, _state->Regions[index].Protection, ref later);
        guard.Release();
        return changed;
    }

    private bool TryProtectAt(VirtAddr address, Protection protection, ref FlushBatch batch)
    {
        PageMapper<TPlatform> mapper = _state->Mapper;
        Result<PendingFlush, MapFailure> changed = mapper.LevelAt(address, out _) switch
        {
            PageTableLevel.Pt => mapper.Protect(Page<Size4KiB>.Containing(address), protection),
            PageTableLevel.Pd => mapper.Protect(Page<Size2MiB>.Containing(address), protection),
            _ => mapper.Protect(Page<Size1GiB>.Containing(address), protection),
        };
        bool done = changed.TryGet(out PendingFlush owed);
        if (done)
            batch.Add(owed);
        return done;
    }

    // The kernel never executes what is a program's, whether or not the processor would let it (SMEP).
    private static bool Permits(Protection protection, PageAccess access, bool user) =>
        Allows(protection, access, user) && (user || access != PageAccess.Execute || !protection.IsUser);

    private FaultOutcome MapOnDemand(VirtAddr address, in Region region)
    {
        FrameRequest request = FrameRequest.For(UseOf(region.Kind)).WithZeroed(true);
        if (!_state->Frames.Allocate(request).TryGet(out OwnedFrame frame))
            return FaultOutcome.OutOfMemory;

        // The world may have changed since: another CPU may have mapped the page, or released the region.
        SpinLockGuard<TPlatform> guard = Lock();
        bool same = _state->Regions.TryFind(address, out int index)
            && _state->Regions[index].IsSameBut(region)
            && !_state->Mapper.TryTranslate(address, out _);
        MapError error = MapError.None;
        if (same && _state->Mapper.Map<Size4KiB>(Page.Containing(address), frame.Start, region.Protection).TryGetError(out MapFailure failure))
            error = failure.Code;
        guard.Release();
        if (same && error == MapError.None)
            return FaultOutcome.Mapped;

        _ = _state->Frames.Free(frame);
        if (error == MapError.None)
            return FaultOutcome.Retry;
        return error == MapError.OutOfMemory ? FaultOutcome.OutOfMemory : FaultOutcome.DamagedTables;
    }

    private void Count(FaultOutcome outcome)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        ref FaultStatistics faults = ref _state->Faults;
        switch (outcome)
        {
            case FaultOutcome.Mapped:
                faults.Mapped++;
                break;
            case FaultOutcome.Retry:
                faults.Retried++;
                break;
            case FaultOutcome.OutOfMemory:
                faults.OutOfMemory++;
                break;
            default:
                faults.Denied++;
                break;
        }

        guard.Release();
    }
}
