using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Paging;

/// <summary>An entry of a page directory (PDE) that references a page table. Intel SDM Vol. 3A Table 4-19.</summary>
/// <remarks>
/// PS, bit 7, is 0: with 1 the entry is a <see cref="PdPageEntry"/>. Which of the two a directory holds, <see cref="PdAnyEntry"/> tells.
/// </remarks>
[BitLayout]
[PageTableEntry((int)PageTableLevel.Pd, PageTableEntryRole.Table)]
[Ignored(6)]
[FixedBit(7, false)]
[Ignored(8)]
public readonly partial struct PdEntry
{
    /// <summary>
    /// P, bit 0: the entry references a page table. While it is clear
    /// the processor ignores every other bit.
    /// </summary>
    [Bit(0, Label = "P")]
    public partial bool Present { get; }

    /// <summary>R/W, bit 1: writes to the 2-MiB region are allowed, as far as the entries above allow them too.</summary>
    [Bit(1, Label = "RW")]
    public partial bool Writable { get; }

    /// <summary>U/S, bit 2: user-mode accesses to the 2-MiB region are allowed, as far as the entries above allow them too.</summary>
    [Bit(2, Label = "US")]
    public partial bool User { get; }

    /// <summary>PWT, bit 3: part of the memory type used to access a page table (§4.9.2).</summary>
    [Bit(3, Label = "PWT")]
    public partial bool WriteThrough { get; }

    /// <summary>PCD, bit 4: part of the memory type used to access a page table (§4.9.2).</summary>
    [Bit(4, Label = "PCD")]
    public partial bool CacheDisable { get; }

    /// <summary>A, bit 5: the processor has used the entry for a translation. It sets the bit, software clears it.</summary>
    [Bit(5, Label = "A")]
    public partial bool Accessed { get; }

    /// <summary>Bits 11:9, for software: the processor ignores them (bit 11 but for HLAT paging, which is not used here).</summary>
    [Bits(9, 11, Software = true)]
    public partial byte Available { get; }

    /// <summary>Bits 51:12: the frame of a page table. Bits beyond the processor's physical-address width must be zero.</summary>
    [Address(12, 51)]
    public partial Frame Table { get; }

    /// <summary>Bits 62:52, for software: the processor ignores them.</summary>
    [Bits(52, 62, Software = true)]
    public partial ushort AvailableHigh { get; }

    /// <summary>
    /// XD, bit 63: instructions may not be fetched from the 2-MiB region. Reserved while IA32_EFER.NXE is clear.
    /// </summary>
    [Bit(63, Label = "XD")]
    public partial bool NoExecute { get; }
}
