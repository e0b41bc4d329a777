namespace KernelMem.Simulation;

/// <summary>What a simulated CPU has done since it was made.</summary>
/// <param name="Walks">How many times tables were walked, from the root or from a cached upper entry.</param>
/// <param name="Hits">How many accesses the TLB translated.</param>
/// <param name="Faults">How many page faults were raised, resolved or not.</param>
/// <param name="PageInvalidations">How many pages were invalidated (INVLPG, INVPCID of an address).</param>
/// <param name="Flushes">How many times more than a page was flushed: writes of CR3, other INVPCIDs, full flushes.</param>
/// <param name="Interrupts">How many interrupts were taken.</param>
public readonly record struct CpuStatistics(long Walks, long Hits, long Faults, long PageInvalidations, long Flushes, long Interrupts);
