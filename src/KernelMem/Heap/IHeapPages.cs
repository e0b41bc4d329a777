using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Heap;

/// <summary>Where a heap gets its memory from: pages for its blocks, frames for its descriptors.</summary>
/// <remarks>
/// Implement it with a struct; the heap calls it through a type parameter. It is called by many CPUs at once, and keeps what state it
/// has in order by itself. The heap stores the struct in its metadata, so that all copies of the heap have the same one.
/// </remarks>
public interface IHeapPages
{
    /// <summary>
    /// Maps frames, writable and never executable, at exactly these pages of the heap's range; none of them is mapped. All or nothing.
    /// What is in the frames does not matter.
    /// </summary>
    /// <remarks>Called without the heap's lock. It must not wait for this heap.</remarks>
    /// <returns>Success; <see cref="HeapError.OutOfMemory"/> when frames or page tables cannot be had.</returns>
    Result<HeapError> Map(PageRange<Size4KiB> pages);

    /// <summary>
    /// Unmaps pages that <see cref="Map"/> mapped (perhaps with other calls, or more of them with one), waits until every CPU has
    /// flushed them, and gives the frames back, in this order.
    /// </summary>
    /// <remarks>Called without the heap's lock, so it may wait for other CPUs that want it, and may even use the heap.</remarks>
    [MayBlock("waits until other CPUs have flushed")]
    void Unmap(PageRange<Size4KiB> pages);

    /// <summary>A frame for the heap's descriptors, filled with zeros. Frames need not lie next to each other.</summary>
    /// <remarks>Called with the heap's lock held and interrupts off: it must neither wait for other CPUs nor use the heap.</remarks>
    /// <returns>The frame; <see cref="HeapError.OutOfMemory"/> when there is none.</returns>
    Result<HeapFrame, HeapError> AllocateMetadataFrame();

    /// <summary>Takes back a frame of <see cref="AllocateMetadataFrame"/>.</summary>
    /// <remarks>Called with the heap's lock held and interrupts off: it must neither wait for other CPUs nor use the heap.</remarks>
    void FreeMetadataFrame(HeapFrame frame);
}
