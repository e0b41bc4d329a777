using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>Where a virtual address leads, and what may be done there: the rights of all levels taken together.</summary>
/// <remarks>It keeps the entry and reads it when asked, so that a translation costs the walk only.</remarks>
[DebuggerDisplay("{Address} {Protection}")]
public readonly struct Translation
{
    private readonly ulong _entry;
    private readonly PathRights _path;
    private readonly EntryFormat _format;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Translation(PageTableLevel level, ulong entry, PathRights path, EntryFormat format, PhysAddr address)
    {
        _entry = entry;
        _path = path;
        _format = format;
        Level = level;
        Address = address;
    }

    /// <summary>The physical address of the very byte that was asked for.</summary>
    public PhysAddr Address { get; }

    /// <summary>The level of the entry that maps the page: <see cref="PageTableLevel.Pt"/> for 4 KiB, <see cref="PageTableLevel.Pd"/> for 2 MiB.</summary>
    public PageTableLevel Level { get; }

    /// <summary>The size of the page in bytes.</summary>
    public ulong PageBytes => Level.EntrySpan();

    /// <summary>Where the frame begins that the page shows.</summary>
    public PhysAddr FrameStart => EntryCodec.FrameOf(Level, _entry, _format);

    /// <summary>What may be done with the page.</summary>
    public Protection Protection => EntryCodec.DecodeProtection(Level, _entry, _path, _format);

    /// <summary>Whether the processor has used the page since the bit was last cleared. Always, for pages without tracking.</summary>
    public bool Accessed => (_entry & PtEntry.AccessedMask) != 0;

    /// <summary>Whether the page was written since the bit was last cleared. Always, for pages without tracking.</summary>
    public bool Dirty => (_entry & PtEntry.DirtyMask) != 0;

    /// <summary>The entry that maps the page, as the processor reads it.</summary>
    public ulong Entry => _entry;
}
