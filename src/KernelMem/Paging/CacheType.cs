namespace KernelMem.Paging;

/// <summary>
/// How the processor caches a page. The numbers are indices into the page-attribute table that
/// <see cref="Platform.CachePolicy"/> programs; the first three mean the same as after a reset (Intel SDM Vol. 3A §11.12).
/// </summary>
public enum CacheType : byte
{
    /// <summary>Cached, written back when evicted: for memory.</summary>
    WriteBack = 0,

    /// <summary>Cached for reads; writes go through at once: for memory that a device reads.</summary>
    WriteThrough = 1,

    /// <summary>Not cached and not reordered: for the registers of devices.</summary>
    Uncacheable = 3,

    /// <summary>Cached for reads; writes go to memory and drop the line in every cache. Only once the PAT is programmed.</summary>
    WriteProtected = 4,

    /// <summary>
    /// Not cached; writes are gathered in buffers and may be reordered: for frame buffers. Only once the PAT is programmed.
    /// </summary>
    WriteCombining = 5,
}
