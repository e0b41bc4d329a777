namespace KernelMem.Addresses;

/// <summary>
/// A level of the translation, counted from the leaf; the names are those of the tables (Intel SDM Vol. 3A §4.5).
/// </summary>
public enum PageTableLevel : byte
{
    /// <summary>Page table: an entry maps 4 KiB. Indexed by bits 20:12.</summary>
    Pt = 1,

    /// <summary>Page directory: an entry maps 2 MiB or points to a page table. Indexed by bits 29:21.</summary>
    Pd = 2,

    /// <summary>Page-directory-pointer table: an entry maps 1 GiB or points to a page directory. Indexed by bits 38:30.</summary>
    Pdpt = 3,

    /// <summary>PML4 table: an entry spans 512 GiB. Indexed by bits 47:39.</summary>
    Pml4 = 4,

    /// <summary>PML5 table (LA57 only): an entry spans 256 TiB. Indexed by bits 56:48.</summary>
    Pml5 = 5,
}

/// <summary>What a <see cref="PageTableLevel"/> implies.</summary>
public static class PageTableLevelExtensions
{
    /// <summary>The lowest address bit of the level's index: 12, 21, 30, 39 or 48.</summary>
    public static int IndexShift(this PageTableLevel level) => 12 + (9 * ((int)level - 1));

    /// <summary>How many bytes one entry of the level spans: 4 KiB, 2 MiB, 1 GiB, 512 GiB or 256 TiB.</summary>
    public static ulong EntrySpan(this PageTableLevel level) => 1UL << level.IndexShift();
}
