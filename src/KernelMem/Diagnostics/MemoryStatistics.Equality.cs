using System;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Diagnostics;

/// <content>Equality: every figure is the same.</content>
public partial struct MemoryStatistics : IEquatable<MemoryStatistics>
{
    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(MemoryStatistics left, MemoryStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MemoryStatistics left, MemoryStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(MemoryStatistics other)
    {
        bool same = Tables == other.Tables
            && Faults == other.Faults
            && Flushes == other.Flushes
            && Heap == other.Heap
            && AddressSpaces == other.AddressSpaces;
        for (int zone = 0; same && zone < ZoneLayout.ZoneCount; zone++)
            same = _zones[zone] == other._zones[zone];

        for (int use = 0; same && use < FrameUses.Count; use++)
            same = _uses[use] == other._uses[use];

        for (int kind = 0; same && kind < RegionKinds.Count; kind++)
            same = _kinds[kind] == other._kinds[kind];

        return same;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is MemoryStatistics other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => AddressHash.Of(UsedBytes, FreeBytes);
}
