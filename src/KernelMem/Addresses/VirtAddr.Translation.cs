using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <content>How the processor takes the address apart (Intel SDM Vol. 3A §4.5, figures 4-8 to 4-11).</content>
public readonly partial struct VirtAddr
{
    /// <summary>Bits 56:48: the entry in the PML5 table (LA57 only; sign bits otherwise).</summary>
    public TableIndex Pml5Index => IndexAt(48);

    /// <summary>Bits 47:39: the entry in the PML4 table.</summary>
    public TableIndex Pml4Index => IndexAt(39);

    /// <summary>Bits 38:30: the entry in the page-directory-pointer table.</summary>
    public TableIndex PdptIndex => IndexAt(30);

    /// <summary>Bits 29:21: the entry in the page directory.</summary>
    public TableIndex PdIndex => IndexAt(21);

    /// <summary>Bits 20:12: the entry in the page table.</summary>
    public TableIndex PtIndex => IndexAt(12);

    /// <summary>Bits 11:0: the byte in a 4 KiB page.</summary>
    public ushort PageOffset => (ushort)OffsetIn<Size4KiB>();

    /// <summary>The entry in the table of <paramref name="level"/>. Panics when that is no level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableIndex TableIndex(PageTableLevel level)
    {
        Panic.Assert(level is >= PageTableLevel.Pt and <= PageTableLevel.Pml5, "VirtAddr.TableIndex: no such level");
        return IndexAt(level.IndexShift());
    }

    /// <summary>The byte in a page of <typeparamref name="TSize"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OffsetIn<TSize>()
        where TSize : unmanaged, IPageSize => _value & (TSize.Bytes - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TableIndex IndexAt(int shift) => Addresses.TableIndex.CreateTruncated(_value >> shift);
}
