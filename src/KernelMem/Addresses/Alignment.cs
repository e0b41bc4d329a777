using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;

namespace KernelMem.Addresses;

/// <summary>Rounding to a power of two, with overflow reported. Addresses and lengths share it.</summary>
public static class Alignment
{
    /// <summary>Whether <paramref name="alignment"/> is a power of two (1 included, 0 not).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ulong alignment) => BitOperations.IsPow2(alignment);

    /// <summary>Rounds up to a multiple of <paramref name="alignment"/>.</summary>
    /// <returns>False, with a result of 0, when the alignment is not a power of two or the result exceeds 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAlignUp(ulong value, [PowerOfTwo] ulong alignment, out ulong result)
    {
        ulong mask = alignment - 1;
        bool possible = IsValid(alignment) && value <= ulong.MaxValue - mask;
        result = possible ? (value + mask) & ~mask : 0;
        return possible;
    }

    /// <summary>Rounds down to a multiple of <paramref name="alignment"/>.</summary>
    /// <returns>False, with a result of 0, when the alignment is not a power of two.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAlignDown(ulong value, [PowerOfTwo] ulong alignment, out ulong result)
    {
        bool possible = IsValid(alignment);
        result = possible ? value & ~(alignment - 1) : 0;
        return possible;
    }
}
