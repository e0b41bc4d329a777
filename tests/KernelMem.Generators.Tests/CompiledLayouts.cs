using System;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Generators.Tests;

/// <summary>An enum that needs two bits.</summary>
public enum Speed : byte
{
    Stopped = 0,
    Slow = 1,
    Fast = 3,
}

/// <summary>A user's own register, completed by the generator in this project's compiler.</summary>
[BitLayout(typeof(uint))]
[Reserved(6, 7)]
[FixedBit(8, true)]
[FixedBit(9, false)]
[Ignored(10, 11)]
public readonly partial struct DmaControl
{
    [Bit(0)]
    public partial bool Enabled { get; }

    [Bits(1, 2)]
    public partial Speed Speed { get; }

    [Bits(3, 5)]
    public partial ulong Channel { get; }

    [Address(12, 31)]
    public partial PhysAddr Buffer { get; }
}

/// <summary>A word without a single spare bit.</summary>
[BitLayout]
public readonly partial struct FullWord
{
    [Bits(0, 63)]
    public partial ulong All { get; }
}

/// <summary>A word whose address field starts at bit 0.</summary>
[BitLayout]
[Reserved(52, 63)]
public readonly partial struct ByteAddress
{
    [Address(0, 51)]
    public partial PhysAddr Address { get; }
}

/// <summary>An enum that leaves gaps: 0, 4 and 6 are not defined.</summary>
public enum Rate : byte
{
    Slow = 1,
    Normal = 2,
    Fast = 3,
    Burst = 5,
    Test = 7,
}

/// <summary>An enum whose members combine; bit 1 has no meaning.</summary>
[Flags]
public enum Lanes
{
    None = 0,
    First = 1,
    Third = 4,
}

/// <summary>A device's register with every kind of access.</summary>
[BitLayout(typeof(uint))]
[Software(24, 27)]
[Ignored(28, 30)]
[Reserved(31)]
[Forbid("Enabled & !Ready")]
[Forbid("Rate == Fast & Lanes != 0x1")]
public readonly partial struct PortRegister
{
    [Bit(0, Default = true, Label = "RDY")]
    public partial bool Ready { get; }

    [Bit(1)]
    public partial bool Enabled { get; }

    [Bits(2, 4, Default = Rate.Normal)]
    public partial Rate Rate { get; }

    [Bits(5, 7)]
    public partial Lanes Lanes { get; }

    [Bits(8, 11, Access = FieldAccess.ReadOnly)]
    public partial byte Count { get; }

    [Bit(12, Access = FieldAccess.ReadOnly)]
    public partial bool Busy { get; }

    [Bit(13, Access = FieldAccess.WriteOnly)]
    public partial bool Start { init; }

    [Bits(14, 15, Access = FieldAccess.WriteOnly)]
    public partial byte Command { init; }

    [Bit(16, Access = FieldAccess.WriteOneToClear)]
    public partial bool Done { get; }

    [Bits(17, 19, Access = FieldAccess.WriteOneToClear)]
    public partial byte Errors { get; }

    [Bits(20, 23, Software = true, Default = 9)]
    public partial byte Owner { get; }

    [Bits(8, 15, AllowOverlap = true, Access = FieldAccess.ReadOnly)]
    public partial byte SecondByte { get; }
}

/// <summary>Memory that a device and the kernel share, most significant byte first.</summary>
[BitLayout(typeof(uint), BigEndian = true)]
[Reserved(1, 15)]
public readonly partial struct NetworkWord
{
    [Bit(0)]
    public partial bool Valid { get; }

    [Bits(16, 31)]
    public partial ushort Length { get; }
}

/// <summary>Sixteen bits, most significant byte first.</summary>
[BitLayout(typeof(ushort), BigEndian = true)]
public readonly partial struct NetworkShort
{
    [Bits(0, 15)]
    public partial ushort All { get; }
}

/// <summary>Sixty-four bits, most significant byte first.</summary>
[BitLayout(BigEndian = true)]
public readonly partial struct NetworkLong
{
    [Bits(0, 63)]
    public partial ulong All { get; }
}

/// <summary>A descriptor with two addresses and text of its own.</summary>
[BitLayout]
[FixedBit(0, true)]
public readonly partial struct Descriptor
{
    [Bits(1, 11)]
    public partial ushort Length { get; }

    [Address(12, 31, Default = 0x5000, Label = "Low")]
    public partial Frame LowFrame { get; }

    [Address(32, 51)]
    public partial PhysAddr HighAddress { get; }

    [Bits(52, 63, Access = FieldAccess.ReadOnly)]
    public partial ushort Completed { get; }

    public override string ToString() => "a descriptor";
}

/// <summary>Flags and counters, for threads to change.</summary>
[BitLayout]
public readonly partial struct SharedWord
{
    [Bit(0)]
    public partial bool First { get; }

    [Bit(1)]
    public partial bool Second { get; }

    [Bit(2, Access = FieldAccess.ReadOnly)]
    public partial bool Pinned { get; }

    [Bits(3, 32)]
    public partial uint Counter { get; }

    [Bits(33, 63)]
    public partial uint Other { get; }
}
