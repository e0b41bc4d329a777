using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Freeing what is no single frame, and saying why not.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private const uint NoGeneration = 0;

    /// <summary>Frees a block of any kind.</summary>
    /// <param name="start">Its first frame, in the table.</param>
    /// <param name="use">What it was allocated for.</param>
    /// <param name="generation">Which allocation it is; <see cref="NoGeneration"/> if that is not known.</param>
    internal FrameError FreeChecked(uint start, FrameUse use, uint generation)
    {
        ref byte mark = ref _books->Table.Mark(start);
        while (true)
        {
            byte seen = Atomic.Load(in mark);
            FrameError error = CheckFree(start, seen, use, generation);
            if (error != FrameError.None)
                return error;

            bool detailed = FrameMark.HasDetail(seen);
            uint detail = detailed ? Atomic.Load(in _books->Table.Detail(start)) : 0;
            uint length = _books->Table.LengthOf(start, detail);
            if (detailed && FrameDetail.References(detail) != 0)
                return FrameError.Shared;

            if (!Atomic.TryCompareExchange(ref mark, seen, FrameMark.Free))
                continue;

            Return(start, length, detail, use);
            return FrameError.None;
        }
    }

    // A block that was marked free, and so is nobody's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Return(uint start, uint length, uint detail, FrameUse use)
    {
        TraceSink.Emit(TraceEventKind.FramesFreed, start * Frame.Size, length * Frame.Size);
        int zone = _books->ZoneOf(start);
        int order = FrameDetail.Order(detail);
        Atomic.Store(ref _books->Table.Detail(start), 0);
        if (order == FrameDetail.RunOrder)
        {
            order = FrameCache.RunIndex;
            Atomic.Store(ref _books->Table.Detail(start + 1), 0);
            Atomic.FetchAdd(ref _books->Runs, uint.MaxValue);
        }

        FrameCache* cache = Caches + zone;
        cache->CountGiven(use, order, length);
        if (order is > 0 and <= FrameRequest.MaxOrder && MayKeepBlock(zone, start) && cache->TryKeepBlock(start, order))
            WatchPressure(zone);
        else
            GiveBack(zone, start, start + length);

        if (order is >= FramePool.HugeOrder and <= FrameRequest.MaxOrder && FramePool.TreeOf(start) > cache->HugeFrom)
            cache->HugeFrom = FramePool.TreeOf(start);
    }

    // Memory of other nodes than home does not get to hand by this.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayKeepBlock(int zone, uint start)
    {
        FrameCache* cache = Caches + zone;
        FramePool* pool = _books->Pools + zone;
        return _own->Lock.IsHeld && !cache->IsShut && pool->IsTreeOf(FramePool.TreeOf(start), pool->Near(in *cache));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FrameError CheckFree(uint start, byte mark, FrameUse use, uint generation)
    {
        if (!FrameMark.IsAllocated(mark))
            return WhyNotAllocated(start, mark, generation);

        if (generation != NoGeneration && Atomic.Load(in _books->Table.Generation(start)) != generation)
            return FrameError.StaleOwner;

        return FrameMark.Use(mark) == use ? FrameError.None : FrameError.WrongUse;
    }

    private FrameError WhyNotAllocated(uint start, byte mark, uint generation) => mark switch
    {
        FrameMark.NotManaged => FrameError.NotManaged,
        FrameMark.Reserved => FrameError.Reserved,
        FrameMark.Withdrawn => FrameError.Withdrawn,
        _ when !_books->Table.TryFindBlock(start, Atomic.Load(in _books->Runs) != 0, out _) => FrameError.NotAllocated,
        _ => generation == NoGeneration ? FrameError.NotABlock : FrameError.StaleOwner,
    };
}
