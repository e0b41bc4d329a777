using System;
using System.Collections.Concurrent;
using System.Threading;
using KernelMem.Platform;
using KernelMem.Simulation.Caches;

namespace KernelMem.Simulation;

/// <summary>
/// A CPU of a <see cref="SimulatedMachine"/>: registers, a TLB and paging-structure caches that keep stale entries until they are
/// flushed, interrupts, and memory accesses that go through the MMU.
/// </summary>
/// <remarks>
/// A CPU executes on one thread at a time: the one that entered it (<see cref="SimulatedMachine.Enter"/>).
/// </remarks>
public sealed partial class SimulatedCpu
{
    private readonly ConcurrentQueue<byte> _pendingInterrupts = new();
    private long _interrupts;
    private int _ownerThread; // negative: it only serves interrupts of a CPU that nobody executes
    private int _entries;
    private volatile bool _interruptsEnabled = true;

    internal SimulatedCpu(SimulatedMachine machine, int number)
    {
        Machine = machine;
        Id = new CpuId(number);
        Caches = new TranslationCaches(machine.Adversary is null ? 1 : AdversaryVersions);
        _memory = new PhysicalWords(machine.Memory);
        _features = machine.Features.ToWalk();
        MmuRegisters usual = MmuRegisters.LongMode(cr3: 0);
        Registers = usual with { Cr4 = usual.Cr4 & SupportedCr4(), Efer = machine.Features.Nx ? usual.Efer : usual.Efer & ~EferNxe };
    }

    /// <summary>The machine it belongs to.</summary>
    public SimulatedMachine Machine { get; }

    /// <summary>Its number.</summary>
    public CpuId Id { get; }

    /// <summary>In which mode the code runs. At first: supervisor.</summary>
    public Privilege Privilege { get; set; }

    /// <summary>Whether interrupts are accepted (RFLAGS.IF). At first they are.</summary>
    public bool InterruptsEnabled
    {
        get => _interruptsEnabled;
        set
        {
            _interruptsEnabled = value;
            if (Machine.DelayInterrupts)
                PollInterrupts();
            else
                Serve();
        }
    }

    /// <summary>
    /// What handles a page fault: true means that the access is to be tried again, false that nothing helps. It runs as a kernel's
    /// handler does: as supervisor, with interrupts off and AC clear.
    /// </summary>
    public Func<SimulatedCpu, SimulatedPageFault, bool>? PageFaultHandler { get; set; }

    /// <summary>Takes the interrupts that wait, if they are accepted and this thread executes the CPU.</summary>
    public void TakeInterrupts()
    {
        while (IsOwn(Volatile.Read(ref _ownerThread)) && _interruptsEnabled && _pendingInterrupts.TryDequeue(out byte vector))
        {
            _interruptsEnabled = false;
            _interrupts++;
            try
            {
                RunAsSupervisor(() => Machine.InterruptHandler?.Invoke(this, vector));
            }
            finally
            {
                _interruptsEnabled = true;
            }
        }
    }

    internal void Interrupt(byte vector)
    {
        _pendingInterrupts.Enqueue(vector);
        if (!Machine.DelayInterrupts)
            Serve();
    }

    /// <summary>Takes waiting interrupts where the processor would look for them: at once, or, where they take their time, perhaps.</summary>
    internal void PollInterrupts()
    {
        if (!_pendingInterrupts.IsEmpty && (!Machine.DelayInterrupts || Machine.Adversary is { } adversary && adversary.Chance(50)))
            TakeInterrupts();
    }

    /// <summary>Whether another thread executes this CPU, and not just serves its interrupts.</summary>
    internal bool IsExecutedByAnother
    {
        get
        {
            int owner = Volatile.Read(ref _ownerThread);
            return owner > 0 && !IsOwn(owner);
        }
    }

    /// <summary>Makes the calling thread execute this CPU, unless another does.</summary>
    /// <param name="serving">Whether only to serve its interrupts.</param>
    internal bool TryAcquire(bool serving)
    {
        int thread = Environment.CurrentManagedThreadId;
        if (!IsOwn(Volatile.Read(ref _ownerThread)) && Interlocked.CompareExchange(ref _ownerThread, serving ? -thread : thread, 0) != 0)
            return false;
        _entries++;
        return true;
    }

    internal void Release()
    {
        if (--_entries > 0)
            return;
        Interlocked.Exchange(ref _ownerThread, 0);
        if (!Machine.DelayInterrupts)
            Serve(); // whatever came in while the sender saw the CPU busy
    }

    /// <summary>Takes waiting interrupts on this thread, unless another executes the CPU: then that one will.</summary>
    internal void Serve()
    {
        if (!_pendingInterrupts.IsEmpty && _interruptsEnabled && Machine.TryEnter(this, serving: true, out SimulatedMachine.CpuScope? scope))
        {
            using (scope)
                TakeInterrupts();
        }
    }

    private static bool IsOwn(int owner) => Math.Abs(owner) == Environment.CurrentManagedThreadId;

    /// <summary>Runs a handler as the processor starts it: as supervisor, and, as kernels do first, with AC clear.</summary>
    private void RunAsSupervisor(Action handler)
    {
        (Privilege privilege, bool userAccess) = (Privilege, UserAccessAllowed);
        (Privilege, UserAccessAllowed) = (Privilege.Supervisor, false);
        try
        {
            handler();
        }
        finally
        {
            (Privilege, UserAccessAllowed) = (privilege, userAccess);
        }
    }
}
