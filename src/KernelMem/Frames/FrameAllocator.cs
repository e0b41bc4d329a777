using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// Gives out physical memory: blocks of 2^0 to 2^10 frames, and runs of any length up to 1 GiB, by zone; and takes it back. It never
/// gives a frame twice, nor one that is not usable; and it refuses every free of what is not allocated, not the caller's, or not a block.
/// </summary>
/// <remarks>
/// <para><b>Zones.</b> A request prefers a <see cref="MemoryZone"/>. Where that has nothing, others serve it: Normal → HighMem → DMA;
/// HighMem → Normal → DMA; DMA is served from DMA only; and an exact request from its zone only. A block never crosses a
/// border between zones.</para>
/// <para><b>How.</b> A zone is a lock-free pool of bits and counters, in front of which every CPU keeps some rows of 64 frames for itself
/// (<c>FramePool</c>, <c>FrameCache</c>). A frame table has 9 bytes for each frame number from 0 to the end of usable memory, holes
/// included: 2.25 MiB for 1 GiB. Free memory itself is never touched, so it need not be mapped.</para>
/// <para><b>Nodes.</b> On a NUMA machine, a CPU gets the memory of its own node first in each zone (<see cref="SetHomeNode"/>), and a request
/// may name another one (<see cref="FrameRequest.WithNode"/>).</para>
/// <para><b>CPUs and interrupts.</b> Any CPU may call at any time, interrupt handlers included: per-CPU data is used with interrupts off, for
/// a few instructions; the rest is lock-free. (NMI handlers have calls of their own.) Only an allocation that is about to fail
/// takes a lock: it calls in the frames that other CPUs keep, and looks at everything, so that none fails while frames
/// that would do are free throughout the call.</para>
/// <para>The allocator is a handle: its state lives in the metadata buffer, so copies are the same allocator; <c>default</c> is none, and
/// using it faults.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
public readonly unsafe partial struct FrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>The largest order: 4 MiB. See <see cref="FrameRequest.MaxOrder"/>.</summary>
    public const int MaxOrder = FrameRequest.MaxOrder;

    private readonly State* _state;

    private FrameAllocator(State* state) => _state = state;

    /// <summary>Whether this is an allocator; false for <c>default</c>.</summary>
    public bool IsCreated => _state != null;

    /// <summary>Where the allocator, and whoever fills its frames, reaches physical memory.</summary>
    public DirectMap DirectMap => _state->Books.DirectMap;

    /// <summary>Where the zones are.</summary>
    public ZoneLayout Zones => _state->Books.Zones;

    internal FrameBooks* Books => &_state->Books;

    /// <summary>
    /// Turns interrupts off and gives the allocator as this CPU uses it, for several calls in a row. Call <see cref="LocalFrameAllocator{TPlatform}.Leave"/>
    /// afterwards, on every path.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LocalFrameAllocator<TPlatform> EnterCpu() => new(_state->Platform, &_state->Books, inNmi: false);

    /// <summary>
    /// Gives the allocator as an NMI handler of this CPU uses it. What it does is lock-free throughout, and for this an allocation may fail
    /// while only other CPUs have memory at hand. Only in an NMI handler, only one at a time for each CPU; leave it as any view.
    /// </summary>
    public LocalFrameAllocator<TPlatform> EnterNmi() => new(_state->Platform, &_state->Books, inNmi: true);

    /// <summary>Takes one frame, from <see cref="MemoryZone.Normal"/> or else by fallback, contents as they are.</summary>
    /// <param name="use">What for.</param>
    /// <returns>
    /// The frame; <see cref="FrameError.InvalidRequest"/> for a use that cannot be requested; <see cref="FrameError.OutOfMemory"/>.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<OwnedFrame, FrameError> Allocate(FrameUse use)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<OwnedFrame, FrameError> result = cpu.Allocate(use);
        cpu.Leave();
        return result;
    }

    /// <summary>Takes a block.</summary>
    /// <param name="request">What is wanted.</param>
    /// <returns>
    /// The block, aligned to its size; <see cref="FrameError.InvalidRequest"/>; <see cref="FrameError.OutOfMemory"/>; or
    /// <see cref="FrameError.NotInDirectMap"/>, for zeroed memory only.
    /// </returns>
    public Result<OwnedFrame, FrameError> Allocate(in FrameRequest request)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        OwnedFrame block = cpu.Take(in request);
        cpu.Leave();
        if (block.Failure != FrameError.None)
            return block.Failure;

        // With interrupts as they were: this takes its time.
        if (request.Zeroed)
            cpu.Zero(block.Range.Bytes);

        return block;
    }

    /// <summary>Takes frames next to each other, any number of them.</summary>
    /// <param name="frames">How many: 1 to 2^18, which is 1 GiB.</param>
    /// <param name="request">What is wanted; its order does not matter. A run has no alignment unless one is asked for.</param>
    /// <returns>The run, or the errors of <see cref="Allocate(in FrameRequest)"/>.</returns>
    public Result<OwnedFrameRange, FrameError> AllocateContiguous(ulong frames, in FrameRequest request)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<OwnedFrameRange, FrameError> result = cpu.TakeRun(frames, in request);
        cpu.Leave();
        if (request.Zeroed && result.TryGet(out OwnedFrameRange run))
            cpu.Zero(run.Range.Bytes);

        return result;
    }

    /// <summary>Takes a block back from its owner.</summary>
    /// <param name="block">What <see cref="Allocate(in FrameRequest)"/> of this allocator gave.</param>
    /// <returns>
    /// Success; <see cref="FrameError.NotAllocated"/>; <see cref="FrameError.StaleOwner"/>; <see cref="FrameError.Shared"/>;
    /// <see cref="FrameError.NotManaged"/>, <see cref="FrameError.WrongUse"/> or <see cref="FrameError.Reserved"/> for a token of another
    /// allocator, or none.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(OwnedFrame block)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<FrameError> result = cpu.Free(block);
        cpu.Leave();
        return result;
    }

    /// <summary>Takes a run back from its owner.</summary>
    /// <param name="run">What <see cref="AllocateContiguous"/> of this allocator gave.</param>
    /// <returns>The same as <see cref="Free(OwnedFrame)"/>.</returns>
    public Result<FrameError> Free(OwnedFrameRange run)
    {
        if (run.Number >= _state->Books.Table.Count)
            return FrameError.NotManaged;

        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        FrameError error = cpu.FreeChecked(run.Number, run.Use, run.Generation);
        cpu.Leave();
        return error == FrameError.None ? Result<FrameError>.Success : error;
    }

    /// <summary>
    /// Takes a block or run back from whoever keeps its bare first frame (<see cref="OwnedFrame.Release"/>). The state and the owner
    /// are checked; that the block is still the same allocation cannot be.
    /// </summary>
    /// <param name="start">The first frame of the block.</param>
    /// <param name="use">What the block was allocated for.</param>
    /// <returns>
    /// Success; <see cref="FrameError.NotAllocated"/>; <see cref="FrameError.NotABlock"/>; <see cref="FrameError.WrongUse"/>;
    /// <see cref="FrameError.Shared"/>; <see cref="FrameError.NotManaged"/>; or <see cref="FrameError.Reserved"/>.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Result<FrameError> Free(Frame start, FrameUse use)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<FrameError> result = cpu.Free(start, use);
        cpu.Leave();
        return result;
    }

    /// <summary>
    /// More physical memory can be reached now, at the same base. Panics when the new map is another one, or shorter. One CPU only.
    /// </summary>
    public void ExtendDirectMap(DirectMap map)
    {
        DirectMap old = _state->Books.DirectMap;
        Panic.Assert(map.Base == old.Base && map.Length >= old.Length, "FrameAllocator: the direct map may only grow");
        _state->Books.DirectMap = map;
    }

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays the allocator's. What it holds itself is
    // written once, there, but for the direct map's growth at boot; what changes lies in the pools, the caches and the table.
    private struct State
    {
        public TPlatform Platform;
        public SpinLock MemoryLock; // excludes who adds memory, or takes it out
        public FrameBooks Books;
    }
}
