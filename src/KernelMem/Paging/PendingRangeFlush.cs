using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>A flush that is owed for a range: entries were changed, and CPUs may still use what they were.</summary>
[MustUse("CPUs go on using the old rights")]
[Affine]
public readonly struct PendingRangeFlush
{
    // More than the shootdown takes one by one.
    private const ulong PagesAtMost = 64;

    internal PendingRangeFlush(VirtRange range) => Range = range;

    /// <summary>The range.</summary>
    public VirtRange Range { get; }

    /// <summary>Flushes the range on every CPU. Hold no spin lock, and no cursor: this waits for other CPUs.</summary>
    [MayBlock("waits for other CPUs")]
    public void Flush<TPlatform>(TlbShootdown<TPlatform> tlb)
        where TPlatform : unmanaged, IPlatform => Flush(tlb, Range);

    internal static unsafe void Flush<TPlatform>(TlbShootdown<TPlatform> tlb, VirtRange range)
        where TPlatform : unmanaged, IPlatform
    {
        if (range.IsEmpty)
            return;
        ulong count = ((range.Length - 1) / Size4KiB.Bytes) + 1;
        count = count < PagesAtMost ? count : PagesAtMost;
        VirtAddr* pages = stackalloc VirtAddr[(int)PagesAtMost];
        for (ulong i = 0; i < count; i++)
            pages[i] = range.Start + (i * Size4KiB.Bytes);
        tlb.Flush(pages, (int)count);
    }
}
