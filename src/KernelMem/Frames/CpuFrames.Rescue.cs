using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>
/// The last resort. Before an allocation fails, all CPUs' frames of the zone go back to the pool, caches stay shut, and every bit is
/// looked at; and if an attempt of another CPU was under way meanwhile, which may have hidden free frames for a moment, once more. So no
/// allocation fails while frames that would do are free throughout the call.
/// </content>
public readonly unsafe ref partial struct CpuFrames<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Counts a zone's free blocks, after all cached frames went back.</summary>
    internal FreeBlocks CountFreeBlocks(int zone)
    {
        FramePool* pool = _books->Pools + zone;
        SpinLockGuard<TPlatform> guard = pool->RescueLock.AcquireInterruptsDisabled(_platform);
        CallIn(zone, FrameCache.RescueReason);
        FreeBlocks blocks = FreeBlockCount.Of(pool);
        Restore(zone, FrameCache.RescueReason);
        guard.Release();
        return blocks;
    }

    private bool TryRescue(int zone, in FrameWindow window, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        SpinLockGuard<TPlatform> guard = pool->RescueLock.AcquireInterruptsDisabled(_platform);

        // Whoever finds that not a single frame is left says so, and saves the next ones the search.
        bool wantsAny = window.Count == 1 && window.Covers(pool, order: 0);
        uint reasons = FrameCache.RescueReason | (wantsAny ? FrameCache.ExhaustedReason : 0);
        CallIn(zone, reasons);
        if (wantsAny)
        {
            // First the flag, then the search: who gives frames back does it the other way round, and clears the flag.
            Atomic.Exchange(ref pool->Exhausted, FramePool.Searching);
        }

        bool taken = TrySearchQuietly(zone, in window, out frame);
        bool empty = wantsAny && !taken && Atomic.TryCompareExchange(ref pool->Exhausted, FramePool.Searching, FramePool.Empty);
        if (wantsAny && !empty)
            Atomic.Store(ref pool->Exhausted, 0);

        Restore(zone, empty ? FrameCache.RescueReason : reasons);
        guard.Release();
        return taken;
    }

    // Moves all cached frames of a zone to its pool and keeps the caches shut, under the rescue lock.
    private void CallIn(int zone, uint reasons)
    {
        for (int slot = 0; slot < _books->Slots; slot++)
            _books->Cache(slot, zone)->Lock.Revoke(reasons);

        if (_books->CpuLimit > 1 && !_books->OwnersFence)
            _platform.FenceRemotely();

        for (int slot = 0; slot < _books->Slots; slot++)
        {
            FrameCache* cache = _books->Cache(slot, zone);
            cache->Lock.AwaitOwner(_platform);
            cache->Drain(_books->Pools + zone);
        }
    }

    private void Restore(int zone, uint reasons)
    {
        for (int slot = 0; slot < _books->Slots; slot++)
            _books->Cache(slot, zone)->Lock.Restore(reasons);
    }

    private bool TrySearchQuietly(int zone, in FrameWindow window, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        FrameCache* own = _caches + zone;
        while (true)
        {
            bool quiet = TryReadAttempts(zone, out uint before);
            if (!pool->TryFind(in window, out frame))
            {
                if (quiet && TryReadAttempts(zone, out uint after) && after == before)
                    return false;

                _platform.Pause();
                continue;
            }

            own->BeginAttempt();
            bool taken = pool->TryTakeRange(frame, frame + window.Count);
            own->EndAttempt();
            if (taken)
                return true;
        }
    }

    // The sum of all other CPUs' attempts so far; false if one is under way.
    private bool TryReadAttempts(int zone, out uint sum)
    {
        sum = 0;
        for (int slot = 0; slot < _books->Slots; slot++)
        {
            uint attempts = slot == _slot ? 0 : _books->Cache(slot, zone)->Attempts;
            if (attempts % 2 != 0)
                return false;

            sum = unchecked(sum + attempts);
        }

        return true;
    }

    // Gives frames back to the pool, and lets everybody know if it had nothing.
    private void GiveBack(int zone, uint start, uint end)
    {
        FramePool* pool = _books->Pools + zone;
        pool->Give(start, end);

        // A store of Give may be overtaken by this load; its locked instructions may not.
        if (end - start >= FramePool.HugeFrames)
            Atomic.Fence();

        // An NMI handler must not wait for a lock. It clears the flag; the caches open at the next free that finds its own one shut.
        if (_inNmi && Atomic.Load(in pool->Exhausted) != 0)
            Atomic.Store(ref pool->Exhausted, 0);
        else if (!_inNmi && (Atomic.Load(in pool->Exhausted) != 0 || _caches[zone].Lock.IsRevokedFor(FrameCache.ExhaustedReason)))
            Reopen(zone);

        WatchPressure(zone);
    }

    private void Reopen(int zone)
    {
        FramePool* pool = _books->Pools + zone;
        SpinLockGuard<TPlatform> guard = pool->RescueLock.AcquireInterruptsDisabled(_platform);
        Atomic.Store(ref pool->Exhausted, 0);
        Restore(zone, FrameCache.ExhaustedReason);
        guard.Release();
    }
}
