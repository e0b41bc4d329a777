using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Manager;

/// <summary>
/// A machine with a memory manager, brought up as far as a test wants. The calling thread executes CPU 0. Page faults and the flush
/// interrupt go to the manager, as in a kernel.
/// </summary>
internal sealed unsafe class ManagerWorld : IDisposable
{
    public const byte FlushVector = 0xF0;
    public const ulong MiB = 1UL << 20;
    public const ulong PageBytes = 4096;

    private readonly BuiltMap _map;
    private readonly GuardedMemory _earlyMetadata;
    private SimulatedMachine.CpuScope _scope;

    public ManagerWorld(
        MemoryManagerState state = MemoryManagerState.Ready, ulong bytes = 24 * MiB, int cpus = 1, AddressWidth width = AddressWidth.Bits48, RawEntry[]? map = null)
    {
        _map = BuiltMap.From(map ?? UsualMap(bytes));
        _earlyMetadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(16));
        Early = EarlyAllocator.Create(Map, _earlyMetadata.Start, (ulong)_earlyMetadata.Length).Value;
        Machine = new SimulatedMachine(bytes, cpus);
        foreach (SimulatedCpu cpu in Machine.Cpus)
        {
            cpu.PageFaultHandler = (_, fault) => Handle(fault) is FaultOutcome.Mapped or FaultOutcome.Retry;
            if (width == AddressWidth.Bits57)
                cpu.Cr4 |= 1UL << 12; // LA57
        }

