using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Frames;

/// <summary>An allocated run of any number of frames, next to each other, and the right to free it, once.</summary>
/// <remarks>As with <see cref="OwnedFrame"/>, an old copy is refused. <c>default</c> owns nothing and is refused too.</remarks>
[MustUse("a dropped run is memory lost for ever")]
[Affine]
public readonly struct OwnedFrameRange
{
    private readonly uint _number;
    private readonly uint _count;

    internal OwnedFrameRange(uint number, uint count, FrameUse use, uint generation)
    {
        _number = number;
        _count = count;
        Use = use;
        Generation = generation;
    }

    /// <summary>The first frame.</summary>
    public Frame Start => Frame.FromNumber(_number);

    /// <summary>How many frames: 1 to 2^18.</summary>
    public ulong Count => _count;

    /// <summary>The frames.</summary>
    public FrameRange<Size4KiB> Range => FrameRange<Size4KiB>.Create(Start, Count);

    /// <summary>What the run was allocated for.</summary>
    public FrameUse Use { get; }

    /// <summary>Which allocation at its first frame it is; never 0.</summary>
    public uint Generation { get; }

    internal uint Number => _number;

    /// <inheritdoc cref="OwnedFrame.Release"/>
    public Frame Release() => Start;
}
