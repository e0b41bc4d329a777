using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace BootKernel;

/// <summary>
/// What one of several owners holds, oldest first. Each frame bears its owner's tag, in its own memory, for as long as it is held:
/// of two who hold the same frame, one finds the other's tag.
/// </summary>
internal unsafe struct TaggedFrames(uint owner)
{
    private const ulong Mark = 0x7A6D_E4F3UL << 32;
    private const int Limit = 16;

    private readonly ulong _tag = Mark | owner;
    private Blocks _blocks;
    private int _first;
    private int _count;

    /// <summary>Whether no other block can be added.</summary>
    public readonly bool IsFull => _count == Limit;

    /// <summary>Whether nothing is held.</summary>
    public readonly bool IsEmpty => _count == 0;

    /// <summary>Adds a block that its holder has just been given. It must have room.</summary>
    /// <returns>False if somebody holds a frame of it.</returns>
    public bool TryAdd(FrameRange<Size4KiB> block)
    {
        _blocks[(_first + _count++) % Limit] = block;
        return TryTag(block);
    }

    /// <summary>Removes the oldest block, which can then be freed. There must be one.</summary>
    /// <param name="start">Its first frame.</param>
    /// <returns>False if somebody else has held a frame of it.</returns>
    public bool TryRemove(out Frame start)
    {
        FrameRange<Size4KiB> block = _blocks[_first];
        _first = (_first + 1) % Limit;
        _count--;
        start = block.Start;
        return TryUntag(block);
    }

    /// <summary>Tags frames that are held for a short time, and not noted.</summary>
    /// <returns>False if somebody holds one of them.</returns>
    public readonly bool TryTag(FrameRange<Size4KiB> frames)
    {
        bool free = true;
        foreach (Frame frame in frames)
        {
            ulong* word = WordOf(frame);
            free &= *word >> 32 << 32 != Mark;
            *word = _tag;
        }

        return free;
    }

    /// <summary>Takes the tags away, right before the frames are freed.</summary>
    /// <returns>False if a tag is another's.</returns>
    public readonly bool TryUntag(FrameRange<Size4KiB> frames)
    {
        bool own = true;
        foreach (Frame frame in frames)
        {
            ulong* word = WordOf(frame);
            own &= *word == _tag;
            *word = 0;
        }

        return own;
    }

    // SAFETY: a frame of the allocator's lies in the direct map; that no one else writes there is what is being checked.
    private static ulong* WordOf(Frame frame) => KernelMemory.AliasOf(frame.Start).ToPointer<ulong>();

    [InlineArray(Limit)]
    private struct Blocks
    {
        private FrameRange<Size4KiB> _first;
    }
}
