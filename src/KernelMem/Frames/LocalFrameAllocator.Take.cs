using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Taking what is not at hand.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // The shape of a search that the pools have a quick way for: an order. Everything else is searched bit by bit.
    private const int NoOrder = -1;

    /// <summary>Takes a block, contents as they are.</summary>
    /// <returns>The block, or a failure in its place.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal OwnedFrame Take(in FrameRequest request)
    {
        if (!request.IsUsual || !TryTakeAtHand(in request, out uint frame))
            return TakeFar(_platform, _books, _own, request);

        (Caches + (int)request.Zone)->CountTaken(request.Use, request.Order, 1u << request.Order);
        return OwnBlock(frame, request.Order, request.Use);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeAtHand(in FrameRequest request, out uint frame)
    {
        frame = 0;
        FrameCache* cache = Caches + (int)request.Zone;
        if (!_own->Lock.IsHeld || _books->Pools[(int)request.Zone].IsWatched)
            return false;

        return request.Order == 0 ? cache->TryTake(out frame) : cache->TryTakeBlock(request.Order, out frame);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OwnedFrame TakeFar(TPlatform platform, FrameBooks* books, CpuSlot* own, FrameRequest request)
    {
        LocalFrameAllocator<TPlatform> cpu = new(platform, books, own);
        int order = request.Order;
        if (request.IsUsual && order != 0)
        {
            // Without a look at anything else: the zone has what was asked for, and no watermarks.
            FrameCache* cache = cpu.Caches + (int)request.Zone;
            FramePool* pool = cpu._books->Pools + (int)request.Zone;
            if (!pool->IsEmpty && !pool->IsWatched && cpu.TryTakeBlock(pool, cache, order, out uint block))
            {
                cache->CountTaken(request.Use, order, 1u << order);
                return cpu.OwnBlock(block, order, request.Use);
            }
        }

        if (!request.IsValid)
            return OwnedFrame.Failed(FrameError.InvalidRequest);

        FrameWindow window = request.Window(1u << order, 1u << order, cpu.Reach(in request));
        FrameError error = cpu.TakeFrames(in request, in window, order, out uint frame);
        return error == FrameError.None ? cpu.OwnBlock(frame, order, request.Use) : OwnedFrame.Failed(error);
    }

    /// <summary>Takes a run, contents as they are.</summary>
    internal Result<OwnedFrameRange, FrameError> TakeRun(ulong frames, in FrameRequest request)
    {
        if (!request.IsValidFor(frames))
            return FrameError.InvalidRequest;

        FrameWindow window = request.Window((uint)frames, alignment: 1, Reach(in request));
        FrameError error = TakeFrames(in request, in window, NoOrder, out uint frame);
        if (error != FrameError.None)
            return error;

        uint detail = 0;
        if (frames > 1)
        {
            Atomic.FetchAdd(ref _books->Runs, 1);
            Atomic.Store(ref _books->Table.Detail(frame + 1), window.Count);
            detail = FrameDetail.RunOrder;
        }

        uint generation = _books->Table.MarkAllocated(frame, request.Use, detail);
        TraceSink.Emit(TraceEventKind.FramesAllocated, frame * Frame.Size, frames * Frame.Size);
        return new OwnedFrameRange(frame, window.Count, request.Use, generation);
    }

    /// <summary>Fills memory that was just taken with zeros.</summary>
    internal void Zero(PhysRange bytes)
    {
        bool mapped = _books->DirectMap.TryToVirtual(bytes, out VirtRange range);
        Panic.Assert(mapped, "FrameAllocator: a block to be zeroed is not in the direct map");

        // SAFETY: the block is the caller's alone and lies in the direct map. A span counts with an int: 1 GiB at most fits.
        new Span<byte>((void*)range.Start.Value, (int)range.Length).Clear();
    }

    private ulong Reach(in FrameRequest request) => request.Zeroed ? _books->DirectMap.Length / Frame.Size : Frame.NumberLimit;

    private FrameError TakeFrames(in FrameRequest request, in FrameWindow window, int order, out uint frame)
    {
        if (request.HasNode && TryTakeFromNode(in request, window, order, out frame))
            return FrameError.None;

        // First without disturbing other CPUs.
        int turns = ZoneFallback.Count(request.Zone, request.ExactZone);
        int rounds = _own->IsForNmi ? 1 : 2;
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < turns; turn++)
            {
                int zone = (int)ZoneFallback.At(request.Zone, turn);
                if (!MayTakeFrom(zone, turn, in request, window.Count) || !TryTakeFrom(zone, in window, order, round, out frame))
                    continue;

                NoteTaken(zone, turn, in request, in window, order);
                return FrameError.None;
            }
        }

        frame = 0;
        Caches[(int)request.Zone].CountFailure();
        return WhyNot(in request, in window);
    }

    private void NoteTaken(int zone, int turn, in FrameRequest request, in FrameWindow window, int order)
    {
        FrameCache* cache = Caches + zone;
        cache->CountTaken(request.Use, CountedAs(order, window.Count), window.Count);
        if (turn != 0)
            cache->CountFallback();

        WatchPressure(zone);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private OwnedFrame OwnBlock(uint frame, int order, FrameUse use)
    {
        uint generation = order == 0 ? _books->Table.MarkAllocated(frame, use) : _books->Table.MarkAllocated(frame, use, (uint)order);
        TraceSink.Emit(TraceEventKind.FramesAllocated, frame * Frame.Size, Frame.Size << order);
        return new OwnedFrame(frame, order, use, generation);
    }

    // A run of one frame is freed as a single frame, and counted as such.
    private static int CountedAs(int order, uint frames) => order != NoOrder ? order : frames == 1 ? 0 : FrameCache.RunIndex;

    private bool MayTakeFrom(int zone, int turn, in FrameRequest request, uint count)
    {
        FramePool* pool = _books->Pools + zone;
        if (pool->IsEmpty || Atomic.Load(in pool->Exhausted) == FramePool.Empty)
            return false;

        ulong kept = request.IsEmergency ? 0 : pool->Watermarks.Min;
        if (turn != 0 && pool->Watermarks.FallbackReserve > kept)
            kept = pool->Watermarks.FallbackReserve;

        return kept == 0 || _books->FreeFrames(zone) >= count + kept;
    }

    private bool TryTakeFrom(int zone, in FrameWindow window, int order, int round, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        FrameCache* cache = Caches + zone;
        if (order == NoOrder || !window.Covers(pool, order))
            return round == 0 ? TrySearch(pool, cache, in window, out frame) : TryRescue(zone, in window, out frame);

        // When not a single frame is left, that is noted, and the next ones need not look: so this asks other CPUs at once.
        if (order == 0)
            return TryTakeSingle(pool, cache, out frame) || (!_own->IsForNmi && TryRescue(zone, in window, out frame));

        if (TryTakeBlock(pool, cache, order, out frame))
            return true;

        return round == 0 ? TrySearch(pool, cache, in window, out frame) : TryRescue(zone, in window, out frame);
    }

    private bool TryTakeSingle(FramePool* pool, FrameCache* cache, out uint frame)
    {
        if (_own->Lock.IsHeld && !cache->IsShut)
            return cache->TryTake(out frame) || (cache->TryRefill(pool, _own->Owner) && cache->TryTake(out frame));

        cache->BeginAttempt();
        NodeFilter near = pool->Near(in *cache);
        bool found = pool->TryTakeAnywhere(order: 0, FrameCache.NoTree, near, out frame)
            || (!near.IsAny && pool->TryTakeAnywhere(order: 0, FrameCache.NoTree, node: default, out frame));
        cache->EndAttempt();
        return found;
    }

    private bool TryTakeBlock(FramePool* pool, FrameCache* cache, int order, out uint frame)
    {
        if (_own->Lock.IsHeld && cache->TryTakeBlock(order, out frame))
            return true;

        // One compare-exchange, and nothing to put back.
        if (order == FramePool.HugeOrder)
            return TryTakeNearby(pool, cache, order, out frame);

        cache->BeginAttempt();
        bool taken = TryTakeNearby(pool, cache, order, out frame);
        cache->EndAttempt();
        return taken;
    }

    // Huge frames and smaller blocks come from trees apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint TreeFor(FrameCache* cache, int order) => order >= FramePool.HugeOrder ? cache->HugeTree : cache->BlockTree;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeOfOwnTree(FramePool* pool, FrameCache* cache, int order, out uint frame) =>
        order >= FramePool.HugeOrder ? pool->TryTakeHuge(cache->HugeTree, order, out frame) : TryTakeOfBlockTree(pool, cache, order, out frame);

    // From another tree, which becomes the CPU's if it is nobody's.
    private bool TryTakeOfOtherTree(FramePool* pool, FrameCache* cache, int order, NodeFilter node, out uint frame) =>
        order >= FramePool.HugeOrder
            ? TryTakeHugeOfOtherTree(pool, cache, order, node, out frame)
            : TryTakeBlockOfOtherTree(pool, cache, order, node, out frame);

    private static bool TryTakeOfBlockTree(FramePool* pool, FrameCache* cache, int order, out uint frame)
    {
        // Where the last one was, there is often room for another.
        if (cache->BlockHuge / FramePool.HugePerTree == cache->BlockTree && pool->TryTakeBlockOf(cache->BlockHuge, order, out frame))
            return true;

        if (!pool->TryTakeBlock(cache->BlockTree, order, out frame))
            return false;

        cache->BlockHuge = frame / FramePool.HugeFrames;
        return true;
    }

    private bool TryTakeBlockOfOtherTree(FramePool* pool, FrameCache* cache, int order, NodeFilter node, out uint frame)
    {
        if (pool->TryReserveTree(_own->Owner, order, cache->BlockTree, node, out uint tree))
        {
            cache->BlockTree = tree;
            if (TryTakeOfBlockTree(pool, cache, order, out frame))
                return true;
        }

        return pool->TryTakeAnywhere(order, cache->BlockTree, node, out frame);
    }

    private bool TryTakeHugeOfOtherTree(FramePool* pool, FrameCache* cache, int order, NodeFilter node, out uint frame)
    {
        while (pool->TryReserveHugeTree(_own->Owner, order, cache->HugeTree, cache->HugeFrom, node, out uint tree))
        {
            cache->HugeTree = tree;
            cache->HugeFrom = tree;
            if (pool->TryTakeHuge(tree, order, out frame))
                return true;
        }

        return pool->TryTakeHugeAnywhere(order, node, out frame);
    }

    // Looks at every bit of the pool, after this CPU's own frames went back to it: at home first, unless the node is given.
    private bool TrySearch(FramePool* pool, FrameCache* cache, in FrameWindow window, out uint frame)
    {
        if (_own->Lock.IsHeld)
            cache->Drain(pool);

        FrameWindow near = window;
        near.Node = window.Node.IsAny ? pool->Near(in *cache) : window.Node;
        if (TryTakeFound(pool, cache, in near, out frame))
            return true;

        return window.Node.IsAny && !near.Node.IsAny && TryTakeFound(pool, cache, in window, out frame);
    }

    private static bool TryTakeFound(FramePool* pool, FrameCache* cache, in FrameWindow window, out uint frame)
    {
        if (!pool->TryFind(in window, out frame))
            return false;

        cache->BeginAttempt();
        bool taken = pool->TryTakeRange(frame, frame + window.Count);
        cache->EndAttempt();
        return taken;
    }

    // After a failure that emptied the caches: is there memory that only lacks a mapping, because it lies beyond the direct map? What
    // a zone keeps for others lacks more than that.
    private FrameError WhyNot(in FrameRequest request, in FrameWindow window)
    {
        ulong reach = Reach(in request);
        FrameWindow beyond = request.Window(window.Count, window.Alignment, Frame.NumberLimit);
        ulong lowest = reach >= window.Count ? reach - window.Count + 1 : 0;
        beyond.Low = beyond.Low > lowest ? beyond.Low : lowest;
        int turns = request.Zeroed ? ZoneFallback.Count(request.Zone, request.ExactZone) : 0;
        for (int turn = 0; turn < turns; turn++)
        {
            int zone = (int)ZoneFallback.At(request.Zone, turn);
            if (MayTakeFrom(zone, turn, in request, window.Count) && _books->Pools[zone].TryFind(in beyond, out _))
                return FrameError.NotInDirectMap;
        }

        return FrameError.OutOfMemory;
    }
}
