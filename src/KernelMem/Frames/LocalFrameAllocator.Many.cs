using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Many frames in one call: a row of 64 at a time.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // Eight marks are one word: frames that follow each other are freed together.
    private const int Together = sizeof(ulong);
    private const ulong EachByte = 0x0101_0101_0101_0101;
    private const ulong UseOfEach = EachByte * 0xF0;

    /// <inheritdoc cref="FrameAllocator{TPlatform}.AllocateMany"/>
    public Result<FrameError> AllocateMany(FrameUse use, Span<Frame> frames)
    {
        if (!FrameUses.IsRequestable(use))
            return FrameError.InvalidRequest;

        FrameCache* cache = Caches + (int)MemoryZone.Normal;
        FramePool* pool = _books->Pools + (int)MemoryZone.Normal;
        int done = 0;
        while (done < frames.Length)
        {
            int taken = TakeAtHand(cache, pool, use, frames[done..]);
            if (taken == 0)
            {
                // One by one, by fallback, and until nothing is left.
                OwnedFrame block = Take(FrameRequest.For(use));
                if (block.Failure != FrameError.None)
                {
                    FreeMany(frames[..done], use, out _).Expect("FrameAllocator: what was just allocated cannot be freed");
                    return block.Failure;
                }

                frames[done] = block.Release();
                taken = 1;
            }

            done += taken;
        }

        return Result<FrameError>.Success;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.FreeMany"/>
    public Result<FrameError> FreeMany(ReadOnlySpan<Frame> frames, FrameUse use, out int freed)
    {
        freed = 0;
        while (freed < frames.Length)
        {
            if (frames.Length - freed >= Together && TryFreeTogether(frames[freed..], use))
            {
                freed += Together;
                continue;
            }

            Result<FrameError> result = Free(frames[freed], use);
            if (!result.IsSuccess)
                return result;

            freed++;
        }

        return Result<FrameError>.Success;
    }

    private int TakeAtHand(FrameCache* cache, FramePool* pool, FrameUse use, Span<Frame> frames)
    {
        bool moved = cache->Mask == 0;
        if (!_own->Lock.IsHeld || cache->IsShut || (moved && !cache->TryRefill(pool, _own->Owner)))
            return 0;

        uint row = cache->Row;
        ulong mask = cache->Mask;
        for (int surplus = BitOperations.PopCount(mask) - frames.Length; surplus > 0; surplus--)
            mask &= ~(1UL << (63 - BitOperations.LeadingZeroCount(mask)));

        cache->Mask &= ~mask;
        int count = 0;
        for (; mask != 0; mask &= mask - 1)
        {
            uint frame = row * FramePool.RowFrames + (uint)BitOperations.TrailingZeroCount(mask);
            _books->Table.MarkAllocated(frame, use);
            TraceSink.Emit(TraceEventKind.FramesAllocated, frame * Frame.Size, Frame.Size);
            frames[count++] = Frame.FromNumber(frame);
        }

        cache->CountTaken(use, (uint)count);
        if (moved)
            WatchPressure((int)MemoryZone.Normal);

        return count;
    }

    // Eight frames that follow each other from a multiple of eight on, all single and of that use: one compare-exchange.
    private bool TryFreeTogether(ReadOnlySpan<Frame> frames, FrameUse use)
    {
        ulong first = frames[0].Number;
        if (first % Together != 0 || first + Together > _books->Table.Count || !FrameUses.IsRequestable(use))
            return false;

        for (int index = 1; index < Together; index++)
        {
            if (frames[index].Number != first + (ulong)index)
                return false;
        }

        ref ulong marks = ref Unsafe.As<byte, ulong>(ref _books->Table.Mark((uint)first));
        ulong seen = Atomic.Load(in marks);
        if ((seen & UseOfEach) != EachByte * FrameMark.Allocated(use, 0) || !Atomic.TryCompareExchange(ref marks, seen, EachByte * FrameMark.Free))
            return false;

        KeepTogether((uint)first, use);
        return true;
    }

    private void KeepOne(uint frame, FrameUse use) => Keep(CacheOf(frame, out ulong* kept), kept, frame, use);

    // Eight frames from a multiple of eight on lie in one row, and so nearly always in one zone.
    private void KeepTogether(uint first, FrameUse use)
    {
        int zone = _books->ZoneOf(first);
        if (zone != _books->ZoneOf(first + Together - 1))
        {
            for (uint index = 0; index < Together; index++)
                KeepOne(first + index, use);

            return;
        }

        TraceSink.Emit(TraceEventKind.FramesFreed, first * Frame.Size, Together * Frame.Size);
        FrameCache* cache = Caches + zone;
        cache->CountGiven(use, Together);
        uint row = first / FramePool.RowFrames;
        ulong mask = 0xFFUL << (int)(first % FramePool.RowFrames);
        ulong* kept = _own->Lock.IsHeld ? FrameCache.PlaceOf(cache, row) : null;
        if (kept != null)
            *kept |= mask;
        else
            Settle(zone, row, mask);
    }
}
