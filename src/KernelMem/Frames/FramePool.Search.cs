using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Where to look.</content>
internal unsafe partial struct FramePool
{
    private const int HugeOrder = 9;

    // From this order on, blocks go where there is room, and not where there is just enough.
    private const int RoomyOrder = 3;

    // How many trees are looked at for a better one.
    private const uint Window = 64;

    // A tree with less than this free is not worth moving to while there are others: it fills up by what is freed there.
    private const uint WorthwhileFrames = TreeFrames / 16;

    /// <summary>Whether the pool has any memory.</summary>
    public readonly bool IsEmpty => _firstTree == _treeLimit;

    /// <summary>The frames that are free here, those in caches not counted.</summary>
    public readonly ulong CountFree()
    {
        ulong free = 0;
        for (uint huge = _firstTree * HugePerTree; huge < _treeLimit * HugePerTree; huge++)
            free += FreeOf(huge);

        return free;
    }

    /// <summary>The bits of a huge frame, for tests that spoil them.</summary>
    internal readonly byte* BitsOf(uint huge) => (byte*)(_rows + (ulong)huge * RowsPerHuge);

    /// <summary>The counter of a huge frame, for tests that spoil it.</summary>
    internal readonly byte* CounterOf(uint huge) => (byte*)(_counters + huge);

    /// <summary>Whether every counter is the number of its bits, or the huge frame is given out whole. While nobody works with the pool.</summary>
    public readonly bool HasSoundCounters()
    {
        for (uint huge = _firstTree * HugePerTree; huge < _treeLimit * HugePerTree; huge++)
        {
            int free = 0;
            for (uint row = huge * RowsPerHuge; row < (huge + 1) * RowsPerHuge; row++)
                free += BitOperations.PopCount(_rows[row]);

            uint counter = _counters[huge];
            if (counter == Whole ? free != (int)HugeFrames : counter != (uint)free)
                return false;
        }

        return true;
    }

    /// <summary>How many frames of a huge frame are free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint FreeOf(uint huge)
    {
        return Atomic.Load(in _counters[huge]) & ~Whole;
    }

    /// <summary>The free frames of a row: no bits where the huge frame was given out whole.</summary>
    public readonly ulong FreeBitsOf(uint row) =>
        Atomic.Load(in _counters[row / RowsPerHuge]) == Whole ? 0 : Atomic.Load(in _rows[row]);

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
            if (!Atomic.TryCompareExchange(ref _owners[tree], 0, owner))
                continue;

            if (old != FrameCache.NoTree)
                Atomic.Store(ref _owners[old], 0);

