using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A page that was unmapped but may still be used through translations that CPUs remember. It withholds the frame until they are
/// flushed: <see cref="Flush"/> gives it out, or a <see cref="FlushBatch"/> takes it.
/// </summary>
/// <typeparam name="TSize">The size of the page.</typeparam>
[MustUse("CPUs go on using the frame")]
[Affine]
public readonly unsafe struct Unmapped<TSize>
    where TSize : unmanaged, IPageSize
{
    private readonly ulong _entry;
    private readonly Frame<TSize> _frame;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Unmapped(TlbContext* space, Page<TSize> page, ulong entry, in EntryFormat format)
    {
        Space = space;
        Page = page;
        _entry = entry;
        _frame = Frame<TSize>.CreateUnchecked(EntryCodec.FrameOf(TSize.Level, entry, format));
    }

    /// <summary>The page.</summary>
    public Page<TSize> Page { get; }

    /// <summary>Whether the page was used while it was mapped. Always, for pages without tracking.</summary>
    public bool WasAccessed => (_entry & PtEntry.AccessedMask) != 0;

    /// <summary>Whether the page was written while it was mapped. Always, for pages without tracking.</summary>
    public bool WasDirty => (_entry & PtEntry.DirtyMask) != 0;

    // Whose page; null for the kernel's part.
    internal TlbContext* Space { get; }

    internal Frame<TSize> Withheld => _frame;

    /// <summary>Flushes the page wherever it may be remembered. Hold no spin lock: this waits for other CPUs.</summary>
    /// <returns>The frame: nobody reaches it through the page any more.</returns>
    [MayBlock("waits for other CPUs")]
    public Frame<TSize> Flush<TPlatform>(TlbShootdown<TPlatform> tlb)
        where TPlatform : unmanaged, IPlatform
    {
        VirtAddr page = Page.Start;
        tlb.Flush(Space, &page, 1);
        return _frame;
    }
}
