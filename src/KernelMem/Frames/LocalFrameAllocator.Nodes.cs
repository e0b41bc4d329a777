using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>
/// NUMA nodes. Requests that name none are served by zone first, and in a zone by the CPU's home first. Those that name one are served by
/// that node first, from its zones in their order; DMA memory is not spent on it, unless it is what the request prefers.
/// </content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private bool TryTakeFromNode(in FrameRequest request, FrameWindow window, int order, out uint frame)
    {
        window.Node = NodeFilter.Only(request.Node);
        int turns = ZoneFallback.Count(request.Zone, request.ExactZone);
        for (int turn = 0; turn < turns; turn++)
        {
            MemoryZone zone = ZoneFallback.At(request.Zone, turn);
            bool may = (turn == 0 || zone != MemoryZone.Dma) && MayTakeFrom((int)zone, turn, in request, window.Count);
            if (may && TryTakeFromNode((int)zone, in window, order, out frame))
            {
                NoteTaken((int)zone, turn, in request, in window, order);
                return true;
            }
        }

        frame = 0;
        return false;
    }

    // This CPU's own frames count, but others' are not called in for the sake of a node.
    private bool TryTakeFromNode(int zone, in FrameWindow window, int order, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        FrameCache* cache = Caches + zone;
        if (order == NoOrder || !window.Covers(pool, order))
            return TrySearch(pool, cache, in window, out frame);

        if (TryTakeQuickly(pool, cache, order, window.Node, out frame))
            return true;

        // Every single frame in the pool was seen.
        bool mayFind = order != 0 || (_own->Lock.IsHeld && cache->CountKept(pool, window.Node) != 0);
        return mayFind && TrySearch(pool, cache, in window, out frame);
    }

    private bool TryTakeQuickly(FramePool* pool, FrameCache* cache, int order, NodeFilter node, out uint frame)
    {
        if (order == 0 && TryTakeAtHandOf(pool, cache, node, out frame))
            return true;

        cache->BeginAttempt();
        bool taken;
        if (order >= FramePool.HugeOrder)
        {
            taken = pool->TryTakeHugeAnywhere(order, node, out frame);
        }
        else
        {
            bool own = order != 0 && pool->IsTreeOf(cache->BlockTree, node);
            taken = (own && TryTakeOfBlockTree(pool, cache, order, out frame))
                || pool->TryTakeAnywhere(order, FrameCache.NoTree, node, out frame);
        }

        cache->EndAttempt();
        return taken;
    }

    // Memory of other nodes than home does not get to hand by this.
    private bool TryTakeAtHandOf(FramePool* pool, FrameCache* cache, NodeFilter node, out uint frame)
    {
        frame = 0;
        if (!_own->Lock.IsHeld || cache->IsShut)
            return false;

        bool any = cache->Mask != 0 || (node.Allows(cache->Home) && cache->TryRefill(pool, _own->Owner));
        return any && node.Allows(pool->NodeOf(cache->Row * FramePool.RowFrames)) && cache->TryTake(out frame);
    }

    // The same way as single frames; see FrameCache.TryRefill.
    private bool TryTakeNearby(FramePool* pool, FrameCache* cache, int order, out uint frame)
    {
        NodeFilter near = pool->Near(in *cache);
        if (pool->IsTreeOf(TreeFor(cache, order), near) && TryTakeOfOwnTree(pool, cache, order, out frame))
            return true;

        if (!near.IsAny)
        {
            bool looks = cache->LooksHome(order, 1u << order);
            if (looks && TryTakeOfOtherTree(pool, cache, order, near, out frame))
                return true;

            if (looks)
                cache->NoteAway(order);

            if (TreeFor(cache, order) != FrameCache.NoTree && TryTakeOfOwnTree(pool, cache, order, out frame))
                return true;
        }

        return TryTakeOfOtherTree(pool, cache, order, node: default, out frame);
    }
}
