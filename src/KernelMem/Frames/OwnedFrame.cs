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
    /// <summary>The highest <see cref="Generation"/>; 1 follows.</summary>
    public const uint MaxGeneration = (1u << 24) - 1;

    private const int GenerationShift = 32;
    private const int UseShift = 56;
    private const int OrderShift = 60;

    // One word, so that a token travels in a register: the number, the generation, the use, the order.
    private readonly ulong _token;

    internal OwnedFrame(uint number, int order, FrameUse use, uint generation) =>
        _token = number | ((ulong)generation << GenerationShift) | ((ulong)use << UseShift) | ((ulong)(uint)order << OrderShift);

    /// <summary>The first frame.</summary>
    public Frame Start => Frame.FromNumber(Number);

    /// <summary>What the block was allocated for.</summary>
    public FrameUse Use => (FrameUse)(_token >> UseShift & 0xF);

    /// <summary>Which allocation of this block it is: 1 to <see cref="MaxGeneration"/>, and again from 1 on.</summary>
    public uint Generation => (uint)(_token >> GenerationShift) & MaxGeneration;

    /// <summary>The block has 2^Order frames: 0 to 10.</summary>
    public int Order => (int)(_token >> OrderShift);

    /// <summary>How many frames.</summary>
    public ulong Count => 1UL << Order;

    /// <summary>The frames.</summary>
    public FrameRange<Size4KiB> Range => FrameRange<Size4KiB>.Create(Start, Count);

    internal uint Number => (uint)_token;

    /// <summary>
    /// Gives up the token and keeps the bare frame, e.g. to put it into a page-table entry. Whoever keeps the frame frees it
    /// with <see cref="FrameAllocator{TPlatform}.Free(Frame, FrameUse)"/>. The allocator's books do not change.
    /// </summary>
    /// <returns>The first frame.</returns>
    public Frame Release() => Start;
}
