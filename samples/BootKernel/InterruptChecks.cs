using System;
using System.Runtime.CompilerServices;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>
/// Frames on all CPUs at once, while on each of them timer interrupts take and free frames too, and non-maskable ones that come when the
/// interrupted code has begun to. Every frame held is tagged, so that none has two owners unnoticed.
/// </summary>
internal static unsafe class InterruptChecks
{
    private const byte TimerVector = 0x43;

    // All CPUs go on until each has done that many rounds and has been interrupted that often, but not for ever.
    private const uint Rounds = 12_000;
    private const uint TimerInterrupts = 1_000;
    private const uint NonMaskableInterrupts = 250; // two that come while the machine runs another CPU are one
    private const uint RoundLimit = 200_000;

    // Nanoseconds in QEMU, whose timers tick at 1 GHz.
    private const int ShortestPeriod = 50_000;
    private const int PeriodSpread = 150_000;

    private static CpuParts s_parts;
    private static uint s_ready;
    private static uint s_wrong;

    public static void Run(ref Checklist checks)
    {
        FrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames;
        ulong free = frames.GetStatistics().FreeFrames;
        for (int cpu = 0; cpu < SmpBoot.Count; cpu++)
            s_parts[cpu] = new CpuPart((uint)cpu);
        Idt.SetHandler(TimerVector, &OnTimer);
        Idt.SetHandler(Idt.NonMaskableInterrupt, &OnNonMaskable);
        bool finished = CpuTeam.Run(&Work, null) && CpuTeam.Run(&GiveBack, null);
        Idt.SetHandler(Idt.NonMaskableInterrupt, null);

        bool sound = finished && Atomic.Load(in s_wrong) == 0 && frames.GetStatistics().FreeFrames == free && frames.Validate();
        uint timer = uint.MaxValue;
        uint nonMaskable = uint.MaxValue;
        for (int cpu = 0; cpu < SmpBoot.Count; cpu++)
        {
            timer = Math.Min(timer, Atomic.Load(in s_parts[cpu].Timer.Taken));
            nonMaskable = Math.Min(nonMaskable, Atomic.Load(in s_parts[cpu].NonMaskable.Taken));
        }

        checks.Check("no frame has two owners while all CPUs and their interrupts take and free frames, and none is lost"u8, sound);
        checks.Check("on every CPU, timer interrupts took frames"u8, timer >= TimerInterrupts, timer, "blocks at least"u8);
        checks.Check(
            "on every CPU, non-maskable interrupts took frames"u8, nonMaskable >= NonMaskableInterrupts, nonMaskable, "frames at least"u8);
    }

    // What a CPU does, and its interrupts meanwhile.
    private static void Work(void* context, int cpu)
    {
        ref CpuPart part = ref s_parts[cpu];
        CpuTeam.Apic.StartTimer(TimerVector, ShortestPeriod);
        bool ready = false;
        for (uint round = 1; round <= RoundLimit && !IsDecided(); round++)
        {
            if (!InterruptedWork.DoRound(ref part.Interrupted, ref part.Random, NextTo(cpu)))
                Atomic.FetchAdd(ref s_wrong, 1u);
            if (!ready && round >= Rounds && WasInterruptedEnough(in part))
            {
                ready = true;
                Atomic.FetchAdd(ref s_ready, 1u);
            }
        }

        Atomic.Store(ref part.IsOver, 1u);
        CpuTeam.Apic.StopTimer();
    }

    private static bool IsDecided() => Atomic.Load(in s_wrong) != 0 || Atomic.Load(in s_ready) == (uint)SmpBoot.Count;

    private static bool WasInterruptedEnough(in CpuPart part) =>
        Atomic.Load(in part.Timer.Taken) >= TimerInterrupts && Atomic.Load(in part.NonMaskable.Taken) >= NonMaskableInterrupts;

    // Once all CPUs have stopped: none sends an interrupt any more.
    private static void GiveBack(void* context, int cpu)
    {
        ref CpuPart part = ref s_parts[cpu];
        LocalFrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames.EnterCpu();
        bool right = part.Timer.FreeAll(frames) & part.NonMaskable.FreeAll(frames);
        frames.Leave();
        if (!right || !InterruptedWork.FreeAll(ref part.Interrupted))
            Atomic.FetchAdd(ref s_wrong, 1u);
    }

    private static bool OnTimer(TrapFrame* frame)
    {
        ref CpuPart part = ref s_parts[(int)Cpu.Current()];
        if (Atomic.Load(in part.IsOver) == 0)
        {
            int order = Math.Max(part.TimerRandom.Below(8) - 4, 0);
            LocalFrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames.EnterCpu();
            if (!part.Timer.Exchange(frames, order))
                Atomic.FetchAdd(ref s_wrong, 1u);
            frames.Leave();

            // Anew each time, so that the interrupted code runs for a while even where the machine is slow.
            CpuTeam.Apic.StartTimer(TimerVector, (uint)(ShortestPeriod + part.TimerRandom.Below(PeriodSpread)));
        }

        CpuTeam.Apic.EndOfInterrupt();
        return true;
    }

    // Also called for the remote fences of the allocator, which is as good a moment as any.
    private static bool OnNonMaskable(TrapFrame* frame)
    {
        ref CpuPart part = ref s_parts[(int)Cpu.Current()];
        if (Atomic.Load(in part.IsOver) != 0)
            return true;

        LocalFrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames.EnterNmi();
        if (!part.NonMaskable.Exchange(frames, order: 0))
            Atomic.FetchAdd(ref s_wrong, 1u);
        frames.Leave();
        return true;
    }

    // On a machine with one CPU, that CPU itself.
    private static CpuId NextTo(int cpu) => new((cpu + 1) % SmpBoot.Count);

    [InlineArray(SmpBoot.Limit)]
    private struct CpuParts
    {
        private CpuPart _first;
    }

    private struct CpuPart(uint cpu)
    {
        public TaggedFrames Interrupted = new(3 * cpu);
        public InterruptFrames Timer = new((3 * cpu) + 1);
        public InterruptFrames NonMaskable = new((3 * cpu) + 2);
        public RandomNumbers Random = new(cpu + 1);
        public RandomNumbers TimerRandom = new(cpu + 101);
        public uint IsOver;
    }
}
