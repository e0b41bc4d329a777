using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Paging;

/// <summary>An entry of a page table (PTE): maps a 4 KiB page, or is not present. Intel SDM Vol. 3A Table 4-20.</summary>
/// <remarks>Bit 7 is PAT at this level; there is no PS.</remarks>
[BitLayout]
[PageTableEntry((int)PageTableLevel.Pt, PageTableEntryRole.Page)]
public readonly partial struct PtEntry : IPageTableEntry<PtEntry>
{
    /// <summary>
    /// P, bit 0: the entry maps a 4-KiB page. While it is clear
    /// the processor ignores every other bit.
    /// </summary>
    [Bit(0, Label = "P")]
    public partial bool Present { get; }

    /// <summary>R/W, bit 1: writes to the page are allowed, as far as the entries above allow them too.</summary>
    [Bit(1, Label = "RW")]
    public partial bool Writable { get; }

    /// <summary>U/S, bit 2: user-mode accesses to the page are allowed, as far as the entries above allow them too.</summary>
    [Bit(2, Label = "US")]
    public partial bool User { get; }

    /// <summary>PWT, bit 3: part of the memory type used to access the page (§4.9.2).</summary>
    [Bit(3, Label = "PWT")]
    public partial bool WriteThrough { get; }

    /// <summary>PCD, bit 4: part of the memory type used to access the page (§4.9.2).</summary>
    [Bit(4, Label = "PCD")]
    public partial bool CacheDisable { get; }

    /// <summary>A, bit 5: the processor has used the entry for a translation. It sets the bit, software clears it.</summary>
    [Bit(5, Label = "A")]
    public partial bool Accessed { get; }

    /// <summary>D, bit 6: the page has been written through the entry. The processor sets the bit, software clears it.</summary>
    [Bit(6, Label = "D")]
    public partial bool Dirty { get; }

    /// <summary>
    /// PAT, bit 7: with <see cref="CacheDisable"/> and <see cref="WriteThrough"/> selects one of the eight memory types of the
    /// IA32_PAT MSR (§4.9.2). Bit 7 here; bit 12 where an entry maps a larger page.
    /// </summary>
    [Bit(7, Label = "PAT")]
    public partial bool Pat { get; }

    /// <summary>G, bit 8: the translation survives a write to CR3, while CR4.PGE is set (§4.10).</summary>
    [Bit(8, Label = "G")]
    public partial bool Global { get; }

    /// <summary>Bits 11:9, for software: the processor ignores them (bit 11 but for HLAT paging, which is not used here).</summary>
    [Bits(9, 11, Software = true)]
    public partial byte Available { get; }

    /// <summary>Bits 51:12: the frame that the page shows. Bits beyond the processor's physical-address width must be zero.</summary>
    [Address(12, 51)]
    public partial Frame Frame { get; }

    /// <summary>Bits 58:52, for software: the processor ignores them.</summary>
    [Bits(52, 58, Software = true)]
    public partial byte AvailableHigh { get; }

    /// <summary>
    /// Bits 62:59: the protection key of the page, while CR4.PKE (user pages) or CR4.PKS (supervisor pages) is set; ignored
    /// otherwise (§4.6.2).
    /// </summary>
    [Bits(59, 62, Label = "PK")]
    public partial byte ProtectionKey { get; }

    /// <summary>XD, bit 63: instructions may not be fetched from the page. Reserved while IA32_EFER.NXE is clear.</summary>
    [Bit(63, Label = "XD")]
    public partial bool NoExecute { get; }
}
