using KernelMem.Addresses;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>The memory for tables, touched before, and where physical zero would be if it were shown with it.</summary>
internal readonly unsafe struct TableMemory
{
    private const ulong HugePage = 2 << 20;

    public readonly byte* Start;
    public readonly ulong Bytes;

    public TableMemory(ref Arena arena, uint frames)
    {
        Bytes = frames * Frame.Size;
        byte* taken = arena.Take<byte>(Bytes + HugePage);
        Start = (byte*)(((ulong)taken + HugePage - 1) & ~(HugePage - 1));
    }

    /// <summary>Physical address of the first byte.</summary>
    public static ulong FirstByte => Arena.FirstFrame * Frame.Size;

    public byte* PhysicalZero => Start - FirstByte;

    public DirectMap DirectMap => DirectMap.Create(VirtAddr.CreateUnchecked((ulong)PhysicalZero), FirstByte + Bytes);
}
