using System;

namespace KernelMem.Addresses;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct Frame : IEquatable<Frame>, IComparable<Frame>
{
    /// <summary>Whether both are the same frame.</summary>
    public static bool operator ==(Frame left, Frame right) => left.Start.Value == right.Start.Value;

    /// <summary>Whether they are different frames.</summary>
    public static bool operator !=(Frame left, Frame right) => left.Start.Value != right.Start.Value;

    /// <summary>Whether both are the same frame: with conversions both ways, the compiler asks for the mixed forms.</summary>
    public static bool operator ==(Frame left, Frame<Size4KiB> right) => left.Start == right.Start;

    /// <summary>Whether they are different frames.</summary>
    public static bool operator !=(Frame left, Frame<Size4KiB> right) => left.Start != right.Start;

    /// <summary>Whether both are the same frame.</summary>
    public static bool operator ==(Frame<Size4KiB> left, Frame right) => left.Start == right.Start;

    /// <summary>Whether they are different frames.</summary>
    public static bool operator !=(Frame<Size4KiB> left, Frame right) => left.Start != right.Start;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(Frame left, Frame right) => left.Start.Value < right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(Frame left, Frame right) => left.Start.Value <= right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(Frame left, Frame right) => left.Start.Value > right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(Frame left, Frame right) => left.Start.Value >= right.Start.Value;

    /// <inheritdoc/>
    public bool Equals(Frame other) => Start.Value == other.Start.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Start.Value);

    /// <inheritdoc/>
    public int CompareTo(Frame other) => (Start.Value > other.Start.Value ? 1 : 0) - (Start.Value < other.Start.Value ? 1 : 0);
}
