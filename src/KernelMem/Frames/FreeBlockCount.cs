using System.Numerics;

namespace KernelMem.Frames;

/// <summary>Counts the free blocks of a pool: maximal aligned blocks, as a buddy system would have them on its lists.</summary>
internal static unsafe class FreeBlockCount
{
    private const uint FramesOfLargest = 1u << FrameRequest.MaxOrder;

    /// <summary>The free blocks of a pool. Exact while nobody works with it.</summary>
    public static FreeBlocks Of(FramePool* pool)
    {
        FreeBlocks blocks = default;
        if (pool->IsEmpty)
            return blocks;

        ulong run = 0;
        ulong end = ((ulong)pool->End + FramesOfLargest - 1) / FramesOfLargest * FramesOfLargest;
        for (ulong at = pool->Start / FramesOfLargest * FramesOfLargest; at < end; at += FramesOfLargest)
            AddBlock(pool, (uint)at, FrameRequest.MaxOrder, ref blocks, ref run);

        return blocks;
    }

    // A block is free as a whole, or else its halves are looked at; rows know their own.
    private static void AddBlock(FramePool* pool, uint start, int order, ref FreeBlocks blocks, ref ulong run)
    {
        if (order == FramePool.RowOrder)
        {
            AddRow(pool->FreeBitsOf(start / FramePool.RowFrames), ref blocks, ref run);
            return;
        }

        if (IsFree(pool, start, order))
        {
            blocks.Add(order);
            Extend(ref blocks, ref run, 1u << order);
            return;
        }

        AddBlock(pool, start, order - 1, ref blocks, ref run);
        AddBlock(pool, start + (1u << (order - 1)), order - 1, ref blocks, ref run);
    }

    private static bool IsFree(FramePool* pool, uint start, int order)
    {
        for (uint row = start / FramePool.RowFrames; row < (start + (1u << order)) / FramePool.RowFrames; row++)
        {
            if (pool->FreeBitsOf(row) != ulong.MaxValue)
                return false;
        }

        return true;
    }

    private static void AddRow(ulong word, ref FreeBlocks blocks, ref ulong run)
    {
        ulong left = word;
        for (int order = FramePool.RowOrder; order >= 0; order--)
        {
            for (ulong starts = FrameBits.Starts(left, order); starts != 0; starts &= starts - 1)
            {
                left &= ~(FrameBits.Run(order) << BitOperations.TrailingZeroCount(starts));
                blocks.Add(order);
            }
        }

        for (int bit = 0; bit < (int)FramePool.RowFrames; bit++)
        {
            if ((word >> bit & 1) != 0)
                Extend(ref blocks, ref run, 1);
            else
                run = 0;
        }
    }

    private static void Extend(ref FreeBlocks blocks, ref ulong run, uint frames)
    {
        run += frames;
        blocks.FreeFrames += frames;
        blocks.LongestRun = run > blocks.LongestRun ? run : blocks.LongestRun;
    }
}
