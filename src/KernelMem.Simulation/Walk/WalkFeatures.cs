namespace KernelMem.Simulation.Walk;

/// <summary>What the processor decides about the format of entries.</summary>
public readonly struct WalkFeatures
{
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000; // bits 51:12

    /// <summary>How many bits a physical address has (MAXPHYADDR): 32 to 52. Entry bits from there to 51 are reserved.</summary>
    public int PhysicalAddressBits { get; init; }

    /// <summary>Whether there are pages of 1 GiB. Without, bit 7 of a PDPT entry is reserved.</summary>
    public bool GigabytePages { get; init; }

    /// <summary>
    /// The bit of an entry that says that the memory is encrypted (AMD APM Vol. 2 §7.10, the C-bit), as a mask: neither reserved nor part
    /// of the address. 0 if there is none.
    /// </summary>
    public ulong EncryptionMask { get; init; }

    /// <summary>The bits of an entry or of CR3 that are a table's physical address.</summary>
    public ulong TableAddressMask => AddressBits & ~EncryptionMask;

    /// <summary>The address bits that the processor does not have.</summary>
    public ulong AbsentAddressBits => ((1UL << 52) - (1UL << PhysicalAddressBits)) & ~EncryptionMask;
}
