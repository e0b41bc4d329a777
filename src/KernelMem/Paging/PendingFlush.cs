using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A flush that is owed: an entry was changed, and CPUs may still use what it was. Pay by <see cref="Flush"/>, or put it into a
/// <see cref="FlushBatch"/>.
/// </summary>
[MustUse("CPUs go on using the old rights")]
[Affine]
public readonly struct PendingFlush
{
    internal PendingFlush(VirtAddr page) => Page = page;

    /// <summary>The first byte of the page that was changed.</summary>
    public VirtAddr Page { get; }

    /// <summary>Flushes the page on every CPU. Hold no spin lock: this waits for other CPUs.</summary>
    [MayBlock("waits for other CPUs")]
    public unsafe void Flush<TPlatform>(TlbShootdown<TPlatform> tlb)
        where TPlatform : unmanaged, IPlatform
    {
        VirtAddr page = Page;
        tlb.Flush(&page, 1);
    }
}
