using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace System.Numerics;

public static class BitOperations
{
    public static bool IsPow2(uint value) => value != 0 && (value & (value - 1)) == 0;

    public static bool IsPow2(ulong value) => value != 0 && (value & (value - 1)) == 0;

    public static bool IsPow2(int value) => value > 0 && (value & (value - 1)) == 0;

    public static int Log2(uint value) => 31 ^ LeadingZeroCount(value | 1);

    public static int Log2(ulong value) => 63 ^ LeadingZeroCount(value | 1);

    [Intrinsic]
    public static int PopCount(uint value)
    {
        if (Popcnt.IsSupported)
            return (int)Popcnt.PopCount(value);
        value -= (value >> 1) & 0x5555_5555;
        value = (value & 0x3333_3333) + ((value >> 2) & 0x3333_3333);
        return (int)((((value + (value >> 4)) & 0x0F0F_0F0F) * 0x0101_0101) >> 24);
    }

    [Intrinsic]
    public static int PopCount(ulong value)
    {
        if (Popcnt.X64.IsSupported)
            return (int)Popcnt.X64.PopCount(value);
        value -= (value >> 1) & 0x5555_5555_5555_5555;
        value = (value & 0x3333_3333_3333_3333) + ((value >> 2) & 0x3333_3333_3333_3333);
        return (int)((((value + (value >> 4)) & 0x0F0F_0F0F_0F0F_0F0F) * 0x0101_0101_0101_0101) >> 56);
    }

    [Intrinsic]
    public static int TrailingZeroCount(uint value) => value == 0 ? 32 : TrailingZeroCount((ulong)value);

    [Intrinsic]
    public static int TrailingZeroCount(ulong value)
    {
        if (Bmi1.X64.IsSupported)
            return (int)Bmi1.X64.TrailingZeroCount(value);
        if (value == 0)
            return 64;
        return X86Base.X64.IsSupported
            ? (int)X86Base.X64.BitScanForward(value)
            : PopCount((value & (0 - value)) - 1);
    }

    public static int TrailingZeroCount(int value) => TrailingZeroCount((uint)value);

    public static int TrailingZeroCount(long value) => TrailingZeroCount((ulong)value);

    [Intrinsic]
    public static int LeadingZeroCount(uint value) => value == 0 ? 32 : LeadingZeroCount((ulong)value) - 32;

    [Intrinsic]
    public static int LeadingZeroCount(ulong value)
    {
        if (Lzcnt.X64.IsSupported)
            return (int)Lzcnt.X64.LeadingZeroCount(value);
        if (value == 0)
            return 64;
        if (X86Base.X64.IsSupported)
            return 63 ^ (int)X86Base.X64.BitScanReverse(value);
        int count = 0;
        for (; (long)value > 0; value <<= 1)
            count++;
        return count;
    }

    [Intrinsic]
    public static uint RotateLeft(uint value, int offset) => (value << offset) | (value >> (32 - offset));

    [Intrinsic]
    public static ulong RotateLeft(ulong value, int offset) => (value << offset) | (value >> (64 - offset));

    [Intrinsic]
    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));

    [Intrinsic]
    public static ulong RotateRight(ulong value, int offset) => (value >> offset) | (value << (64 - offset));

    public static ulong RoundUpToPowerOf2(ulong value)
    {
        int shift = 64 - LeadingZeroCount(value - 1);
        return (1UL ^ ((ulong)shift >> 6)) << shift;
    }
}
