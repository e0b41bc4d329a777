using System;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>The CPUs, and how all of them are given work at once. Those without work sleep until an interrupt comes.</summary>
internal static unsafe class CpuTeam
{
    private const ulong StackBytes = 16 * 1024;
    private const int Patience = 400_000_000;
    private const byte WakeVector = 0x42;

    private static nuint s_work;
    private static nuint s_context;
    private static uint s_round;
    private static uint s_finished;

    /// <summary>The local APIC of whichever CPU asks.</summary>
    public static LocalApic Apic { get; private set; }

    /// <summary>Starts the other CPUs, each on a stack with an unmapped page below it.</summary>
    /// <param name="apicIds">The local APIC ids of all CPUs.</param>
    /// <returns>Whether all came up.</returns>
    public static bool Start(ReadOnlySpan<byte> apicIds)
    {
        Apic = LocalApic.Create(KernelMemory.LocalApic);
        SmpBoot.Initialize(Apic);
        Idt.SetHandler(KernelMemory.FlushVector, &OnFlush);
        Idt.SetHandler(WakeVector, &OnWake);
        bool allUp = true;
        foreach (byte id in apicIds)
        {
            if (id == Apic.Id)
                continue;
            if (!KernelMemory.Manager.AllocateMemory(StackBytes, RegionKind.KernelStack).TryGet(out VirtRange stack))
                Panic.Now("No memory for the stack of a CPU");
            allUp &= SmpBoot.TryStart(id, stack.Last - 15, &RunOther);
        }

        Cpu.RestoreInterrupts(1);
        return allUp;
    }

    /// <summary>Runs work on all CPUs, this one included.</summary>
    /// <returns>False if a CPU did not finish in good time.</returns>
    public static bool Run(delegate*<void*, int, void> work, void* context)
    {
        Atomic.Store(ref s_work, (nuint)work);
        Atomic.Store(ref s_context, (nuint)context);
        Atomic.Store(ref s_finished, 0u);
        Atomic.FetchAdd(ref s_round, 1u);
        X64Platform platform = default;
        for (int cpu = 0; cpu < SmpBoot.Count; cpu++)
        {
            if (cpu != (int)Cpu.Current())
                platform.SendInterrupt(new CpuId(cpu), WakeVector);
        }

        work(context, (int)Cpu.Current());
        for (int i = 0; i < Patience && Atomic.Load(in s_finished) < (uint)SmpBoot.Count - 1; i++)
            Cpu.Pause();
        return Atomic.Load(in s_finished) == (uint)SmpBoot.Count - 1;
    }

    private static void RunOther()
    {
        KernelMemory.Manager.JoinCpu().Expect("A CPU came up before the memory manager");
        uint done = 0;
        while (true)
        {
            WaitForRound(done);
            done++;

            // SAFETY: Run stored both before it announced the round.
            ((delegate*<void*, int, void>)Atomic.Load(in s_work))((void*)Atomic.Load(in s_context), (int)Cpu.Current());
            Atomic.FetchAdd(ref s_finished, 1u);
        }
    }

    // Looks with interrupts off, so that the call to wake up cannot come between looking and falling asleep.
    private static void WaitForRound(uint done)
    {
        _ = Cpu.SaveInterrupts();
        while (Atomic.Load(in s_round) == done)
        {
            Cpu.WaitForInterrupt();
            _ = Cpu.SaveInterrupts();
        }

        Cpu.RestoreInterrupts(1);
    }

    // Nothing to do: the CPU is awake.
    private static bool OnWake(TrapFrame* frame)
    {
        Apic.EndOfInterrupt();
        return true;
    }

    private static bool OnFlush(TrapFrame* frame)
    {
        KernelMemory.Manager.HandleFlushInterrupt();
        Apic.EndOfInterrupt();
        return true;
    }
}
