using System.Runtime.CompilerServices;

namespace KernelMem.Frames;

/// <summary>
/// Free blocks of one order that a CPU keeps at hand: a magazine (Bonwick, Adams: Magazines and Vmem, USENIX ATC 2001). What came last goes
/// first. The pool sees nothing of it, so that a block comes and goes without a locked instruction there.
/// </summary>
internal unsafe struct BlockMagazine
{
    private const int Capacity = 7;

    private uint _count;
    private fixed uint _blocks[Capacity];

    /// <summary>The frames that are kept here.</summary>
    /// <param name="order">The blocks' order.</param>
    public readonly uint CountKept(int order) => _count << order;

    /// <summary>Those of a node.</summary>
    public readonly uint CountKept(int order, FramePool* pool, NodeFilter node)
    {
        uint kept = 0;
        for (uint index = 0; index < _count; index++)
            kept += pool->CountOf(_blocks[index] / FramePool.RowFrames, mask: 1, node) << order;

        return kept;
    }

    /// <summary>Takes a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out uint frame)
    {
        uint count = _count;
        if (count == 0)
        {
            frame = 0;
            return false;
        }

        _count = --count;
        frame = _blocks[count];
        return true;
    }

    /// <summary>Keeps a block, if there is room.</summary>
    /// <param name="frame">Its first frame.</param>
    /// <param name="order">Its order.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKeep(uint frame, int order)
    {
        uint count = _count;
        if (count >= LimitOf(order))
            return false;

        _blocks[count] = frame;
        _count = count + 1;
        return true;
    }

    /// <summary>Gives all blocks back to the pool.</summary>
    public void Drain(FramePool* pool, int order)
    {
        while (TryTake(out uint frame))
            pool->Give(frame, frame + (1u << order));
    }

    /// <summary>The frames of a row that are kept here.</summary>
    /// <param name="row">The row.</param>
    /// <param name="order">The blocks' order.</param>
    public readonly ulong KeptOf(uint row, int order)
    {
        ulong kept = 0;
        for (uint index = 0; index < _count; index++)
        {
            uint first = _blocks[index];
            bool large = order > FramePool.RowOrder;
            uint rows = large ? 1u << (order - FramePool.RowOrder) : 1;
            if (row - first / FramePool.RowFrames < rows)
                kept |= large ? ulong.MaxValue : FrameBits.Run(order) << (int)(first % FramePool.RowFrames);
        }

        return kept;
    }

    // The larger the blocks, the fewer are kept from others: about 20 MiB of all orders together.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LimitOf(int order) => order <= 5 ? Capacity : order <= 8 ? 4u : 2u;
}
