namespace KernelMem.Simulation;

/// <summary>How memory is cached, in the encoding of IA32_PAT (Intel SDM Vol. 3A §11.12.2). The MTRRs are taken to say WB everywhere.</summary>
public enum SimulatedMemoryType
{
    /// <summary>UC: not at all, and in order.</summary>
    Uncacheable = 0,

    /// <summary>WC: not, but writes are gathered.</summary>
    WriteCombining = 1,

    /// <summary>WT: reads.</summary>
    WriteThrough = 4,

    /// <summary>WP: reads; writes go to memory and drop what other processors cache.</summary>
    WriteProtected = 5,

    /// <summary>WB: everything.</summary>
    WriteBack = 6,

    /// <summary>UC-: as UC, unless an MTRR says WC.</summary>
    UncacheableMinus = 7,
}
