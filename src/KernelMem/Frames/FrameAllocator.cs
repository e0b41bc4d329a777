using System;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// Gives out physical memory in blocks of 2^0 to 2^10 frames, by zone, and takes it back. It never gives a frame twice, nor one that
/// is not usable; and it refuses every free of what is not allocated, not the caller's, or not a block.
/// </summary>
/// <remarks>
/// <para><b>Zones.</b> A request prefers a <see cref="MemoryZone"/>. Where that has nothing, others serve it: Normal → HighMem → DMA;
/// HighMem → Normal → DMA; DMA is served from DMA only; and an exact request from its zone only. A block never crosses a
/// border between zones.</para>
/// <para><b>Books.</b> A frame table has 16 bytes for each frame number from 0 to <see cref="MemoryMap.UsableEnd"/>, holes included:
/// 4 MiB for 1 GiB. Free memory itself is never touched, so it need not be mapped. A request takes O(orders) steps, whatever its size
/// (zeroing comes on top, after the lock is open again); only a request for zeroed memory, in a zone that the direct map reaches in part,
/// searches the free blocks.</para>
/// <para><b>CPUs and interrupts.</b> Any CPU may call at any time, interrupt handlers included (but not NMI handlers): each zone
/// has a lock, held with interrupts off. A request tries one zone after the other, so it may fail while memory comes back to a zone
/// it has left already.</para>
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
    public DirectMap DirectMap => _state->DirectMap;

    /// <summary>Where the zones are.</summary>
    public ZoneLayout Zones => _state->Zones;

    /// <summary>Takes one frame, from <see cref="MemoryZone.Normal"/> or else by fallback, contents as they are.</summary>
    /// <param name="use">What for.</param>
    /// <returns>
    /// The frame; <see cref="FrameError.InvalidRequest"/> for a use that cannot be requested; <see cref="FrameError.OutOfMemory"/>.
    /// </returns>
    public Result<OwnedFrame, FrameError> Allocate(FrameUse use) => Allocate(FrameRequest.For(use));

    /// <summary>Takes a block.</summary>
    /// <param name="request">What is wanted.</param>
    /// <returns>
    /// The block, aligned to its size; <see cref="FrameError.InvalidRequest"/>; <see cref="FrameError.OutOfMemory"/>; or
    /// <see cref="FrameError.NotInDirectMap"/>, for zeroed memory only.
    /// </returns>
    public Result<OwnedFrame, FrameError> Allocate(in FrameRequest request)
    {
        if (!request.IsValid)
            return FrameError.InvalidRequest;

        ulong reach = request.Zeroed ? _state->DirectMap.Length / Frame.Size : Frame.NumberLimit;
        FrameError failure = FrameError.OutOfMemory;
        int turns = ZoneFallback.Count(request.Zone, request.ExactZone);
        for (int turn = 0; turn < turns; turn++)
        {
            FrameError error = TakeFrom(ZoneFallback.At(request.Zone, turn), in request, reach, out OwnedFrame block);
            if (error == FrameError.None)
            {
                if (request.Zeroed)
                    Zero(block.Range.Bytes);

                return block;
            }

            if (error == FrameError.NotInDirectMap)
                failure = error;
        }

        FrameZone* preferred = ZoneAt(request.Zone);
        SpinLockGuard<TPlatform> guard = preferred->Lock.Acquire(_state->Platform);
        preferred->CountFailure();
        guard.Release();
        return failure;
    }

    /// <summary>Takes a block back from its owner.</summary>
    /// <param name="block">What <see cref="Allocate(in FrameRequest)"/> of this allocator gave.</param>
    /// <returns>
    /// Success; <see cref="FrameError.NotAllocated"/>; <see cref="FrameError.StaleOwner"/>; <see cref="FrameError.NotManaged"/> or
    /// <see cref="FrameError.Reserved"/> for a token of another allocator, or none.
    /// </returns>
    public Result<FrameError> Free(OwnedFrame block)
    {
        if (!TryFind(block.Start, out uint number, out FrameZone* zone))
            return FrameError.NotManaged;

        SpinLockGuard<TPlatform> guard = zone->Lock.Acquire(_state->Platform);
        FrameError error = zone->CheckFree(number, in block);
        if (error == FrameError.None)
            TakeBack(zone, number);

        guard.Release();
        return error == FrameError.None ? Result<FrameError>.Success : error;
    }

    /// <summary>
    /// Takes a block back from whoever keeps its bare first frame (<see cref="OwnedFrame.Release"/>). The state and the owner
    /// are checked; that the block is still the same allocation cannot be.
    /// </summary>
    /// <param name="start">The first frame of the block.</param>
    /// <param name="use">What the block was allocated for.</param>
    /// <returns>
    /// Success; <see cref="FrameError.NotAllocated"/>; <see cref="FrameError.NotABlock"/>; <see cref="FrameError.WrongUse"/>;
    /// <see cref="FrameError.NotManaged"/>; or <see cref="FrameError.Reserved"/>.
    /// </returns>
    public Result<FrameError> Free(Frame start, FrameUse use)
    {
        if (!TryFind(start, out uint number, out FrameZone* zone))
            return FrameError.NotManaged;

        SpinLockGuard<TPlatform> guard = zone->Lock.Acquire(_state->Platform);
        FrameError error = zone->CheckFree(number, use);
        if (error == FrameError.None)
            TakeBack(zone, number);

        guard.Release();
        return error == FrameError.None ? Result<FrameError>.Success : error;
    }

    private FrameError TakeFrom(MemoryZone zone, in FrameRequest request, ulong reach, out OwnedFrame block)
    {
        FrameZone* from = ZoneAt(zone);
        SpinLockGuard<TPlatform> guard = from->Lock.Acquire(_state->Platform);
        FrameError error = from->Take(in request, reach, zone != request.Zone, out uint start, out uint generation);
        block = default;
        if (error == FrameError.None)
        {
            block = new OwnedFrame(Frame.FromNumber(start), request.Order, request.Use, generation);

            // Told under the lock, so that the trace has a frame's events in the order in which they happened.
            TraceSink.Emit(TraceEventKind.FramesAllocated, block.Start.Start.Value, block.Count * Frame.Size);
        }

        guard.Release();
        return error;
    }

    /// <summary>
    /// More physical memory can be reached now, at the same base. Panics when the new map is another one, or shorter. One CPU only.
    /// </summary>
    public void ExtendDirectMap(DirectMap map)
    {
        Panic.Assert(map.Base == _state->DirectMap.Base && map.Length >= _state->DirectMap.Length, "FrameAllocator: the direct map may only grow");
        _state->DirectMap = map;
    }

    private void TakeBack(FrameZone* zone, uint number)
    {
        TraceSink.Emit(TraceEventKind.FramesFreed, number * Frame.Size, Frame.Size << _state->Table[number].Order);
        zone->Give(number);
    }

    private bool TryFind(Frame frame, out uint number, out FrameZone* zone)
    {
        bool inTable = frame.Number < _state->Table.Count;
        number = inTable ? (uint)frame.Number : 0;
        zone = inTable ? ZoneAt(_state->Zones.ZoneOf(frame.Start)) : null;
        return inTable;
    }

    private FrameZone* ZoneAt(MemoryZone zone) => _state->ZoneBooks + (int)zone;

    private void Zero(PhysRange bytes)
    {
        bool mapped = _state->DirectMap.TryToVirtual(bytes, out VirtRange range);
        Panic.Assert(mapped, "FrameAllocator: a block to be zeroed is not in the direct map");

        // SAFETY: the block is the caller's alone and lies in the direct map; 4 MiB at most.
        new Span<byte>((void*)range.Start.Value, (int)range.Length).Clear();
    }

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays the allocator's. What it holds is
    // written once, there, but for the direct map's growth at boot; what changes lies in the zones and the table, under the zones' locks.
    private struct State
    {
        public TPlatform Platform;
        public DirectMap DirectMap;
        public ZoneLayout Zones;
        public FrameTable Table;
        public FrameZone* ZoneBooks;
    }
}
