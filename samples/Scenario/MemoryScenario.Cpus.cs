using KernelMem;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace Scenario;

/// <content>All CPUs at once.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private const int CpuRounds = 40;
    private const int Patience = 20_000_000;

    private unsafe void WorksOnAllCpus()
    {
        Shared shared = new() { Machine = _machine, Platform = _platform, Memory = _memory };
        MemoryStatistics before = _memory.GetMemoryStats();
        bool finished = _machine.RunOnEveryCpu(&Churn, &shared);
        MemoryStatistics after = _memory.GetMemoryStats();
        bool nothingLeft = after.Regions == before.Regions && after.BytesFor(FrameUse.Kernel) == before.BytesFor(FrameUse.Kernel)
            && after.Heap.LiveAllocations == before.Heap.LiveAllocations;
        ulong done = Atomic.Load(in shared.Done);
        _checks.Check("all CPUs allocate, use, protect and free memory at once, each its own"u8,
            finished && Atomic.Load(in shared.Wrong) == 0 && done == (ulong)(CpuRounds * _machine.CpuCount) && nothingLeft, done, "rounds"u8);
    }

    // One CPU takes away what the others have touched immediately before.
    private unsafe void FlushesEveryCpu()
    {
        VirtRange range = Allocate(Size4KiB.Bytes, RegionKind.KernelData);
        ulong sent = _memory.GetMemoryStats().Flushes.Shootdowns;
        Shared shared = new() { Machine = _machine, Platform = _platform, Memory = _memory, Range = range };
        bool finished = _machine.RunOnEveryCpu(&TakeAway, &shared);
        sent = _memory.GetMemoryStats().Flushes.Shootdowns - sent;
        _checks.Check("what one CPU protects or releases, no CPU can use as before"u8, finished && Atomic.Load(in shared.Wrong) == 0 && sent >= 2 * (ulong)(_machine.CpuCount - 1), sent, "flush interrupts"u8);
    }

    private static unsafe void Churn(void* context, int cpu)
    {
        // SAFETY: the context is the Shared of the caller, which waits for all CPUs.
        ref Shared shared = ref *(Shared*)context;
        TMachine machine = shared.Machine;
        MemoryManager<TPlatform> memory = shared.Memory;
        RandomNumbers random = new((ulong)cpu + 1);
        for (int round = 0; round < CpuRounds; round++)
        {
            ulong pages = (ulong)random.Below(4) + 1;
            byte mark = (byte)(((cpu + 1) * 50) + (round % 40));
            bool holds = memory.AllocateMemory(pages * Size4KiB.Bytes, RegionKind.KernelData).TryGet(out VirtRange range);
            holds &= memory.AllocateHeap((ulong)random.Below(3000) + 1).TryGet(out VirtAddr block);
            holds &= memory.AllocateFrame().TryGet(out OwnedFrame frame);
            if (!holds)
            {
                Atomic.FetchAdd(ref shared.Wrong, 1ul);
                return;
            }

            for (ulong page = 0; page < pages; page++)
                holds &= machine.TryWrite(range.Start + (page * Size4KiB.Bytes), mark);
            holds &= machine.TryWrite(block, mark);
            holds &= memory.ProtectMemory(range, Protection.KernelReadOnly).IsSuccess && !machine.TryWrite(range.Start, 0);
            for (ulong page = 0; page < pages; page++)
                holds &= machine.TryRead(range.Start + (page * Size4KiB.Bytes), out byte value) && value == mark;
            holds &= machine.TryRead(block, out byte inBlock) && inBlock == mark;
            holds &= memory.FreeHeap(block).IsSuccess;
            holds &= memory.FreeFrame(frame).IsSuccess;
            holds &= memory.DeallocateMemory(range).IsSuccess;
            if (!holds)
                Atomic.FetchAdd(ref shared.Wrong, 1ul);
            Atomic.FetchAdd(ref shared.Done, 1ul);
        }
    }

    private static unsafe void TakeAway(void* context, int cpu)
    {
        // SAFETY: as above.
        ref Shared shared = ref *(Shared*)context;
        TMachine machine = shared.Machine;
        uint others = (uint)machine.CpuCount - 1;
        VirtAddr address = shared.Range.Start;
        bool holds = true;
        if (cpu == 0)
        {
            holds &= Wait(ref shared, ref shared.Arrived, others);
            holds &= shared.Memory.ProtectMemory(shared.Range, Protection.KernelReadOnly).IsSuccess;
            Atomic.Store(ref shared.Phase, 1u);
            holds &= Wait(ref shared, ref shared.Arrived, 2 * others);
            holds &= shared.Memory.DeallocateMemory(shared.Range).IsSuccess;
            Atomic.Store(ref shared.Phase, 2u);
            holds &= !machine.TryRead(address, out _);
        }
        else
        {
            holds &= machine.TryWrite(address, (byte)cpu);
            Atomic.FetchAdd(ref shared.Arrived, 1u);
            holds &= Wait(ref shared, ref shared.Phase, 1);
            holds &= !machine.TryWrite(address, 0) && machine.TryRead(address, out _);
            Atomic.FetchAdd(ref shared.Arrived, 1u);
            holds &= Wait(ref shared, ref shared.Phase, 2);
            holds &= !machine.TryRead(address, out _);
        }

        if (!holds)
            Atomic.FetchAdd(ref shared.Wrong, 1ul);
    }

    private static bool Wait(ref Shared shared, ref uint counter, uint value)
    {
        for (int i = 0; i < Patience && Atomic.Load(in counter) < value; i++)
            shared.Platform.Pause();
        return Atomic.Load(in counter) >= value;
    }

    // What the CPUs have in common.
    private struct Shared
    {
        public TMachine Machine;
        public TPlatform Platform;
        public MemoryManager<TPlatform> Memory;
        public VirtRange Range;
        public ulong Done;
        public ulong Wrong;
        public uint Arrived;
        public uint Phase;
    }
}
