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
    private const ulong StackBytes = 16 * 1024;
    private const int Patience = 2_000_000_000;

    private static SpinLock s_lock;
    private static ulong s_underLock;
    private static ulong s_atomic;
    private static uint s_start;
    private static uint s_finished;

    public static void Run(TextOutput output, ref Checklist checks, ref KernelSpace space, ReadOnlySpan<byte> apicIds)
    {
        LocalApic apic = LocalApic.Create(KernelSpace.LocalApic);
        Processors.Initialize(apic);
        bool allUp = true;
        VirtAddr stack = KernelLayout.Stacks;
        foreach (byte id in apicIds)
        {
            if (id == apic.Id)
                continue;
            stack += Size4KiB.Bytes; // a page that stays unmapped
            for (ulong offset = 0; offset < StackBytes; offset += Size4KiB.Bytes)
                space.MapNew(stack + offset, PageRights.ReadWrite);
            stack += StackBytes;
            allUp &= Processors.TryStart(id, stack, &Count);
        }

        // Read just before and just after: a translation that outlives the unmapping would be seen.
        bool wasMapped = Probe.TryRead(Processors.TrampolinePage.Value, out _);
        space.Unmap(Processors.TrampolinePage);
        bool isMapped = Probe.TryRead(Processors.TrampolinePage.Value, out _);
        output.Write("  "u8);
        output.WriteDecimal((ulong)Processors.Count);
        output.Write(" of "u8);
        output.WriteDecimal((ulong)apicIds.Length);
        output.WriteLine(" processors are up"u8);
        checks.Check("every CPU the firmware names is up"u8, allUp && Processors.Count == apicIds.Length);
        checks.Check("the trampoline page is unmapped again"u8, wasMapped && !isMapped);

        Atomic.Store(ref s_start, 1u);
        Count();
        for (int i = 0; i < Patience && Atomic.Load(in s_finished) < (uint)Processors.Count; i++)
            Cpu.Pause();
        ulong expected = (ulong)Processors.Count * Rounds;
        checks.Check("all CPUs together count right, under a lock and with atomics"u8, s_underLock == expected && Atomic.Load(in s_atomic) == expected);
    }

    private static void Count()
    {
        X64Platform platform = default;
        while (Atomic.Load(in s_start) == 0)
            platform.Pause();
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
