using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <content>Checked arithmetic.</content>
public readonly partial struct PhysAddr
{
    /// <summary>The address <paramref name="offset"/> bytes above. Panics when it reaches 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr operator +(PhysAddr address, ulong offset)
    {
        if (!address.TryAdd(offset, out PhysAddr result))
            Panic.Now("PhysAddr +: exceeds 52 bits");
        return result;
    }

    /// <summary>The address <paramref name="offset"/> bytes below. Panics when that is below zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr operator -(PhysAddr address, ulong offset)
    {
        if (!address.TrySubtract(offset, out PhysAddr result))
            Panic.Now("PhysAddr -: below zero");
        return result;
    }

    /// <summary>
    /// The bytes from <paramref name="right"/> up to <paramref name="left"/>. Panics when <paramref name="left"/> is the lower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(PhysAddr left, PhysAddr right)
    {
        Panic.Assert(left >= right, "PhysAddr -: negative distance");
        return left._value - right._value;
    }

    /// <summary>The address <paramref name="offset"/> bytes above.</summary>
    /// <returns>False when it reaches 2^52.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong offset, out PhysAddr result)
    {
        // An address made unchecked may be out of range already; then no sum is in range.
        bool possible = _value < Limit && offset < Limit - _value;
        result = possible ? new PhysAddr(_value + offset) : default;
        return possible;
    }

    /// <summary>The address <paramref name="offset"/> bytes below.</summary>
    /// <returns>False when that is below zero.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong offset, out PhysAddr result)
    {
        bool possible = offset <= _value;
        result = possible ? new PhysAddr(_value - offset) : default;
        return possible;
    }
}
