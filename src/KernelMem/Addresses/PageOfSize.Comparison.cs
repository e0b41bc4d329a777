using System;

namespace KernelMem.Addresses;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct Page<TSize> : IEquatable<Page<TSize>>, IComparable<Page<TSize>>
{
    /// <summary>Whether both are the same page.</summary>
    public static bool operator ==(Page<TSize> left, Page<TSize> right) => left._value == right._value;

    /// <summary>Whether they are different pages.</summary>
    public static bool operator !=(Page<TSize> left, Page<TSize> right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(Page<TSize> left, Page<TSize> right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(Page<TSize> left, Page<TSize> right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(Page<TSize> left, Page<TSize> right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(Page<TSize> left, Page<TSize> right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(Page<TSize> other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Page<TSize> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_value);

    /// <inheritdoc/>
    public int CompareTo(Page<TSize> other) => (_value > other._value ? 1 : 0) - (_value < other._value ? 1 : 0);
}
