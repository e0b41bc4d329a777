using System;

namespace KernelMem.Addresses;

/// <content>Equality: the same start and the same extent.</content>
public readonly partial struct VirtRange : IEquatable<VirtRange>
{
    /// <summary>Whether the ranges are the same.</summary>
    public static bool operator ==(VirtRange left, VirtRange right) => left.Equals(right);

    /// <summary>Whether the ranges differ.</summary>
    public static bool operator !=(VirtRange left, VirtRange right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(VirtRange other) => _start == other._start && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VirtRange other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_start.Value, _length);
}
