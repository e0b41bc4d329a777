using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>The registers that translation depends on, as plain numbers (Intel SDM Vol. 3A §2.5, §4.1).</summary>
/// <param name="Cr0">CR0: PG (bit 31) must be set; WP is bit 16.</param>
/// <param name="Cr3">CR3: the root table's physical address in bits 51:12, with PCIDE the process-context identifier in bits 11:0.</param>
/// <param name="Cr4">
/// CR4: PAE (bit 5) must be set; PGE is bit 7, LA57 bit 12, PCIDE bit 17, SMEP bit 20, SMAP bit 21, PKE bit 22, PKS bit 24.
/// </param>
/// <param name="Efer">IA32_EFER: LMA (bit 10) must be set; NXE is bit 11.</param>
/// <param name="Flags">RFLAGS: AC (bit 18) suspends SMAP.</param>
/// <param name="Pkru">PKRU: of user pages with key i, bit 2i forbids data accesses and bit 2i+1 writes.</param>
/// <param name="Pkrs">IA32_PKRS: the same of supervisor pages.</param>
/// <param name="Pat">IA32_PAT: eight memory types. Unless stated, those after reset.</param>
public readonly record struct MmuRegisters(
    ulong Cr0, ulong Cr3, ulong Cr4, ulong Efer, ulong Flags = 0, uint Pkru = 0, uint Pkrs = 0, ulong Pat = MmuRegisters.ResetPat)
{
    /// <summary>IA32_PAT after reset (Intel SDM Vol. 3A table 11-12): WB, WT, UC-, UC, twice.</summary>
    public const ulong ResetPat = 0x0007_0406_0007_0406;

    private const ulong Paging = 1UL << 31; // CR0.PG
    private const ulong PhysicalAddressExtension = 1UL << 5; // CR4.PAE
    private const ulong LongModeActive = 1UL << 10; // EFER.LMA

    // Translation with these is not simulated, so they are refused rather than ignored.
    private const ulong Unsupported = (1UL << 23) /* CET */ | (1UL << 28) /* LAM_SUP */;

    /// <summary>
    /// A kernel's usual settings: 4-level paging, write protection, no-execute and global pages on; SMEP and SMAP off.
    /// </summary>
    public static MmuRegisters LongMode(ulong cr3) => new(
        Cr0: Paging | (1UL << 16) | 1,
        Cr3: cr3,
        Cr4: PhysicalAddressExtension | (1UL << 7),
        Efer: (1UL << 8) | LongModeActive | (1UL << 11));

    /// <summary>Whether a supervisor may not write read-only pages either (CR0.WP).</summary>
    public bool WriteProtect => ToWalk().WriteProtect;

    /// <summary>Whether global pages survive a write of CR3 (CR4.PGE).</summary>
    public bool GlobalPages => ToWalk().GlobalPages;

    /// <summary>Whether there are five levels and 57-bit addresses (CR4.LA57).</summary>
    public bool FiveLevels => ToWalk().Levels == 5;

    /// <summary>Whether a supervisor may not execute user pages (CR4.SMEP).</summary>
    public bool ExecutionPrevention => ToWalk().ExecutionPrevention;

    /// <summary>Whether a supervisor may not touch user pages, at this moment (CR4.SMAP and not RFLAGS.AC).</summary>
    public bool AccessPrevention => ToWalk().AccessPrevention;

    /// <summary>Whether bit 63 of an entry forbids execution (EFER.NXE); otherwise it is reserved.</summary>
    public bool NoExecute => ToWalk().NoExecute;

    /// <summary>The current process-context identifier, PCID: 0 without CR4.PCIDE.</summary>
    public int ContextIdentifier => ToWalk().Context;

    /// <summary>Whether these are settings that the simulation can translate with: IA-32e paging, without LAM and CET.</summary>
    public bool IsSupported =>
        (Cr0 & Paging) != 0 && (Cr4 & PhysicalAddressExtension) != 0 && (Efer & LongModeActive) != 0 && (Cr4 & Unsupported) == 0;

    internal WalkRegisters ToWalk() => new()
    {
        Cr0 = Cr0,
        Cr3 = Cr3,
        Cr4 = Cr4,
        Efer = Efer,
        Flags = Flags,
        Pat = Pat,
        Pkru = Pkru,
        Pkrs = Pkrs,
    };
}
