using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Loads and stores that the compiler neither drops nor reorders across: acquire and release, plain moves on x86-64.</summary>
public static class Volatile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Read(ref readonly bool location) => Unsafe.As<bool, VolatileBool>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref bool location, bool value) => Unsafe.As<bool, VolatileBool>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Read(ref readonly byte location) => Unsafe.As<byte, VolatileByte>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref byte location, byte value) => Unsafe.As<byte, VolatileByte>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte Read(ref readonly sbyte location) => Unsafe.As<sbyte, VolatileSByte>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref sbyte location, sbyte value) => Unsafe.As<sbyte, VolatileSByte>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Read(ref readonly short location) => Unsafe.As<short, VolatileShort>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref short location, short value) => Unsafe.As<short, VolatileShort>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Read(ref readonly ushort location) => Unsafe.As<ushort, VolatileUShort>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ushort location, ushort value) => Unsafe.As<ushort, VolatileUShort>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ref readonly int location) => Unsafe.As<int, VolatileInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref int location, int value) => Unsafe.As<int, VolatileInt>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref readonly uint location) => Unsafe.As<uint, VolatileUInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref uint location, uint value) => Unsafe.As<uint, VolatileUInt>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Read(ref readonly nint location) => Unsafe.As<nint, VolatileNInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nint location, nint value) => Unsafe.As<nint, VolatileNInt>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Read(ref readonly nuint location) => Unsafe.As<nuint, VolatileNUInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nuint location, nuint value) => Unsafe.As<nuint, VolatileNUInt>(ref location).Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Read(ref readonly long location) => (long)Unsafe.As<long, VolatileNInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref long location, long value) => Unsafe.As<long, VolatileNInt>(ref location).Value = (nint)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref readonly ulong location) => (ulong)Unsafe.As<ulong, VolatileNUInt>(ref Unsafe.AsRef(in location)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ulong location, ulong value) => Unsafe.As<ulong, VolatileNUInt>(ref location).Value = (nuint)value;

    private struct VolatileBool
    {
        public volatile bool Value;
    }

    private struct VolatileByte
    {
        public volatile byte Value;
    }

    private struct VolatileSByte
    {
        public volatile sbyte Value;
    }

    private struct VolatileShort
    {
        public volatile short Value;
    }

    private struct VolatileUShort
    {
        public volatile ushort Value;
    }

    private struct VolatileInt
    {
        public volatile int Value;
    }

    private struct VolatileUInt
    {
        public volatile uint Value;
    }

    private struct VolatileNInt
    {
        public volatile nint Value;
    }

    private struct VolatileNUInt
    {
        public volatile nuint Value;
    }
}
