using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Where to look for frames.</content>
internal unsafe partial struct FramePool
{
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

    /// <summary>Takes one or two whole huge frames of a tree, from its end on.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="order">9 or 10.</param>
    /// <param name="frame">The first frame.</param>
    public readonly bool TryTakeHuge(uint tree, int order, out uint frame)
    {
        uint count = 1u << (order - HugeOrder);
        uint first = tree * HugePerTree;
        for (uint huge = first + HugePerTree - count; huge + count > first; huge -= count)
        {
            if (Atomic.Load(in _counters[huge]) == HugeFrames && TryTakeHugeAt(huge, count, out frame))
                return true;
        }

        frame = 0;
        return false;
    }

    /// <summary>Takes one or two whole huge frames from any tree, be it reserved or not.</summary>
    /// <param name="order">9 or 10.</param>
    /// <param name="node">The node that they have to be of.</param>
    /// <param name="frame">The first frame.</param>
    public readonly bool TryTakeHugeAnywhere(int order, NodeFilter node, out uint frame)
    {
        for (uint tree = _treeLimit; tree > _firstTree;)
        {
            tree--;
            if (IsTreeOf(tree, node) && HasHuge(tree, order) && TryTakeHuge(tree, order, out frame))
                return true;
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
