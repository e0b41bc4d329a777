using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>
/// A piece of physical memory: <see cref="Length"/> bytes from <see cref="Start"/> on. It may be empty, and it may reach up
/// to the last of the 52 bits.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct PhysRange
{
    private readonly PhysAddr _start;
    private readonly ulong _length;

    private PhysRange(PhysAddr start, ulong length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>The address of the first byte; of an empty range, the place where it is.</summary>
    [PreservesValue]
    public PhysAddr Start => _start;

    /// <summary>The number of bytes, 0 to 2^52.</summary>
    public ulong Length => _length;

    /// <summary>
    /// The number after the last byte's, up to 2^52. It is no <see cref="PhysAddr"/>, because the end of a range that
    /// reaches the top has none.
    /// </summary>
    public ulong EndExclusive => _start.Value + _length;

    /// <summary>Whether the range has no bytes.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The address of the last byte. Panics when the range is empty.</summary>
    public PhysAddr Last
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(!IsEmpty, "PhysRange: an empty range has no last byte");
            return PhysAddr.CreateUnchecked(EndExclusive - 1);
        }
    }

    /// <summary>A range. Panics when it passes 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysRange Create([PreservesValue] PhysAddr start, ulong length)
    {
        if (!TryCreate(start, length, out PhysRange range))
            Panic.Now("PhysRange: passes 52 bits");
        return range;
    }

    /// <summary>A range, if it does not pass 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(PhysAddr start, ulong length, out PhysRange range)
    {
        bool valid = start.Value < PhysAddr.Limit && length <= PhysAddr.Limit - start.Value;
        range = valid ? new PhysRange(start, length) : default;
        return valid;
    }

    /// <summary>The bytes from <paramref name="start"/> up to, and without, <paramref name="end"/>. Panics when they are in the wrong order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysRange FromBounds([PreservesValue] PhysAddr start, PhysAddr end) => Create(start, end - start);

    /// <summary>
    /// The bytes from <paramref name="start"/> up to, and without, <paramref name="endExclusive"/>, which may be 2^52.
    /// </summary>
    /// <returns>False when they are in the wrong order or pass 2^52.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFromBounds(ulong start, ulong endExclusive, out PhysRange range)
    {
        range = default;
        return PhysAddr.TryCreate(start, out PhysAddr first)
            && endExclusive >= start
            && TryCreate(first, endExclusive - start, out range);
    }

    /// <summary>A range that the caller knows not to pass 2^52: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysRange CreateUnchecked([PreservesValue] PhysAddr start, ulong length) => new(start, length);

    /// <summary>Whether <paramref name="address"/> is one of the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(PhysAddr address) => address >= _start && address.Value - _start.Value < _length;

    /// <summary>Whether all bytes of <paramref name="other"/> are in this range. No bytes are in every range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(PhysRange other) =>
        other.IsEmpty || (other._start >= _start && other.EndExclusive <= EndExclusive);

    /// <summary>Whether the ranges share a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Overlaps(PhysRange other) => TryIntersect(other, out _);

    /// <summary>The bytes that both ranges have.</summary>
    /// <returns>False, with an empty range, when there are none.</returns>
    public bool TryIntersect(PhysRange other, out PhysRange common)
    {
        ulong start = Math.Max(_start.Value, other._start.Value);
        ulong end = Math.Min(EndExclusive, other.EndExclusive);
        common = start < end ? new PhysRange(PhysAddr.CreateUnchecked(start), end - start) : default;
        return start < end;
    }
}
