using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Frames;

/// <summary>
/// An allocated block of 2^<see cref="Order"/> frames, and the right to free it, once. The block is aligned to its size.
/// </summary>
/// <remarks>
/// The token carries the block's generation, so that an old copy is refused even if the same frames have been given out again
/// (<see cref="FrameError.StaleOwner"/>). <c>default</c> owns nothing and is refused too.
/// </remarks>
[MustUse("a dropped block is memory lost for ever")]
[Affine]
public readonly struct OwnedFrame
{
    private readonly uint _number;
    private readonly byte _order;

    internal OwnedFrame(uint number, int order, FrameUse use, uint generation)
    {
        _number = number;
        _order = (byte)order;
        Use = use;
        Generation = generation;
    }

    /// <summary>The first frame.</summary>
    public Frame Start => Frame.FromNumber(_number);

    /// <summary>What the block was allocated for.</summary>
    public FrameUse Use { get; }

    /// <summary>Which allocation of this block it is, modulo 2^32 without 0; never 0.</summary>
    public uint Generation { get; }

    /// <summary>The block has 2^Order frames: 0 to 10.</summary>
    public int Order => _order;

    /// <summary>How many frames.</summary>
    public ulong Count => 1UL << _order;

    /// <summary>The frames.</summary>
    public FrameRange<Size4KiB> Range => FrameRange<Size4KiB>.Create(Start, Count);

    internal uint Number => _number;

    /// <summary>
    /// Gives up the token and keeps the bare frame, e.g. to put it into a page-table entry. Whoever keeps the frame frees it
    /// with <see cref="FrameAllocator{TPlatform}.Free(Frame, FrameUse)"/>. The allocator's books do not change.
    /// </summary>
    /// <returns>The first frame.</returns>
    public Frame Release() => Start;
}
