using System;

namespace KernelMem.Addresses;

/// <content>Order and equality: those of the number.</content>
public readonly partial struct Page : IEquatable<Page>, IComparable<Page>
{
    /// <summary>Whether both are the same page.</summary>
    public static bool operator ==(Page left, Page right) => left.Start.Value == right.Start.Value;

    /// <summary>Whether they are different pages.</summary>
    public static bool operator !=(Page left, Page right) => left.Start.Value != right.Start.Value;

    /// <summary>Whether both are the same page: with conversions both ways, the compiler asks for the mixed forms.</summary>
    public static bool operator ==(Page left, Page<Size4KiB> right) => left.Start == right.Start;

    /// <summary>Whether they are different pages.</summary>
    public static bool operator !=(Page left, Page<Size4KiB> right) => left.Start != right.Start;

    /// <summary>Whether both are the same page.</summary>
    public static bool operator ==(Page<Size4KiB> left, Page right) => left.Start == right.Start;

    /// <summary>Whether they are different pages.</summary>
    public static bool operator !=(Page<Size4KiB> left, Page right) => left.Start != right.Start;

    /// <summary>Whether <paramref name="left"/> is below <paramref name="right"/>.</summary>
    public static bool operator <(Page left, Page right) => left.Start.Value < right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is not above <paramref name="right"/>.</summary>
    public static bool operator <=(Page left, Page right) => left.Start.Value <= right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is above <paramref name="right"/>.</summary>
    public static bool operator >(Page left, Page right) => left.Start.Value > right.Start.Value;

    /// <summary>Whether <paramref name="left"/> is not below <paramref name="right"/>.</summary>
    public static bool operator >=(Page left, Page right) => left.Start.Value >= right.Start.Value;

    /// <inheritdoc/>
    public bool Equals(Page other) => Start.Value == other.Start.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Page other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Start.Value);

    /// <inheritdoc/>
    public int CompareTo(Page other) => (Start.Value > other.Start.Value ? 1 : 0) - (Start.Value < other.Start.Value ? 1 : 0);
}
