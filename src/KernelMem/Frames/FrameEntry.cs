using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Frames;

/// <summary>What the frame table holds of each frame: 16 bytes. All zeros is a frame that is not managed.</summary>
[StructLayout(LayoutKind.Sequential)]
[ExpectedSize(16)]
internal struct FrameEntry
{
    /// <summary>The next free block of the same order and zone; 0 is none. 0 unless this is a free block.</summary>
    public uint Next;

    /// <summary>The previous one.</summary>
    public uint Previous;

    /// <summary>How often a block that starts here was given out; see <see cref="FrameInfo.Generation"/>. Never reset.</summary>
    public uint Generation;

    /// <summary>What the frame is in the buddy system.</summary>
    public EntryState State;

    /// <summary>The order of the block that starts here; 0 inside a block.</summary>
    public byte Order;

    /// <summary>The use of the allocated block that starts here; none elsewhere.</summary>
    public FrameUse Use;

    /// <summary>Always 0.</summary>
    public byte Padding;
}

/// <summary>
/// What a frame is in the buddy system. Only the first frame of a block says what the block is, so that giving out, freeing,
/// splitting and merging touch one entry for each block, however large.
/// </summary>
internal enum EntryState : byte
{
    /// <summary>No memory of the allocator.</summary>
    NotManaged = 0,

    /// <summary>A free block starts here; it is on the list of its order.</summary>
    FreeBlock,

    /// <summary>An allocated block starts here.</summary>
    AllocatedBlock,

    /// <summary>The frame lies inside a block, not at its start.</summary>
    Inside,
}
