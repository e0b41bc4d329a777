using System;
using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>A stretch of physical memory and what it is: one line of a normalised <see cref="MemoryMap"/>.</summary>
public readonly struct MemoryRegion : IEquatable<MemoryRegion>
{
    /// <summary>Pairs a range with its kind.</summary>
    public MemoryRegion(PhysRange range, MemoryRegionKind kind)
    {
        Range = range;
        Kind = kind;
    }

    /// <summary>The bytes of the region.</summary>
    public PhysRange Range { get; }

    /// <summary>What the region is.</summary>
    public MemoryRegionKind Kind { get; }

    /// <summary>The first byte.</summary>
    public PhysAddr Start => Range.Start;

    /// <summary>The length in bytes.</summary>
    public ulong Length => Range.Length;

    /// <summary>The number after the last byte's, at most 2^52.</summary>
    public ulong EndExclusive => Range.EndExclusive;

    /// <inheritdoc/>
    public bool Equals(MemoryRegion other) =>
        Start.Value == other.Start.Value && Length == other.Length && Kind == other.Kind;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MemoryRegion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        ulong mixed = (Start.Value * 31 + Length) * 31 + (ulong)Kind;
        return (int)(mixed ^ (mixed >> 32));
    }

    /// <summary>Same range and kind.</summary>
    public static bool operator ==(MemoryRegion left, MemoryRegion right) => left.Equals(right);

    /// <summary>Different range or kind.</summary>
    public static bool operator !=(MemoryRegion left, MemoryRegion right) => !left.Equals(right);
}
