using System.Runtime.CompilerServices;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>
/// Has all other CPUs pass a full memory barrier, by non-maskable interrupts: what CPUs say to each other for it. <c>default</c> is ready.
/// </summary>
/// <remarks>
/// <para>A fence draws a ticket, interrupts the other CPUs, and waits until each has answered it. The answer, in the handler, is to read
/// how many tickets are drawn, to fence, and to note that number: so one answer serves all who have asked by then. CPUs that fence at the
/// same time answer each other, for what interrupts them comes into their waiting too, whether interrupts are on or off there.</para>
/// <para>A CPU that is asked and has not begun to answer is not interrupted again: its answer will do. So at most one interrupt of a fence
/// is on its way to each CPU, unless another one came first and answered early.</para>
/// <para>A CPU that comes up is counted first, passes a barrier, and only then does what fences are for. A fence that counts too early to
/// ask it has drawn its ticket before that barrier, and that CPU sees whatever was written before the ticket was drawn.</para>
/// <para>The numbers have 64 bits and do not wrap: at one fence a nanosecond they last for 584 years.</para>
/// </remarks>
internal struct RemoteFence
{
    private ulong _drawn;
    private CpuStates _cpus;

    /// <summary>Returns when every other CPU that is up has passed a full memory barrier since the call.</summary>
    /// <param name="machine">The CPUs.</param>
    /// <param name="self">The CPU that calls, and stays the same until the return. It must not be in a non-maskable interrupt.</param>
    /// <typeparam name="TMachine">The CPUs.</typeparam>
    public void Run<TMachine>(TMachine machine, int self)
        where TMachine : unmanaged, IFenceMachine
    {
        // Two that did would wait for each other.
        Panic.Assert(!_cpus[self].IsInterrupted, "RemoteFence: the handler of a non-maskable interrupt must not fence remotely");
        ulong ticket = Atomic.FetchAdd(ref _drawn, 1UL) + 1;

        // Not before the ticket is drawn, which is a full barrier: see above for CPUs that come up.
        int count = machine.CpuCount;
        for (int cpu = 0; cpu < count; cpu++)
        {
            if (cpu != self && Atomic.Exchange(ref _cpus[cpu].Asked, 1u) == 0)
                machine.SendNonMaskable(cpu);
        }

        for (int cpu = 0; cpu < count; cpu++)
        {
            while (cpu != self && Atomic.Load(in _cpus[cpu].Answered) < ticket)
                machine.Pause();
        }
    }

    /// <summary>Answers, on a CPU that was interrupted, before its handler does anything else; whoever interrupted it.</summary>
    /// <returns>Whether a fence had asked.</returns>
    public bool BeginInterrupt(int self)
    {
        ref CpuState own = ref _cpus[self];
        own.IsInterrupted = true;

        // Who asks from here on interrupts anew. Who asked before has drawn his ticket before.
        bool asked = Atomic.Exchange(ref own.Asked, 0u) != 0;
        ulong drawn = Atomic.Load(in _drawn);
        Atomic.Fence();
        Atomic.Store(ref own.Answered, drawn);
        return asked;
    }

    /// <summary>Ends what <see cref="BeginInterrupt"/> began.</summary>
    /// <param name="self">The CPU.</param>
    /// <param name="asked">What that returned.</param>
    /// <param name="handled">Whether the kernel's handler found a cause.</param>
    /// <returns>Whether the interrupt had a cause.</returns>
    public bool EndInterrupt(int self, bool asked, bool handled)
    {
        ref CpuState own = ref _cpus[self];
        own.IsInterrupted = false;
        if (asked || handled)
        {
            // Two causes: perhaps two interrupts in one, or else the fence's is still to come, and nobody will have a cause for it.
            own.MayFollow |= asked && handled;
            return true;
        }

        bool follows = own.MayFollow;
        own.MayFollow = false;
        return follows;
    }

    [InlineArray(SmpBoot.Limit)]
    private struct CpuStates
    {
        private CpuState _first;
    }

    private struct CpuState
    {
        /// <summary>The highest ticket that the CPU has answered.</summary>
        public ulong Answered;

        /// <summary>1 from when a fence asks until the CPU begins to answer.</summary>
        public uint Asked;

        // These two are the CPU's own.
        public bool IsInterrupted;
        public bool MayFollow;
    }
}
