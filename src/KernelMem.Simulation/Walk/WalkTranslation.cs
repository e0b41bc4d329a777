namespace KernelMem.Simulation.Walk;

/// <summary>A page's translation: what a TLB keeps (Intel SDM Vol. 3A §4.10.2.2).</summary>
public readonly struct WalkTranslation
{
    /// <summary>The physical address of the page's first byte.</summary>
    public ulong Page { get; init; }

    /// <summary>The page's size is 1 &lt;&lt; this: 12, 21 or 30.</summary>
    public int Shift { get; init; }

    /// <summary>What the entries allow together.</summary>
    public WalkRights Rights { get; init; }

    /// <summary>The protection key in bits 62:59 of the last entry, in use or not: 0 to 15.</summary>
    public int Key { get; init; }

    /// <summary>Which byte of IA32_PAT says the memory type (§4.9.2): PAT, PCD and PWT of the last entry, 0 to 7.</summary>
    public int PatIndex { get; init; }

    /// <summary>The memory type: that byte of IA32_PAT. 0 UC, 1 WC, 4 WT, 5 WP, 6 WB, 7 UC-.</summary>
    public int MemoryType { get; init; }

    /// <summary>Whether it is global: G (bit 8) of the last entry, with CR4.PGE.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Whether D (bit 6) of the last entry is set, or will be by the access that the walk is for.</summary>
    public bool IsDirty { get; init; }

    /// <summary>Whether the memory is encrypted: the encryption bit of the last entry.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The physical address of a byte of the page.</summary>
    public ulong AddressOf(ulong address) => Page | (address & ((1UL << Shift) - 1));
}
