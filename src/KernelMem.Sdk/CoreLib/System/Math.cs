namespace System;

public static class Math
{
    public static int Min(int a, int b) => a < b ? a : b;

    public static uint Min(uint a, uint b) => a < b ? a : b;

    public static long Min(long a, long b) => a < b ? a : b;

    public static ulong Min(ulong a, ulong b) => a < b ? a : b;

    public static nuint Min(nuint a, nuint b) => a < b ? a : b;

    public static int Max(int a, int b) => a > b ? a : b;

    public static uint Max(uint a, uint b) => a > b ? a : b;

    public static long Max(long a, long b) => a > b ? a : b;

    public static ulong Max(ulong a, ulong b) => a > b ? a : b;

    public static nuint Max(nuint a, nuint b) => a > b ? a : b;

    public static int Clamp(int value, int min, int max) => value < min ? min : value > max ? max : value;

    public static ulong Clamp(ulong value, ulong min, ulong max) => value < min ? min : value > max ? max : value;

    public static int Abs(int value)
    {
        if (value == int.MinValue)
            Environment.FailFast("Math.Abs(int.MinValue)");
        return value < 0 ? -value : value;
    }
}

public static class BitConverter
{
    public static readonly bool IsLittleEndian = true;
}
