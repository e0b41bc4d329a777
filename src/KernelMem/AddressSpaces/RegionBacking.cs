namespace KernelMem.AddressSpaces;

/// <summary>Where the memory behind a region comes from.</summary>
public enum RegionBacking : byte
{
    /// <summary>Frames of its own, zeroed, mapped when the region is made.</summary>
    Committed = 0,

    /// <summary>Frames of its own, zeroed, each mapped when its page is first touched.</summary>
    OnDemand,

    /// <summary>Given physical memory, which is not the region's: a device's, for instance.</summary>
    Fixed,

    /// <summary>Frames of its own, which the region's user maps and unmaps page by page: the heap.</summary>
    Manual,
}
