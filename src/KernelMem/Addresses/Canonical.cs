using System.Runtime.CompilerServices;

namespace KernelMem.Addresses;

/// <summary>
/// The shape of the virtual address space: a lower half, a hole, an upper half (Intel SDM Vol. 1 §3.3.7.1).
/// </summary>
/// <remarks>
/// The canonical addresses of a width, in order, are numbered 0, 1, … 2^width − 1: the position of an address is its
/// translated bits, and sign-extension turns a position back into an address. Arithmetic on positions cannot fall into the
/// hole, and running off either end is an ordinary bounds check: stepping needs no special cases.
/// </remarks>
internal static class Canonical
{
    /// <summary>How many canonical addresses a width has: 2^48 or 2^57.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddressCount(AddressWidth width) => 1UL << width.BitCount();

    /// <summary>Whether the untranslated bits all repeat the highest translated one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical(ulong address, AddressWidth width) => SignExtend(address, width) == address;

    /// <summary>Replaces the untranslated bits by copies of the highest translated one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SignExtend(ulong address, AddressWidth width)
    {
        int untranslated = 64 - width.BitCount();
        return (ulong)((long)(address << untranslated) >> untranslated);
    }

    /// <summary>The place of a canonical address among all canonical addresses of the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToPosition(ulong address, AddressWidth width) => address & (AddressCount(width) - 1);

    /// <summary>The canonical address at a position below <see cref="AddressCount"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FromPosition(ulong position, AddressWidth width) => SignExtend(position, width);

    /// <summary>
    /// Moves a canonical address forward by <paramref name="count"/> units of 2^<paramref name="shift"/> bytes, over the
    /// hole if need be. False when the address is not canonical in this width or the step passes the top.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepForward(ulong address, ulong count, int shift, AddressWidth width, out ulong result)
    {
        ulong position = ToPosition(address, width) >> shift;
        ulong last = (AddressCount(width) >> shift) - 1;
        bool possible = IsCanonical(address, width) && count <= last - position;
        result = possible ? FromPosition((position + count) << shift, width) : 0;
        return possible;
    }

    /// <summary>As <see cref="TryStepForward"/>, towards address zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepBackward(ulong address, ulong count, int shift, AddressWidth width, out ulong result)
    {
        ulong position = ToPosition(address, width) >> shift;
        bool possible = IsCanonical(address, width) && count <= position;
        result = possible ? FromPosition((position - count) << shift, width) : 0;
        return possible;
    }

    /// <summary>
    /// How many units of 2^<paramref name="shift"/> bytes lie from <paramref name="start"/> to <paramref name="end"/>, the
    /// hole not counted. False when either is not canonical in this width or they are in the wrong order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepsBetween(ulong start, ulong end, int shift, AddressWidth width, out ulong count)
    {
        bool possible = IsCanonical(start, width) && IsCanonical(end, width) && start <= end;
        count = possible ? (ToPosition(end, width) - ToPosition(start, width)) >> shift : 0;
        return possible;
    }

    /// <summary>The magnitude of a step, exact for <see cref="long.MinValue"/> too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitude(long count) => count < 0 ? 0UL - (ulong)count : (ulong)count;
}
