using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>A flush that is owed for a range: entries were changed, and CPUs may still use what they were.</summary>
[MustUse("CPUs go on using the old rights")]
[Affine]
public readonly unsafe struct PendingRangeFlush
{
    private readonly TlbContext* _space;

    internal PendingRangeFlush(TlbContext* space, VirtRange range)
    {
        _space = space;
        Range = range;
    }

    /// <summary>The range.</summary>
    public VirtRange Range { get; }

    /// <summary>Flushes the range wherever it may be remembered. Hold no spin lock, and no cursor: this waits for other CPUs.</summary>
    [MayBlock("waits for other CPUs")]
    public void Flush<TPlatform>(TlbShootdown<TPlatform> tlb)
        where TPlatform : unmanaged, IPlatform
    {
        if (!Range.IsEmpty)
            tlb.FlushRange(_space, Range, Size4KiB.Bytes);
    }
}
