using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>NUMA nodes: a tree is memory of one, node 0 unless it was assigned to another.</content>
internal unsafe partial struct FramePool
{
    /// <summary>The node of a frame of the zone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte NodeOf(uint frame) => Atomic.Load(in _nodes[TreeOf(frame)]);

    /// <summary>Makes all trees that hold some of these frames memory of a node.</summary>
    /// <param name="start">The first frame, in the zone.</param>
    /// <param name="end">The frame after the last, in the zone; above the first.</param>
    /// <param name="node">The node.</param>
    public void Assign(uint start, uint end, byte node)
    {
        for (uint tree = TreeOf(start); tree <= TreeOf(end - 1); tree++)
            Atomic.Store(ref _nodes[tree], node);

        Atomic.Store(ref _nodeHints[node], TreeOf(start));
        HasNodes |= node != 0;
    }

    /// <summary>What a CPU wants first: the memory of its home, if there is any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly NodeFilter Near(ref readonly FrameCache cache) => HasNodes ? NodeFilter.Only(cache.Home) : default;

    /// <summary>Whether a tree, if it is one, has memory of the right node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsTreeOf(uint tree, NodeFilter node) =>
        tree != FrameCache.NoTree && (node.IsAny || node.Allows(Atomic.Load(in _nodes[tree])));

    /// <summary>The frames of a node that are free here, those in caches not counted.</summary>
    public readonly ulong CountFree(NodeFilter node)
    {
        ulong free = 0;
        for (uint tree = _firstTree; tree < _treeLimit; tree++)
            free += IsTreeOf(tree, node) ? SumOf(tree, need: 1, out _) : 0;

        return free;
    }

    /// <summary>How many of some frames of a row are of a node; 0 if the row is not of the zone, as one may seem to be that changes just now.</summary>
    public readonly uint CountOf(uint row, ulong mask, NodeFilter node)
    {
        uint tree = TreeOf(row * RowFrames);
        bool counts = tree - _firstTree < _treeLimit - _firstTree && IsTreeOf(tree, node);
        return counts ? (uint)BitOperations.PopCount(mask) : 0;
    }

    // Where to begin to look for memory of a node: where some was found last. A hint: it may be of another node by now.
    private readonly uint FirstOf(NodeFilter node)
    {
        uint hint = node.IsAny ? 0 : Atomic.Load(in _nodeHints[node.Node]);
        return hint - _firstTree < _treeLimit - _firstTree ? hint : _firstTree;
    }

    private readonly void NoteFound(NodeFilter node, uint tree)
    {
        if (!node.IsAny && Atomic.Load(in _nodeHints[node.Node]) != tree)
            Atomic.Store(ref _nodeHints[node.Node], tree);
    }

    private readonly uint Next(uint tree) => tree + 1 < _treeLimit ? tree + 1 : _firstTree;

    // The same frame, if a window that begins there is of the right node; else the next candidate, which is behind all that is not.
    private readonly ulong KeepOnNode(in FrameWindow want, ulong start)
    {
        if (want.Node.IsAny)
            return start;

        ulong kept = start;
        for (uint tree = TreeOf((uint)start); tree <= TreeOf((uint)(start + want.Count - 1)); tree++)
        {
            if (!IsTreeOf(tree, want.Node))
                kept = want.AlignUp((tree + 1) * (ulong)TreeFrames);
        }

        return kept;
    }
}
