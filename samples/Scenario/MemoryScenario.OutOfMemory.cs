using KernelMem;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace Scenario;

/// <content>What happens when memory runs out.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private const ulong Reserve = 8;

    private void SurvivesOutOfMemory()
    {
        VirtRange onDemand = _memory.AllocateMemory(2 * Size4KiB.Bytes, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand)
            .Expect("scenario: no memory");
        bool warm = WritesAndReads(onDemand.Start, 1); // so that its tables are there
        PhysAddr reserve = default;
        for (ulong i = 0; i < Reserve; i++)
            Chain(_memory.AllocateFrame().Expect("scenario: no frame"), ref reserve);

        PhysAddr chain = default;
        ulong drained = Drain(MemoryZone.Normal, ref chain) + Drain(MemoryZone.HighMem, ref chain) + Drain(MemoryZone.Dma, ref chain);
        MemoryStatistics before = _memory.GetMemoryStats();
        bool nothing = before.FreeBytes == 0 && before.UsagePermille == 1000;
        bool refused = IsOutOfMemory(_memory.AllocateMemory(Size4KiB.Bytes, RegionKind.KernelData))
            && IsOutOfMemory(_memory.AllocateFrame())
            && IsOutOfMemory(_memory.AllocateHeap(1 << 20))
            && IsOutOfMemory(_memory.CreateAddressSpace());
        bool faulted = IsUnmapped(onDemand.Last) && _memory.GetMemoryStats().Faults.OutOfMemory == before.Faults.OutOfMemory + 1;
        bool unchanged = IsAsBefore(before, _memory.GetMemoryStats());
        _checks.Check("with no frame left, every request says so and changes nothing"u8, warm && nothing && refused && faulted && unchanged, drained, "frames used up"u8);

        // Half of what is asked for is there: it must all come back.
        Refill(reserve);
        bool half = IsOutOfMemory(_memory.AllocateMemory(2 * Reserve * Size4KiB.Bytes, RegionKind.KernelData))
            && _memory.GetMemoryStats().FreeBytes == Reserve * Size4KiB.Bytes
            && IsAsBefore(before, _memory.GetMemoryStats());
        _checks.Check("a request that fails half way gives back what it had taken"u8, half, Reserve, "frames"u8);

        Refill(chain);
        bool recovered = WritesAndReads(onDemand.Last, 2)
            && _memory.AllocateMemory(2 * Reserve * Size4KiB.Bytes, RegionKind.KernelData).TryGet(out VirtRange range)
            && _memory.DeallocateMemory(range).IsSuccess;
        _checks.Check("with memory back, the same accesses and requests succeed"u8, recovered);
        Release(onDemand);
    }

    private readonly void Chain(OwnedFrame frame, ref PhysAddr chain)
    {
        Panic.Assert(TryWrite64(AliasOf(frame.Start.Start), chain.Value), "scenario: memory that cannot be written");
        chain = frame.Release().Start;
    }

    private static bool IsOutOfMemory<T>(Result<T, MemoryFailure> result)
        where T : unmanaged => result.TryGetError(out MemoryFailure failure) && failure.IsOutOfMemory;
}
