using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem;

/// <content>Bringing it up.</content>
public readonly unsafe partial struct MemoryManager<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // A stated range is one region of a map; the early allocator cuts it up a little.
    private const int StatedRegions = 16;

    /// <summary>Begins with a boot memory map: takes over from the early allocator. State: <see cref="MemoryManagerState.Frames"/>.</summary>
    /// <param name="platform">The CPUs.</param>
    /// <param name="map">What memory there is.</param>
    /// <param name="early">Its early allocator, which is used a last time and then handed over.</param>
    /// <param name="directMap">
    /// How physical memory is reached now. It may end early (boot tables often map 4 GiB): <see cref="Activate"/> takes the whole one, at
    /// the same base.
    /// </param>
    /// <returns>The manager; or why not.</returns>
    public static Result<MemoryManager<TPlatform>, MemoryFailure> Create(TPlatform platform, MemoryMap map, EarlyAllocator early, DirectMap directMap)
    {
        PhysRange reachable = PhysRange.Create(PhysAddr.Zero, directMap.Length);
        ulong headerBytes = FramesOf(HeaderBytes(platform)) * Frame.Size;
        ulong tableFrames = FramesOf(FrameAllocator<TPlatform>.MetadataSize(map, platform.CpuLimit));

        // One piece for both: nothing can be given back, so nothing may be missing after the first of two.
        if (!early.Allocate(FramesOf(HeaderBytes(platform)) + tableFrames, Frame.Size, reachable)
            .TryGet(out FrameRange<Size4KiB> own, out EarlyAllocatorError earlyError))
        {
            return (MemoryFailure)earlyError;
        }

        byte* memory = directMap.ToPointer<byte>(own.Start.Start);
        Result<FrameAllocator<TPlatform>, FrameError> frames = FrameAllocator<TPlatform>.Create(
            platform, directMap, ZoneLayout.Standard, early, map, memory + headerBytes, tableFrames * Frame.Size);
        if (!frames.TryGet(out FrameAllocator<TPlatform> allocator, out FrameError error))
            return (MemoryFailure)error;

        Header* header = (Header*)memory;
        *header = new Header { Platform = platform, Frames = allocator, DirectMap = directMap, State = (byte)MemoryManagerState.Frames };
        return new MemoryManager<TPlatform>(header);
    }

    /// <summary>
    /// Begins without a memory map: with a range that the kernel knows to be free memory. State: <see cref="MemoryManagerState.Frames"/>.
    /// </summary>
    /// <param name="platform">The CPUs.</param>
    /// <param name="stated">Free memory; whole frames inside it are used, never the one at zero.</param>
    /// <param name="directMap">How physical memory is reached.</param>
    /// <param name="buffer">Memory outside the range that stays the manager's; 8-byte aligned.</param>
    /// <param name="bytes">Its length: <see cref="ExplicitRangeBufferSize"/>.</param>
    /// <returns>The manager; or why not.</returns>
    public static Result<MemoryManager<TPlatform>, MemoryFailure> Create(
        TPlatform platform, PhysRange stated, DirectMap directMap, [Aligned(8)] void* buffer, ulong bytes)
    {
        ulong mapBytes = AlignUp(MemoryMapBuilder.MetadataSize(StatedRegions));
        if (bytes < ExplicitRangeBufferSize)
            return (MemoryFailure)MemoryMapError.BadBuffer;
        if (!MemoryMapBuilder.Create(buffer, mapBytes).TryGet(out MemoryMapBuilder builder, out MemoryMapError error))
            return (MemoryFailure)error;

        builder.Add(stated.Start.Value, stated.Length, MemoryRegionKind.Usable);
        if (!builder.Build().TryGet(out MemoryMap map, out error))
            return (MemoryFailure)error;
        Result<EarlyAllocator, EarlyAllocatorError> made = EarlyAllocator.Create(map, (byte*)buffer + mapBytes, bytes - mapBytes);
        return made.TryGet(out EarlyAllocator early, out EarlyAllocatorError earlyError) ? Create(platform, map, early, directMap) : (MemoryFailure)earlyError;
    }

    /// <summary>The bytes of the buffer for a manager without a memory map.</summary>
    public static ulong ExplicitRangeBufferSize => AlignUp(MemoryMapBuilder.MetadataSize(StatedRegions)) + EarlyAllocator.MetadataSize(StatedRegions);

    /// <summary>
    /// Makes new, empty page tables for the kernel. They are not in use before <see cref="Activate"/>: map the direct map and the image
    /// into <see cref="KernelSpace"/> first. State: <see cref="MemoryManagerState.Paging"/>.
    /// </summary>
    /// <param name="options">Layout, width, and the vector for flushes.</param>
    /// <returns>Success; or why not. Tables made before memory ran out stay: free some, and call again with the same options.</returns>
    public Result<MemoryFailure> StartPaging(in PagingOptions options) => MakeKernelSpace(options, adopt: false);

    /// <summary>
    /// Takes over the page tables in use, a boot loader's for instance, and adds to them. The direct map given to <c>Create</c> must
    /// reach all of them. State: <see cref="MemoryManagerState.Active"/>.
    /// </summary>
    /// <param name="options">Layout, width, and the vector for flushes. The layout must leave alone what is mapped already.</param>
    /// <returns>Success; or why not. Tables made before memory ran out stay: free some, and call again with the same options.</returns>
    public Result<MemoryFailure> AdoptPaging(in PagingOptions options)
    {
        Result<MemoryFailure> started = MakeKernelSpace(options, adopt: true);
        if (!started.IsSuccess)
            return started;
        _header->Tlb.Join();
        Advance(MemoryManagerState.Active);
        return started;
    }

    /// <summary>
    /// Maps all memory of a map into the layout's direct map: readable, writable, never executable. For the kernel's constants and code
    /// the direct map is no way round their protection: it shows them read-only.
    /// </summary>
    /// <param name="map">What memory there is.</param>
    /// <param name="readOnly">The frames of the kernel's code and constants; may be empty.</param>
    /// <returns>Success; or why not. What was mapped before a failure stays mapped.</returns>
    public Result<MemoryFailure> MapDirectMap(MemoryMap map, PhysRange readOnly)
    {
        if (State != MemoryManagerState.Paging)
            return MemoryFailure.OutOfOrder;

        ulong done = 0;
        foreach (MemoryRegion region in map)
        {
            if (!MemoryRegionKinds.IsMemory(region.Kind))
                continue;

            // Regions that are not usable need not end at a page border; then two share a page.
            PhysRange whole = region.Range.FramesTouched<Size4KiB>().Bytes;
            ulong start = whole.Start.Value > done ? whole.Start.Value : done;
            done = whole.EndExclusive;
            AddressSpaceError error = MapAround(start, done, readOnly);
            if (error != AddressSpaceError.None)
                return (MemoryFailure)error;
        }

        return Result<MemoryFailure>.Success;
    }

    /// <summary>
    /// Puts the kernel's page tables into use on this, the first, CPU. State: <see cref="MemoryManagerState.Active"/>.
    /// </summary>
    /// <param name="directMap">How physical memory is reached from then on: the base is the same as before, the length may be greater.</param>
    /// <returns>
    /// Success; <see cref="MemoryFailure.OutOfOrder"/>; or <see cref="AddressSpaceError.InvalidRequest"/> for a map with another base, or shorter.
    /// </returns>
    public Result<MemoryFailure> Activate(DirectMap directMap)
    {
        if (State != MemoryManagerState.Paging)
            return MemoryFailure.OutOfOrder;

        if (directMap.Base != _header->DirectMap.Base || directMap.Length < _header->DirectMap.Length)
            return (MemoryFailure)AddressSpaceError.InvalidRequest;

        _header->Kernel.Activate();
        _header->DirectMap = directMap;
        _header->Frames.ExtendDirectMap(directMap);
        _header->Kernel.Mapper.ExtendDirectMap(directMap);
        _header->Tlb.Join();
        Advance(MemoryManagerState.Active);
        return Result<MemoryFailure>.Success;
    }

    /// <summary>Makes the kernel heap, in the layout's range. State: <see cref="MemoryManagerState.Ready"/>.</summary>
    /// <returns>Success; or why not.</returns>
    public Result<MemoryFailure> StartHeap()
    {
        if (State != MemoryManagerState.Active)
            return MemoryFailure.OutOfOrder;

        VirtRange range = _header->Kernel.Layout.KernelHeap;
        ulong bytes = KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>>.MetadataSize(range);
        FrameRequest request = FrameRequest.For(FrameUse.Metadata).WithOrder(OrderOf(bytes)).WithZeroed(true);
        if (!_header->Frames.Allocate(request).TryGet(out OwnedFrame block, out FrameError frameError))
            return (MemoryFailure)frameError;

        Result<VirtRange, AddressSpaceError> region = _header->Kernel.AllocateAt(range, RegionKind.KernelHeap, Protection.KernelData, RegionBacking.Manual);
        if (region.TryGetError(out AddressSpaceError error))
        {
            _header->Frames.Free(block).Expect("MemoryManager: a block just allocated cannot be freed");
            return (MemoryFailure)error;
        }

        // What is left can fail only if the metadata were wrong, and that is ours.
        _header->Heap = KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>>.Create(
            _header->Platform,
            new AddressSpaceHeapPages<TPlatform>(_header->Kernel, _header->Frames),
            range,
            _header->DirectMap.ToPointer<byte>(block.Start.Start),
            block.Range.Bytes.Length).Expect("MemoryManager: the heap refuses its metadata");
        _ = block.Release();
        Advance(MemoryManagerState.Ready);
        return Result<MemoryFailure>.Success;
    }

    private Result<MemoryFailure> MakeKernelSpace(in PagingOptions options, bool adopt)
    {
        if (State != MemoryManagerState.Frames)
            return MemoryFailure.OutOfOrder;

        if (!_header->Kernel.IsCreated)
        {
            MapError error = TryMakeKernelSpace(options, adopt);
            if (error != MapError.None)
                return (MemoryFailure)error;
        }

        // An earlier call ran out of memory below: what it made is used now, if it is the same that is asked for.
        AddressSpace<TPlatform> kernel = _header->Kernel;
        if (adopt != (kernel.Root.Table == _header->Platform.ReadPageTableRoot().Table))
            return MemoryFailure.OutOfOrder;

        // So that address spaces made later have them.
        AddressLayout layout = kernel.Layout;
        Result<MapFailure> prepared = kernel.Mapper.Prepare(layout.KernelHeap);
        if (prepared.IsSuccess)
            prepared = kernel.Mapper.Prepare(layout.KernelRegions);
        if (prepared.IsSuccess)
            prepared = kernel.Mapper.Prepare(layout.Devices);
        if (prepared.TryGetError(out MapFailure failure))
            return (MemoryFailure)failure.Code;

        Advance(MemoryManagerState.Paging);
        return Result<MemoryFailure>.Success;
    }

    private MapError TryMakeKernelSpace(in PagingOptions options, bool adopt)
    {
        byte* metadata = (byte*)_header + AlignUp((ulong)sizeof(Header));
        if (!TlbShootdown<TPlatform>.Create(_header->Platform, options.FlushVector, metadata, TlbBytes(_header->Platform))
            .TryGet(out TlbShootdown<TPlatform> tlb, out MapError error))
        {
            return error;
        }

        byte* spaceMetadata = metadata + AlignUp(TlbBytes(_header->Platform));
        ulong spaceBytes = AddressSpace<TPlatform>.KernelMetadataSize(_header->Platform.CpuLimit);
        Result<AddressSpace<TPlatform>, MapError> made = adopt
            ? AddressSpace<TPlatform>.AdoptKernel(_header->Platform, _header->Frames, _header->DirectMap, options.Layout, options.Width, tlb, spaceMetadata, spaceBytes)
            : AddressSpace<TPlatform>.CreateKernel(_header->Platform, _header->Frames, _header->DirectMap, options.Layout, options.Width, tlb, spaceMetadata, spaceBytes);
        if (!made.TryGet(out AddressSpace<TPlatform> kernel, out error))
            return error;

        // Of a boot loader's tables nobody knows whether all of their pages are global.
        if (!adopt && Cr4.FromRaw(_header->Platform.ReadCr4()).Pge)
        {
            kernel.Mapper.SetKernelPagesGlobal();
            tlb.SetKernelPagesGlobal(options.Layout);
        }

        _header->Tlb = tlb;
        _header->Kernel = kernel;
        return MapError.None;
    }

    // What lies before, in and behind the read-only frames.
    private AddressSpaceError MapAround(ulong start, ulong end, PhysRange readOnly)
    {
        ulong from = Clamp(readOnly.IsEmpty ? end : readOnly.Start.AlignDown(Size4KiB.Bytes).Value, start, end);
        ulong to = Clamp(readOnly.IsEmpty ? end : (readOnly.EndExclusive + Frame.Size - 1) & ~(Frame.Size - 1), from, end);
        AddressSpaceError error = MapPart(start, from, Protection.KernelData);
        if (error == AddressSpaceError.None)
            error = MapPart(from, to, Protection.KernelReadOnly);
        return error == AddressSpaceError.None ? MapPart(to, end, Protection.KernelData) : error;
    }

    private AddressSpaceError MapPart(ulong start, ulong end, Protection protection)
    {
        if (start >= end)
            return AddressSpaceError.None;
        ulong mapStart = _header->Kernel.Layout.DirectMap.Start.Value;
        if (!VirtRange.TryCreate(VirtAddr.CreateUnchecked(mapStart + start), end - start, out VirtRange range))
            return AddressSpaceError.OutsideLayout;
        return _header->Kernel.MapAt(range, PhysAddr.Create(start), RegionKind.DirectMap, protection).TryGetError(out AddressSpaceError error) ? error : AddressSpaceError.None;
    }

    private static ulong HeaderBytes(TPlatform platform) =>
        AlignUp((ulong)sizeof(Header)) + AlignUp(TlbBytes(platform)) + AddressSpace<TPlatform>.KernelMetadataSize(platform.CpuLimit);

    private static ulong TlbBytes(TPlatform platform) => TlbShootdown<TPlatform>.MetadataSize(platform.CpuLimit);

    private static ulong Clamp(ulong value, ulong low, ulong high) => value < low ? low : value > high ? high : value;

    private static ulong AlignUp(ulong bytes) => (bytes + 15) & ~15UL;

    private static ulong FramesOf(ulong bytes) => (bytes + Frame.Size - 1) / Frame.Size;

    private static int OrderOf(ulong bytes)
    {
        int order = 0;
        while (Frame.Size << order < bytes)
            order++;
        return order;
    }
}
