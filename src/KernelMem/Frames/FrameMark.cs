using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>
/// What a frame is, in one byte: the state that decides every free. Only the first frame of a block is marked as allocated; the
/// others of a block stay as they were, so that giving out and freeing write one mark, however large the block.
/// </summary>
/// <remarks>
/// Bits 4 to 6 are the use; with a use, bits 0 to 3 are the low bits of the generation, and bit 7 says that the table knows more
/// (<see cref="FrameTable.Detail"/>): the block is no single frame, or it is shared. Without a use, the byte is one of the constants here.
/// </remarks>
internal static class FrameMark
{
    /// <summary>No memory of the allocator. What an empty table holds.</summary>
    public const byte NotManaged = 0;

    /// <summary>Not allocated: free, or inside an allocated block.</summary>
    public const byte Free = 1;

    /// <summary>Withdrawn: bad memory, or taken off line. Never given out.</summary>
    public const byte Withdrawn = 2;

    /// <summary>In use before the allocator was; never freed.</summary>
    public const byte Reserved = (byte)FrameUse.Reserved << UseShift;

    private const int UseShift = 4;
    private const byte UseBits = 0x70;
    private const byte GenerationBits = 0x0F;
    private const byte Large = 0x80;

    /// <summary>An allocated frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Allocated(FrameUse use, uint generation) => (byte)(((uint)use << UseShift) | (generation & GenerationBits));

    /// <summary>The same mark, with more in the table.</summary>
    public static byte WithDetail(byte mark) => (byte)(mark | Large);

    /// <summary>Whether the table has more.</summary>
    public static bool HasDetail(byte mark) => (mark & Large) != 0;

    /// <summary>Whether a single, unshared frame is allocated for a use that can be requested.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSingle(byte mark, FrameUse use) => (mark & ~GenerationBits) == (int)use << UseShift;

    /// <summary>The use; <see cref="FrameUse.None"/> unless allocated or reserved.</summary>
    public static FrameUse Use(byte mark) => (FrameUse)((mark & UseBits) >> UseShift);

    /// <summary>Whether a block that can be freed starts here.</summary>
    public static bool IsAllocated(byte mark) => FrameUses.IsRequestable(Use(mark));
}
