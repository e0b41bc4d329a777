using System;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Frames;

/// <summary>The counters of one zone. They are kept by CPU: exact while nobody allocates or frees, else of no single instant.</summary>
public readonly struct ZoneStatistics : IEquatable<ZoneStatistics>
{
    /// <summary>The zone.</summary>
    public MemoryZone Zone { get; init; }

    /// <summary>The zone's usable frames, those in use before the allocator included.</summary>
    public ulong TotalFrames { get; init; }

    /// <summary>The free ones.</summary>
    public ulong FreeFrames { get; init; }

    /// <summary>The others.</summary>
    public ulong UsedFrames => TotalFrames - FreeFrames;

    /// <summary>How many blocks were given out from this zone.</summary>
    public ulong Allocations { get; init; }

    /// <summary>How many blocks were taken back.</summary>
    public ulong Frees { get; init; }

    /// <summary>How many valid requests that preferred this zone got nothing, from any zone.</summary>
    public ulong Failures { get; init; }

    /// <summary>How many blocks were given from this zone to requests that preferred another.</summary>
    public ulong Fallbacks { get; init; }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(ZoneStatistics left, ZoneStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ZoneStatistics left, ZoneStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ZoneStatistics other) =>
        Zone == other.Zone
        && TotalFrames == other.TotalFrames
        && FreeFrames == other.FreeFrames
        && Allocations == other.Allocations
        && Frees == other.Frees
        && Failures == other.Failures
        && Fallbacks == other.Fallbacks;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ZoneStatistics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(FreeFrames, Allocations);
}
