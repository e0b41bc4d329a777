namespace KernelMem.Paging;

/// <summary>
/// How the processor caches a page. The numbers are indices into the memory types of the IA32_PAT MSR as the processor has them
/// after reset, so nothing needs to be programmed (Intel SDM Vol. 3A §11.12.4).
/// </summary>
public enum CacheType : byte
{
    /// <summary>Cached, written back when evicted: for memory.</summary>
    WriteBack = 0,

    /// <summary>Cached for reads; writes go through at once: for memory that a device reads.</summary>
    WriteThrough = 1,

    /// <summary>Not cached and not reordered: for the registers of devices.</summary>
    Uncacheable = 3,
}
