using System;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Heap;

/// <content>Blocks that change their size.</content>
public readonly unsafe partial struct KernelHeap<TPlatform, TPages>
{
    /// <summary>As <see cref="Reallocate(VirtAddr, ulong, ulong)"/>, for blocks that need no more than 16-byte alignment.</summary>
    /// <inheritdoc cref="Reallocate(VirtAddr, ulong, ulong)"/>
    [MayBlock("waits until other CPUs have flushed the pages that it gives back")]
    public Result<VirtAddr, HeapError> Reallocate(VirtAddr address, ulong bytes) => Reallocate(address, bytes, HeapLimits.MinAlignment);

    /// <summary>
    /// Changes the size of a block. It keeps its contents up to the smaller of the sizes; what is new is not cleared.
    /// </summary>
    /// <remarks>
    /// <para>It stays in place if it has room, or if the pages behind it are free. It gets smaller only when that saves half of it, and
    /// then a lack of memory is no failure: it stays as it is. The heap does not remember what alignment a block was asked for, so
    /// say it again.</para>
    /// <para>Nobody else may use or free the block meanwhile. On failure it is untouched.</para>
    /// </remarks>
    /// <param name="address">Its first byte.</param>
    /// <param name="bytes">How many bytes it is to have, at least 1.</param>
    /// <param name="alignment">What the new address is a multiple of; see <see cref="Allocate(ulong, ulong)"/>.</param>
    /// <returns>
    /// Where it is now, and the old address is not valid any more; or the errors of <see cref="Allocate(ulong, ulong)"/> and
    /// <see cref="Free"/>.
    /// </returns>
    [MayBlock("waits until other CPUs have flushed the pages that it gives back")]
    public Result<VirtAddr, HeapError> Reallocate(VirtAddr address, ulong bytes, [PowerOfTwo] ulong alignment) =>
        Counted(Resize(address, bytes, alignment));

    private Result<VirtAddr, HeapError> Resize(VirtAddr address, ulong bytes, ulong alignment)
    {
        if (address.IsZero || bytes == 0 || !Alignment.IsValid(alignment) || alignment > HeapLimits.MaxAlignment)
            return HeapError.InvalidRequest;
        if (bytes > Range.Length)
            return HeapError.TooLarge;

        HeapRun tail = default;
        SpinLockGuard<TPlatform> guard = Lock();
        HeapError error = _header->State.Find(address, out HeapBlock block);
        bool aligned = address.IsAligned(alignment);
        bool fits = aligned && bytes <= block.UsableBytes;
        bool saves = UsableFor(bytes, alignment) <= block.UsableBytes / 2;
        bool wholePages = !block.IsObject && !HeapSlabs.TryFindClass(in _header->State, bytes, alignment, out _);
        if (error == HeapError.None && wholePages && fits && saves)
            tail = CutTail(block, PagesFor(bytes));
        else if (error == HeapError.None && wholePages && aligned && !fits)
            tail = ReserveBehind(block, PagesFor(bytes));
        guard.Release();

        if (error != HeapError.None)
            return error;
        if (fits && (!saves || wholePages))
        {
            GiveBack(tail);
            return address;
        }

        return tail.Count != 0 ? Extend(address, block, tail) : Move(address, block, bytes, alignment, fits);
    }

    // With the lock held: the pages of a block that are more than it needs; they leave.
    private HeapRun CutTail(HeapBlock block, int needed)
    {
        HeapPage* first = _header->State.Pages[block.Page];
        HeapRun tail = Leaving(block.Page + needed, first->Count - needed);
        first->Count = needed;
        _header->State.AllocatedBytes -= (ulong)tail.Count * Size4KiB.Bytes;
        return tail;
    }

    // With the lock held: the pages that a block lacks, if those behind it are free and can be described; they are reserved.
    private HeapRun ReserveBehind(HeapBlock block, int needed)
    {
        int count = _header->State.Pages[block.Page]->Count;
        HeapRun tail = new(block.Page + count, needed - count);
        bool free = needed <= _header->State.Pages.Count - block.Page
            && _header->State.Pages.NextUsed(tail.First, tail.First + tail.Count) == tail.First + tail.Count;
        return free && ReserveAt(tail) == HeapError.None ? tail : default;
    }

    private Result<VirtAddr, HeapError> Extend(VirtAddr address, HeapBlock block, HeapRun tail)
    {
        // If there are no frames for the tail, there are none for a whole new block.
        if (Map(tail).TryGetError(out HeapError error))
            return error;

        SpinLockGuard<TPlatform> guard = Lock();
        HeapState* state = &_header->State;
        state->AddMapped(tail.Count);

        // A caller with a bug has freed the block meanwhile? Then it is not ours to extend.
        bool there = state->Find(address, out HeapBlock now) == HeapError.None && now.UsableBytes == block.UsableBytes;
        if (there)
        {
            HeapPage* first = state->Pages[block.Page];
            first->Count += tail.Count;
            state->Pages.DescribeRest(block.Page, first->Count - tail.Count, first->Count);
            state->AllocatedBytes += (ulong)tail.Count * Size4KiB.Bytes;
        }
        else
        {
            tail = Leaving(tail.First, tail.Count);
        }

        guard.Release();
        if (there)
            return address;

        GiveBack(tail);
        return HeapError.NotAllocated;
    }

    private Result<VirtAddr, HeapError> Move(VirtAddr address, HeapBlock block, ulong bytes, ulong alignment, bool fits)
    {
        if (!Take(bytes, alignment, out _).TryGet(out VirtAddr moved, out HeapError error))
            return fits ? address : error;

        // SAFETY: both blocks are mapped, and long enough; the new one is ours alone, the old one the caller's, who lends it.
        _header->Platform.CopyMemory(moved.ToPointer(), address.ToPointer(), Math.Min(bytes, block.UsableBytes));
        SpinLockGuard<TPlatform> guard = Lock();
        error = Drop(address, out HeapRun run);
        if (error != HeapError.None)
            _ = Drop(moved, out run); // a caller with a bug has freed the old one meanwhile
        guard.Release();

        GiveBack(run);
        return error == HeapError.None ? moved : error;
    }

    private ulong UsableFor(ulong bytes, ulong alignment) =>
        HeapSlabs.TryFindClass(in _header->State, bytes, alignment, out int sizeClass)
            ? (ulong)_header->State.Classes[sizeClass].Size
            : (ulong)PagesFor(bytes) * Size4KiB.Bytes;
}
