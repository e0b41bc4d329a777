using KernelMem.Addresses;

namespace Scenario;

/// <summary>A block of the heap, and what was written into it.</summary>
internal struct HeapBlock
{
    /// <summary>Every so many bytes one is written; it is no divisor of a size class, so that all parts of blocks are met.</summary>
    public const ulong Stride = 37;

    public VirtAddr Address;
    public ulong Bytes;
    public byte Seed;

    /// <summary>What stands at a byte.</summary>
    public readonly byte At(ulong offset) => unchecked((byte)(Seed + (offset * 7)));
}
