using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>
/// The last resort. Before an allocation fails, all CPUs' frames of the zone go back to the pool, caches stay shut, and every bit is
/// looked at; and if an attempt of another CPU was under way meanwhile, which may have hidden free frames for a moment, once more. So no
/// allocation fails while frames that would do are free throughout the call.
/// </content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Counts a zone's free blocks, after all cached frames went back.</summary>
    internal FreeBlocks CountFreeBlocks(int zone)
    {
        SpinLockGuard<TPlatform> guard = AcquireRescue(zone);
        CallIn(zone, shutFor: 0);
        FreeBlocks blocks = FreeBlockCount.Of(_books->Pools + zone);
        LetGo();
        ReleaseRescue(guard);
        return blocks;
    }

    /// <summary>
    /// Lets everybody know that a pool got frames, in case it had none. What gave them ended with a full barrier.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteGiven(int zone)
    {
        FramePool* pool = _books->Pools + zone;

        // An NMI handler must not wait for a lock. It clears the flag; the caches open at the next free that finds its own one shut.
        if (_own->IsForNmi && Atomic.Load(in pool->Exhausted) != 0)
            Atomic.Store(ref pool->Exhausted, 0);
        else if (!_own->IsForNmi && (Atomic.Load(in pool->Exhausted) != 0 || Caches[zone].IsShutFor(FrameCache.ExhaustedReason)))
            Reopen(zone);

        WatchPressure(zone);
    }

    private bool TryRescue(int zone, in FrameWindow window, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        SpinLockGuard<TPlatform> guard = AcquireRescue(zone);

        // Whoever finds that not a single frame is left says so, and saves the next ones the search.
        bool wantsAny = window.Count == 1 && window.Covers(pool, order: 0);
        CallIn(zone, wantsAny ? FrameCache.ExhaustedReason : 0);

        // First the flag, then the search: who gives frames back does it the other way round, and clears the flag.
        if (wantsAny)
            Atomic.Exchange(ref pool->Exhausted, FramePool.Searching);

        bool taken = TrySearchQuietly(zone, in window, out frame);
        bool empty = wantsAny && !taken && Atomic.TryCompareExchange(ref pool->Exhausted, FramePool.Searching, FramePool.Empty);
        if (wantsAny && !empty)
        {
            Atomic.Store(ref pool->Exhausted, 0);
            Open(zone, FrameCache.ExhaustedReason);
        }

        LetGo();
        ReleaseRescue(guard);
        return taken;
    }

    // Who waits for the lock must not be inside its own: who has the lock may be waiting for that.
    private SpinLockGuard<TPlatform> AcquireRescue(int zone)
    {
        _own->Lock.Leave();
        return _books->Pools[zone].RescueLock.AcquireInterruptsDisabled(_platform);
    }

    private void ReleaseRescue(SpinLockGuard<TPlatform> guard)
    {
        guard.Release();
        _own->Lock.TryEnter(_books->OwnersFence);
    }

    // Keeps all CPUs out of their caches, and moves the cached frames of a zone to its pool; under the rescue lock, until LetGo.
    private void CallIn(int zone, uint shutFor)
    {
        for (int slot = 0; slot < _books->Slots; slot++)
            _books->Slot(slot)->Lock.Revoke();

        if (_books->CpuLimit > 1 && !_books->OwnersFence)
            _platform.FenceRemotely();

        for (int slot = 0; slot < _books->Slots; slot++)
        {
            FrameCache* cache = _books->Cache(slot, zone);
            _books->Slot(slot)->Lock.AwaitOwner(_platform);
            cache->Drain(_books->Pools + zone);
            if (shutFor != 0)
                cache->Shut(shutFor);
        }
    }

    private void LetGo()
    {
        for (int slot = 0; slot < _books->Slots; slot++)
            _books->Slot(slot)->Lock.Restore();
    }

    private void Open(int zone, uint reason)
    {
        for (int slot = 0; slot < _books->Slots; slot++)
            _books->Cache(slot, zone)->Open(reason);
    }

    private bool TrySearchQuietly(int zone, in FrameWindow window, out uint frame)
    {
        FramePool* pool = _books->Pools + zone;
        FrameCache* own = Caches + zone;
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
            uint attempts = slot == _own->Number ? 0 : _books->Cache(slot, zone)->Attempts;
            if (attempts % 2 != 0)
                return false;

            sum = unchecked(sum + attempts);
        }

        return true;
    }

    // Frames of a row that is not at hand, or while nothing may be kept.
    private void Settle(int zone, uint row, ulong mask)
    {
        FrameCache* cache = Caches + zone;
        FramePool* pool = _books->Pools + zone;
        if (_own->Lock.IsHeld && !cache->IsShut)
        {
            cache->PutElsewhere(pool, row, mask);
            WatchPressure(zone);
            return;
        }

        pool->Give(row, mask);
        NoteGiven(zone);
    }

    // Gives frames back to the pool at the bounds at which they were taken.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GiveBack(int zone, uint start, uint end)
    {
        _books->Pools[zone].Give(start, end);
        NoteGiven(zone);
    }

    private void Reopen(int zone)
    {
        SpinLockGuard<TPlatform> guard = AcquireRescue(zone);
        Atomic.Store(ref _books->Pools[zone].Exhausted, 0);
        Open(zone, FrameCache.ExhaustedReason);
        ReleaseRescue(guard);
    }
}
