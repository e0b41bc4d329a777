using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>An entry for each frame number from 0 to the end of usable memory, holes included.</summary>
internal readonly unsafe struct FrameTable
{
    /// <summary>The largest number of frames, 16 TiB less one: links are 32 bits.</summary>
    public const ulong MaxFrames = uint.MaxValue;

    private readonly FrameEntry* _entries;

    public FrameTable(FrameEntry* entries, uint count)
    {
        _entries = entries;
        Count = count;
    }

    /// <summary>How many entries.</summary>
    public uint Count { get; }

    /// <summary>The entry of a frame.</summary>
    /// <param name="frame">The frame number; below <see cref="Count"/>, by the caller's care.</param>
    public ref FrameEntry this[uint frame]
    {
        // SAFETY: Create made room for Count entries; every caller has compared the number with Count or with the bounds of a zone,
        // or read it from a list, which has frames of a zone only.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[frame];
    }

    /// <summary>The start of the block that a managed frame lies in. Under the lock of the frame's zone.</summary>
    /// <remarks>
    /// A block is aligned to its size, so the start is the frame with some low bits cleared: the first candidate that starts a
    /// block, because what lies between it and the frame is inside the same block.
    /// </remarks>
    public uint BlockOf(uint frame)
    {
        uint start = frame;
        for (int order = 0; order < FrameRequest.MaxOrder && this[start].State == EntryState.Inside; order++)
            start &= ~(1u << order);

        return start;
    }
}
