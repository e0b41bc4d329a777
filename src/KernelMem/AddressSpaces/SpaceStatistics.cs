using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>What an address space has, and what it did.</summary>
public readonly struct SpaceStatistics
{
    internal SpaceStatistics(int regions, FaultStatistics faults, MapperStatistics tables)
    {
        Regions = regions;
        Faults = faults;
        Tables = tables;
    }

    /// <summary>How many regions there are.</summary>
    public int Regions { get; }

    /// <summary>What became of page faults.</summary>
    public FaultStatistics Faults { get; }

    /// <summary>Its page tables and mapped pages.</summary>
    public MapperStatistics Tables { get; }
}

/// <summary>The regions of one kind.</summary>
public readonly struct RegionStatistics
{
    internal RegionStatistics(int count, ulong bytes)
    {
        Count = count;
        Bytes = bytes;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>How many bytes of address space they have; an on-demand region need not have as many frames.</summary>
    public ulong Bytes { get; }
}

/// <summary>What became of page faults.</summary>
public struct FaultStatistics
{
    /// <summary>A frame was mapped.</summary>
    public ulong Mapped { readonly get; internal set; }

    /// <summary>The access was allowed by then.</summary>
    public ulong Retried { readonly get; internal set; }

    /// <summary>No region, no right, damaged tables.</summary>
    public ulong Denied { readonly get; internal set; }

    /// <summary>There was no frame to map.</summary>
    public ulong OutOfMemory { readonly get; internal set; }

    /// <summary>All of them.</summary>
    public readonly ulong Total => Mapped + Retried + Denied + OutOfMemory;
}
