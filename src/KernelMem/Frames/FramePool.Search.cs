using System.Numerics;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Where to look.</content>
internal unsafe partial struct FramePool
{
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
    public readonly uint FreeOf(uint huge)
    {
        uint counter = Atomic.Load(in _counters[huge]);
        return counter == Whole ? 0 : counter;
    }

    /// <summary>The free frames of a row: no bits where the huge frame was given out whole.</summary>
    public readonly ulong FreeBitsOf(uint row) =>
        Atomic.Load(in _counters[row / RowsPerHuge]) == Whole ? 0 : Atomic.Load(in _rows[row]);

    /// <summary>Chooses another tree for a CPU's small blocks, and reserves it.</summary>
    /// <param name="owner">The slot of the CPU's cache, plus 1.</param>
    /// <param name="order">The order that is wanted, 0 to 8.</param>
    /// <param name="old">The tree it has; <see cref="FrameCache.NoTree"/> if none.</param>
    /// <param name="tree">The tree.</param>
    public readonly bool TryReserveTree(uint owner, int order, uint old, out uint tree)
    {
        while (TryChooseTree(order, out tree))
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
    /// <param name="frame">Its first frame.</param>
    public readonly bool TryTakeAnywhere(int order, uint except, out uint frame)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            for (uint tree = _firstTree; tree < _treeLimit; tree++)
            {
                bool reserved = Atomic.Load(in _owners[tree]) != 0;
                if (tree != except && reserved == (pass == 1) && TryTakeBlock(tree, order, out frame))
                    return true;
            }
        }

        frame = 0;
        return false;
    }

    /// <summary>Takes frames of one row from any tree but one: memory is short, or there are fewer trees than CPUs.</summary>
    public readonly bool TryTakeRowAnywhere(uint except, out uint row, out ulong mask)
    {
        for (uint tree = _firstTree; tree < _treeLimit; tree++)
        {
            if (tree != except && TryTakeRow(tree, out row, out mask))
                return true;
        }

        row = 0;
        mask = 0;
        return false;
    }

    /// <summary>Takes one or two whole huge frames, from above, where small blocks come last.</summary>
    /// <param name="order">9 or 10.</param>
    /// <param name="hint">Where one was found or freed last; updated.</param>
    /// <param name="frame">The first frame.</param>
    public readonly bool TryTakeHuge(int order, ref uint hint, out uint frame)
    {
        uint count = 1u << (order - 9);
        uint first = _firstTree * HugePerTree;
        uint limit = _treeLimit * HugePerTree;
        if (hint >= first && hint < limit && TryTakeHugeAt(hint & ~(count - 1), count, out frame))
            return true;

        for (int pass = 0; pass < 2; pass++)
        {
            for (uint huge = limit; huge > first;)
            {
                huge -= count;
                if (Atomic.Load(in _counters[huge]) != HugeFrames)
                    continue;

                bool reserved = Atomic.Load(in _owners[huge / HugePerTree]) != 0;
                if (reserved == (pass == 1) && TryTakeHugeAt(huge, count, out frame))
                {
                    hint = huge;
                    return true;
                }
            }
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

    // The fullest of a tree's huge frames that still has enough: so the others can become free as a whole.
    private readonly bool TryFindFullest(uint tree, uint need, uint tried, out uint huge)
    {
        uint best = uint.MaxValue;
        uint first = tree * HugePerTree;
        huge = 0;
        for (uint index = 0; index < HugePerTree; index++)
        {
            uint free = Atomic.Load(in _counters[first + index]);
            if (free >= need && free < best && free != Whole && (tried >> (int)index & 1) == 0)
            {
                best = free;
                huge = first + index;
            }
        }

        return best != uint.MaxValue;
    }

    // The fullest tree that is worthwhile; else an empty one; else what is left. Reserved ones never.
    private readonly bool TryChooseTree(int order, out uint tree)
    {
        uint need = 1u << order;
        uint best = 0;
        tree = 0;
        for (uint candidate = _firstTree; candidate < _treeLimit; candidate++)
        {
            if (Atomic.Load(in _owners[candidate]) != 0)
                continue;

            uint free = 0;
            uint largest = 0;
            for (uint huge = candidate * HugePerTree; huge < (candidate + 1) * HugePerTree; huge++)
            {
                uint count = FreeOf(huge);
                free += count;
                largest = count > largest ? count : largest;
            }

            if (largest < need)
                continue;

            uint rank = free == TreeFrames ? TreeFrames : free >= WorthwhileFrames ? 2 * TreeFrames - free : free;
            if (rank > best)
            {
                best = rank;
                tree = candidate;
            }
        }

        return best != 0;
    }

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
