namespace KernelMem.Simulation;

/// <summary>The registers that translation depends on, as plain numbers (Intel SDM Vol. 3A §2.5, §4.1).</summary>
/// <param name="Cr0">CR0: PG (bit 31) must be set; WP is bit 16.</param>
/// <param name="Cr3">CR3: the root table's physical address in bits 51:12.</param>
/// <param name="Cr4">CR4: PAE (bit 5) must be set; PGE is bit 7, LA57 bit 12, SMEP bit 20, SMAP bit 21.</param>
/// <param name="Efer">IA32_EFER: LMA (bit 10) must be set; NXE is bit 11.</param>
/// <param name="Flags">RFLAGS: AC (bit 18) suspends SMAP.</param>
public readonly record struct MmuRegisters(ulong Cr0, ulong Cr3, ulong Cr4, ulong Efer, ulong Flags = 0)
{
    private const ulong Paging = 1UL << 31; // CR0.PG
    private const ulong PhysicalAddressExtension = 1UL << 5; // CR4.PAE
    private const ulong LongModeActive = 1UL << 10; // EFER.LMA

    // Translation with these is not simulated (yet), so they are refused rather than ignored.
    private const ulong Unsupported = (1UL << 17) /* PCIDE */ | (1UL << 22) /* PKE */ | (1UL << 24) /* PKS */ | (1UL << 28) /* LAM_SUP */;

    /// <summary>
    /// A kernel's usual settings: 4-level paging, write protection, no-execute and global pages on; SMEP and SMAP off.
    /// </summary>
    public static MmuRegisters LongMode(ulong cr3) => new(
        Cr0: Paging | (1UL << 16) | 1,
        Cr3: cr3,
        Cr4: PhysicalAddressExtension | (1UL << 7),
        Efer: (1UL << 8) | LongModeActive | (1UL << 11));

    /// <summary>Whether a supervisor may not write read-only pages either (CR0.WP).</summary>
    public bool WriteProtect => Has(Cr0, 16);

    /// <summary>Whether global pages survive a write of CR3 (CR4.PGE).</summary>
    public bool GlobalPages => Has(Cr4, 7);

    /// <summary>Whether there are five levels and 57-bit addresses (CR4.LA57).</summary>
    public bool FiveLevels => Has(Cr4, 12);

    /// <summary>Whether a supervisor may not execute user pages (CR4.SMEP).</summary>
    public bool ExecutionPrevention => Has(Cr4, 20);

    /// <summary>Whether a supervisor may not touch user pages, at this moment (CR4.SMAP and not RFLAGS.AC).</summary>
    public bool AccessPrevention => Has(Cr4, 21) && !Has(Flags, 18);

    /// <summary>Whether bit 63 of an entry forbids execution (EFER.NXE); otherwise it is reserved.</summary>
    public bool NoExecute => Has(Efer, 11);

    /// <summary>Whether these are settings that the simulation can translate with: IA-32e paging, without PCIDs, keys or LAM.</summary>
    public bool IsSupported =>
        (Cr0 & Paging) != 0 && (Cr4 & PhysicalAddressExtension) != 0 && (Efer & LongModeActive) != 0 && (Cr4 & Unsupported) == 0;

    private static bool Has(ulong register, int bit) => (register >> bit & 1) != 0;
}