            return true;
        }

        return false;
    }

    /// <summary>Takes a block from any tree but one, reserved ones last.</summary>
    /// <param name="order">0 to 8.</param>
    /// <param name="except">The tree that was searched already.</param>
    /// <param name="node">The node that it has to be of.</param>
    /// <param name="frame">Its first frame.</param>
    public readonly bool TryTakeAnywhere(int order, uint except, NodeFilter node, out uint frame)
    {
        uint trees = _treeLimit - _firstTree;
        for (int pass = 0; pass < 2; pass++)
        {
            uint tree = FirstOf(node);
            for (uint visited = 0; visited < trees; visited++, tree = Next(tree))
            {
                if (tree == except || !IsTreeOf(tree, node) || IsReserved(tree) != (pass == 1))
                    continue;

                SumOf(tree, 1u << order, out bool roomy);
                if (roomy && TryTakeBlock(tree, order, out frame))
                {
                    NoteFound(node, tree);
                    return true;
                }
            }
        }

        frame = 0;
        return false;
    }

    /// <summary>Takes frames of one row from any tree but one: memory is short, or there are fewer trees than CPUs.</summary>
    /// <param name="except">The tree that was searched already.</param>
    /// <param name="node">The node that it has to be of.</param>
    /// <param name="row">Their row.</param>
    /// <param name="mask">Which of its frames.</param>
    public readonly bool TryTakeRowAnywhere(uint except, NodeFilter node, out uint row, out ulong mask)
    {
        uint trees = _treeLimit - _firstTree;
        uint tree = FirstOf(node);
        for (uint visited = 0; visited < trees; visited++, tree = Next(tree))
        {
            if (tree != except && IsTreeOf(tree, node) && TryTakeRow(tree, out row, out mask))
            {
                NoteFound(node, tree);
                return true;
            }
        }

        row = 0;
        mask = 0;
        return false;
    }

    /// <summary>Takes a huge frame at a hint, if it is free, in no reserved tree, and of the home node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTakeHugeAtHint(uint hint, ref readonly FrameCache cache) =>
        hint - _firstTree * HugePerTree < (_treeLimit - _firstTree) * HugePerTree
        && Atomic.Load(in _counters[hint]) == HugeFrames
        && !IsReserved(hint / HugePerTree)
        && (!HasNodes || IsTreeOf(hint / HugePerTree, Near(in cache)))
        && TryTakeWhole(hint);

    /// <summary>Takes one or two whole huge frames: downwards, for small blocks come from below.</summary>
    /// <param name="order">9 or 10.</param>
    /// <param name="node">The node that they have to be of.</param>
    /// <param name="hint">Where to begin: what was freed last, or lies below what was found last. Updated.</param>
    /// <param name="frame">The first frame.</param>
    public readonly bool TryTakeHuge(int order, NodeFilter node, ref uint hint, out uint frame)
    {
        uint count = 1u << (order - HugeOrder);
        uint first = _firstTree * HugePerTree;
        uint limit = _treeLimit * HugePerTree;
        uint start = hint >= first && hint < limit ? hint & ~(count - 1) : limit - count;
        for (int pass = 0; pass < 2; pass++)
        {
            uint huge = start;
            do
            {
                bool free = Atomic.Load(in _counters[huge]) == HugeFrames && IsReserved(huge / HugePerTree) == (pass == 1);
                if (free && IsTreeOf(huge / HugePerTree, node) && TryTakeHugeAt(huge, count, out frame))
                {
                    hint = huge;
                    return true;
                }

                huge = huge > first ? huge - count : limit - count;
            }
            while (huge != start);
        }

        frame = 0;
        return false;
    }

    /// <summary>Finds free frames by looking at every bit, if need be.</summary>
    /// <param name="want">Where and how.</param>
    /// <param name="start">The first of them. Others may take them at once: try to take them.</param>
    public readonly bool TryFind(in FrameWindow want, out uint start)
    {
        ulong low = want.Low > Start ? want.Low : Start;
        ulong high = want.High < End ? want.High : End;
        ulong at = want.AlignUp(low);
        while (at + want.Count <= high)
        {
            ulong kept = want.KeepInside(at);
            kept = kept == at ? KeepOnNode(in want, at) : kept;
            if (kept != at)
            {
                at = kept;
                continue;
            }

            ulong taken = FirstTaken((uint)at, (uint)(at + want.Count));
            if (taken == at + want.Count)
            {
                start = (uint)at;
                return true;
            }

            at = want.AlignUp(FirstFree(taken + 1, high));
        }

        start = 0;
        return false;
    }

    // For single frames and small blocks, the fullest of a tree's huge frames that has enough: so the others can become free as a whole.
    // Larger blocks find no room there; they take the emptiest. Huge frames that are free as a whole come last.
    private readonly bool TryFindHuge(uint tree, int order, uint tried, out uint huge)
    {
        uint need = 1u << order;
        uint flip = order >= RoomyOrder ? HugeFrames - 1 : 0;
        uint best = uint.MaxValue;
        uint first = tree * HugePerTree;
        huge = 0;
        for (uint index = 0; index < HugePerTree; index++)
        {
            uint free = Atomic.Load(in _counters[first + index]);
            uint rank = free == HugeFrames ? HugeFrames : free ^ flip;
            if (free >= need && free != Whole && rank < best && (tried >> (int)index & 1) == 0)
            {
                best = rank;
                huge = first + index;
            }
        }

        return best != uint.MaxValue;
    }

    // The fullest tree that is worthwhile, of a few (the emptiest, for larger blocks); else, of all, an empty one; else what is left.
    // Reserved ones never.
    private readonly bool TryChooseTree(int order, uint old, NodeFilter node, out uint tree)
    {
        uint best = 0;
        uint trees = _treeLimit - _firstTree;
        uint candidate = IsTreeOf(old, node) ? old : FirstOf(node);
        tree = 0;
        for (uint visited = 0; visited < trees && (visited < Window || best <= TreeFrames); visited++)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryTakeHugeAt(uint huge, uint count, out uint frame)
    {
        frame = huge * HugeFrames;
        if (!TryTakeWhole(huge))
            return false;

        if (count == 1 || TryTakeWhole(huge + 1))
            return true;

        Atomic.Store(ref _counters[huge], HugeFrames);
        return false;
    }

    // The first frame of a range that is not free; its end if all are.
    private readonly uint FirstTaken(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = RowEnd(at, end);
            ulong taken = RowMask(at, next) & ~FreeBitsOf(at / RowFrames);
            if (taken != 0)
                return at / RowFrames * RowFrames + (uint)BitOperations.TrailingZeroCount(taken);

            at = next;
        }

        return end;
    }

    // The first free frame from one on; the limit if there is none below it.
    private readonly ulong FirstFree(ulong start, ulong limit)
    {
        for (ulong at = start; at < limit;)
        {
            uint row = (uint)(at / RowFrames);
            if (FreeOf(row / RowsPerHuge) == 0)
            {
                at = (at / HugeFrames + 1) * HugeFrames;
                continue;
            }

            ulong free = FreeBitsOf(row) & (ulong.MaxValue << (int)(at % RowFrames));
            if (free != 0)
                return (ulong)row * RowFrames + (uint)BitOperations.TrailingZeroCount(free);

            at = ((ulong)row + 1) * RowFrames;
        }

        return limit;
    }
}
