using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>
/// A piece of virtual memory: <see cref="Length"/> bytes from <see cref="Start"/> on. It may be empty, may reach the last byte
/// of either half, and never spans the hole between them.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct VirtRange
{
    private readonly VirtAddr _start;
    private readonly ulong _length;

    private VirtRange(VirtAddr start, ulong length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>The address of the first byte; of an empty range, the place where it is.</summary>
    [PreservesValue]
    public VirtAddr Start => _start;

    /// <summary>The number of bytes.</summary>
    public ulong Length => _length;

    /// <summary>Whether the range has no bytes.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>
    /// The address of the last byte. Panics when the range is empty. (There is no end address: behind the top of either half
    /// none is canonical.)
    /// </summary>
    public VirtAddr Last
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(!IsEmpty, "VirtRange: an empty range has no last byte");
            return VirtAddr.CreateUnchecked(_start.Value + (_length - 1));
        }
    }

    /// <summary>A range. Panics unless its bytes are canonical for 48 bits and in one half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtRange Create([PreservesValue] VirtAddr start, ulong length)
    {
        if (!TryCreate(start, length, AddressWidth.Bits48, out VirtRange range))
            Panic.Now("VirtRange: leaves its half of the 48-bit address space");
        return range;
    }

    /// <summary>A range. Panics unless its bytes are canonical for 57 bits and in one half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtRange CreateLa57([PreservesValue] VirtAddr start, ulong length)
    {
        if (!TryCreate(start, length, AddressWidth.Bits57, out VirtRange range))
            Panic.Now("VirtRange: leaves its half of the 57-bit address space");
        return range;
    }

    /// <summary>As <see cref="TryCreate(VirtAddr, ulong, AddressWidth, out VirtRange)"/>, for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate([PreservesValue] VirtAddr start, ulong length, out VirtRange range) =>
        TryCreate(start, length, AddressWidth.Bits48, out range);

    /// <summary>A range, if its bytes are canonical for <paramref name="width"/> and in one half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate([PreservesValue] VirtAddr start, ulong length, AddressWidth width, out VirtRange range)
    {
        // In one half: what is left up to its last byte bounds the length.
        ulong halfMask = (Canonical.AddressCount(width) >> 1) - 1;
        ulong available = halfMask - (start.Value & halfMask) + 1;
        bool valid = start.IsCanonical(width) && length <= available;
        range = valid ? new VirtRange(start, length) : default;
        return valid;
    }

    /// <summary>
    /// The bytes from <paramref name="start"/> up to, and without, <paramref name="end"/>. Panics when they are in the wrong
    /// order, in different halves, or not canonical for 48 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtRange FromBounds([PreservesValue] VirtAddr start, VirtAddr end) => Create(start, end - start);

    /// <summary>A range that the caller knows to be in one half: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtRange CreateUnchecked([PreservesValue] VirtAddr start, ulong length) => new(start, length);

    /// <summary>Whether all bytes are canonical for <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCanonical(AddressWidth width) => TryCreate(_start, _length, width, out _);

    /// <summary>Whether <paramref name="address"/> is one of the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(VirtAddr address) => address >= _start && address.Value - _start.Value < _length;

    /// <summary>Whether all bytes of <paramref name="other"/> are in this range. No bytes are in every range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(VirtRange other) => other.IsEmpty || (Contains(other._start) && Contains(other.Last));

    /// <summary>Whether the ranges share a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Overlaps(VirtRange other) => TryIntersect(other, out _);

    /// <summary>The bytes that both ranges have.</summary>
    /// <returns>False, with an empty range, when there are none.</returns>
    public bool TryIntersect(VirtRange other, out VirtRange common)
    {
        common = default;
        if (IsEmpty || other.IsEmpty)
            return false;

        // By last bytes, not ends: the end of the top range is not a number of 64 bits.
        ulong first = Math.Max(_start.Value, other._start.Value);
        ulong last = Math.Min(Last.Value, other.Last.Value);
        if (first > last)
            return false;

        common = new VirtRange(VirtAddr.CreateUnchecked(first), last - first + 1);
        return true;
    }
}
