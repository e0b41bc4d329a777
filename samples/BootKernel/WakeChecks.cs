using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>
/// A CPU that goes to sleep misses no interrupt, even if a non-maskable one, a remote fence perhaps, comes between STI and HLT: on its
/// return interrupts are enabled, the awaited one is handled at once, and the CPU must not halt after it. A CPU that does sleeps for ever.
/// </summary>
internal static unsafe class WakeChecks
{
    private const byte AwaitedVector = 0x44;
    private const ulong EnableBytes = 1; // STI
    private const ulong InterruptFlag = 1 << 9;

    private static uint s_awaited;
    private static uint s_nonMaskable;

    public static void Run(ref Checklist checks)
    {
        Idt.SetHandler(AwaitedVector, &OnAwaited);
        Idt.SetHandler(Idt.NonMaskableInterrupt, &OnNonMaskable);
        X64Platform platform = default;
        InterruptState interrupts = platform.SaveInterrupts();
        platform.SendInterrupt(platform.CurrentCpu, AwaitedVector);
        CpuTeam.Apic.SendNonMaskable(CpuTeam.Apic.Id);
        while (Atomic.Load(in s_nonMaskable) < 2)
            Cpu.Pause();
        platform.RestoreInterrupts(interrupts);
        Idt.SetHandler(Idt.NonMaskableInterrupt, null);
        checks.Check("a CPU that is about to halt misses no interrupt"u8, Atomic.Load(in s_awaited) == 1);
    }

    private static bool OnAwaited(TrapFrame* frame)
    {
        Atomic.FetchAdd(ref s_awaited, 1u);
        CpuTeam.Apic.EndOfInterrupt();
        return true;
    }

    // The first returns to the HLT, as if the code that it interrupted had begun to wait, and STI was done: there comes the second.
    private static bool OnNonMaskable(TrapFrame* frame)
    {
        if (Atomic.FetchAdd(ref s_nonMaskable, 1u) != 0)
            return true;

        delegate*<void> wait = &Cpu.WaitForInterrupt;
        frame->Rsp -= sizeof(ulong);

        // SAFETY: the interrupted code's own stack, which is in use above that address only.
        *(ulong*)frame->Rsp = frame->Rip;
        frame->Rip = (ulong)wait + EnableBytes;
        frame->Rflags |= InterruptFlag;
        CpuTeam.Apic.SendNonMaskable(CpuTeam.Apic.Id);
        return true;
    }
}
