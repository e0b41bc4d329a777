namespace KernelMem.Generators.Tests;

/// <summary>Sound declarations that several tests use.</summary>
internal static class Declarations
{
    public const string EveryKind64 = """
        using KernelMem.Addresses;
        using KernelMem.Annotations;

        namespace Sample;

        public enum Mode : byte { Idle, Slow, Fast, Turbo }

        [BitLayout]
        [Ignored(6)]
        [FixedBit(7, true)]
        [FixedBit(8, false)]
        [Reserved(52, 55)]
        public readonly partial struct EveryKind64
        {
            [Bit(0)] public partial bool Enabled { get; }
            [Bits(1, 2)] public partial Mode Mode { get; }
            [Bits(3, 5)] public partial byte Small { get; }
            [Bits(9, 11)] internal partial ulong Wide { get; }
            [Address(12, 29)] public partial PhysAddr Low { get; }
            [Address(30, 51)] public partial Frame<Size1GiB> Gigabyte { get; }
            [Bits(56, 63)] public partial byte Exact { get; }
        }
        """;

    public const string EveryKind32 = """
        using KernelMem.Addresses;
        using KernelMem.Annotations;

        namespace Sample;

        public enum Command { None = 0, Reset = 1, Start = 5 }

        [BitLayout(typeof(uint))]
        [Reserved(8, 11)]
        public readonly partial struct EveryKind32
        {
            [Bits(0, 3)] public partial Command Command { get; }
            [Bits(4, 6)] public partial uint Count { get; }
            [Bit(7)] public partial bool Busy { get; }
            [Address(12, 31)] public partial Frame Buffer { get; }
        }
        """;

    public const string Narrow16 = """
        using KernelMem.Annotations;

        namespace Sample;

        [BitLayout(typeof(ushort))]
        [Reserved(14)]
        [FixedBit(13, true)]
        public readonly partial struct Narrow16
        {
            [Bits(0, 4)] public partial ushort Low { get; }
            [Bits(5, 12)] public partial byte Middle { get; }
            [Bit(15)] public partial bool Top { get; }
        }
        """;

    public const string Nested8 = """
        using KernelMem.Annotations;

        public static partial class Device
        {
            internal partial record struct @struct
            {
                [BitLayout(typeof(byte))]
                [Ignored(4)]
                internal readonly partial struct @event
                {
                    [Bits(0, 3)] internal partial byte @class { get; }
                    [Bits(5, 7)] internal readonly partial byte High { get; }
                }
            }
        }
        """;
}
