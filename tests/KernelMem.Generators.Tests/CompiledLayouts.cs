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
