using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>Non-maskable interrupts: those of remote fences, and the kernel's own.</summary>
internal static unsafe class NonMaskable
{
    private const ulong HaltBytes = 1;

    private static RemoteFence s_fence;

    /// <summary>Returns when every other CPU that is up has passed a full memory barrier since the call.</summary>
    public static void FenceOthers()
    {
        // So that the caller stays on this CPU.
        uint interrupts = Cpu.SaveInterrupts();
        s_fence.Run(default(FenceMachine), (int)Cpu.Current());
        Cpu.RestoreInterrupts(interrupts);
    }

    /// <summary>Handles a non-maskable interrupt.</summary>
    /// <param name="frame">The interrupted registers.</param>
    /// <param name="handler">The kernel's handler; null if it has none.</param>
    /// <returns>Whether the interrupt had a cause.</returns>
    public static bool TryHandle(TrapFrame* frame, delegate*<TrapFrame*, bool> handler)
    {
        int cpu = (int)Cpu.Current();
        bool asked = s_fence.BeginInterrupt(cpu);

        if (frame->Rip == Cpu.HaltAddress())
            frame->Rip += HaltBytes;

        // Of two that come close together the CPU makes one: it may be a fence's and the kernel's.
        bool handled = handler != null && handler(frame);
        return s_fence.EndInterrupt(cpu, asked, handled);
    }

    private readonly struct FenceMachine : IFenceMachine
    {
        public int CpuCount => SmpBoot.Count;

        public void SendNonMaskable(int cpu) => LocalApic.Current.SendNonMaskable(SmpBoot.ApicId(new CpuId(cpu)));

        public void Pause() => Cpu.Pause();
    }
}
