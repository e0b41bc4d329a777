using System;
using KernelMem.Addresses;

namespace KernelMem.AddressSpaces;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct UserPtr<T> : IEquatable<UserPtr<T>>, IComparable<UserPtr<T>>
{
    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(UserPtr<T> left, UserPtr<T> right) => left._value == right._value;

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(UserPtr<T> left, UserPtr<T> right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(UserPtr<T> left, UserPtr<T> right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(UserPtr<T> left, UserPtr<T> right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(UserPtr<T> left, UserPtr<T> right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(UserPtr<T> left, UserPtr<T> right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(UserPtr<T> other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UserPtr<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_value);

    /// <inheritdoc/>
    public int CompareTo(UserPtr<T> other) => (_value > other._value ? 1 : 0) - (_value < other._value ? 1 : 0);
}
