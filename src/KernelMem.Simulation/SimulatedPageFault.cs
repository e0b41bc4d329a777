using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>A page fault, #PF (Intel SDM Vol. 3A §4.7).</summary>
/// <param name="Address">The address whose access faulted; what CR2 holds.</param>
/// <param name="ErrorCode">
/// The error code: bit 0 P (the page is present), 1 W/R (a write), 2 U/S (in user mode), 3 RSVD (a reserved bit was set),
/// 4 I/D (an instruction fetch, told only with SMEP or NXE on), 5 PK (the protection key forbids it).
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

    /// <summary>Whether the page's protection key forbids the access, other rights apart (PK).</summary>
    public bool IsProtectionKey => (ErrorCode & 32) != 0;
}
