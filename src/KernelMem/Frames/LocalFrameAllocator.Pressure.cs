using System.Runtime.CompilerServices;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Watermarks.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Holds what is free against a zone's marks, and tells if the pressure has changed.</summary>
    /// <remarks>
    /// Each CPU counts first and then looks; who changes the pressure looks again; and who loses the exchange leaves that to the one that
    /// won, which looks after it. So what stands in the end is the pressure of what is free in the end.
    /// </remarks>
    internal void TellPressure(int zone)
    {
        FramePool* pool = _books->Pools + zone;

        // What was just counted may still be in the store buffer.
        Atomic.Fence();
        while (true)
        {
            MemoryPressure before = (MemoryPressure)Atomic.Load(in pool->Pressure);
            MemoryPressure now = PressureOf(in pool->Watermarks, _books->FreeFrames(zone), before);
            if (now == before || !Atomic.TryCompareExchange(ref pool->Pressure, (uint)before, (uint)now))
                return;

            Tell(zone, before, now);
        }
    }

    private void Tell(int zone, MemoryPressure before, MemoryPressure now)
    {
        FramePool* pool = _books->Pools + zone;
        if ((before == MemoryPressure.None) != (now == MemoryPressure.None))
            ShutCaches(zone, now != MemoryPressure.None);

        // SAFETY: the handler was taken from a static method by whoever installed it, and methods are never unloaded.
        var handler = (delegate*<MemoryZone, MemoryPressure, void*, void>)Atomic.Load(in pool->PressureHandler);
        if (handler != null)
            handler((MemoryZone)zone, now, pool->PressureContext);
    }

    // Called whenever memory goes to or from a pool, but not for frames at hand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WatchPressure(int zone)
    {
        if (_books->Pools[zone].IsWatched && !_own->IsForNmi)
            TellPressure(zone);
    }

    private static MemoryPressure PressureOf(in Watermarks marks, ulong free, MemoryPressure before)
    {
        if (free < marks.Low)
            return free <= marks.Min ? MemoryPressure.Min : MemoryPressure.Low;

        return free >= marks.High || before == MemoryPressure.None ? MemoryPressure.None : MemoryPressure.Low;
    }

    private void ShutCaches(int zone, bool shut)
    {
        SpinLockGuard<TPlatform> guard = AcquireRescue(zone);

        // Another change may have come first; the pressure that stands is what counts.
        bool stands = Atomic.Load(in _books->Pools[zone].Pressure) != (uint)MemoryPressure.None;
        if (!stands)
        {
            Open(zone, FrameCache.PressureReason);
        }
        else if (shut)
        {
            CallIn(zone, FrameCache.PressureReason);
            LetGo();
        }

        ReleaseRescue(guard);
    }
}
