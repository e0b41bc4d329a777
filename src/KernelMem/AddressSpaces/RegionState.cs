namespace KernelMem.AddressSpaces;

/// <summary>
/// What is happening to a region. Work on its pages is done bit by bit, without holding the lock throughout; meanwhile the state
/// keeps everyone else away.
/// </summary>
internal enum RegionState : byte
{
    /// <summary>In use.</summary>
    Live = 0,

    /// <summary>Its pages are being mapped. Nobody knows its address yet.</summary>
    Building,

    /// <summary>Its pages are being protected. The region has its new protection already; faults go by that.</summary>
    Changing,

    /// <summary>Its pages are being unmapped: it is gone, but its addresses must not be used anew before every CPU has flushed them.</summary>
    Releasing,
}
