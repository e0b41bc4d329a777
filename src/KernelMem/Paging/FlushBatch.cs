using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Flushes of pages that are owed, gathered to be paid at once, and the frames withheld until then; all of one address space. Gather under
/// the lock of the tables, pay after giving it back. <c>default</c> is empty.
/// </summary>
[MustUse("CPUs go on using what was unmapped, and the frames are lost")]
[Affine]
public unsafe struct FlushBatch
{
    /// <summary>How many pages a batch has room for.</summary>
    public const int Capacity = 64;

    // A frame's address has twelve zero bits: the use that it is freed as stands in them.
    private const ulong UseMask = Frame.Size - 1;

    private TlbContext* _space;
    private Words _pages;
    private Words _frames;

    /// <summary>How many pages are in it.</summary>
    public int Count { readonly get; private set; }

    /// <summary>Whether there is no room left. Adding to a full batch panics.</summary>
    public readonly bool IsFull => Count == Capacity;

    /// <summary>Takes an unmapped page; at the flush, its frame goes back to the frame allocator.</summary>
    /// <param name="unmapped">The page.</param>
    /// <param name="use">What the frame was allocated as; <see cref="FrameUse.None"/> for one that is not the allocator's, a device's for instance.</param>
    public void Add<TSize>(Unmapped<TSize> unmapped, FrameUse use)
        where TSize : unmanaged, IPageSize => Add(unmapped.Space, unmapped.Page.Start, unmapped.Withheld.Start.Value | (ulong)use);

    /// <summary>Takes the flush of a page that was changed.</summary>
    public void Add(PendingFlush flush) => Add(flush.Space, flush.Page, 0);

    /// <summary>Flushes everything wherever it may be remembered, then frees the frames. The batch is empty afterwards. Hold no spin lock: this waits for other CPUs.</summary>
    /// <param name="tlb">The CPUs.</param>
    /// <param name="frames">Where the frames came from.</param>
    /// <returns>How many frame blocks were freed.</returns>
    [MayBlock("waits for other CPUs")]
    public int Flush<TPlatform>(TlbShootdown<TPlatform> tlb, FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        if (Count == 0)
            return 0;

        VirtAddr* pages = stackalloc VirtAddr[Capacity];
        for (int i = 0; i < Count; i++)
            pages[i] = VirtAddr.CreateUnchecked(_pages[i]);
        tlb.Flush(_space, pages, Count);

        int freed = 0;
        for (int i = 0; i < Count; i++)
        {
            FrameUse use = (FrameUse)(_frames[i] & UseMask);
            if (use == FrameUse.None)
                continue;
            Frame frame = Frame.CreateUnchecked(PhysAddr.CreateUnchecked(_frames[i] & ~UseMask));
            frames.Free(frame, use).Expect("FlushBatch: a withheld frame is not the frame allocator's");
            freed++;
        }

        Count = 0;
        return freed;
    }

    /// <summary>Whether both owe the same flushes and withhold the same frames, in the same order.</summary>
    public static bool operator ==(in FlushBatch left, in FlushBatch right)
    {
        bool same = left.Count == right.Count;
        for (int i = 0; same && i < left.Count; i++)
            same = left._pages[i] == right._pages[i] && left._frames[i] == right._frames[i];

        return same;
    }

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(in FlushBatch left, in FlushBatch right) => !(left == right);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is FlushBatch other && this == other;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => Count == 0 ? 0 : AddressHash.Of(_pages[0], (ulong)Count);

    private void Add(TlbContext* space, VirtAddr page, ulong frame)
    {
        Panic.Assert(!IsFull, "FlushBatch: full");
        Panic.Assert(Count == 0 || _space == space, "FlushBatch: pages of two address spaces");
        _space = space;
        _pages[Count] = page.Value;
        _frames[Count] = frame;
        Count++;
    }

    [InlineArray(Capacity)]
    private struct Words
    {
        private ulong _first;
    }
}
