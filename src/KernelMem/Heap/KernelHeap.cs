using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Heap;

/// <summary>
/// A kernel heap: blocks of any size in a range of virtual memory that grows and shrinks page by page.
/// </summary>
/// <remarks>
/// <para><b>Small blocks</b> (up to 2048 bytes) share pages by size class; greater ones get whole pages, first fit. One empty page is
/// kept for each size class, so that a block that comes and goes does not map and unmap; <see cref="Trim"/> gives those back.</para>
/// <para><b>Its books are apart.</b> The heap never stores anything in the memory it gives out, nor reads it, so no stray write through
/// a block can destroy it, and a second free is refused, never believed. (If the place has been given out again meanwhile, a
/// stale address is the new block's, and no heap can tell.) Descriptors live in frames of their own, and in the caller's buffer.</para>
/// <para><b>Locking.</b> One spin lock for the books. Pages are reserved under it, mapped without it, and published under it; on
/// the way back they are marked as going, unmapped without it, and free only when every CPU has flushed. So interrupts are never off
/// while frames are mapped, and no CPU waits for another with the lock held. A free, however, may wait for other CPUs:
/// call <see cref="Free"/>, <see cref="Trim"/> and <see cref="Reallocate(VirtAddr, ulong)"/> with interrupts on and no spin lock held.
/// Allocating waits if the supply's <see cref="IHeapPages.Map"/> does; <see cref="AddressSpaceHeapPages{TPlatform}"/> does when memory runs out
/// half way.</para>
/// <para>The heap is a handle: copies are the same heap; <c>default</c> is none, and using it faults.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
/// <typeparam name="TPages">Where the memory comes from.</typeparam>
public readonly unsafe partial struct KernelHeap<TPlatform, TPages>
    where TPlatform : unmanaged, IPlatform
    where TPages : unmanaged, IHeapPages
{
    private const ulong MetadataAlignment = 16;

    private readonly Header* _header;

    private KernelHeap(Header* header) => _header = header;

    /// <summary>Whether this is a heap, not the default value.</summary>
    public bool IsCreated => _header != null;

    /// <summary>Where its blocks lie.</summary>
    public VirtRange Range => _header->State.Range;

    /// <summary>The bytes of a metadata buffer for a range: some hundreds, and 16 for each 256 KiB.</summary>
    public static ulong MetadataSize(VirtRange range)
    {
        ulong chunks = (range.Length / Size4KiB.Bytes + HeapChunk.Pages - 1) / HeapChunk.Pages;
        return (ulong)sizeof(Header) + HeapSizeClass.Number * (ulong)sizeof(HeapSizeClass) + chunks * (ulong)sizeof(HeapChunk);
    }

    /// <summary>A heap with nothing in it. Nothing is mapped yet.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="pages">Where the memory comes from.</param>
    /// <param name="range">
    /// Whole pages that are the heap's and not mapped; at most <see cref="HeapLimits.MaxRangeBytes"/>, not from address zero on.
    /// </param>
    /// <param name="metadata">Memory that stays the heap's, 16-byte aligned.</param>
    /// <param name="bytes">The buffer's length in bytes; see <see cref="MetadataSize"/>.</param>
    /// <returns>The heap; <see cref="HeapError.InvalidRequest"/> or <see cref="HeapError.BadMetadata"/>.</returns>
    public static Result<KernelHeap<TPlatform, TPages>, HeapError> Create(
        TPlatform platform, TPages pages, VirtRange range, [Aligned(MetadataAlignment)] void* metadata, ulong bytes)
    {
        bool wholePages = range.Start.OffsetIn<Size4KiB>() == 0 && range.Length % Size4KiB.Bytes == 0;
        if (range.IsEmpty || range.Start.IsZero || !wholePages || range.Length > HeapLimits.MaxRangeBytes)
            return HeapError.InvalidRequest;

        ulong address = (ulong)metadata;
        if (metadata == null || address % MetadataAlignment != 0 || bytes < MetadataSize(range) || bytes > ulong.MaxValue - address)
            return HeapError.BadMetadata;

        // SAFETY: the buffer is the caller's, aligned, and has room for the header, the classes and the chunks, as just checked. The
        // sizes of all of them are multiples of 8.
        Header* header = (Header*)metadata;
        HeapSizeClass* classes = (HeapSizeClass*)(header + 1);
        HeapChunk* chunks = (HeapChunk*)(classes + HeapSizeClass.Number);
        *header = new Header { Platform = platform, Pages = pages };
        header->State.Range = range;
        header->State.Width = range.IsCanonical(AddressWidth.Bits48) ? AddressWidth.Bits48 : AddressWidth.Bits57;
        header->State.Classes = classes;
        header->State.Pages.Chunks = chunks;
        header->State.Pages.Count = (int)(range.Length / Size4KiB.Bytes);
        header->State.Pages.FirstNumber = range.Start.Value / Size4KiB.Bytes;
        for (int index = 0; index < HeapSizeClass.Number; index++)
            classes[index] = HeapSizeClass.Create(index);
        for (int index = 0; index < header->State.Pages.ChunkCount; index++)
            chunks[index] = default;
        return new KernelHeap<TPlatform, TPages>(header);
    }

    /// <summary>Allocates a block, aligned to 16 bytes.</summary>
    /// <inheritdoc cref="Allocate(ulong, ulong)"/>
    public Result<VirtAddr, HeapError> Allocate(ulong bytes) => Allocate(bytes, HeapLimits.MinAlignment);

    /// <summary>Allocates a block. What is in it does not matter.</summary>
    /// <param name="bytes">How many bytes, at least 1.</param>
    /// <param name="alignment">
    /// What the address is a multiple of, in bytes: a power of two, at most <see cref="HeapLimits.MaxAlignment"/>. All blocks are
    /// aligned to 16 bytes, those above 2048 bytes to 4 KiB.
    /// </param>
    /// <returns>
    /// The first byte; <see cref="HeapError.InvalidRequest"/>, <see cref="HeapError.TooLarge"/>, <see cref="HeapError.OutOfMemory"/>,
    /// <see cref="HeapError.OutOfRange"/>.
    /// </returns>
    public Result<VirtAddr, HeapError> Allocate(ulong bytes, [PowerOfTwo] ulong alignment) => Counted(Take(bytes, alignment, out _));

    /// <summary>Allocates a block whose usable bytes (<see cref="TryGetSize"/>) are all zero.</summary>
    /// <inheritdoc cref="Allocate(ulong, ulong)"/>
    public Result<VirtAddr, HeapError> AllocateZeroed(ulong bytes, [PowerOfTwo] ulong alignment = HeapLimits.MinAlignment)
    {
        Result<VirtAddr, HeapError> result = Counted(Take(bytes, alignment, out ulong usableBytes));
        if (result.TryGet(out VirtAddr address))
            _header->Platform.ClearMemory(address.ToPointer(), usableBytes); // SAFETY: the block is mapped, and nobody else knows it
        return result;
    }

    /// <summary>Frees a block. Nobody may use it any more.</summary>
    /// <param name="address">Its first byte.</param>
    /// <returns>Success; <see cref="HeapError.NotAllocated"/> or <see cref="HeapError.NotAnAllocation"/>, and nothing is freed.</returns>
    [MayBlock("waits until other CPUs have flushed the pages that it gives back")]
    public Result<HeapError> Free(VirtAddr address)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        HeapError error = Drop(address, out HeapRun run);
        if (error != HeapError.None)
            _header->State.Failures++;
        guard.Release();

        GiveBack(run);
        return error == HeapError.None ? Result<HeapError>.Success : error;
    }

    /// <summary>How many bytes a block really has: at least what was asked for. All of them may be used.</summary>
    /// <returns>False, with 0, when no block starts at the address.</returns>
    public bool TryGetSize(VirtAddr address, out ulong usableBytes)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = _header->State.Find(address, out HeapBlock block) == HeapError.None;
        guard.Release();
        usableBytes = found ? block.UsableBytes : 0;
        return found;
    }

    /// <summary>Gives the empty pages back that are kept for the next allocation.</summary>
    /// <returns>How many pages of 4 KiB.</returns>
    [MayBlock("waits until other CPUs have flushed the pages")]
    public ulong Trim()
    {
        ulong pages = 0;
        for (int sizeClass = 0; sizeClass < HeapSizeClass.Number; sizeClass++)
        {
            SpinLockGuard<TPlatform> guard = Lock();
            int page = _header->State.Classes[sizeClass].Cached;
            _header->State.Classes[sizeClass].Cached = HeapPageMap.None;
            HeapRun run = page == HeapPageMap.None ? default : Leaving(page, 1);
            guard.Release();

            GiveBack(run);
            pages += (ulong)run.Count;
        }

        return pages;
    }

    /// <summary>What the heap has and has done. O(range / 256 KiB), with the lock held.</summary>
    public HeapStatistics GetStatistics()
    {
        SpinLockGuard<TPlatform> guard = Lock();
        HeapState* state = &_header->State;
        HeapStatistics statistics = new()
        {
            RangeBytes = state->Range.Length,
            MappedBytes = state->MappedPages * Size4KiB.Bytes,
            PeakMappedBytes = state->PeakMappedPages * Size4KiB.Bytes,
            AllocatedBytes = state->AllocatedBytes,
            Allocations = state->Allocations,
            Frees = state->Frees,
            Failures = state->Failures,
            MetadataFrames = state->MetadataFrames,
            LargestFreeRun = (ulong)state->Pages.LongestFreeRun() * Size4KiB.Bytes,
        };
        guard.Release();
        return statistics;
    }

    /// <summary>
    /// Checks the books: every page in use is described, runs and lists are whole, and the counts agree. O(pages in use), with the
    /// lock held; at any time, also while other CPUs use the heap.
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate()
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool valid = HeapAudit.Holds(in _header->State);
        guard.Release();
        return valid;
    }

    private SpinLockGuard<TPlatform> Lock() => _header->State.Lock.Acquire(_header->Platform);

    private Result<VirtAddr, HeapError> Counted(Result<VirtAddr, HeapError> result)
    {
        if (!result.IsSuccess)
        {
            SpinLockGuard<TPlatform> guard = Lock();
            _header->State.Failures++;
            guard.Release();
        }

        return result;
    }

    // SAFETY of every use of _header: Create made it inside the caller's buffer, which stays the heap's.
    private struct Header
    {
        public HeapState State;
        public TPlatform Platform;
        public TPages Pages;
    }
}
