using System.Runtime.CompilerServices;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>
/// CPUs make each other pass a memory barrier: nothing that another CPU does keeps it from that, and nobody goes on before all have.
/// A fence that is not answered ends these checks with the machine's time limit.
/// </summary>
internal static unsafe class FenceChecks
{
    private const uint Fences = 20; // each takes milliseconds where QEMU has fewer processors than the machine has CPUs
    private const int Patience = 5_000_000;

    // How long a handler keeps its CPU from answering: far longer than a fence takes that does not wait.
    private const int Delay = 100_000;

    private static CpuCells s_cells;
    private static uint s_arrived;
    private static uint s_done;
    private static uint s_wrong;

    // One CPU's handler goes through these in turn.
    private static uint s_target;
    private static uint s_entered;
    private static uint s_released;
    private static uint s_left;

    public static void Run(ref Checklist checks)
    {
        bool passed = PassesAsleep() && CpuTeam.Run(&PassWithInterruptsOff, null);
        checks.Check("CPUs that sleep, and CPUs with interrupts off, pass remote fences"u8, passed);
        checks.Check("a remote fence waits for each CPU that cannot pass it yet"u8, WaitsForEach());
        checks.Check("all CPUs fence each other at once"u8, CpuTeam.Run(&FenceAll, null));
        checks.Check("a CPU that does not fence itself is never inside together with one that fences it"u8, KeepsApart());
    }

    private static X64Platform Platform => default;

    private static bool PassesAsleep()
    {
        for (uint i = 0; i < Fences; i++)
            Platform.FenceRemotely();
        return true;
    }

    // The boot CPU fences, the others wait for it to end.
    private static void PassWithInterruptsOff(void* context, int cpu)
    {
        InterruptState interrupts = Platform.SaveInterrupts();
        Atomic.FetchAdd(ref s_arrived, 1u);
        if (cpu == 0)
        {
            Await(ref s_arrived, (uint)SmpBoot.Count);
            PassesAsleep();
            Atomic.Store(ref s_done, 1u);
        }

        Await(ref s_done, 1);
        Platform.RestoreInterrupts(interrupts);
    }

    // While a CPU is in the handler of a non-maskable interrupt, no other one comes.
    private static bool WaitsForEach()
    {
        Idt.SetHandler(Idt.NonMaskableInterrupt, &OnNonMaskable);
        bool right = true;
        for (uint cpu = 1; cpu < (uint)SmpBoot.Count; cpu++)
            right = right && WaitsFor(cpu);
        Idt.SetHandler(Idt.NonMaskableInterrupt, null);
        return right;
    }

    // Twice: once by itself, and once with an interrupt of the kernel's own at the same time, which must not get lost.
    private static bool WaitsFor(uint cpu)
    {
        byte id = SmpBoot.ApicId(new CpuId((int)cpu));
        Atomic.Store(ref s_entered, 0u);
        Atomic.Store(ref s_released, 0u);
        Atomic.Store(ref s_left, 0u);
        Atomic.Store(ref s_target, cpu);
        CpuTeam.Apic.SendNonMaskable(id);
        for (uint turn = 1; turn <= 2; turn++)
        {
            Await(ref s_entered, turn);
            if (turn == 1)
                CpuTeam.Apic.SendNonMaskable(id);
            else
                Atomic.Store(ref s_target, 0u);
            Atomic.Store(ref s_released, turn);
            Platform.FenceRemotely();
            if (Atomic.Load(in s_left) < turn)
                return false;
        }

        return true;
    }

    // Of the interrupts that come while the CPU is in here, one is taken afterwards; those of fences alone find no target any more.
    private static bool OnNonMaskable(TrapFrame* frame)
    {
        if (Atomic.Load(in s_target) != Cpu.Current() || Cpu.Current() == 0)
            return false;

        uint turn = Atomic.FetchAdd(ref s_entered, 1u) + 1;
        Await(ref s_released, turn);
        for (int i = 0; i < Delay; i++)
            Cpu.Pause();
        Atomic.Store(ref s_left, turn);
        return true;
    }

    private static void FenceAll(void* context, int cpu)
    {
        for (uint i = 0; i < Fences; i++)
            Platform.FenceRemotely();
    }

    // The boot CPU revokes, all others enter and leave.
    private static bool KeepsApart()
    {
        Atomic.Store(ref s_done, 0u);
        return CpuTeam.Run(&Meet, null) && Atomic.Load(in s_wrong) == 0;
    }

    private static void Meet(void* context, int cpu)
    {
        if (cpu == 0)
        {
            for (uint round = 0; round < Fences; round++)
                VisitAll();
            Atomic.Store(ref s_done, 1u);
        }
        else
        {
            while (Atomic.Load(in s_done) == 0)
                Visit(ref s_cells[cpu]);
        }
    }

    // No barrier between the store and the load.
    private static void Visit(ref CpuCell own)
    {
        Atomic.Store(ref own.IsBusy, 1u);
        if (Atomic.Load(in own.IsRevoked) == 0)
        {
            uint visits = Atomic.Load(in own.Visits);
            Atomic.Store(ref own.Visits, visits + 1);
            if (Atomic.Load(in own.Visits) != visits + 1)
                Atomic.FetchAdd(ref s_wrong, 1u);
        }

        Atomic.Store(ref own.IsBusy, 0u);
    }

    private static void VisitAll()
    {
        for (int cpu = 1; cpu < SmpBoot.Count; cpu++)
            Atomic.Store(ref s_cells[cpu].IsRevoked, 1u);
        Platform.FenceRemotely();
        for (int cpu = 1; cpu < SmpBoot.Count; cpu++)
        {
            ref CpuCell cell = ref s_cells[cpu];
            while (Atomic.Load(in cell.IsBusy) != 0)
                Cpu.Pause();
            uint visits = Atomic.Load(in cell.Visits);
            for (int i = 0; i < 10; i++)
                Cpu.Pause();
            if (Atomic.Load(in cell.Visits) != visits)
                Atomic.FetchAdd(ref s_wrong, 1u);
            Atomic.Store(ref cell.IsRevoked, 0u);
        }
    }

    // Not for ever: what depends on it fails then.
    private static void Await(ref uint counter, uint value)
    {
        for (int i = 0; i < Patience && Atomic.Load(in counter) < value; i++)
            Cpu.Pause();
    }

    [InlineArray(SmpBoot.Limit)]
    private struct CpuCells
    {
        private CpuCell _first;
    }

    private struct CpuCell
    {
        public uint IsBusy;
        public uint IsRevoked;
        public uint Visits;
    }
}
