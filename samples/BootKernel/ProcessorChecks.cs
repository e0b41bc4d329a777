using System;
using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>Starts the other CPUs and lets all of them count under one lock.</summary>
internal static unsafe class ProcessorChecks
{
    private const int Rounds = 2_000;
    private const byte GreetingVector = 0x40;
    private const int Patience = 20_000_000;

    private static SpinLock s_lock;
    private static ulong s_underLock;
    private static ulong s_atomic;
    private static uint s_greetings;
    private static uint s_stillMapped;

    public static void Run(TextOutput output, ref Checklist checks, ReadOnlySpan<byte> apicIds, int processors)
    {
        Idt.SetHandler(GreetingVector, &OnGreeting);
        bool allUp = CpuTeam.Start(apicIds);
        output.Write("  "u8);
        output.WriteDecimal((ulong)SmpBoot.Count);
        output.Write(" of "u8);
        output.WriteDecimal((ulong)processors);
        output.WriteLine(" processors are up"u8);
        checks.Check("every CPU the firmware names is up"u8, allUp && SmpBoot.Count == processors);
        checks.Check("the page where CPUs start is unmapped again, on every CPU"u8, UnmapsTrampoline());
        bool counted = CpuTeam.Run(&Count, null);
        ulong expected = (ulong)SmpBoot.Count * Rounds;
        checks.Check("all CPUs together count right, under a lock and with atomics"u8, counted && s_underLock == expected && Atomic.Load(in s_atomic) == expected);
        checks.Check("every CPU takes interrupts from another, again and again"u8, GreetsEveryone());
    }

    // Every CPU was started in that page, or reads it now: it holds a translation that only it can drop.
    private static bool UnmapsTrampoline()
    {
        bool wasMapped = Probe.TryRead(SmpBoot.TrampolinePage.Value, out _) && CpuTeam.Run(&ReadTrampoline, null) && Atomic.Load(in s_stillMapped) == (uint)SmpBoot.Count;
        bool released = KernelMemory.Manager.DeallocateMemory(VirtRange.Create(SmpBoot.TrampolinePage, Size4KiB.Bytes)).IsSuccess;
        Atomic.Store(ref s_stillMapped, 0u);
        return wasMapped && released && CpuTeam.Run(&ReadTrampoline, null) && Atomic.Load(in s_stillMapped) == 0;
    }

    private static void ReadTrampoline(void* context, int cpu)
    {
        if (Probe.TryRead(SmpBoot.TrampolinePage.Value, out _))
            Atomic.FetchAdd(ref s_stillMapped, 1u);
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
        CpuTeam.Apic.EndOfInterrupt();
        Atomic.FetchAdd(ref s_greetings, 1u);
        return true;
    }

    private static bool WaitFor(ref uint counter, uint value)
    {
        for (int i = 0; i < Patience && Atomic.Load(in counter) < value; i++)
            Cpu.Pause();
        return Atomic.Load(in counter) == value;
    }

    private static void Count(void* context, int cpu)
    {
        X64Platform platform = default;
        for (int i = 0; i < Rounds; i++)
        {
            SpinLockGuard<X64Platform> guard = s_lock.Acquire(platform);
            s_underLock++;
            guard.Release();
            Atomic.FetchAdd(ref s_atomic, 1ul);
        }
    }
}
