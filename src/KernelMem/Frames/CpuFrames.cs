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
public readonly unsafe ref partial struct CpuFrames<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly TPlatform _platform;
    private readonly FrameBooks* _books;
    private readonly CpuSlot* _own;
    private readonly FrameCache* _caches;
    private readonly int _slot;
    private readonly InterruptState _interrupts;
    private readonly bool _inNmi;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CpuFrames(TPlatform platform, FrameBooks* books, bool inNmi)
    {
        _platform = platform;
        _books = books;
        _inNmi = inNmi;
        _interrupts = inNmi ? InterruptState.Disabled : platform.SaveInterrupts();
        int cpu = platform.CurrentCpu.Value;
        Panic.Assert((uint)cpu < (uint)books->CpuLimit, "FrameAllocator: more CPUs than it was created for");
        _slot = inNmi ? cpu + books->CpuLimit : cpu;
        _own = books->Slot(_slot);
        _caches = CpuSlot.CachesOf(_own);

        // Refused, the view works all the same, without anything at hand.
        _own->Lock.TryEnter(books->OwnersFence);
    }

    /// <summary>Restores interrupts. Do not use the view any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        _own->Lock.Leave();
        if (!_inNmi)
            _platform.RestoreInterrupts(_interrupts);
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Allocate(FrameUse)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<OwnedFrame, FrameError> Allocate(FrameUse use)
    {
        if (!FrameUses.IsRequestable(use))
            return FrameError.InvalidRequest;

        FrameCache* cache = _caches + (int)MemoryZone.Normal;
        if (!TryTakeAtHand(cache, out uint frame))
            return TakeFar(this, FrameRequest.For(use));

        cache->CountTaken(use);
        return Own(frame, use);
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Allocate(in FrameRequest)"/>
    public Result<OwnedFrame, FrameError> Allocate(in FrameRequest request)
    {
        Result<OwnedFrame, FrameError> result = Take(in request);
        if (request.Zeroed && result.TryGet(out OwnedFrame block))
            Zero(block.Range.Bytes);

        return result;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Free(OwnedFrame)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(OwnedFrame block)
    {
        uint frame = block.Number;
        if (frame >= _books->Table.Count)
            return FrameError.NotManaged;

        // The mark holds the low bits of the generation too: of two that free one block at once, one loses.
        byte mark = FrameMark.Allocated(block.Use, block.Generation);
        bool single = block.Order == 0 && FrameUses.IsRequestable(block.Use) && Atomic.Load(in _books->Table.Generation(frame)) == block.Generation;
        if (!single || !Atomic.TryCompareExchange(ref _books->Table.Mark(frame), mark, FrameMark.Free))
            return FreeFar(this, frame, block.Use, block.Generation);

        Keep(frame, block.Use);
        return Result<FrameError>.Success;
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.Free(Frame, FrameUse)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(Frame start, FrameUse use)
    {
        if (start.Number >= _books->Table.Count)
            return FrameError.NotManaged;

        uint frame = (uint)start.Number;
        byte mark = Atomic.Load(in _books->Table.Mark(frame));
        bool single = FrameMark.IsSingle(mark, use) && FrameUses.IsRequestable(use);
        if (!single || !Atomic.TryCompareExchange(ref _books->Table.Mark(frame), mark, FrameMark.Free))
            return FreeFar(this, frame, use, NoGeneration);

        Keep(frame, use);
        return Result<FrameError>.Success;
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
    private OwnedFrame Own(uint frame, FrameUse use)
    {
        uint generation = _books->Table.MarkAllocated(frame, use);
        TraceSink.Emit(TraceEventKind.FramesAllocated, frame * Frame.Size, Frame.Size);
        return new OwnedFrame(frame, order: 0, use, generation);
    }

    // A frame that was marked free, and so is nobody's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(uint frame, FrameUse use)
    {
        TraceSink.Emit(TraceEventKind.FramesFreed, frame * Frame.Size, Frame.Size);
        int zone = _books->ZoneOf(frame);
        FrameCache* cache = _caches + zone;
        cache->CountGiven(use);
        uint row = frame / FramePool.RowFrames;
        ulong bit = 1UL << (int)(frame % FramePool.RowFrames);
        if (!_own->Lock.IsHeld || !cache->TryPut(row, bit))
            SettleFar(this, zone, row, bit);
    }

    // What is seldom called takes the view by value, so that those who call it can have theirs in registers.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Result<OwnedFrame, FrameError> TakeFar(CpuFrames<TPlatform> cpu, FrameRequest request) => cpu.Take(in request);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Result<FrameError> FreeFar(CpuFrames<TPlatform> cpu, uint frame, FrameUse use, uint generation) =>
        cpu.FreeChecked(frame, use, generation);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SettleFar(CpuFrames<TPlatform> cpu, int zone, uint row, ulong mask) => cpu.Settle(zone, row, mask);
}
