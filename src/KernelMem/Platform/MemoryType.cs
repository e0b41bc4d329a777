namespace KernelMem.Platform;

/// <summary>
/// A memory type, as the <see cref="Pat"/> and the memory-type range registers encode it (Intel SDM Vol. 3A Table 11-10). 2 and 3 are
/// reserved.
/// </summary>
public enum MemoryType : byte
{
    /// <summary>UC: not cached, not reordered.</summary>
    Uncacheable = 0,

    /// <summary>WC: not cached; writes are combined in buffers.</summary>
    WriteCombining = 1,

    /// <summary>WT: cached for reads; writes go through at once.</summary>
    WriteThrough = 4,

    /// <summary>WP: cached for reads; writes go to memory and drop the line in all caches.</summary>
    WriteProtected = 5,

    /// <summary>WB: cached, written back when evicted.</summary>
    WriteBack = 6,

    /// <summary>UC-: as <see cref="Uncacheable"/>, but a range register may make it <see cref="WriteCombining"/>. In the PAT only.</summary>
    UncachedMinus = 7,
}
