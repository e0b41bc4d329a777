using System;
using System.Numerics;

namespace KernelMem.Heap;

/// <summary>The pages of a heap's range by index: which are in use, their descriptors, and where there is room.</summary>
internal unsafe struct HeapPageMap
{
    /// <summary>No page.</summary>
    public const int None = -1;

    /// <summary>The chunks, in order.</summary>
    public HeapChunk* Chunks;

    /// <summary>How many pages the range has.</summary>
    public int Count;

    /// <summary>All pages below this one are in use: where a search begins.</summary>
    public int Hint;

    /// <summary>The number of the first page in its address space, of which alignment asks.</summary>
    public ulong FirstNumber;

    /// <summary>How many chunks the pages make.</summary>
    public readonly int ChunkCount => ChunkOf(Count - 1) + 1;

    /// <summary>The descriptor of a page that is in use.</summary>
    // SAFETY: the page is in the range, so its chunk exists; it is in use, so the chunk has descriptors.
    public readonly HeapPage* this[int page] => Chunks[ChunkOf(page)].Descriptors + page % HeapChunk.Pages;

    /// <summary>Which chunk a page is in.</summary>
    public static int ChunkOf(int page) => page / HeapChunk.Pages;

    /// <summary>Whether a page is in use.</summary>
    public readonly bool IsUsed(int page) => (Chunks[ChunkOf(page)].Used & (1UL << (page % HeapChunk.Pages))) != 0;

    /// <summary>The first page in use from <paramref name="from"/> on, or <paramref name="limit"/>.</summary>
    public readonly int NextUsed(int from, int limit)
    {
        while (from < limit)
        {
            ulong used = Chunks[ChunkOf(from)].Used >> (from % HeapChunk.Pages);
            if (used != 0)
                return Math.Min(from + BitOperations.TrailingZeroCount(used), limit);
            from = StartOfNextChunk(from);
        }

        return limit;
    }

    /// <summary>The first page not in use from <paramref name="from"/> on, or <see cref="Count"/>.</summary>
    public readonly int NextFree(int from)
    {
        while (from < Count)
        {
            ulong free = ~Chunks[ChunkOf(from)].Used >> (from % HeapChunk.Pages);
            if (free != 0)
                return Math.Min(from + BitOperations.TrailingZeroCount(free), Count);
            from = StartOfNextChunk(from);
        }

        return Count;
    }

    /// <summary>The first run of pages that are not in use.</summary>
    /// <param name="count">How many pages, at least 1.</param>
    /// <param name="alignment">What the number of the first is a multiple of: a power of two, of pages.</param>
    /// <returns>The first page, or <see cref="None"/>.</returns>
    public int FindRun(int count, ulong alignment)
    {
        Hint = NextFree(Hint);
        int from = Hint;
        while (TryAlign(from, alignment, out int first) && count <= Count - first)
        {
            int used = NextUsed(first, first + count);
            if (used == first + count)
                return first;
            from = NextFree(used);
        }

        return None;
    }

    /// <summary>Notes that pages are in use, or are not any more. Their chunks' descriptors are the caller's care.</summary>
    public void SetUsed(int first, int count, bool used)
    {
        int end = first + count;
        for (int page = first; page < end; page = StartOfNextChunk(page))
        {
            int here = Math.Min(end, StartOfNextChunk(page)) - page;
            ulong bits = (here == HeapChunk.Pages ? ulong.MaxValue : (1UL << here) - 1) << (page % HeapChunk.Pages);
            HeapChunk* chunk = Chunks + ChunkOf(page);
            chunk->Used = used ? chunk->Used | bits : chunk->Used & ~bits;
        }

        if (!used)
            Hint = Math.Min(Hint, first);
    }

    /// <summary>Writes the descriptors of a run.</summary>
    public readonly void DescribeRun(int first, int count, HeapPageState state)
    {
        *this[first] = new HeapPage { State = state, Count = count };
        DescribeRest(first, 1, count);
    }

    /// <summary>Writes the descriptors of the pages of a run that are not its first, from a place on up to an end.</summary>
    public readonly void DescribeRest(int first, int from, int end)
    {
        for (int distance = from; distance < end; distance++)
            *this[first + distance] = new HeapPage { State = HeapPageState.Rest, Count = distance };
    }

    /// <summary>The pages of the longest run that is not in use.</summary>
    public readonly int LongestFreeRun()
    {
        int longest = 0;
        for (int first = NextFree(0); first < Count;)
        {
            int end = NextUsed(first, Count);
            longest = Math.Max(longest, end - first);
            first = NextFree(end);
        }

        return longest;
    }

    private readonly bool TryAlign(int page, ulong alignment, out int aligned)
    {
        ulong up = (0UL - (FirstNumber + (ulong)page)) & (alignment - 1);
        bool possible = up < (ulong)(Count - page);
        aligned = possible ? page + (int)up : None;
        return possible;
    }

    private static int StartOfNextChunk(int page) => (page | (HeapChunk.Pages - 1)) + 1;
}
