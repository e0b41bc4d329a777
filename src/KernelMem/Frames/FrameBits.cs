using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>Runs of bits in a word: bit n is frame n of a row of 64, set if that is free.</summary>
internal static class FrameBits
{
    /// <summary>2^<paramref name="order"/> set bits from bit 0 on.</summary>
    /// <param name="order">0 to 6.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Run(int order) => ulong.MaxValue >> (64 - (1 << order));

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
    /// <remarks>Without branches, because orders are hard to predict: each step halves what is left, or lets it pass.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Starts(ulong word, int order)
    {
        word &= ((word >> 1) & 0x5555_5555_5555_5555) | PassUnless(order, 0);
        word &= ((word >> 2) & 0x3333_3333_3333_3333) | PassUnless(order, 1);
        word &= ((word >> 4) & 0x0F0F_0F0F_0F0F_0F0F) | PassUnless(order, 2);
        word &= ((word >> 8) & 0x00FF_00FF_00FF_00FF) | PassUnless(order, 3);
        word &= ((word >> 16) & 0x0000_FFFF_0000_FFFF) | PassUnless(order, 4);
        return word & (((word >> 32) & 0x0000_0000_FFFF_FFFF) | PassUnless(order, 5));
    }

    // All bits, unless the order is above a step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PassUnless(int order, int step) => (ulong)(long)((order - 1 - step) >> 31);
}
