using KernelMem;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace Scenario;

/// <content>Frames by zone.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private void GivesFramesOfEachZone()
    {
        bool holds = true;
        ulong zones = 0;
        for (MemoryZone zone = MemoryZone.Dma; zone <= MemoryZone.HighMem; zone++)
        {
            ZoneStatistics before = _memory.GetZoneStats(zone);
            if (before.FreeFrames == 0)
                continue;
            zones++;
            holds &= _memory.AllocateFrameInZone(zone).TryGet(out OwnedFrame frame)
                && _memory.Frames.Zones.ZoneOf(frame.Start.Start) == zone
                && WritesAndReads(AliasOf(frame.Start.Start), (byte)(0x60 + (int)zone))
                && _memory.GetZoneStats(zone).FreeFrames == before.FreeFrames - 1
                && _memory.FreeFrame(frame).IsSuccess
                && _memory.GetZoneStats(zone).FreeFrames == before.FreeFrames;
        }

        _checks.Check("a frame of each zone lies in it, holds data, and goes back"u8, holds && zones > 0, zones, "zones"u8);
    }

    // Normal is used up, then what comes after it, and so on: each time, the next frame comes from where it should.
    private void FallsBackAndRecovers()
    {
        ulong freeBefore = _memory.Frames.GetStatistics().FreeFrames;
        bool hasHighMem = _memory.GetZoneStats(MemoryZone.HighMem).FreeFrames != 0;
        PhysAddr chain = default;
        ulong drained = Drain(MemoryZone.Normal, ref chain);
        bool toHighMem = !hasHighMem || NormalRequestIsServedBy(MemoryZone.HighMem);
        bool noExact = _memory.AllocateFrameInZone(MemoryZone.Normal).TryGetError(out MemoryFailure exact) && exact == FrameError.OutOfMemory;
        drained += Drain(MemoryZone.HighMem, ref chain);
        bool toDma = NormalRequestIsServedBy(MemoryZone.Dma);
        Refill(chain);
        bool back = _memory.Frames.GetStatistics().FreeFrames == freeBefore;
        bool dmaStays = DmaNeverFallsBack();

        _checks.Check("normal memory used up, requests fall back to high memory, then to DMA"u8, toHighMem && noExact && toDma && back, drained, "frames used up"u8);
        _checks.Check("a DMA request never falls back"u8, dmaStays);
    }

    private readonly bool NormalRequestIsServedBy(MemoryZone zone)
    {
        ulong fallbacks = _memory.GetZoneStats(zone).Fallbacks;
        return _memory.AllocateFrame(MemoryZone.Normal).TryGet(out OwnedFrame frame)
            && _memory.Frames.Zones.ZoneOf(frame.Start.Start) == zone
            && _memory.GetZoneStats(zone).Fallbacks == fallbacks + 1
            && _memory.FreeFrame(frame).IsSuccess;
    }

    private readonly bool DmaNeverFallsBack()
    {
        PhysAddr chain = default;
        Drain(MemoryZone.Dma, ref chain);
        bool refused = _memory.AllocateFrame(MemoryZone.Dma).TryGetError(out MemoryFailure failure) && failure == FrameError.OutOfMemory;
        bool others = _memory.AllocateFrame(MemoryZone.Normal).TryGet(out OwnedFrame frame) && _memory.FreeFrame(frame).IsSuccess;
        Refill(chain);
        return refused && others;
    }

    private void RefusesBadFrees()
    {
        OwnedFrame frame = _memory.AllocateFrame().Expect("scenario: no frame");
        bool once = _memory.FreeFrame(frame).IsSuccess;
        bool twice = _memory.FreeFrame(frame).TryGetError(out MemoryFailure second) && second == FrameError.NotAllocated;
        OwnedFrame again = _memory.AllocateFrame().Expect("scenario: no frame");
        bool stale = again.Start != frame.Start || (_memory.FreeFrame(frame).TryGetError(out MemoryFailure late) && late == FrameError.StaleOwner);
        Frame table = _memory.KernelSpace.Root.Table;
        bool foreign = _memory.Frames.Free(table, FrameUse.Kernel).TryGetError(out FrameError other) && other == FrameError.WrongUse;
        bool clean = _memory.FreeFrame(again).IsSuccess;
        _checks.Check("a frame freed twice, or by a stale owner, or by another than its owner, is refused"u8, once && twice && stale && foreign && clean);
    }

    // Takes all that a zone has, the largest blocks first. The blocks are chained up in their own first bytes, so that no list is needed.
    private readonly ulong Drain(MemoryZone zone, ref PhysAddr chain)
    {
        ulong frames = 0;
        for (int order = FrameRequest.MaxOrder; order >= 0; order--)
        {
            FrameRequest request = FrameRequest.For(FrameUse.Kernel).WithZone(zone).WithExactZone(true).WithOrder(order);
            while (_memory.Frames.Allocate(request).TryGet(out OwnedFrame block))
            {
                frames += block.Count;
                Panic.Assert(TryWrite64(AliasOf(block.Start.Start), chain.Value), "scenario: memory that cannot be written");
                chain = block.Release().Start;
            }
        }

        return frames;
    }

    private readonly void Refill(PhysAddr chain)
    {
        while (!chain.IsZero)
        {
            Panic.Assert(TryRead64(AliasOf(chain), out ulong next), "scenario: memory that cannot be read");
            _memory.Frames.Free(Frame.Create(chain), FrameUse.Kernel).Expect("scenario: a drained block cannot be freed");
            chain = PhysAddr.Create(next);
        }
    }
}
