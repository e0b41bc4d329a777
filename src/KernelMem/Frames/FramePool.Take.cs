using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Taking: the counter first, then the bits.</content>
internal unsafe partial struct FramePool
{
    /// <summary>Takes exactly these frames, if all are free.</summary>
    /// <param name="start">The first frame, in the zone.</param>
    /// <param name="end">The frame after the last, in the zone.</param>
    public readonly bool TryTakeRange(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = PartEnd(at, end);
            bool taken = next - at == HugeFrames ? TryTakeWhole(at / HugeFrames) : TryTakePart(at, next);
            if (!taken)
            {
                Give(start, at);
                return false;
            }

            at = next;
        }

        return true;
    }

    /// <summary>Takes frames of one row, as many as it has, from a tree that has some.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="row">Their row.</param>
    /// <param name="mask">Which of its frames.</param>
    public readonly bool TryTakeRow(uint tree, out uint row, out ulong mask)
    {
        uint tried = 0;
        while (TryFindHuge(tree, order: 0, tried, out uint huge))
        {
            if (TryTakeRowOf(huge, out row, out mask))
                return true;

            tried |= 1u << (int)(huge % HugePerTree);
        }

        row = 0;
        mask = 0;
        return false;
    }

    /// <summary>Takes a block of 2^<paramref name="order"/> frames of one huge frame at most, from a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="order">0 to 8.</param>
    /// <param name="frame">Its first frame, aligned to its size.</param>
    public readonly bool TryTakeBlock(uint tree, int order, out uint frame)
    {
        uint tried = 0;
        while (TryFindHuge(tree, order, tried, out uint huge))
        {
            if (TryTakeBlockOf(huge, order, out frame))
                return true;

            tried |= 1u << (int)(huge % HugePerTree);
        }

        frame = 0;
        return false;
    }

    /// <summary>Takes all of a huge frame, if all of it is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTakeWhole(uint huge) => Atomic.TryCompareExchange(ref _counters[huge], HugeFrames, Whole);

    /// <summary>Takes a block from a huge frame.</summary>
    /// <param name="huge">The huge frame.</param>
    /// <param name="order">0 to 8.</param>
    /// <param name="frame">Its first frame.</param>
    /// <remarks>Looks first, so that a huge frame without room of that shape costs no locked instruction.</remarks>
    public readonly bool TryTakeBlockOf(uint huge, int order, out uint frame)
    {
        uint row = huge * RowsPerHuge;
        uint rows = order > RowOrder ? 1u << (order - RowOrder) : 1;
        for (uint limit = row + RowsPerHuge; row < limit;)
        {
            ulong word = Atomic.Load(in _rows[row]);
            int at = order > RowOrder ? FindRows(row, rows) : FrameBits.FindRun(word, order);
            if (at < 0)
            {
                row += rows;
                continue;
            }

            frame = row * RowFrames + (uint)at;
            if (!TryLower(huge, 1u << order))
                return false;

            bool taken = order > RowOrder
                ? TryTakeRows(row, rows)
                : Atomic.TryCompareExchange(ref _rows[row], word, word & ~(FrameBits.Run(order) << at));
            if (taken)
                return true;

            Raise(huge, 1u << order);
        }

        frame = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryLower(uint huge, uint count)
    {
        while (true)
        {
            uint counter = Atomic.Load(in _counters[huge]);
            if (counter < count || counter == Whole)
                return false;

            if (Atomic.TryCompareExchange(ref _counters[huge], counter, counter - count))
                return true;
        }
    }

    // Exactly these bits of a row, or none.
    private readonly bool TryTakeBits(uint row, ulong mask)
    {
        while (true)
        {
            ulong word = Atomic.Load(in _rows[row]);
            if ((word & mask) != mask)
                return false;

            if (Atomic.TryCompareExchange(ref _rows[row], word, word & ~mask))
                return true;
        }
    }

    // A part of one huge frame, less than all of it.
    private readonly bool TryTakePart(uint start, uint end)
    {
        if (!TryLower(start / HugeFrames, end - start))
            return false;

        for (uint at = start; at < end;)
        {
            uint next = RowEnd(at, end);
            if (!TryTakeBits(at / RowFrames, RowMask(at, next)))
            {
                GiveBits(start, at);
                Raise(start / HugeFrames, end - start);
                return false;
            }

            at = next;
        }

        return true;
    }

    // The counter goes down by what a row seems to have; what others took from the row in the meantime is put back.
    private readonly bool TryTakeRowOf(uint huge, out uint row, out ulong mask)
    {
        row = huge * RowsPerHuge;
        for (uint limit = row + RowsPerHuge; row < limit; row++)
        {
            uint seen = (uint)BitOperations.PopCount(Atomic.Load(in _rows[row]));
            if (seen == 0)
                continue;

            uint counter = Atomic.Load(in _counters[huge]);
            uint count = seen < counter ? seen : counter;
            if (count == 0 || !TryLower(huge, count))
                break;

            mask = TakeUpTo(row, count);
            uint missing = count - (uint)BitOperations.PopCount(mask);
            if (missing != 0)
                Raise(huge, missing);

            if (mask != 0)
                return true;
        }

        mask = 0;
        return false;
    }

    private readonly ulong TakeUpTo(uint row, uint count)
    {
        while (true)
        {
            ulong word = Atomic.Load(in _rows[row]);
            ulong rest = word;
            if ((uint)BitOperations.PopCount(word) <= count)
            {
                rest = 0;
            }
            else
            {
                for (uint left = count; left != 0; left--)
                    rest &= rest - 1;
            }

            if (word == rest || Atomic.TryCompareExchange(ref _rows[row], word, rest))
                return word & ~rest;
        }
    }

    // 0 if all of the rows are free, otherwise -1.
    private readonly int FindRows(uint row, uint count)
    {
        for (uint index = 0; index < count; index++)
        {
            if (Atomic.Load(in _rows[row + index]) != ulong.MaxValue)
                return -1;
        }

        return 0;
    }

    // All of several rows, or nothing: the first that is not free entirely ends it.
    private readonly bool TryTakeRows(uint row, uint count)
    {
        for (uint index = 0; index < count; index++)
        {
            if (Atomic.TryCompareExchange(ref _rows[row + index], ulong.MaxValue, 0))
                continue;

            while (index != 0)
                Atomic.FetchAdd(ref _rows[row + --index], ulong.MaxValue);

            return false;
        }

        return true;
    }
}
