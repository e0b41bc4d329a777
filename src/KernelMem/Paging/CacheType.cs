namespace KernelMem.Paging;

/// <summary>
/// How the processor caches a page. The numbers are indices into the memory types of the IA32_PAT MSR: the first four as the processor
/// has them after reset, the others as the library programs them (Intel SDM Vol. 3A §11.12.4).
/// </summary>
public enum CacheType : byte
{
    /// <summary>Cached, written back when evicted: for memory.</summary>
    WriteBack = 0,

    /// <summary>Cached for reads; writes go through at once: for memory that a device reads.</summary>
    WriteThrough = 1,

    /// <summary>Not cached and not reordered: for the registers of devices.</summary>
    Uncacheable = 3,

    /// <summary>Cached for reads; writes go to memory and drop the line from all caches. Needs the programmed PAT.</summary>
    WriteProtected = 4,

    /// <summary>Not cached; writes are gathered and may be reordered: for frame buffers. Needs the programmed PAT.</summary>
    WriteCombining = 5,
}
