using System;
using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>What an address space has, and what it did.</summary>
public readonly struct AddressSpaceStatistics
{
    internal AddressSpaceStatistics(int regions, FaultStatistics faults, MapperStatistics tables)
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
public readonly struct RegionStatistics : IEquatable<RegionStatistics>
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

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(RegionStatistics left, RegionStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(RegionStatistics left, RegionStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(RegionStatistics other) =>
        Count == other.Count
        && Bytes == other.Bytes;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RegionStatistics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Bytes);
}

/// <summary>What became of page faults.</summary>
public struct FaultStatistics : IEquatable<FaultStatistics>
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

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(FaultStatistics left, FaultStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(FaultStatistics left, FaultStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(FaultStatistics other) =>
        Mapped == other.Mapped
        && Retried == other.Retried
        && Denied == other.Denied
        && OutOfMemory == other.OutOfMemory;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is FaultStatistics other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => AddressHash.Of(Mapped, Denied);
}
