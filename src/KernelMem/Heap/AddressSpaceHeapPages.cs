using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Heap;

/// <summary>A heap's memory from an address space: pages of a <see cref="RegionBacking.Manual"/> region, frames from the frame allocator.</summary>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
public readonly unsafe struct AddressSpaceHeapPages<TPlatform> : IHeapPages
    where TPlatform : unmanaged, IPlatform
{
    private readonly AddressSpace<TPlatform> _space;
    private readonly FrameAllocator<TPlatform> _frames;

    /// <summary>Memory from a space.</summary>
    /// <param name="space">The kernel's space; the heap's range is a region of it, backed by <see cref="RegionBacking.Manual"/>.</param>
    /// <param name="frames">Where descriptor frames come from.</param>
    public AddressSpaceHeapPages(AddressSpace<TPlatform> space, FrameAllocator<TPlatform> frames)
    {
        _space = space;
        _frames = frames;
    }

    /// <inheritdoc/>
    public Result<HeapError> Map(PageRange<Size4KiB> pages)
    {
        if (!_space.MapPages(pages).TryGetError(out AddressSpaceError error))
            return Result<HeapError>.Success;
        Panic.Assert(error == AddressSpaceError.OutOfMemory, "AddressSpaceHeapPages: the heap's range is not its region, or someone else maps there");
        return HeapError.OutOfMemory;
    }

    /// <inheritdoc/>
    public void Unmap(PageRange<Size4KiB> pages) => _space.UnmapPages(pages).Expect("AddressSpaceHeapPages: the heap's region is gone");

    /// <inheritdoc/>
    public Result<HeapFrame, HeapError> AllocateMetadataFrame()
    {
        // Zeroed frames are in the direct map: the allocator has just written to them there.
        if (!_frames.Allocate(FrameRequest.For(FrameUse.Heap).WithZeroed(true)).TryGet(out OwnedFrame frame))
            return HeapError.OutOfMemory;
        return new HeapFrame(_frames.DirectMap.ToPointer<byte>(frame.Release().Start));
    }

    /// <inheritdoc/>
    public void FreeMetadataFrame(HeapFrame frame)
    {
        PhysAddr address = _frames.DirectMap.ToPhysical(VirtAddr.FromPointer(frame.Pointer));
        _frames.Free(Frame.Create(address), FrameUse.Heap).Expect("AddressSpaceHeapPages: a frame that the heap never got");
    }
}
