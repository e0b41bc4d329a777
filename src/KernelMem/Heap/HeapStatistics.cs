using System;
using KernelMem.Addresses;

namespace KernelMem.Heap;

/// <summary>What a heap has and has done, at one moment.</summary>
public readonly struct HeapStatistics : IEquatable<HeapStatistics>
{
    /// <summary>The length of its range.</summary>
    public ulong RangeBytes { get; init; }

    /// <summary>The bytes of mapped pages; those of cached empty ones, and those that are just being unmapped, included.</summary>
    public ulong MappedBytes { get; init; }

    /// <summary>The greatest that <see cref="MappedBytes"/> has been.</summary>
    public ulong PeakMappedBytes { get; init; }

    /// <summary>The usable bytes of live blocks: what was asked for, and what rounding added.</summary>
    public ulong AllocatedBytes { get; init; }

    /// <summary>Blocks handed out and not yet freed.</summary>
    public ulong LiveAllocations => Allocations - Frees;

    /// <summary>Blocks handed out so far. A reallocation that moves a block hands one out and frees one.</summary>
    public ulong Allocations { get; init; }

    /// <summary>Blocks freed so far.</summary>
    public ulong Frees { get; init; }

    /// <summary>Requests refused so far, for whatever reason: allocations, reallocations and frees.</summary>
    public ulong Failures { get; init; }

    /// <summary>Frames of 4 KiB that hold descriptors: one for each 256 KiB of the range in which a page is in use.</summary>
    public ulong MetadataFrames { get; init; }

    /// <summary>The bytes of the longest run of pages that are not in use.</summary>
    public ulong LargestFreeRun { get; init; }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(HeapStatistics left, HeapStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(HeapStatistics left, HeapStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(HeapStatistics other) =>
        RangeBytes == other.RangeBytes
        && MappedBytes == other.MappedBytes
        && PeakMappedBytes == other.PeakMappedBytes
        && AllocatedBytes == other.AllocatedBytes
        && Allocations == other.Allocations
        && Frees == other.Frees
        && Failures == other.Failures
        && MetadataFrames == other.MetadataFrames
        && LargestFreeRun == other.LargestFreeRun;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HeapStatistics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(AllocatedBytes, Allocations);
}
