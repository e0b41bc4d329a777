using System;
using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>Starts the other CPUs and lets all of them count under one lock.</summary>
internal static unsafe class ProcessorChecks
{
    private const int Rounds = 2_000;
    private const byte GreetingVector = 0x40;
    private const ulong StackBytes = 16 * 1024;
    private const int Patience = 20_000_000;

    private static SpinLock s_lock;
    private static ulong s_underLock;
    private static ulong s_atomic;
    private static LocalApic s_apic;
    private static uint s_start;
    private static uint s_finished;
    private static uint s_stop;
    private static uint s_greetings;
    private static uint s_stillMapped;

    public static void Run(TextOutput output, ref Checklist checks, ref KernelSpace space, ReadOnlySpan<byte> apicIds, int processors)
    {
        s_apic = LocalApic.Create(KernelSpace.LocalApic);
        Processors.Initialize(s_apic);
        Traps.SetHandler(GreetingVector, &OnGreeting);
        bool allUp = true;
        VirtAddr stack = KernelLayout.Stacks;
        foreach (byte id in apicIds)
        {
            if (id == s_apic.Id)
                continue;
            stack += Size4KiB.Bytes; // a page that stays unmapped
            for (ulong offset = 0; offset < StackBytes; offset += Size4KiB.Bytes)
                space.MapNew(stack + offset, PageRights.ReadWrite);
            stack += StackBytes;
            allUp &= Processors.TryStart(id, stack, &RunOther);
        }

        // Read just before and just after: a translation that outlives the unmapping would be seen.
        bool wasMapped = Probe.TryRead(Processors.TrampolinePage.Value, out _);
        space.Unmap(Processors.TrampolinePage);
        bool isMapped = Probe.TryRead(Processors.TrampolinePage.Value, out _);
        output.Write("  "u8);
        output.WriteDecimal((ulong)Processors.Count);
        output.Write(" of "u8);
        output.WriteDecimal((ulong)processors);
        output.WriteLine(" processors are up"u8);
        checks.Check("every CPU the firmware names is up"u8, allUp && Processors.Count == processors);
        Atomic.Store(ref s_start, 1u);
        Count();
        WaitFor(ref s_finished, (uint)Processors.Count);
        checks.Check("the trampoline page is unmapped again, on every CPU"u8, wasMapped && !isMapped && Atomic.Load(in s_stillMapped) == 0);
        ulong expected = (ulong)Processors.Count * Rounds;
        checks.Check("all CPUs together count right, under a lock and with atomics"u8, s_underLock == expected && Atomic.Load(in s_atomic) == expected);
        checks.Check("every CPU takes interrupts from another, again and again"u8, GreetsEveryone());
        Atomic.Store(ref s_stop, 1u);
    }

    // Three times, because an interrupt that is not ended lets no second one in.
    private static bool GreetsEveryone()
    {
        X64Platform platform = default;
        for (uint round = 1; round <= 3; round++)
        {
            for (int cpu = 1; cpu < platform.CpuCount; cpu++)
                platform.SendInterrupt(new CpuId(cpu), GreetingVector);
            if (!WaitFor(ref s_greetings, round * (uint)(platform.CpuCount - 1)))
                return false;
        }

        return true;
    }

    private static bool OnGreeting(TrapFrame* frame)
    {
        s_apic.EndOfInterrupt();
        Atomic.FetchAdd(ref s_greetings, 1u);
        return true;
    }

    private static void RunOther()
    {
        while (Atomic.Load(in s_start) == 0)
            Cpu.Pause();

        // This CPU was started in the trampoline page, and holds a translation of it that only it can drop.
        Cpu.InvalidatePage(Processors.TrampolinePage.Value);
        if (Probe.TryRead(Processors.TrampolinePage.Value, out _))
            Atomic.FetchAdd(ref s_stillMapped, 1u);
        Count();
        Cpu.RestoreInterrupts(1);
        while (Atomic.Load(in s_stop) == 0)
            Cpu.Pause();
    }

    private static bool WaitFor(ref uint counter, uint value)
    {
        for (int i = 0; i < Patience && Atomic.Load(in counter) < value; i++)
            Cpu.Pause();
        return Atomic.Load(in counter) == value;
    }

    private static void Count()
    {
        X64Platform platform = default;
        for (int i = 0; i < Rounds; i++)
        {
            SpinLockGuard<X64Platform> guard = s_lock.Acquire(platform);
            s_underLock++;
            guard.Release();
            Atomic.FetchAdd(ref s_atomic, 1ul);
        }

        Atomic.FetchAdd(ref s_finished, 1u);
    }
}
