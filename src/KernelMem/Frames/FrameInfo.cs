using KernelMem.Addresses;

namespace KernelMem.Frames;

/// <summary>What the allocator knows of a frame, at one instant.</summary>
public readonly struct FrameInfo
{
    internal FrameInfo(FrameState state, FrameUse use, Frame block, int order, uint generation)
    {
        State = state;
        Use = use;
        Block = block;
        Order = order;
        Generation = generation;
    }

    /// <summary>Whether the frame is memory of the allocator. If not, everything else here is <c>default</c>.</summary>
    public bool IsManaged => State != FrameState.NotManaged;

    /// <summary>Whether the frame is free, given out, or none of the allocator's.</summary>
    public FrameState State { get; }

    /// <summary>What it is used for; <see cref="FrameUse.None"/> if it is free.</summary>
    public FrameUse Use { get; }

    /// <summary>The first frame of the allocated block or run that it lies in; the frame itself if it is in none.</summary>
    public Frame Block { get; }

    /// <summary>The block's order: 0 to 10; 31 for a run.</summary>
    public int Order { get; }

    /// <summary>How many frames the block or run has; 1 if the frame is in none.</summary>
    public ulong Count { get; init; }

    /// <summary>How many references the block has, its owner's included; 0 if the frame is in none.</summary>
    public uint References { get; init; }

    /// <summary>How often a block that starts where this one does was given out, see <see cref="OwnedFrame.Generation"/>; 0 if never.</summary>
    public uint Generation { get; }
}
