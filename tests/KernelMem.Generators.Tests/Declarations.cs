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

    /// <summary>Everything that a field's attribute can say.</summary>
    public const string Device32 = """
        using KernelMem.Annotations;

        namespace Sample;

        public enum Rate : byte { Slow = 1, Normal = 2, Fast = 3 }

        [System.Flags]
        public enum Lanes { None = 0, First = 1, Third = 4 }

        [BitLayout(typeof(uint))]
        [Software(28, 31)]
        [Reserved(23)]
        [FixedBit(22, true)]
        [Ignored(21)]
        [Forbid("Enabled & !Ready", Reason = "it starts only when it is <ready>")]
        [Forbid("Rate == Fast & (Lanes != 0x1 | !(Count < 3))")]
        [Forbid("Start && Level > 6 || Level == 5")]
        public readonly partial struct Device32
        {
            [Bit(0, Default = true, Label = "RDY")] public partial bool Ready { get; }
            [Bit(1)] public partial bool Enabled { get; }
            [Bits(2, 3, Default = Rate.Normal)] public partial Rate Rate { get; }
            [Bits(4, 6)] public partial Lanes Lanes { get; }
            [Bits(7, 9, Access = FieldAccess.ReadOnly)] public partial byte Count { get; }
            [Bit(10, Access = FieldAccess.ReadOnly)] internal partial bool Busy { get; }
            [Bit(11, Access = FieldAccess.WriteOnly)] public partial bool Start { init; }
            [Bits(12, 14, Access = FieldAccess.WriteOnly)] public partial byte Level { init; }
            [Bit(15, Access = FieldAccess.WriteOneToClear)] public partial bool Done { get; }
            [Bits(16, 17, Access = FieldAccess.WriteOneToClear)] public partial byte Errors { get; }
            [Bits(18, 20, Software = true, Default = 5)] private partial byte Owner { get; }
            [Bits(24, 27)] public partial uint High { get; }
            [Bits(0, 15, AllowOverlap = true, Access = FieldAccess.ReadOnly)] public partial ushort LowHalf { get; }
        }
        """;

    public const string BigEndian16 = """
        using KernelMem.Annotations;

        namespace Sample;

        [BitLayout(typeof(ushort), BigEndian = true)]
        internal readonly partial struct BigEndian16
        {
            [Bits(0, 12)] public partial ushort Low { get; }
            [Bits(13, 15)] public partial byte High { get; }
        }
        """;

    public const string BigEndian64 = """
        using KernelMem.Addresses;
        using KernelMem.Annotations;

        namespace Sample;

        [BitLayout(BigEndian = true)]
        [Reserved(1, 11)]
        [Reserved(52, 63)]
        public readonly partial struct BigEndian64
        {
            [Bit(0)] public partial bool Valid { get; }
            [Address(12, 51)] public partial Frame Buffer { get; }
        }
        """;
}
