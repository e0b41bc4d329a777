namespace KernelMem.Simulation.Walk;

/// <summary>The registers that translation depends on, as plain numbers (Intel SDM Vol. 3A §2.5, §4.1). IA-32e paging must be on.</summary>
public readonly struct WalkRegisters
{
    /// <summary>The least significant bits of CR3 that are the process-context identifier, with CR4.PCIDE.</summary>
    public const ulong ContextMask = 0xFFF;

    /// <summary>CR0: WP is bit 16.</summary>
    public ulong Cr0 { get; init; }

    /// <summary>CR3: the root table's physical address in bits 51:12, with CR4.PCIDE the process-context identifier in bits 11:0.</summary>
    public ulong Cr3 { get; init; }

    /// <summary>CR4: PGE is bit 7, LA57 bit 12, PCIDE bit 17, SMEP bit 20, SMAP bit 21, PKE bit 22, PKS bit 24.</summary>
    public ulong Cr4 { get; init; }

    /// <summary>IA32_EFER: NXE is bit 11.</summary>
    public ulong Efer { get; init; }

    /// <summary>RFLAGS: AC (bit 18) suspends SMAP.</summary>
    public ulong Flags { get; init; }

    /// <summary>IA32_PAT: a memory type in each byte.</summary>
    public ulong Pat { get; init; }

    /// <summary>PKRU: for user-mode addresses with key i, bit 2i forbids data accesses and bit 2i+1 writes.</summary>
    public uint Pkru { get; init; }

    /// <summary>IA32_PKRS: the same for supervisor-mode addresses.</summary>
    public uint Pkrs { get; init; }

    /// <summary>How many levels the tables have: 5 with CR4.LA57, otherwise 4.</summary>
    public int Levels => Has(Cr4, 12) ? 5 : 4;

    /// <summary>Whether a supervisor may not write read-only pages either (CR0.WP).</summary>
    public bool WriteProtect => Has(Cr0, 16);

    /// <summary>Whether G (bit 8) of a last entry counts (CR4.PGE).</summary>
    public bool GlobalPages => Has(Cr4, 7);

    /// <summary>Whether CR3 holds a process-context identifier (CR4.PCIDE).</summary>
    public bool ContextIdentifiers => Has(Cr4, 17);

    /// <summary>Whether a supervisor may not execute user pages (CR4.SMEP).</summary>
    public bool ExecutionPrevention => Has(Cr4, 20);

    /// <summary>Whether a supervisor may not touch user pages, at this moment (CR4.SMAP and not RFLAGS.AC).</summary>
    public bool AccessPrevention => Has(Cr4, 21) && !Has(Flags, 18);

    /// <summary>Whether user-mode addresses have protection keys (CR4.PKE).</summary>
    public bool UserKeys => Has(Cr4, 22);

    /// <summary>Whether supervisor-mode addresses have protection keys (CR4.PKS).</summary>
    public bool SupervisorKeys => Has(Cr4, 24);

    /// <summary>Whether bit 63 of an entry forbids execution (EFER.NXE); otherwise it is reserved.</summary>
    public bool NoExecute => Has(Efer, 11);

    /// <summary>The process-context identifier that tags what is cached: 0 without CR4.PCIDE (§4.10.1).</summary>
    public int Context => ContextIdentifiers ? (int)(Cr3 & ContextMask) : 0;

    private static bool Has(ulong register, int bit) => (register >> bit & 1) != 0;
}
