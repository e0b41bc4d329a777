using System;

namespace KernelMem.Addresses;

/// <content>Equality: the same start, count and width.</content>
public readonly partial struct PageRange<TSize> : IEquatable<PageRange<TSize>>
{
    /// <summary>Whether the ranges are the same.</summary>
    public static bool operator ==(PageRange<TSize> left, PageRange<TSize> right) => left.Equals(right);

    /// <summary>Whether the ranges differ.</summary>
    public static bool operator !=(PageRange<TSize> left, PageRange<TSize> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PageRange<TSize> other) => _start == other._start && _count == other._count && _width == other._width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageRange<TSize> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_start.Start.Value, _count);
}
