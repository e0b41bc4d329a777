using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>An index into a page table of any level: 0 to 511.</summary>
[DebuggerDisplay("{Value}")]
public readonly struct TableIndex : IEquatable<TableIndex>, IComparable<TableIndex>
{
    /// <summary>How many entries a table has: 512.</summary>
    public const int Count = 512;

    private readonly ushort _value;

    private TableIndex(ushort value) => _value = value;

    /// <summary>The index, 0 to 511.</summary>
    public int Value => _value;

    /// <summary>An index. Panics at 512 and above.</summary>
    public static TableIndex Create(ulong value)
    {
        if (!TryCreate(value, out TableIndex index))
            Panic.Now("TableIndex: not below 512");
        return index;
    }

    /// <summary>An index, if <paramref name="value"/> is below 512.</summary>
    public static bool TryCreate(ulong value, out TableIndex index)
    {
        bool valid = value < Count;
        index = valid ? new TableIndex((ushort)value) : default;
        return valid;
    }

    /// <summary>The index in the low nine bits of <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TableIndex CreateTruncated(ulong value) => new((ushort)(value & (Count - 1)));

    /// <summary>Every index is an <see cref="int"/>.</summary>
    public static implicit operator int(TableIndex index) => index._value;

    /// <summary>Whether two indices are equal.</summary>
    public static bool operator ==(TableIndex left, TableIndex right) => left._value == right._value;

    /// <summary>Whether two indices differ.</summary>
    public static bool operator !=(TableIndex left, TableIndex right) => left._value != right._value;

    /// <summary>Orders by value.</summary>
    public static bool operator <(TableIndex left, TableIndex right) => left._value < right._value;

    /// <summary>Orders by value.</summary>
    public static bool operator <=(TableIndex left, TableIndex right) => left._value <= right._value;

    /// <summary>Orders by value.</summary>
    public static bool operator >(TableIndex left, TableIndex right) => left._value > right._value;

    /// <summary>Orders by value.</summary>
    public static bool operator >=(TableIndex left, TableIndex right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(TableIndex other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TableIndex other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(TableIndex other) => _value - other._value;
}
