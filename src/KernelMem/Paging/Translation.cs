using System.Diagnostics;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>Where a virtual address leads, and what may be done there: the rights of all levels taken together.</summary>
[DebuggerDisplay("{Address} {Protection}")]
public readonly struct Translation
{
    internal Translation(PhysAddr address, PageTableLevel level, Protection protection, bool accessed, bool dirty)
    {
        Address = address;
        Level = level;
        Protection = protection;
        Accessed = accessed;
        Dirty = dirty;
    }

    /// <summary>The physical address of the very byte that was asked for.</summary>
    public PhysAddr Address { get; }

    /// <summary>The level of the entry that maps the page: <see cref="PageTableLevel.Pt"/> for 4 KiB, <see cref="PageTableLevel.Pd"/> for 2 MiB.</summary>
    public PageTableLevel Level { get; }

    /// <summary>The size of the page in bytes.</summary>
    public ulong PageBytes => Level.EntrySpan();

    /// <summary>What may be done with the page.</summary>
    public Protection Protection { get; }

    /// <summary>Whether the processor has used the page since the bit was last cleared.</summary>
    public bool Accessed { get; }

    /// <summary>Whether the page was written since the bit was last cleared.</summary>
    public bool Dirty { get; }
}
