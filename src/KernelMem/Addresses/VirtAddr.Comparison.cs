using System;

namespace KernelMem.Addresses;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct VirtAddr : IEquatable<VirtAddr>, IComparable<VirtAddr>
{
    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(VirtAddr left, VirtAddr right) => left._value == right._value;

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(VirtAddr left, VirtAddr right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(VirtAddr left, VirtAddr right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(VirtAddr left, VirtAddr right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(VirtAddr left, VirtAddr right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(VirtAddr left, VirtAddr right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(VirtAddr other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VirtAddr other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_value);

    /// <inheritdoc/>
    public int CompareTo(VirtAddr other) => (_value > other._value ? 1 : 0) - (_value < other._value ? 1 : 0);
}
