using System;

namespace KernelMem.Addresses;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct Frame<TSize> : IEquatable<Frame<TSize>>, IComparable<Frame<TSize>>
{
    /// <summary>Whether both are the same frame.</summary>
    public static bool operator ==(Frame<TSize> left, Frame<TSize> right) => left._value == right._value;

    /// <summary>Whether they are different frames.</summary>
    public static bool operator !=(Frame<TSize> left, Frame<TSize> right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(Frame<TSize> left, Frame<TSize> right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(Frame<TSize> left, Frame<TSize> right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(Frame<TSize> left, Frame<TSize> right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(Frame<TSize> left, Frame<TSize> right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(Frame<TSize> other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame<TSize> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_value);

    /// <inheritdoc/>
    public int CompareTo(Frame<TSize> other) => (_value > other._value ? 1 : 0) - (_value < other._value ? 1 : 0);
}