        Machine.InterruptHandler = (_, vector) =>
        {
            Assert.AreEqual(FlushVector, vector);
            Manager.HandleFlushInterrupt();
        };
        Options = PagingOptions.Create(width, FlushVector);
        _scope = Machine.Enter(0);
        Start(state);
    }

    public PagingOptions Options { get; }

    public MemoryMap Map => _map.Map;

    public EarlyAllocator Early { get; }

    public SimulatedMachine Machine { get; }

    public SimulatedCpu Cpu => Machine.CurrentCpu;

    public MemoryManager<SimulatedPlatform> Manager { get; set; }

    /// <summary>What the manager said to the last page fault.</summary>
    public FaultOutcome LastOutcome { get; private set; }

    /// <summary>Memory below 640 KiB with an ACPI table behind it, and from 1 MiB on.</summary>
    public static RawEntry[] UsualMap(ulong bytes) =>
    [
        new(0x1000, 0x9_E000, MemoryRegionKind.Usable),
        new(0x9_F000, 0x1000, MemoryRegionKind.AcpiReclaimable),
        new(0xA_0000, 0x6_0000, MemoryRegionKind.Reserved),
        new(MiB, bytes - MiB, MemoryRegionKind.Usable),
    ];

    /// <summary>Goes on, step by step, to a state.</summary>
    public void Start(MemoryManagerState state)
    {
        if (state >= MemoryManagerState.Frames && Manager.State < MemoryManagerState.Frames)
            Manager = MemoryManager<SimulatedPlatform>.Create(Machine.Platform, Map, Early, Machine.Memory.DirectMap).Value;
        if (state >= MemoryManagerState.Paging && Manager.State < MemoryManagerState.Paging)
            Succeed(Manager.StartPaging(Options));
        if (state >= MemoryManagerState.Active && Manager.State < MemoryManagerState.Active)
        {
            Succeed(Manager.MapDirectMap(Map, default));
            Succeed(Manager.Activate(Machine.Memory.DirectMap));
        }

        if (state >= MemoryManagerState.Ready && Manager.State < MemoryManagerState.Ready)
            Succeed(Manager.StartHeap());
        Assert.AreEqual(state, Manager.State);
    }

    public static void Succeed(Result<MemoryFailure> result, string because = "")
    {
        if (result.TryGetError(out MemoryFailure failure))
            Assert.Fail($"{failure.Message} {because}");
    }

    public FaultOutcome Handle(SimulatedPageFault fault) =>
        LastOutcome = Manager.HandlePageFault(fault.Address, PageFaultErrorCode.FromRaw((uint)fault.ErrorCode));

    /// <summary>What the MMU would do, TLBs apart.</summary>
    public MmuResult Probe(VirtAddr address, MemoryAccess access, Privilege privilege = Privilege.Supervisor) =>
        Machine.Mmu.Probe(Cpu.Registers, address, access, privilege);

    /// <summary>As <see cref="Probe(VirtAddr, MemoryAccess, Privilege)"/>, but in the tables of a space that need not be current.</summary>
    public MmuResult Probe(AddressSpace<SimulatedPlatform> space, VirtAddr address, MemoryAccess access, Privilege privilege = Privilege.Supervisor) =>
        Machine.Mmu.Probe(Cpu.Registers with { Cr3 = space.Root.Register }, address, access, privilege);

    /// <summary>What can be done with an address: "rwx", or "---" when it is not mapped.</summary>
    public string Rights(AddressSpace<SimulatedPlatform> space, VirtAddr address, Privilege privilege = Privilege.Supervisor)
    {
        StringBuilder text = new();
        foreach ((MemoryAccess access, char letter) in ((MemoryAccess, char)[])[(MemoryAccess.Read, 'r'), (MemoryAccess.Write, 'w'), (MemoryAccess.Execute, 'x')])
            text.Append(Probe(space, address, access, privilege).Outcome == MmuOutcome.Translated ? letter : '-');
        return text.ToString();
    }

    /// <summary>Executes another CPU for a moment.</summary>
    public void On(int cpu, Action body)
    {
        using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
        body();
    }

    /// <summary>A thread on each CPU; each of them joins first. The calling thread leaves its own meanwhile.</summary>
    public void OnAllCpus(Action<int> body)
    {
        for (int cpu = 1; cpu < Machine.Cpus.Count; cpu++)
        {
            On(cpu, () =>
            {
                Manager.KernelSpace.Activate();
                Succeed(Manager.JoinCpu());
            });
        }

        _scope.Dispose();
        Contention.Run(Machine.Cpus.Count, number =>
        {
            using SimulatedMachine.CpuScope scope = Machine.Enter(number);
            body(number);
        });
        _scope = Machine.Enter(0);
    }

    /// <summary>Takes every frame there is.</summary>
    public Stack<OwnedFrame> Drain()
    {
        Stack<OwnedFrame> taken = new();
        while (Manager.Frames.Allocate(FrameUse.Dma).TryGet(out OwnedFrame frame))
            taken.Push(frame);
        return taken;
    }

    public void GiveBack(Stack<OwnedFrame> frames)
    {
        while (frames.TryPop(out OwnedFrame frame))
            Succeed(Manager.FreeFrame(frame));
    }

    /// <summary>What there is, without the counters of what was done: to see that nothing has changed, and that nothing is lost.</summary>
    public string Picture()
    {
        MemoryStatistics statistics = Manager.GetMemoryStats();
        StringBuilder text = new();
        foreach (MemoryZone zone in Enum.GetValues<MemoryZone>())
            text.Append(CultureInfo.InvariantCulture, $"{zone} {statistics.Zone(zone).FreeFrames} free; ");
        for (int use = 1; use < FrameUses.Count; use++)
            text.Append(CultureInfo.InvariantCulture, $"{(FrameUse)use} {statistics.BytesFor((FrameUse)use)}; ");
        for (int kind = 1; kind < RegionKinds.Count; kind++)
        {
            RegionStatistics regions = statistics.RegionsOf((RegionKind)kind);
            text.Append(CultureInfo.InvariantCulture, $"{(RegionKind)kind} {regions.Count} {regions.Bytes}; ");
        }

        MapperStatistics tables = statistics.Tables;
        text.Append(CultureInfo.InvariantCulture, $"tables {tables.Tables} {tables.SmallPages} {tables.LargePages} {tables.MappedBytes}; ");
        text.Append(CultureInfo.InvariantCulture, $"spaces {statistics.AddressSpaces} {statistics.Regions}; heap {statistics.Heap.MappedBytes} ");
        text.Append(CultureInfo.InvariantCulture, $"{statistics.Heap.AllocatedBytes} {statistics.Heap.LiveAllocations} {statistics.Heap.MetadataFrames}");
        return text.ToString();
    }

    public void Dispose()
    {
        _scope.Dispose();
        Machine.Dispose();
        _earlyMetadata.Dispose();
        _map.Dispose();
    }
}
