using KernelMem.Addresses;

namespace BootKernel;

/// <summary>
/// Any number of frames that one owner holds, the newest first: each has the tag of its owner and the number of the next in its own memory.
/// Of two who hold the same frame, one finds the other's tag.
/// </summary>
internal unsafe struct FrameChain(uint owner)
{
    private const ulong Mark = 0xC4A1_4EDFUL << 32;

    private readonly ulong _tag = Mark | owner;
    private Frame _first;
    private bool _any;

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty => !_any;

    /// <summary>Adds a frame that its owner has just been given.</summary>
    /// <returns>False if somebody holds it.</returns>
    public bool TryAdd(Frame frame)
    {
        Link* link = LinkOf(frame);
        bool free = link->Tag >> 32 << 32 != Mark;
        *link = new Link { Tag = _tag, Next = _first, HasNext = _any };
        _first = frame;
        _any = true;
        return free;
    }

    /// <summary>Removes the newest frame, right before it is freed. There must be one.</summary>
    /// <returns>False if somebody else has held it.</returns>
    public bool TryRemove(out Frame frame)
    {
        frame = _first;
        Link* link = LinkOf(frame);
        bool own = link->Tag == _tag;
        _first = link->Next;
        _any = link->HasNext;
        *link = default;
        return own;
    }

    // SAFETY: a frame of the allocator's lies in the direct map; that no one else writes there is what is being checked.
    private static Link* LinkOf(Frame frame) => KernelMemory.AliasOf(frame.Start).ToPointer<Link>();

    private struct Link
    {
        public ulong Tag;
        public Frame Next;
        public bool HasNext;
    }
}
