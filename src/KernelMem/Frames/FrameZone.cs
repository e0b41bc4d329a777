using System.Numerics;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// The buddy system of one zone: free blocks of 2^order frames, aligned to their size, on a list for each order. A block that
/// is too large is halved; a block that comes back is joined with its other half ("buddy") if that is free too. See Knuth,
/// The Art of Computer Programming, vol. 1, §2.5. Everything but <see cref="Lock"/> belongs to whoever holds the lock.
/// </summary>
internal unsafe partial struct FrameZone
{
    /// <summary>No frame, at the ends of lists: usable memory never has frame 0.</summary>
    private const uint NoFrame = 0;
    private const int OrderCount = FrameRequest.MaxOrder + 1;

    /// <summary>Guards everything here, and the table entries of the zone's frames.</summary>
    public SpinLock Lock;

    private fixed uint _freeLists[OrderCount];
    private fixed ulong _framesByUse[FrameUses.Count];
    private FrameTable _table;
    private uint _start;
    private uint _end;
    private uint _freeOrders; // bit n: the list of order n is not empty
    private ulong _totalFrames;
    private ulong _freeFrames;
    private ulong _allocations;
    private ulong _frees;
    private ulong _failures;
    private ulong _fallbacks;

    /// <summary>An empty zone.</summary>
    /// <param name="table">The frame table.</param>
    /// <param name="start">The zone's first frame, at most the table's length.</param>
    /// <param name="end">The frame after its last.</param>
    public FrameZone(FrameTable table, uint start, uint end)
    {
        _table = table;
        _start = start;
        _end = end;
    }

    /// <summary>The order of the largest free block; -1 if none is free.</summary>
    public readonly int LargestFreeOrder => _freeOrders == 0 ? -1 : BitOperations.Log2(_freeOrders);

    /// <summary>Makes usable frames free, for the first time. They touch no other free frames.</summary>
    /// <param name="start">The first frame; any, in the zone or not.</param>
    /// <param name="end">The frame after the last.</param>
    public void AddFree(ulong start, ulong end)
    {
        Clip(ref start, ref end);
        for (uint at = (uint)start; at < end;)
        {
            // The largest block that starts here. No two of them can be joined: the joined one would have been chosen.
            int order = FrameRequest.MaxOrder;
            while ((at & ((1u << order) - 1)) != 0 || at + (1UL << order) > end)
                order--;

            uint count = 1u << order;
            for (uint inside = 1; inside < count; inside++)
                _table[at + inside].State = EntryState.Inside;

            Insert(at, order);
            _totalFrames += count;
            _freeFrames += count;
            at += count;
        }
    }

    /// <summary>Notes usable frames that are in use already and never come back.</summary>
    /// <inheritdoc cref="AddFree"/>
    public void AddReserved(ulong start, ulong end)
    {
        Clip(ref start, ref end);
        for (uint at = (uint)start; at < end; at++)
        {
            ref FrameEntry entry = ref _table[at];
            entry.State = EntryState.AllocatedBlock;
            entry.Use = FrameUse.Reserved;
            _totalFrames++;
            _framesByUse[(int)FrameUse.Reserved]++;
        }
    }

    /// <summary>Takes a block.</summary>
    /// <param name="request">The use and the order; valid.</param>
    /// <param name="reach">All of the block must lie below this frame number. Where this cuts the zone, the search is linear.</param>
    /// <param name="isFallback">Whether another zone was preferred.</param>
    /// <param name="start">The first frame.</param>
    /// <param name="generation">The allocation's number.</param>
    /// <returns><see cref="FrameError.None"/>, or why there is no block; then nothing has changed.</returns>
    public FrameError Take(in FrameRequest request, ulong reach, bool isFallback, out uint start, out uint generation)
    {
        generation = 0;
        uint orders = _freeOrders >> request.Order << request.Order;
        start = _end <= reach || orders == 0 ? FirstOf(orders) : FindBelow(reach, request.Order);
        if (start == NoFrame)
            return orders == 0 ? FrameError.OutOfMemory : FrameError.NotInDirectMap;

        ref FrameEntry entry = ref _table[start];
        int order = entry.Order;
        Remove(start);
        while (order > request.Order)
        {
            order--;
            Insert(start + (1u << order), order);
        }

        generation = unchecked(entry.Generation + 1);
        if (generation == 0)
            generation = 1;

        entry.Generation = generation;
        entry.State = EntryState.AllocatedBlock;
        entry.Order = (byte)order;
        entry.Use = request.Use;
        _framesByUse[(int)request.Use] += 1UL << order;
        _freeFrames -= 1UL << order;
        _allocations++;
        if (isFallback)
            _fallbacks++;

        return FrameError.None;
    }

