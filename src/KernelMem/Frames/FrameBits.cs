using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>Runs of bits in a word: bit n is frame n of a row of 64, set if that is free.</summary>
internal static class FrameBits
{
    /// <summary>2^<paramref name="order"/> set bits from bit 0 on.</summary>
    /// <param name="order">0 to 6.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Run(int order) => order == 6 ? ulong.MaxValue : (1UL << (1 << order)) - 1;

    /// <summary>Where the lowest 2^<paramref name="order"/> set bits start that lie at a multiple of their number.</summary>
    /// <param name="word">The bits.</param>
    /// <param name="order">0 to 6.</param>
    /// <returns>The bit; -1 if there are none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindRun(ulong word, int order)
    {
        word = Starts(word, order);
        return word == 0 ? -1 : BitOperations.TrailingZeroCount(word);
    }

    /// <summary>The bits where 2^<paramref name="order"/> set bits start, at multiples of their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Starts(ulong word, int order)
    {
        // After step n, a bit says that the 2^n from it on are set.
        for (int step = 0; step < order; step++)
            word &= word >> (1 << step);

        return word & Multiples(order);
    }

    private static ulong Multiples(int order) => order switch
    {
        0 => ulong.MaxValue,
        1 => 0x5555_5555_5555_5555,
        2 => 0x1111_1111_1111_1111,
        3 => 0x0101_0101_0101_0101,
        4 => 0x0001_0001_0001_0001,
        5 => 0x0000_0001_0000_0001,
        _ => 1,
    };
}
