using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Memory that comes and goes, and how much of it should stay free.</content>
public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    /// <summary>Adds memory: hot-added, or given back by the boot loader or the firmware. It is free from now on.</summary>
    /// <param name="range">Whole frames, none of them the allocator's.</param>
    /// <returns>
    /// Success; <see cref="FrameError.NotManaged"/> for frames above those that the allocator was created for; or
    /// <see cref="FrameError.AlreadyManaged"/>.
    /// </returns>
    public Result<FrameError> AddMemory(FrameRange<Size4KiB> range)
    {
        if (range.EndNumber > Books->Table.Count || range.Start.Number == 0)
            return FrameError.NotManaged;

        SpinLockGuard<TPlatform> guard = _state->MemoryLock.Acquire(_state->Platform);
        FrameError error = IsNotManaged(range) ? FrameError.None : FrameError.AlreadyManaged;
        if (error == FrameError.None)
        {
            AddFree(Books, range);
            LocalFrameAllocator<TPlatform> cpu = EnterCpu();
            foreach (ZonePart part in new ZoneParts(Books, (uint)range.Start.Number, (uint)range.EndNumber))
                cpu.NoteGiven(part.Zone);

            cpu.Leave();
        }

        guard.Release();
        return error == FrameError.None ? Result<FrameError>.Success : error;
    }

    /// <summary>Takes memory away, all of it free: to unplug it. Frames at hand of CPUs are called in first.</summary>
    /// <param name="range">Whole frames, all of them free.</param>
    /// <returns>Success; or <see cref="FrameError.InUse"/> if a frame is not free memory, and then nothing has changed.</returns>
    public Result<FrameError> RemoveMemory(FrameRange<Size4KiB> range) => TakeOut(range, FrameMark.NotManaged);

    /// <summary>Withdraws a bad frame, which is free: it is never given out again, and counts as <see cref="FrameUse.Reserved"/>.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>Success; or <see cref="FrameError.InUse"/> if it is not free memory.</returns>
    public Result<FrameError> Withdraw(Frame frame) => TakeOut(FrameRange<Size4KiB>.Create(frame, 1), FrameMark.Withdrawn);

    /// <summary>Sets how much of a zone should stay free, and whom to tell when it gets short.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    /// <param name="marks">The marks; panics if they are not in order.</param>
    /// <param name="handler">
    /// Told of each change of the pressure, by the CPU that allocates or frees, with interrupts off: it must not wait, nor allocate or
    /// free frames; typically it wakes a reclaimer. Two CPUs may tell of two changes in either order: <see cref="GetPressure"/> says
    /// which one stands. Null tells nobody.
    /// </param>
    /// <param name="context">What the handler is given.</param>
    public void SetWatermarks(MemoryZone zone, Watermarks marks, delegate*<MemoryZone, MemoryPressure, void*, void> handler, void* context)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.SetWatermarks: no such zone");
        Panic.Assert(marks.IsValid, "FrameAllocator.SetWatermarks: min, low and high are not in order");
        FramePool* pool = Books->Pools + (int)zone;
        Atomic.Store(ref pool->PressureHandler, 0);
        pool->PressureContext = context;
        pool->Watermarks = marks;
        Atomic.Store(ref pool->PressureHandler, (nuint)handler);
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        cpu.TellPressure((int)zone);
        cpu.Leave();
    }

    /// <summary>How short of memory a zone is.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    public MemoryPressure GetPressure(MemoryZone zone)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.GetPressure: no such zone");
        return (MemoryPressure)Atomic.Load(in Books->Pools[(int)zone].Pressure);
    }

    private bool IsNotManaged(FrameRange<Size4KiB> range)
    {
        for (ulong frame = range.Start.Number; frame < range.EndNumber; frame++)
        {
            if (Atomic.Load(in Books->Table.Mark((uint)frame)) != FrameMark.NotManaged)
                return false;
        }

        return true;
    }

    private Result<FrameError> TakeOut(FrameRange<Size4KiB> range, byte mark)
    {
        if (range.EndNumber > Books->Table.Count || range.Count == 0)
            return FrameError.InUse;

        SpinLockGuard<TPlatform> guard = _state->MemoryLock.Acquire(_state->Platform);
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        bool taken = cpu.TryTakeOut((uint)range.Start.Number, (uint)range.EndNumber, mark);
        cpu.Leave();
        guard.Release();
        return taken ? Result<FrameError>.Success : FrameError.InUse;
    }
}
