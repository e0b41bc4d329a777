using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>A page fault, #PF (Intel SDM Vol. 3A §4.7).</summary>
/// <param name="Address">The address whose access faulted; what CR2 holds.</param>
/// <param name="ErrorCode">
/// The error code: bit 0 P (the page is present), 1 W/R (a write), 2 U/S (in user mode), 3 RSVD (a reserved bit was set),
/// 4 I/D (an instruction fetch, told only with SMEP or NXE on).
/// </param>
public readonly record struct SimulatedPageFault(VirtAddr Address, ulong ErrorCode)
{
    /// <summary>Whether the page was present, so that rights or a reserved bit caused the fault (P).</summary>
    public bool IsPresent => (ErrorCode & 1) != 0;

    /// <summary>Whether the access was a write (W/R).</summary>
    public bool IsWrite => (ErrorCode & 2) != 0;

    /// <summary>Whether the access was made in user mode (U/S).</summary>
    public bool IsUser => (ErrorCode & 4) != 0;

    /// <summary>Whether a reserved bit was set in an entry (RSVD).</summary>
    public bool IsReservedBit => (ErrorCode & 8) != 0;

    /// <summary>Whether the access was an instruction fetch (I/D); false with SMEP and NXE both off.</summary>
    public bool IsFetch => (ErrorCode & 16) != 0;

    internal static SimulatedPageFault Of(
        MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege, FaultCause cause)
    {
        ulong code = cause switch
        {
            FaultCause.NotPresent => 0,
            FaultCause.ReservedBit => 1 | 8,
            _ => 1,
        };
        if (access == MemoryAccess.Write)
            code |= 2;
        if (privilege == Privilege.User)
            code |= 4;
        if (access == MemoryAccess.Execute && (registers.NoExecute || registers.ExecutionPrevention))
            code |= 16;
        return new SimulatedPageFault(address, code);
    }
}

/// <summary>Why a page fault happens.</summary>
internal enum FaultCause
{
    /// <summary>An entry's P is clear.</summary>
    NotPresent,

    /// <summary>A present entry has a reserved bit set.</summary>
    ReservedBit,

    /// <summary>The rights do not allow the access.</summary>
    Rights,
}
