using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Which tree a CPU takes from next. Trees are reserved, so that CPUs do not meet; but a reservation binds nobody.</content>
internal unsafe partial struct FramePool
{
    // From this order on, blocks go where there is room, and not where there is just enough.
    private const int RoomyOrder = 3;

    // How many trees are looked at for a better one.
    private const uint Window = 1024;

    // A tree with less than this free is not worth moving to while there are others: it fills up by what is freed there.
    private const uint WorthwhileFrames = TreeFrames / 48;

    // A tree that is as full as that, or nearly, and worthwhile: no use to look for a better one.
    private const uint GoodEnough = 2 * TreeFrames - 2 * WorthwhileFrames;

    /// <summary>Chooses another tree for a CPU's small blocks, and reserves it.</summary>
    /// <param name="owner">The slot of the CPU's cache, plus 1.</param>
    /// <param name="order">The order that is wanted, 0 to 8.</param>
    /// <param name="old">The tree it has; <see cref="FrameCache.NoTree"/> if none.</param>
    /// <param name="node">The node that it has to be of.</param>
    /// <param name="tree">The tree.</param>
    public readonly bool TryReserveTree(uint owner, int order, uint old, NodeFilter node, out uint tree)
    {
        while (TryChooseTree(order, old, node, out tree))
        {
            if (TryReserve(tree, owner, old))
                return true;
        }

        return false;
    }

    /// <summary>Chooses another tree for a CPU's huge frames, and reserves it: downwards, for small blocks come from below.</summary>
    /// <param name="owner">The slot of the CPU's cache, plus 1.</param>
    /// <param name="order">The order that is wanted, 9 or 10.</param>
    /// <param name="old">The tree it has; <see cref="FrameCache.NoTree"/> if none.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="node">The node that it has to be of.</param>
    /// <param name="tree">The tree.</param>
    public readonly bool TryReserveHugeTree(uint owner, int order, uint old, uint from, NodeFilter node, out uint tree)
    {
        uint second = FrameCache.NoTree;
        tree = from;
        do
        {
            if (IsTreeOf(tree, node) && !IsReserved(tree) && HasHuge(tree, order))
            {
                // Two trees' counters share a cache line: the other one should not be another CPU's.
                if (IsReservedByOther(_firstTree + ((tree - _firstTree) ^ 1), owner))
                    second = second == FrameCache.NoTree ? tree : second;
                else if (TryReserve(tree, owner, old))
                    return true;
            }

            tree = tree > _firstTree ? tree - 1 : _treeLimit - 1;
        }
        while (tree != from);

        tree = second;
        return second != FrameCache.NoTree && TryReserve(second, owner, old);
    }

    /// <summary>
    /// Where a CPU begins to look for huge frames: the first at the end, the next halfway, then in the middle of the halves, and so on, as far
    /// apart as can be, however many come (van der Corput's sequence).
    /// </summary>
    /// <param name="slot">The slot of the CPU's cache.</param>
    public readonly uint FirstHugeTree(int slot)
    {
        ulong share = 0;
        ulong part = (ulong)(_treeLimit - _firstTree) << 31;
        for (uint rest = (uint)slot; rest != 0; rest >>= 1, part >>= 1)
            share += (rest & 1) * part;

        return _treeLimit - 1 - (uint)(share >> 32);
    }

    // The fullest tree that is worthwhile, of many (the emptiest, for larger blocks); else, of all, an empty one; else what is left.
    // Reserved ones never.
    private readonly bool TryChooseTree(int order, uint old, NodeFilter node, out uint tree)
    {
        uint best = 0;
        uint trees = _treeLimit - _firstTree;
        uint candidate = IsTreeOf(old, node) ? old : FirstOf(node);
        tree = 0;
        for (uint visited = 0; visited < trees && best < GoodEnough && (visited < Window || best <= TreeFrames); visited++)
        {
            candidate = Next(candidate);
            if (!IsTreeOf(candidate, node) || IsReserved(candidate))
                continue;

            uint free = SumOf(candidate, 1u << order, out bool roomy);
            uint partly = order >= RoomyOrder ? TreeFrames + free : 2 * TreeFrames - free;
            uint rank = free == TreeFrames ? TreeFrames : free >= WorthwhileFrames ? partly : free;
            if (roomy && rank > best)
            {
                best = rank;
                tree = candidate;
            }
        }

        return best != 0;
    }

    // The free frames of a tree, and whether one of its huge frames has enough: two counters at a time, as nothing carries over.
    private readonly uint SumOf(uint tree, uint need, out bool roomy)
    {
        const ulong Tops = 0x8000_0000_8000_0000;
        ulong* pairs = (ulong*)(_counters + tree * (ulong)HugePerTree);
        ulong margin = (Whole - need) * 0x1_0000_0001UL;
        ulong sum = 0;
        ulong enough = 0;
        for (int index = 0; index < (int)HugePerTree / 2; index++)
        {
            ulong pair = Atomic.Load(in pairs[index]) & ~Tops;
            sum += pair;
            enough |= pair + margin;
        }

        roomy = (enough & Tops) != 0;
        return (uint)sum + (uint)(sum >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsReserved(uint tree) => Atomic.Load(in _owners[tree]) != 0;

    private readonly bool IsReservedByOther(uint tree, uint owner)
    {
        uint by = tree < _treeLimit ? Atomic.Load(in _owners[tree]) : 0;
        return by != 0 && by != owner;
    }

    private readonly bool HasHuge(uint tree, int order)
    {
        SumOf(tree, HugeFrames, out bool any);
        if (order == HugeOrder || !any)
            return any;

        for (uint huge = tree * HugePerTree; huge < (tree + 1) * HugePerTree; huge += 2)
        {
            if (FreeOf(huge) == HugeFrames && FreeOf(huge + 1) == HugeFrames)
                return true;
        }

        return false;
    }

    private readonly bool TryReserve(uint tree, uint owner, uint old)
    {
        if (!Atomic.TryCompareExchange(ref _owners[tree], 0, owner))
            return false;

        if (old != FrameCache.NoTree)
            Atomic.Store(ref _owners[old], 0);

        return true;
    }
}
