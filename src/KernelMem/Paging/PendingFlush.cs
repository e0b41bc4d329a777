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
public readonly unsafe struct PendingFlush
{
    internal PendingFlush(TlbContext* space, VirtAddr page)
    {
        Space = space;
        Page = page;
    }

    /// <summary>The first byte of the page that was changed.</summary>
    public VirtAddr Page { get; }

    // Whose page; null for the kernel's part.
    internal TlbContext* Space { get; }

    /// <summary>Flushes the page wherever it may be remembered. Hold no spin lock: this waits for other CPUs.</summary>
    [MayBlock("waits for other CPUs")]
    public void Flush<TPlatform>(TlbShootdown<TPlatform> tlb)
        where TPlatform : unmanaged, IPlatform
    {
        VirtAddr page = Page;
        tlb.Flush(Space, &page, 1);
    }
}
