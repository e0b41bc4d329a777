using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Where the CPU is at home.</content>
internal unsafe partial struct FrameCache
{
    /// <summary>The node whose memory the CPU wants first.</summary>
    public byte Home
    {
        readonly get => Atomic.Load(in _home);
        set => Atomic.Store(ref _home, value);
    }

    /// <summary>
    /// Whether a CPU that takes a block from elsewhere should look at home first: at once, unless it did so in vain; then again when it has
    /// taken as much from elsewhere as a tree has. So a node that stays full costs little, and memory that comes back there is found.
    /// </summary>
    /// <param name="order">The block's order: each is looked for apart.</param>
    /// <param name="frames">How many frames it takes now.</param>
    public bool LooksHome(int order, uint frames)
    {
        uint left = _away[order];
        _away[order] = (ushort)(left > frames ? left - frames : 0);
        return left <= frames;
    }

    /// <summary>Whether the last look at home for a block of an order was in vain, and the next one is not due.</summary>
    public readonly bool IsAway(int order) => _away[order] != 0;

    /// <summary>Notes that home has no block of an order.</summary>
    public void NoteAway(int order) => _away[order] = (ushort)FramePool.TreeFrames;

    /// <summary>The frames of a node that are kept here. Exact while nobody works with the cache.</summary>
    public uint CountKept(FramePool* pool, NodeFilter node)
    {
        uint kept = pool->CountOf(Row, Mask, node) + pool->CountOf(_outRow, _outMask, node);
        for (uint index = 0; index < _count; index++)
        {
            uint at = (_bottom + index) % Depth;
            kept += pool->CountOf(_rows[at], _masks[at], node);
        }

        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
            kept += _magazines.Of(order).CountKept(order, pool, node);

        return kept;
    }

    // Of the CPU's tree at home, or of another tree there; then of its tree elsewhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeRow(FramePool* pool, uint owner)
    {
        NodeFilter near = pool->Near(in this);
        if (pool->IsTreeOf(Tree, near) && pool->TryTakeRow(Tree, out Row, out Mask))
            return true;

        if (!near.IsAny)
        {
            bool looks = LooksHome(order: 0, FramePool.RowFrames);
            if (looks && TryTakeRowOf(pool, owner, near))
                return true;

            if (looks)
                NoteAway(order: 0);

            if (Tree != NoTree && pool->TryTakeRow(Tree, out Row, out Mask))
                return true;
        }

        return TryTakeRowOf(pool, owner, node: default);
    }

    // From another tree, which becomes the CPU's if it is nobody's.
    private bool TryTakeRowOf(FramePool* pool, uint owner, NodeFilter node)
    {
        if (pool->TryReserveTree(owner, order: 0, Tree, node, out uint tree))
        {
            Tree = tree;
            if (pool->TryTakeRow(tree, out Row, out Mask))
                return true;
        }

        return pool->TryTakeRowAnywhere(Tree, node, out Row, out Mask);
    }
}
