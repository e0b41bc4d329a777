using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// The frame allocator as one CPU uses it, with interrupts off from <see cref="FrameAllocator{TPlatform}.EnterCpu"/> to
/// <see cref="Leave"/>: for code that allocates or frees several times in a row, and the fastest way to do either. And the only way to
/// do so in an NMI handler: <see cref="FrameAllocator{TPlatform}.EnterNmi"/>.
/// </summary>
/// <remarks>
/// A frame that is at hand is taken without a locked instruction, and freed with one. Do not wait for other CPUs in between, and do not
/// stay long: a CPU that runs out of memory waits until you leave. One view at a time for each CPU.
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
[MustUse("interrupts stay off for ever")]
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // No more than this: compilers keep structs of up to four fields in registers.
    private readonly TPlatform _platform;
    private readonly FrameBooks* _books;
    private readonly CpuSlot* _own;
    private readonly InterruptState _interrupts;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal LocalFrameAllocator(TPlatform platform, FrameBooks* books, bool inNmi)
    {
        _platform = platform;
        _books = books;
        _interrupts = inNmi ? InterruptState.Disabled : platform.SaveInterrupts();
        int cpu = platform.CurrentCpu.Value;
        Panic.Assert((uint)cpu < (uint)books->CpuLimit, "FrameAllocator: more CPUs than it was created for");
        _own = books->Slot(inNmi ? cpu + books->CpuLimit : cpu);

        // Refused, the view works all the same, without anything at hand.
        _own->Lock.TryEnter(books->OwnersFence);
    }

    // The same view again, from its parts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LocalFrameAllocator(TPlatform platform, FrameBooks* books, CpuSlot* own)
    {
        _platform = platform;
        _books = books;
        _own = own;
    }

    /// <summary>Restores interrupts. Do not use the view any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        _own->Lock.Leave();
        _platform.RestoreInterrupts(_interrupts); // in an NMI handler they were off
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Allocate(FrameUse)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<OwnedFrame, FrameError> Allocate(FrameUse use)
    {
        if (!FrameUses.IsRequestable(use))
            return FrameError.InvalidRequest;

        FrameCache* cache = Caches + (int)MemoryZone.Normal;
        OwnedFrame block = TryTakeAtHand(cache, out uint frame) ? Own(cache, frame, use) : TakeFar(_platform, _books, _own, FrameRequest.For(use));
        FrameError failure = block.Failure;
        return failure == FrameError.None ? block : failure;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Allocate(in FrameRequest)"/>
    public Result<OwnedFrame, FrameError> Allocate(in FrameRequest request)
    {
        OwnedFrame block = Take(in request);
        FrameError failure = block.Failure;
        if (failure != FrameError.None)
            return failure;

        if (request.Zeroed)
            Zero(block.Range.Bytes);

        return block;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Free(OwnedFrame)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(OwnedFrame block)
    {
        uint frame = block.Number;
        if (frame >= _books->Table.Count)
            return FrameError.NotManaged;

        // The mark holds the low bits of the generation too: of two that free one block at once, one loses.
        FrameUse use = block.Use;
        FrameCache* cache = CacheOf(frame, out ulong* kept);
        byte mark = FrameMark.Allocated(use, block.Generation);
        bool single = block.Order == 0 && FrameUses.IsRequestable(use) && Atomic.Load(in _books->Table.Generation(frame)) == block.Generation;
        if (!single || !Atomic.TryCompareExchange(ref _books->Table.Mark(frame), mark, FrameMark.Free))
            return ResultOf(FreeFar(_platform, _books, _own, frame, use, block.Generation));

        Keep(cache, kept, frame, use);
        return Result<FrameError>.Success;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Free(Frame, FrameUse)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(Frame start, FrameUse use)
    {
        if (start.Number >= _books->Table.Count)
            return FrameError.NotManaged;

        uint frame = (uint)start.Number;
        FrameCache* cache = CacheOf(frame, out ulong* kept);
        byte mark = Atomic.Load(in _books->Table.Mark(frame));
        bool single = FrameMark.IsSingle(mark, use) && FrameUses.IsRequestable(use);
        if (!single || !Atomic.TryCompareExchange(ref _books->Table.Mark(frame), mark, FrameMark.Free))
            return ResultOf(FreeFar(_platform, _books, _own, frame, use, NoGeneration));

        Keep(cache, kept, frame, use);
        return Result<FrameError>.Success;
    }

    private FrameCache* Caches
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CpuSlot.CachesOf(_own);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeAtHand(FrameCache* cache, out uint frame)
    {
        if (_own->Lock.IsHeld)
            return cache->TryTake(out frame);

        frame = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private OwnedFrame Own(FrameCache* cache, uint frame, FrameUse use)
    {
        cache->CountTaken(use);
        uint generation = _books->Table.MarkAllocated(frame, use);
        TraceSink.Emit(TraceEventKind.FramesAllocated, frame * Frame.Size, Frame.Size);
        return new OwnedFrame(frame, order: 0, use, generation);
    }

    // Where a frame would be kept, if its row is here. Asked before the frame is freed: loads are not done ahead of a compare-exchange.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FrameCache* CacheOf(uint frame, out ulong* kept)
    {
        FrameCache* cache = Caches + _books->ZoneOf(frame);
        kept = _own->Lock.IsHeld ? FrameCache.PlaceOf(cache, frame / FramePool.RowFrames) : null;
        return cache;
    }

    // A frame that was marked free, and so is nobody's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(FrameCache* cache, ulong* kept, uint frame, FrameUse use)
    {
        TraceSink.Emit(TraceEventKind.FramesFreed, frame * Frame.Size, Frame.Size);
        cache->CountGiven(use);
        if (kept != null)
            *kept |= 1UL << (int)(frame % FramePool.RowFrames);
        else
            KeepElsewhere(cache, frame);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void KeepElsewhere(FrameCache* cache, uint frame)
    {
        int zone = (int)(cache - Caches);
        FramePool* pool = _books->Pools + zone;
        uint row = frame / FramePool.RowFrames;
        ulong bit = 1UL << (int)(frame % FramePool.RowFrames);
        if (!_own->Lock.IsHeld || cache->IsShut || pool->IsWatched)
            SettleFar(_platform, _books, _own, zone, row, bit);
        else
            cache->PutElsewhere(pool, row, bit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Result<FrameError> ResultOf(FrameError error) => error == FrameError.None ? Result<FrameError>.Success : error;

    // What is seldom called takes the view in parts and returns one word, so that those who call it can have everything in registers: a view
    // as a whole goes through memory, in pieces of another size than its fields, which keeps the CPU waiting.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FrameError FreeFar(TPlatform platform, FrameBooks* books, CpuSlot* own, uint frame, FrameUse use, uint generation) =>
        new LocalFrameAllocator<TPlatform>(platform, books, own).FreeChecked(frame, use, generation);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SettleFar(TPlatform platform, FrameBooks* books, CpuSlot* own, int zone, uint row, ulong mask) =>
        new LocalFrameAllocator<TPlatform>(platform, books, own).Settle(zone, row, mask);
}
