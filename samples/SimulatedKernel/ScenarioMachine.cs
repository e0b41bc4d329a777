using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using KernelMem;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Platform;
using KernelMem.Simulation;
using Scenario;

namespace SimulatedKernel;

/// <summary>A simulated machine as the scenario uses it. Every access goes through the software MMU of the CPU that makes it.</summary>
internal readonly struct ScenarioMachine(SimulatedPlatform platform) : IScenarioMachine
{
    private const ulong Smap = 1UL << 21; // CR4

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [ThreadStatic]
    private static PageFaultErrorCode s_lastFault;

    /// <inheritdoc/>
    public PageFaultErrorCode LastFault => s_lastFault;

    /// <inheritdoc/>
    public int CpuCount => Machine.Cpus.Count;

    /// <inheritdoc/>
    public bool HasSmap => true;

    private SimulatedMachine Machine => platform.Machine;

    /// <summary>Gives the machine a kernel: handlers of page faults and of flush interrupts; the other CPUs join.</summary>
    public static void Attach(SimulatedMachine machine, MemoryManager<SimulatedPlatform> memory)
    {
        machine.InterruptHandler = (_, _) => memory.HandleFlushInterrupt();
        foreach (SimulatedCpu cpu in machine.Cpus)
        {
            cpu.PageFaultHandler = (_, fault) => Handle(memory, fault);
            if (cpu.Id == machine.CurrentCpu.Id)
                continue;
            using (machine.Enter(cpu.Id.Value))
            {
                memory.KernelSpace.Activate();
                memory.JoinCpu().Expect("a CPU came up before the memory manager");
            }
        }
    }

    /// <inheritdoc/>
    public void SetSmap(bool on)
    {
        SimulatedCpu cpu = Machine.CurrentCpu;
        cpu.Cr4 = on ? cpu.Cr4 | Smap : cpu.Cr4 & ~Smap;
    }

    /// <inheritdoc/>
    public bool TryRead(VirtAddr address, out byte value)
    {
        value = 0;
        try
        {
            value = Machine.CurrentCpu.ReadByte(address);
            return true;
        }
        catch (SimulatedFaultException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(VirtAddr address, byte value)
    {
        try
        {
            Machine.CurrentCpu.WriteByte(address, value);
            return true;
        }
        catch (SimulatedFaultException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryExecute(VirtAddr address)
    {
        try
        {
            Machine.CurrentCpu.Fetch(address);
            return true;
        }
        catch (SimulatedFaultException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public unsafe bool RunOnEveryCpu(delegate*<void*, int, void> work, void* context)
    {
        SimulatedMachine machine = Machine;
        int self = machine.CurrentCpu.Id.Value;
        using Barrier start = new(machine.Cpus.Count); // a CPU that no thread has entered is served by whoever interrupts it
        Thread[] others = [.. Enumerable.Range(0, machine.Cpus.Count).Where(cpu => cpu != self).Select(cpu => new Thread(() =>
        {
            using (machine.Enter(cpu))
            {
                start.SignalAndWait();
                work(context, cpu);
            }
        })
        { IsBackground = true })];
        foreach (Thread thread in others)
            thread.Start();
        start.SignalAndWait();
        work(context, self);
        Stopwatch waited = Stopwatch.StartNew();
        while (others.Any(static thread => thread.IsAlive) && waited.Elapsed < Patience)
            platform.Pause(); // takes the flush interrupts of those that still work
        return !others.Any(static thread => thread.IsAlive);
    }

    private static bool Handle(MemoryManager<SimulatedPlatform> memory, SimulatedPageFault fault)
    {
        s_lastFault = PageFaultErrorCode.FromRaw((uint)fault.ErrorCode);
        return memory.HandlePageFault(fault.Address, s_lastFault) is FaultOutcome.Mapped or FaultOutcome.Retry;
    }
}
