using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/heap.md</c>, word for word. What they give is checked in <see cref="MemoryGuideTests"/>.</summary>
internal static unsafe class HeapExamples
{
    public static void Use<TPlatform, TPages>(KernelHeap<TPlatform, TPages> heap)
        where TPlatform : unmanaged, IPlatform
        where TPages : unmanaged, IHeapPages
    {
        if (!heap.Allocate(100).TryGet(out VirtAddr block, out HeapError error))
            Panic.Now(HeapErrors.Message(error));

        heap.TryGetSize(block, out ulong usable); // 128: all of it may be used
        VirtAddr aligned = heap.AllocateZeroed(4096, alignment: 64 << 10).Expect("memory at boot");
        block = heap.Reallocate(block, 3 * usable).Expect("memory at boot"); // may move

        heap.Free(aligned).Expect("it is ours");
        heap.Free(block).Expect("it is ours");
        bool refused = heap.Free(block).Error == HeapError.NotAllocated; // true: a second free fails

        Panic.Assert(refused && usable == 128, "a second free fails");
    }

    public static KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>> CreateOwn<TPlatform>(
        TPlatform platform, AddressSpace<TPlatform> kernel, FrameAllocator<TPlatform> frames, void* metadata, ulong bytes)
        where TPlatform : unmanaged, IPlatform
    {
        // A second heap: 16 MiB of the kernel regions. bytes is at least KernelHeap<…>.MetadataSize(range).
        VirtRange range = kernel.Allocate(16 << 20, RegionKind.KernelData, Protection.KernelData, RegionBacking.Manual).Expect("room at boot");
        AddressSpaceHeapPages<TPlatform> pages = new(kernel, frames);
        KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>> heap =
            KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>>.Create(platform, pages, range, metadata, bytes).Expect("the buffer is ours");

        return heap;
    }
}
