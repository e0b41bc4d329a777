using System.Runtime.CompilerServices;

namespace System.Runtime.Intrinsics.X86;

// Instruction-set classes. Each [Intrinsic] body calls itself: the JIT replaces the call by the instruction, and
// IsSupported by a constant or, where the set is optional, by a look at g_cpuFeatures.

[Intrinsic]
public abstract class X86Base
{
    public static bool IsSupported { get => IsSupported; }

    public static void Pause() => Pause();

    [Intrinsic]
    public abstract class X64
    {
        public static bool IsSupported { get => IsSupported; }

        public static ulong BitScanForward(ulong value) => BitScanForward(value);

        public static ulong BitScanReverse(ulong value) => BitScanReverse(value);
    }
}

[Intrinsic]
public abstract class Sse42 : X86Base
{
    public static new bool IsSupported { get => IsSupported; }

    [Intrinsic]
    public new abstract class X64 : X86Base.X64
    {
        public static new bool IsSupported { get => IsSupported; }
    }
}

[Intrinsic]
public abstract class Popcnt : Sse42
{
    public static new bool IsSupported { get => IsSupported; }

    public static uint PopCount(uint value) => PopCount(value);

    [Intrinsic]
    public new abstract class X64 : Sse42.X64
    {
        public static new bool IsSupported { get => IsSupported; }

        public static ulong PopCount(ulong value) => PopCount(value);
    }
}

[Intrinsic]
public abstract class Bmi1 : X86Base
{
    public static new bool IsSupported { get => IsSupported; }

    [Intrinsic]
    public new abstract class X64 : X86Base.X64
    {
        public static new bool IsSupported { get => IsSupported; }

        public static ulong ExtractLowestSetBit(ulong value) => ExtractLowestSetBit(value);

        public static ulong ResetLowestSetBit(ulong value) => ResetLowestSetBit(value);

        public static ulong TrailingZeroCount(ulong value) => TrailingZeroCount(value);
    }
}

[Intrinsic]
public abstract class Lzcnt : X86Base
{
    public static new bool IsSupported { get => IsSupported; }

    [Intrinsic]
    public new abstract class X64 : X86Base.X64
    {
        public static new bool IsSupported { get => IsSupported; }

        public static ulong LeadingZeroCount(ulong value) => LeadingZeroCount(value);
    }
}
