using System;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Machine;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Fences;

/// <summary>
/// A CPU that takes non-maskable interrupts where its program says so, and while it waits. Only one that is there empties the store buffer:
/// to look is a plain load.
/// </summary>
internal readonly unsafe struct FenceCpu(FenceShared* shared, int self) : IFenceMachine
{
    public int CpuCount => (int)Atomic.Load(in shared->Count);

    public void SendNonMaskable(int cpu) => Atomic.Exchange(ref shared->Wires[cpu], 1UL);

    public void Pause()
    {
        TakeInterrupt();
        Execution.Pause();
    }

    /// <summary>Fences all other CPUs.</summary>
    public void Fence() => shared->Fence.Run(this, self);

    /// <summary>Fences in the handler of an interrupt.</summary>
    public void FenceInInterrupt()
    {
        shared->Fence.BeginInterrupt(self);
        Fence();
    }

    /// <summary>Interrupts another CPU, for a cause that the kernel's handler there will find.</summary>
    public void Interrupt(int cpu)
    {
        Atomic.Exchange(ref shared->Causes[cpu], 1UL);
        SendNonMaskable(cpu);
    }

    /// <summary>Is counted from now on, as the last of the CPUs.</summary>
    /// <param name="barrier">Whether it passes a barrier then.</param>
    public void ComeUp(bool barrier)
    {
        Atomic.Store(ref shared->Count, (ulong)self + 1);
        if (barrier)
            Atomic.Fence();
    }

    /// <summary>Lets an interrupt come, if one waits. It must have a cause.</summary>
    public void TakeInterrupt()
    {
        if (Atomic.Load(in shared->Wires[self]) == 0)
            return;

        Atomic.Exchange(ref shared->Wires[self], 0UL);
        bool asked = shared->Fence.BeginInterrupt(self);
        bool handled = Atomic.Exchange(ref shared->Causes[self], 0UL) != 0;
        if (!shared->Fence.EndInterrupt(self, asked, handled))
            throw new InvalidOperationException("an interrupt without a cause");
    }

    /// <summary>Has done its work, and takes interrupts until all others have done theirs.</summary>
    public void End(int cpus)
    {
        Atomic.FetchAdd(ref shared->Ended, 1UL);
        while (Atomic.Load(in shared->Ended) != (ulong)cpus)
            Pause();
    }
}
