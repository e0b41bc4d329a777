using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>How much is to be dropped.</summary>
internal enum TlbWorkKind
{
    /// <summary>Single pages, and the upper-level entries that led to them.</summary>
    Pages,

    /// <summary>All there is of the space; of the kernel's part: everything.</summary>
    Everything,

    /// <summary>Nothing: to answer is all.</summary>
    Synchronize,

    /// <summary>The space itself: nobody may have it current.</summary>
    Retire,
}

/// <summary>What is to be dropped.</summary>
internal unsafe struct TlbWork
{
    /// <summary>The space; null for the kernel's part.</summary>
    public TlbContext* Space;

    /// <summary>Which flush of the space it is, from 1.</summary>
    public ulong Generation;

    /// <summary>An address in each page; or null, and the pages are <see cref="Stride"/> bytes apart.</summary>
    public VirtAddr* Pages;

    /// <summary>The first of pages that are apart evenly.</summary>
    public ulong First;

    public ulong Stride;

    public int Count;

    public TlbWorkKind Kind;

    /// <summary>Whether upper-level entries were changed, and tables perhaps taken out.</summary>
    public bool TablesFreed;

    /// <summary>For <see cref="TlbWorkKind.Retire"/>: the root to go over to.</summary>
    public PageTableRoot KernelRoot;

    // SAFETY: whoever asks keeps the list until all have answered.
    public readonly VirtAddr PageAt(int index) => Pages != null ? Pages[index] : VirtAddr.CreateUnchecked(First + ((ulong)index * Stride));
}

/// <summary>What one CPU asks of others.</summary>
internal unsafe struct TlbRequest
{
    /// <summary>Odd while the CPU asks.</summary>
    public ulong Sequence;

    /// <summary>How many CPUs have not answered. Until it is 0, the work stays what it is.</summary>
    public uint Remaining;

    /// <summary>Who has not begun to answer. Whoever takes a bit out answers for it: so an interrupt inside an answer does not repeat it.</summary>
    public CpuMask Pending;

    private nuint _space;
    private ulong _generation;
    private nuint _pages;
    private ulong _first;
    private ulong _stride;
    private int _count;
    private int _kind;
    private bool _tablesFreed;
    private ulong _kernelRoot;

    /// <summary>The work. Written before the first bit of <see cref="Pending"/>, and so seen by whoever sees that.</summary>
    public TlbWork Work
    {
        readonly get => new()
        {
            Space = (TlbContext*)Atomic.Load(in _space),
            Generation = Atomic.Load(in _generation),
            Pages = (VirtAddr*)Atomic.Load(in _pages),
            First = Atomic.Load(in _first),
            Stride = Atomic.Load(in _stride),
            Count = Atomic.Load(in _count),
            Kind = (TlbWorkKind)Atomic.Load(in _kind),
            TablesFreed = Atomic.Load(in _tablesFreed),
            KernelRoot = PageTableRoot.FromRegister(Atomic.Load(in _kernelRoot)),
        };
        set
        {
            Atomic.Store(ref _space, (nuint)value.Space);
            Atomic.Store(ref _generation, value.Generation);
            Atomic.Store(ref _pages, (nuint)value.Pages);
            Atomic.Store(ref _first, value.First);
            Atomic.Store(ref _stride, value.Stride);
            Atomic.Store(ref _count, value.Count);
            Atomic.Store(ref _kind, (int)value.Kind);
            Atomic.Store(ref _tablesFreed, value.TablesFreed);
            Atomic.Store(ref _kernelRoot, value.KernelRoot.Register);
        }
    }
}