    /// <summary>Takes an allocated block back, after the caller has checked that it may be freed.</summary>
    /// <param name="start">Its first frame.</param>
    public void Give(uint start)
    {
        ref FrameEntry entry = ref _table[start];
        int order = entry.Order;
        _framesByUse[(int)entry.Use] -= 1UL << order;
        _freeFrames += 1UL << order;
        _frees++;
        MakeInside(ref entry);
        while (order < FrameRequest.MaxOrder && IsFreeBlock(start ^ (1u << order), order))
        {
            Remove(start ^ (1u << order));
            start &= ~(1u << order);
            order++;
        }

        Insert(start, order);
    }

    /// <summary>Counts a request that preferred this zone and got nothing.</summary>
    public void CountFailure() => _failures++;

    /// <summary>How many frames are allocated for a use.</summary>
    public readonly ulong FramesInUse(FrameUse use) => use == FrameUse.None ? _freeFrames : _framesByUse[(int)use];

    /// <summary>The counters.</summary>
    public readonly ZoneStatistics Statistics(MemoryZone zone) => new()
    {
        Zone = zone,
        TotalFrames = _totalFrames,
        FreeFrames = _freeFrames,
        Allocations = _allocations,
        Frees = _frees,
        Failures = _failures,
        Fallbacks = _fallbacks,
        LargestFreeOrder = LargestFreeOrder,
    };

    private readonly void Clip(ref ulong start, ref ulong end)
    {
        start = start > _start ? start : _start;
        end = end < _end ? end : _end;
    }

    private readonly uint FirstOf(uint orders) => orders == 0 ? NoFrame : _freeLists[BitOperations.TrailingZeroCount(orders)];

    // A block is cut down to its lower end, so it is enough that this lies below.
    private readonly uint FindBelow(ulong reach, int order)
    {
        if (_start >= reach)
            return NoFrame;

        for (int list = order; list <= FrameRequest.MaxOrder; list++)
        {
            for (uint at = _freeLists[list]; at != NoFrame; at = _table[at].Next)
            {
                if (at + (1UL << order) <= reach)
                    return at;
            }
        }

        return NoFrame;
    }

    // The bounds come first: beyond them, another lock guards the table.
    private readonly bool IsFreeBlock(uint start, int order) =>
        start >= _start && start < _end && _table[start].State == EntryState.FreeBlock && _table[start].Order == order;

    private void Insert(uint start, int order)
    {
        uint next = _freeLists[order];
        ref FrameEntry entry = ref _table[start];
        entry.State = EntryState.FreeBlock;
        entry.Order = (byte)order;
        entry.Next = next;
        entry.Previous = NoFrame;
        if (next != NoFrame)
            _table[next].Previous = start;

        _freeLists[order] = start;
        _freeOrders |= 1u << order;
    }

    private void Remove(uint start)
    {
        ref FrameEntry entry = ref _table[start];
        if (entry.Next != NoFrame)
            _table[entry.Next].Previous = entry.Previous;

        if (entry.Previous != NoFrame)
            _table[entry.Previous].Next = entry.Next;
        else
            _freeLists[entry.Order] = entry.Next;

        if (_freeLists[entry.Order] == NoFrame)
            _freeOrders &= ~(1u << entry.Order);

        MakeInside(ref entry);
    }

    private static void MakeInside(ref FrameEntry entry) =>
        entry = new FrameEntry { State = EntryState.Inside, Generation = entry.Generation };
}
