using System;

namespace KernelMem.Addresses;

/// <content>Equality: the same start and the same extent.</content>
public readonly partial struct FrameRange<TSize> : IEquatable<FrameRange<TSize>>
{
    /// <summary>Whether the ranges are the same.</summary>
    public static bool operator ==(FrameRange<TSize> left, FrameRange<TSize> right) => left.Equals(right);

    /// <summary>Whether the ranges differ.</summary>
    public static bool operator !=(FrameRange<TSize> left, FrameRange<TSize> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FrameRange<TSize> other) => _start == other._start && _count == other._count;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FrameRange<TSize> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_start.Start.Value, _count);
}
