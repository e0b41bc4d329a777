using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>Making regions.</content>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Makes a region where the layout puts such ones: at the first gap, with at least a page unmapped before it.</summary>
    /// <param name="bytes">How many bytes; rounded up to whole pages.</param>
    /// <param name="kind">What for; none of those whose places are given: heap, identity, direct map, image.</param>
    /// <param name="protection">What may be done there.</param>
    /// <param name="backing"><see cref="RegionBacking.Committed"/>, <see cref="RegionBacking.OnDemand"/> or <see cref="RegionBacking.Manual"/>.</param>
    /// <returns>The range, in whole pages; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, AddressSpaceError> Allocate(
        ulong bytes, RegionKind kind, Protection protection, RegionBacking backing = RegionBacking.Committed)
    {
        if (!TryRoundUp(bytes, out ulong length) || !IsPlaceable(kind) || !IsBackable(kind, backing, protection))
            return AddressSpaceError.InvalidRequest;

        Result<VirtRange, AddressSpaceError> entered = EnterAnywhere(length, kind, protection, backing, Size4KiB.Bytes, default);
        return entered.TryGet(out VirtRange range) ? Commit(range, kind, protection, backing) : entered;
    }

    /// <summary>Makes a region at a given place.</summary>
    /// <param name="range">Whole pages, free, where the layout puts such regions.</param>
    /// <param name="kind">What for.</param>
    /// <param name="protection">What may be done there.</param>
    /// <param name="backing">As in <see cref="Allocate"/>.</param>
    /// <returns>The range; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, AddressSpaceError> AllocateAt(
        [Aligned(Frame.Size)] VirtRange range, RegionKind kind, Protection protection, RegionBacking backing = RegionBacking.Committed)
    {
        bool isKind = kind is > RegionKind.None and <= RegionKind.UserStack && !IsGiven(kind);
        if (range.IsEmpty || !isKind || !IsBackable(kind, backing, protection))
            return AddressSpaceError.InvalidRequest;

        Result<VirtRange, AddressSpaceError> entered = EnterAt(range, kind, protection, backing, default);
        return entered.IsSuccess ? Commit(range, kind, protection, backing) : entered;
    }

    /// <summary>
    /// Maps given physical memory, a device's registers for instance, where the layout puts devices; in 2 MiB pages where both sides
    /// are so aligned. Its frames stay whose they are.
    /// </summary>
    /// <param name="physical">Any bytes; whole frames around them are mapped.</param>
    /// <param name="protection">What may be done there; the cache type among it.</param>
    /// <returns>Where the first of the given bytes, and those behind it, appear; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, AddressSpaceError> MapDevice(PhysRange physical, Protection protection)
    {
        if (physical.IsEmpty)
            return AddressSpaceError.InvalidRequest;

        PhysRange frames = physical.FramesTouched<Size4KiB>().Bytes;
        bool large = frames.Length >= Size2MiB.Bytes && frames.Start.IsAligned(Size2MiB.Bytes);
        ulong alignment = large ? Size2MiB.Bytes : Size4KiB.Bytes;
        Result<VirtRange, AddressSpaceError> entered = EnterAnywhere(frames.Length, RegionKind.Device, protection, RegionBacking.Fixed, alignment, frames.Start);
        if (!entered.TryGet(out VirtRange range))
            return entered;
        if (MapFixed(range, RegionKind.Device, frames.Start, protection).TryGetError(out AddressSpaceError error))
            return error;
        return VirtRange.Create(range.Start + (physical.Start.Value - frames.Start.Value), physical.Length);
    }

    /// <summary>Maps physical memory at its own address, for the kernel; outside the user range, and not at zero.</summary>
    /// <param name="physical">Whole frames; they stay whose they are.</param>
    /// <param name="protection">What may be done there: a kernel protection.</param>
    /// <returns>The range; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, AddressSpaceError> MapIdentity([Aligned(Frame.Size)] PhysRange physical, Protection protection)
    {
        if (!VirtAddr.TryCreate(physical.Start.Value, out VirtAddr start) || !VirtRange.TryCreate(start, physical.Length, out VirtRange range))
            return AddressSpaceError.OutsideLayout;
        return MapAt(range, physical.Start, RegionKind.Identity, protection);
    }

    /// <summary>Maps given physical memory at a given place, in 2 MiB pages where both sides are so aligned. Its frames stay whose they are.</summary>
    /// <param name="range">Where: whole pages.</param>
    /// <param name="physical">The first frame. For an identity mapping and the direct map, what the place says.</param>
    /// <param name="kind">
    /// <see cref="RegionKind.Device"/>, <see cref="RegionKind.Identity"/>, <see cref="RegionKind.DirectMap"/> or
    /// <see cref="RegionKind.KernelImage"/>.
    /// </param>
    /// <param name="protection">What may be done there: a kernel protection.</param>
    /// <returns>The range; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, AddressSpaceError> MapAt(
        [Aligned(Frame.Size)] VirtRange range, [Aligned(Frame.Size)] PhysAddr physical, RegionKind kind, Protection protection)
    {
        if (range.IsEmpty || !(IsGiven(kind) || kind == RegionKind.Device))
            return AddressSpaceError.InvalidRequest;
        if (!physical.IsAligned(Size4KiB.Bytes))
            return AddressSpaceError.Misaligned;
        bool fits = physical.Value < PhysAddr.Limit && range.Length <= PhysAddr.Limit - physical.Value;
        bool inPlace = kind switch
        {
            RegionKind.Identity => range.Start.Value == physical.Value,
            RegionKind.DirectMap => range.Start.Value - Layout.DirectMap.Start.Value == physical.Value,
            _ => true,
        };
        if (!fits || !inPlace)
            return AddressSpaceError.OutsideLayout;

        Result<VirtRange, AddressSpaceError> entered = EnterAt(range, kind, protection, RegionBacking.Fixed, physical);
        if (!entered.IsSuccess)
            return entered;
        return MapFixed(range, kind, physical, protection).TryGetError(out AddressSpaceError error) ? error : range;
    }

    // The processor pushes a fault's frame onto the kernel's stack: that one cannot come on demand. Nor can the kernel's code: before it is
    // executable, its frames must have become read-only wherever they appear.
    private static bool IsBackable(RegionKind kind, RegionBacking backing, Protection protection) =>
        backing == RegionBacking.Committed
        || (backing == RegionBacking.Manual && !Region.IsConstantAs(kind, protection))
        || (backing == RegionBacking.OnDemand && kind != RegionKind.KernelStack && !Region.IsConstantAs(kind, protection));

    private static bool IsPlaceable(RegionKind kind) =>
        kind is RegionKind.KernelCode or RegionKind.KernelData or RegionKind.KernelStack or RegionKind.Device || RegionKinds.IsUser(kind);

    // Kinds of which the physical memory is given, too.
    private static bool IsGiven(RegionKind kind) => kind is RegionKind.Identity or RegionKind.DirectMap or RegionKind.KernelImage;

    private static bool TryRoundUp(ulong bytes, out ulong length)
    {
        length = (bytes + (Size4KiB.Bytes - 1)) & ~(Size4KiB.Bytes - 1);
        return bytes != 0 && bytes <= 1UL << 47;
    }

    private static FrameUse UseOf(RegionKind kind) => kind switch
    {
        RegionKind.KernelHeap => FrameUse.Heap,
        _ => RegionKinds.IsUser(kind) ? FrameUse.User : FrameUse.Kernel,
    };

    private static AddressSpaceError CheckProtection(RegionKind kind, Protection protection)
    {
        bool isExecutableAlias = kind == RegionKind.DirectMap && protection.IsExecutable;
        if (!protection.IsMappable || isExecutableAlias || protection.IsUser != RegionKinds.IsUser(kind))
            return AddressSpaceError.InvalidProtection;
        return protection.IsWritable && protection.IsExecutable ? AddressSpaceError.WritableAndExecutable : AddressSpaceError.None;
    }

    // Where the layout puts regions of a kind, whole.
    private VirtRange WindowOf(RegionKind kind)
    {
        AddressLayout layout = Layout;
        if (RegionKinds.IsUser(kind))
            return layout.User;
        return kind switch
        {
            RegionKind.Device => layout.Devices,
            RegionKind.KernelHeap => layout.KernelHeap,
            RegionKind.DirectMap => layout.DirectMap,
            _ => layout.KernelRegions,
        };
    }

    // The kernel's regions are in the kernel's space. A user region may be in any: a kernel without programs has one space only.
    private bool IsAllowedAt(VirtRange range, RegionKind kind)
    {
        if (!IsKernel && !RegionKinds.IsUser(kind))
            return false;
        AddressLayout layout = Layout;
        return kind switch
        {
            RegionKind.Identity => !range.Start.IsZero && layout.TryGetArea(range, out AddressArea area) && area is (AddressArea.NullGuard or AddressArea.Unassigned),
            RegionKind.KernelImage => AddressLayout.KernelHalf.Contains(range)
                && !range.Overlaps(layout.DirectMap) && !range.Overlaps(layout.Devices) && !range.Overlaps(layout.KernelRegions),
            _ => WindowOf(kind).Contains(range),
        };
    }

    private Result<VirtRange, AddressSpaceError> EnterAt(
        VirtRange range, RegionKind kind, Protection protection, RegionBacking backing, PhysAddr physical)
    {
        AddressSpaceError error = CheckProtection(kind, protection);
        if (error != AddressSpaceError.None)
            return error;
        if (!range.Start.IsAligned(Size4KiB.Bytes) || range.Length % Size4KiB.Bytes != 0)
            return AddressSpaceError.Misaligned;
        if (!IsAllowedAt(range, kind))
            return AddressSpaceError.OutsideLayout;

        Region region = new(range, kind, protection, backing, RegionState.Building, physical);
        SpinLockGuard<TPlatform> guard = Lock();
        error = _state->Regions.Overlaps(range) ? AddressSpaceError.Overlaps : CheckAliases(region);
        if (error == AddressSpaceError.None && !_state->Regions.TryReserve(_state->Frames, 1))
            error = AddressSpaceError.OutOfMemory;
        if (error == AddressSpaceError.None)
            _state->Regions.Insert(region);
        guard.Release();
        return error == AddressSpaceError.None ? range : error;
    }

    private Result<VirtRange, AddressSpaceError> EnterAnywhere(
        ulong length, RegionKind kind, Protection protection, RegionBacking backing, ulong alignment, PhysAddr physical)
    {
        AddressSpaceError error = CheckProtection(kind, protection);
        if (error != AddressSpaceError.None)
            return error;
        if (!IsKernel && !RegionKinds.IsUser(kind))
            return AddressSpaceError.OutsideLayout;

        SpinLockGuard<TPlatform> guard = Lock();
        bool hasRoom = TryFindGap(WindowOf(kind), length, alignment, out VirtRange range);
        Region region = new(range, kind, protection, backing, RegionState.Building, physical);
        error = hasRoom ? CheckAliases(region) : AddressSpaceError.NoRoom;
        if (error == AddressSpaceError.None && !_state->Regions.TryReserve(_state->Frames, 1))
            error = AddressSpaceError.OutOfMemory;
        if (error == AddressSpaceError.None)
            _state->Regions.Insert(region);
        guard.Release();
        return error == AddressSpaceError.None ? range : error;
    }

    // First fit. A page stays free before the region, so that running off the end of a stack, or of the region below, faults; and one
    // behind it, for the page before the next region must stay free, too.
    private bool TryFindGap(VirtRange window, ulong length, ulong alignment, out VirtRange gap)
    {
        gap = default;
        ulong start = window.Start.Value;
        int index = _state->Regions.FirstEndingBehind(window.Start);
        while (true)
        {
            ulong place = (start + Size4KiB.Bytes + alignment - 1) & ~(alignment - 1);
            if (place < start || place > window.Last.Value || window.Last.Value - place < length - 1)
                return false;

            gap = VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(place), length);
            if (index == _state->Regions.Count || IsBelowGuard(gap.Last, _state->Regions[index].Range.Start))
                return true;
            if (_state->Regions[index].Range.Last >= window.Last)
                return false;
            start = _state->Regions[index].Range.Last.Value + 1;
            index++;
        }
    }

    private static bool IsBelowGuard(VirtAddr last, VirtAddr next) => next > last && next.Value - last.Value > Size4KiB.Bytes;

    private Result<VirtRange, AddressSpaceError> Commit(VirtRange range, RegionKind kind, Protection protection, RegionBacking backing)
    {
        AddressSpaceError error = AddressSpaceError.None;
        if (backing == RegionBacking.Committed)
            error = MapFresh(range, UseOf(kind), FirstProtection(protection), zeroed: true);
        return Finish(range, kind, protection, error, backing == RegionBacking.Committed ? UseOf(kind) : FrameUse.None);
    }

    private Result<AddressSpaceError> MapFixed(VirtRange range, RegionKind kind, PhysAddr physical, Protection protection)
    {
        AddressSpaceError error = AddressSpaceError.None;
        if (_state->Mapper.MapRange(range, physical, FirstProtection(protection)).TryGetError(out MapFailure failure))
            error = ErrorOf(failure.Code);
        return Finish(range, kind, protection, error, FrameUse.None).TryGetError(out error) ? error : Result<AddressSpaceError>.Success;
    }

    // What is to be the kernel's code is not executable before nothing can write it any more.
    private static Protection FirstProtection(Protection protection) =>
        protection.IsUser ? protection : protection.WithAccess(protection.Access & ~PageAccess.Execute);

    // Makes a region live whose pages are mapped, or takes it back.
    private Result<VirtRange, AddressSpaceError> Finish(VirtRange range, RegionKind kind, Protection protection, AddressSpaceError error, FrameUse use)
    {
        if (error == AddressSpaceError.None && Region.IsConstantAs(kind, protection))
        {
            error = MakeConstant(range, protection);
            if (error != AddressSpaceError.None)
                Unmap(range, use);
        }

        if (error != AddressSpaceError.None)
        {
            Remove(range);
            return error;
        }

        SetState(range, RegionState.Live);
        return range;
    }
}
