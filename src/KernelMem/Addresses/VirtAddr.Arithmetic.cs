using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <content>Exact addition, and stepping over the hole.</content>
public readonly partial struct VirtAddr
{
    /// <summary>
    /// The address <paramref name="offset"/> bytes above. Panics unless address and sum are canonical for 48 bits: an
    /// offset that ends in the hole or beyond the top is an error, never a jump.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr operator +(VirtAddr address, ulong offset)
    {
        if (!address.TryAdd(offset, out VirtAddr result))
            Panic.Now("VirtAddr +: not canonical for 48 bits");
        return result;
    }

    /// <summary>The address <paramref name="offset"/> bytes below. Panics unless address and result are canonical for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr operator -(VirtAddr address, ulong offset)
    {
        if (!address.TrySubtract(offset, out VirtAddr result))
            Panic.Now("VirtAddr -: not canonical for 48 bits");
        return result;
    }

    /// <summary>
    /// The bytes from <paramref name="right"/> up to <paramref name="left"/>, so that <c>right + (left - right) == left</c>.
    /// Panics when <paramref name="left"/> is the lower, or either is not canonical for 48 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(VirtAddr left, VirtAddr right)
    {
        Panic.Assert(
            left >= right && left.IsCanonical(AddressWidth.Bits48) && right.IsCanonical(AddressWidth.Bits48),
            "VirtAddr -: negative distance, or not canonical for 48 bits");
        return left._value - right._value;
    }

    /// <summary>As <see cref="TryAdd(ulong, AddressWidth, out VirtAddr)"/>, for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong offset, out VirtAddr result) => TryAdd(offset, AddressWidth.Bits48, out result);

    /// <summary>The address <paramref name="offset"/> bytes above, exactly.</summary>
    /// <returns>False when address or sum is not canonical for <paramref name="width"/>, or the sum exceeds 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong offset, AddressWidth width, out VirtAddr result)
    {
        bool possible = IsCanonical(width) & (offset <= ulong.MaxValue - _value);
        return TryCreate(possible ? _value + offset : 0, width, out result) && possible;
    }

    /// <summary>As <see cref="TrySubtract(ulong, AddressWidth, out VirtAddr)"/>, for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong offset, out VirtAddr result) => TrySubtract(offset, AddressWidth.Bits48, out result);

    /// <summary>The address <paramref name="offset"/> bytes below, exactly.</summary>
    /// <returns>False when address or result is not canonical for <paramref name="width"/>, or the result is below zero.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong offset, AddressWidth width, out VirtAddr result)
    {
        bool possible = IsCanonical(width) & (offset <= _value);
        return TryCreate(possible ? _value - offset : 0, width, out result) && possible;
    }

    /// <summary>
    /// Steps over <paramref name="count"/> canonical addresses: forward when positive, backward when negative. See
    /// <see cref="TryStepForward(ulong, AddressWidth, out VirtAddr)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStep(long count, AddressWidth width, out VirtAddr result) =>
        count < 0
            ? TryStepBackward(Canonical.Magnitude(count), width, out result)
            : TryStepForward((ulong)count, width, out result);

    /// <summary>
    /// Steps forward over <paramref name="count"/> canonical addresses of <paramref name="width"/>: after the last of the
    /// lower half comes the first of the upper.
    /// </summary>
    /// <returns>False when the address is not canonical for the width, or the step passes the top; nothing wraps.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepForward(ulong count, AddressWidth width, out VirtAddr result)
    {
        bool possible = Canonical.TryStepForward(_value, count, shift: 0, width, out ulong value);
        result = new VirtAddr(value);
        return possible;
    }

    /// <summary>Steps backward over <paramref name="count"/> canonical addresses of <paramref name="width"/>.</summary>
    /// <returns>False when the address is not canonical for the width, or the step passes zero; nothing wraps.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepBackward(ulong count, AddressWidth width, out VirtAddr result)
    {
        bool possible = Canonical.TryStepBackward(_value, count, shift: 0, width, out ulong value);
        result = new VirtAddr(value);
        return possible;
    }

    /// <summary>
    /// The number of steps from <paramref name="start"/> to <paramref name="end"/>: the canonical addresses between them, the
    /// hole not counted.
    /// </summary>
    /// <returns>False when either is not canonical for <paramref name="width"/>, or <paramref name="end"/> is the lower.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepsBetween(VirtAddr start, VirtAddr end, AddressWidth width, out ulong count) =>
        Canonical.TryStepsBetween(start._value, end._value, shift: 0, width, out count);
}
