using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem;

/// <content>The everyday calls.</content>
public readonly unsafe partial struct MemoryManager<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Allocates memory in the address space: the kernel's for kernel kinds, the calling CPU's current one for user kinds. Placed by the
    /// layout, zeroed, with at least a page unmapped before it.
    /// </summary>
    /// <param name="bytes">How many bytes; rounded up to whole pages.</param>
    /// <param name="kind">What for.</param>
    /// <param name="protection">What may be done there.</param>
    /// <param name="backing">Frames at once, or each when its page is first touched.</param>
    /// <returns>The range, in whole pages; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, MemoryFailure> AllocateMemory(
        ulong bytes, RegionKind kind, Protection protection, RegionBacking backing = RegionBacking.Committed)
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        if (!TryGetSpace(RegionKinds.IsUser(kind), out AddressSpace<TPlatform> space))
            return MemoryFailure.OutOfOrder;
        return Translate(space.Allocate(bytes, kind, protection, backing));
    }

    /// <summary>Allocates memory with the kind's usual protection (<see cref="RegionKinds.DefaultProtection"/>).</summary>
    /// <inheritdoc cref="AllocateMemory(ulong, RegionKind, Protection, RegionBacking)"/>
    public Result<VirtRange, MemoryFailure> AllocateMemory(ulong bytes, RegionKind kind) =>
        AllocateMemory(bytes, kind, RegionKinds.DefaultProtection(kind));

    /// <summary>
    /// Releases memory, or mappings: unmaps it, makes every CPU forget it, frees its frames. From the moment it begins, no access to it
    /// is allowed. Hold no spin lock: this waits for other CPUs.
    /// </summary>
    /// <param name="range">
    /// Whole pages, all of them allocated; a part of an allocation too. Blocks of the heap are freed by <see cref="FreeHeap"/>; the direct
    /// map and the kernel's image stay: all of these are refused as <see cref="AddressSpaceError.InvalidRequest"/>.
    /// </param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<MemoryFailure> DeallocateMemory([Aligned(Frame.Size)] VirtRange range)
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        AddressLayout layout = _header->Kernel.Layout;
        bool isPlaced = layout.KernelRegions.Contains(range) || layout.Devices.Contains(range);
        if (range.Overlaps(layout.KernelHeap) || (range.Overlaps(AddressLayout.KernelHalf) && !isPlaced))
            return (MemoryFailure)AddressSpaceError.InvalidRequest;
        if (!TryGetSpace(IsUser(range.Start), out AddressSpace<TPlatform> space))
            return MemoryFailure.OutOfOrder;
        return Translate(space.Release(range));
    }

    /// <summary>Changes what may be done with memory. Hold no spin lock: this waits for other CPUs.</summary>
    /// <param name="range">
    /// Whole pages, all of them allocated; a part of an allocation too. The heap's pages, which blocks share, and the direct map are refused
    /// as <see cref="AddressSpaceError.InvalidRequest"/>.
    /// </param>
    /// <param name="protection">What may be done there from now on.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<MemoryFailure> ProtectMemory([Aligned(Frame.Size)] VirtRange range, Protection protection)
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        AddressLayout layout = _header->Kernel.Layout;
        if (range.Overlaps(layout.KernelHeap) || range.Overlaps(layout.DirectMap))
            return (MemoryFailure)AddressSpaceError.InvalidRequest;
        if (!TryGetSpace(IsUser(range.Start), out AddressSpace<TPlatform> space))
            return MemoryFailure.OutOfOrder;
        return Translate(space.Protect(range, protection));
    }

    /// <summary>Maps physical memory at its own address, for the kernel; see <see cref="AddressSpace{TPlatform}.MapIdentity"/>.</summary>
    /// <param name="physical">Whole frames, not the one at zero, outside the user range.</param>
    /// <param name="protection">What may be done there.</param>
    /// <returns>The range; or why not, with nothing changed. <see cref="DeallocateMemory"/> takes it away again.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, MemoryFailure> MapIdentity([Aligned(Frame.Size)] PhysRange physical, Protection protection)
    {
        if (!Has(MemoryManagerState.Paging))
            return MemoryFailure.OutOfOrder;
        return Translate(_header->Kernel.MapIdentity(physical, protection));
    }

    /// <summary>Maps a device's registers or buffers for the kernel, readable and writable.</summary>
    /// <param name="physical">Any bytes; whole frames around them are mapped.</param>
    /// <param name="cache">How they are cached.</param>
    /// <returns>Where the bytes appear; or why not, with nothing changed. Whole pages around it can be deallocated.</returns>
    [MayBlock("waits for other CPUs when it takes back what it had begun")]
    public Result<VirtRange, MemoryFailure> MapDevice(PhysRange physical, CacheType cache = CacheType.Uncacheable)
    {
        if (!Has(MemoryManagerState.Paging))
            return MemoryFailure.OutOfOrder;
        return Translate(_header->Kernel.MapDevice(physical, Protection.DeviceMemory.WithCache(cache)));
    }

    /// <summary>Allocates a frame, from the zone or else where fallback finds one (<see cref="FrameRequest"/> says more).</summary>
    public Result<OwnedFrame, MemoryFailure> AllocateFrame(MemoryZone zone = MemoryZone.Normal) => AllocateFrame(zone, exact: false);

    /// <summary>Allocates a frame from exactly this zone.</summary>
    public Result<OwnedFrame, MemoryFailure> AllocateFrameInZone(MemoryZone zone) => AllocateFrame(zone, exact: true);

    /// <summary>Frees what <see cref="AllocateFrame(MemoryZone)"/> or <see cref="AllocateFrameInZone"/> gave. It must not be mapped anywhere any more.</summary>
    public Result<MemoryFailure> FreeFrame(OwnedFrame frame)
    {
        if (!Has(MemoryManagerState.Frames))
            return MemoryFailure.OutOfOrder;
        return _header->Frames.Free(frame).TryGetError(out FrameError error) ? (MemoryFailure)error : Result<MemoryFailure>.Success;
    }

    /// <summary>Makes an address space for a program. Its regions are made through it, or by user kinds while it is current.</summary>
    /// <returns>The space; or why not.</returns>
    public Result<AddressSpace<TPlatform>, MemoryFailure> CreateAddressSpace()
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        FrameRequest request = FrameRequest.For(FrameUse.Metadata).WithZeroed(true);
        if (!_header->Frames.Allocate(request).TryGet(out OwnedFrame owned, out FrameError frameError))
            return (MemoryFailure)frameError;

        SpaceNode* node = _header->DirectMap.ToPointer<SpaceNode>(owned.Start.Start);
        ulong offset = AlignUp((ulong)sizeof(SpaceNode));
        if (!_header->Kernel.CreateUser((byte*)node + offset, Frame.Size - offset).TryGet(out AddressSpace<TPlatform> space, out MapError error))
        {
            _header->Frames.Free(owned).Expect("MemoryManager: a frame just allocated cannot be freed");
            return (MemoryFailure)error;
        }

        *node = new SpaceNode { Space = space, Frame = owned.Release() };
        List(node);
        return space;
    }

    /// <summary>
    /// Ends a program's address space and frees all of it. It must not be current on any CPU. Hold no spin lock: this waits for other CPUs.
    /// </summary>
    /// <param name="space">
    /// One that <see cref="CreateAddressSpace"/> made. Panics on another, on one that was destroyed before, and on the current one.
    /// </param>
    /// <returns>Success; or <see cref="AddressSpaceError.Busy"/> while a region is being worked on: try again.</returns>
    [MayBlock("waits for other CPUs")]
    public Result<MemoryFailure> DestroyAddressSpace(AddressSpace<TPlatform> space)
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;

        // First out of the list: whoever walks that must not meet a space of which nothing is left.
        SpaceNode* node = Unlist(space);
        if (space.Destroy().TryGetError(out AddressSpaceError error))
        {
            List(node);
            return (MemoryFailure)error;
        }

        _header->Frames.Free(node->Frame, FrameUse.Metadata).Expect("MemoryManager: the frame of an address space is gone");
        return Result<MemoryFailure>.Success;
    }

    /// <summary>
    /// What a kernel's page-fault handler calls. Waits for nobody. A fault in the user range is the current space's, any other the
    /// kernel's.
    /// </summary>
    /// <param name="address">What CR2 says.</param>
    /// <param name="error">The error code that the processor pushed.</param>
    /// <returns>Whether to try the access again, or what is wrong; <see cref="FaultOutcome.NoRegion"/> before <see cref="MemoryManagerState.Active"/>.</returns>
    public FaultOutcome HandlePageFault(VirtAddr address, PageFaultErrorCode error)
    {
        if (!Has(MemoryManagerState.Active))
            return FaultOutcome.NoRegion;

        // What all address spaces have in common is in the kernel's; identity mappings are in that one only.
        if (!TryFindSpace(_header->Platform.ReadPageTableRoot().Table, out AddressSpace<TPlatform> current))
            return FaultOutcome.NoRegion;
        bool isShared = _header->Kernel.Layout.AreaOf(address) is AddressArea.Kernel or AddressArea.KernelHeap;
        return (isShared ? _header->Kernel : current).HandleFault(address, error);
    }

    /// <summary>The calling CPU takes part from now on: flushes reach it. For every CPU but the first, once, before it uses memory that may be taken away.</summary>
    /// <returns>Success; or <see cref="MemoryFailure.OutOfOrder"/>.</returns>
    public Result<MemoryFailure> JoinCpu()
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        _header->Tlb.Join();
        return Result<MemoryFailure>.Success;
    }

    /// <summary>The calling CPU is about to stop: flushes need not wait for it any more.</summary>
    /// <returns>Success; or <see cref="MemoryFailure.OutOfOrder"/>.</returns>
    public Result<MemoryFailure> LeaveCpu()
    {
        if (!Has(MemoryManagerState.Active))
            return MemoryFailure.OutOfOrder;
        _header->Tlb.Leave();
        return Result<MemoryFailure>.Success;
    }

    /// <summary>What the handler of <see cref="PagingOptions.FlushVector"/> calls; it ends the interrupt itself.</summary>
    public void HandleFlushInterrupt()
    {
        if (Has(MemoryManagerState.Paging))
            _header->Tlb.HandleInterrupt();
    }

    private Result<OwnedFrame, MemoryFailure> AllocateFrame(MemoryZone zone, bool exact)
    {
        if (!Has(MemoryManagerState.Frames))
            return MemoryFailure.OutOfOrder;
        FrameRequest request = FrameRequest.For(FrameUse.Kernel).WithZone(zone).WithExactZone(exact);
        return _header->Frames.Allocate(request).TryGet(out OwnedFrame frame, out FrameError error) ? frame : (MemoryFailure)error;
    }

    private bool IsUser(VirtAddr address) => _header->Kernel.Layout.AreaOf(address) == AddressArea.User;

    // The kernel's space, or the current one; false on page tables that are not this manager's.
    private bool TryGetSpace(bool user, out AddressSpace<TPlatform> space)
    {
        space = _header->Kernel;
        return !user || TryFindSpace(_header->Platform.ReadPageTableRoot().Table, out space);
    }

    private void List(SpaceNode* node)
    {
        SpinLockGuard<TPlatform> guard = _header->SpacesLock.Acquire(_header->Platform);
        node->Next = _header->Spaces;
        _header->Spaces = node;
        guard.Release();
    }

    // Panics when it is not in the list, whatever memory the handle may point to, or current on this CPU.
    private SpaceNode* Unlist(AddressSpace<TPlatform> space)
    {
        SpinLockGuard<TPlatform> guard = _header->SpacesLock.Acquire(_header->Platform);
        SpaceNode** link = &_header->Spaces;
        while (*link != null && !(*link)->Space.IsSameAs(space))
            link = &(*link)->Next;
        SpaceNode* node = *link;
        bool isCurrent = node != null && node->Space.Root.Table == _header->Platform.ReadPageTableRoot().Table;
        if (node != null && !isCurrent)
            *link = node->Next;
        guard.Release();
        Panic.Assert(node != null, "MemoryManager: an address space that it did not make, or that is gone");
        Panic.Assert(!isCurrent, "MemoryManager: the current address space cannot be destroyed");
        return node;
    }

    private static Result<VirtRange, MemoryFailure> Translate(Result<VirtRange, AddressSpaceError> result) =>
        result.TryGet(out VirtRange range, out AddressSpaceError error) ? range : (MemoryFailure)error;

    private static Result<MemoryFailure> Translate(Result<AddressSpaceError> result) =>
        result.TryGetError(out AddressSpaceError error) ? (MemoryFailure)error : Result<MemoryFailure>.Success;
}
