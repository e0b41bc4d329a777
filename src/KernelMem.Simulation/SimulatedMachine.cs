using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>
/// A machine in a process: physical memory, an MMU, CPUs, and a platform for the code under test. Many may exist at once; they
/// share nothing.
/// </summary>
/// <example>
/// <code>
/// using var machine = new SimulatedMachine(memoryBytes: 64 &lt;&lt; 20);
/// using (machine.Enter(0))
/// {
///     // … build tables through machine.Memory.DirectMap, set machine.Cpus[0].Cr3 …
///     machine.Cpus[0].WriteByte(VirtAddr.Create(0x1000_0000), 42);
/// }
/// </code>
/// </example>
public sealed class SimulatedMachine : IDisposable
{
    private static readonly ConcurrentDictionary<int, SimulatedMachine> Machines = new();
    private static int s_lastHandle;

    private readonly int _handle;
    private readonly ThreadLocal<SimulatedCpu?> _current = new();
    private long _time;
    private bool _inHandler;

    /// <summary>A machine.</summary>
    /// <param name="memoryBytes">How much physical memory, from address zero on; see <see cref="SimulatedMemory"/>.</param>
    /// <param name="cpuCount">How many CPUs, 1 to 256.</param>
    /// <param name="features">What its MMU can do; the usual if null.</param>
    /// <param name="adversary">Makes it do its worst (<see cref="Adversary"/>); if null, it is as predictable as can be.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or count is out of range.</exception>
    /// <exception cref="InvalidOperationException">The encryption bit is below the physical address size or above 51.</exception>
    public SimulatedMachine(ulong memoryBytes, int cpuCount = 1, MmuFeatures? features = null, AdversaryOptions? adversary = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cpuCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cpuCount, 256);
        Features = features ?? new MmuFeatures();
        Memory = new SimulatedMemory(memoryBytes);
        Mmu = new SoftwareMmu(Memory, Features);
        if (adversary is not null)
        {
            Adversary = new Adversary(this, adversary);
            DelayInterrupts = adversary.DelayInterrupts;
            StaleUses.IsRecording = true;
        }

        Cpus = [.. Enumerable.Range(0, cpuCount).Select(number => new SimulatedCpu(this, number))];
        _handle = Interlocked.Increment(ref s_lastHandle);
        Machines[_handle] = this;
    }

    /// <summary>Its physical memory.</summary>
    public SimulatedMemory Memory { get; }

    /// <summary>Its MMU, as it works without TLBs.</summary>
    public SoftwareMmu Mmu { get; }

    /// <summary>What its MMU can do.</summary>
    public MmuFeatures Features { get; }

    /// <summary>Its CPUs, by number.</summary>
    public IReadOnlyList<SimulatedCpu> Cpus { get; }

    /// <summary>What makes it do its worst; null on an ordinary machine.</summary>
    public Adversary? Adversary { get; }

    /// <summary>The uses of stale entries.</summary>
    public StaleUses StaleUses { get; } = new();

    /// <summary>The frames that were freed, as the test tells, and who reached them all the same.</summary>
    public FreedFrames FreedFrames { get; } = new();

    /// <summary>The machine as the library's platform.</summary>
    public SimulatedPlatform Platform => new(_handle);

    /// <summary>
    /// What handles interrupts, given the CPU that takes it and the vector. It runs on the thread that executes that CPU (or, when
    /// none does, on the sender's), with the CPU's interrupts off. An executing CPU takes them at its next access to memory,
    /// when it pauses, and when interrupts are turned on.
    /// </summary>
    public Action<SimulatedCpu, byte>? InterruptHandler { get; set; }

    /// <summary>
    /// Whether interrupts take their time. A CPU then takes them where it is told to (<see cref="SimulatedCpu.TakeInterrupts"/>), when it
    /// pauses, and, unless a thread executes it, when another CPU pauses. With an <see cref="Adversary"/>, the seed decides about another's
    /// pause, and the CPU may take them at the usual points too.
    /// </summary>
    public bool DelayInterrupts { get; set; }

    /// <summary>
    /// Called before each instruction that the code under test executes through its platform (flushes, CR3, interrupts on and off, pauses,
    /// registers), with the CPU that executes it: here a test lets other CPUs work in between, on the same thread. Not called for
    /// instructions that it leads to itself. The code under test may hold locks: touch memory, take interrupts, but do not call it. For
    /// machines that one thread executes.
    /// </summary>
    public Action<SimulatedCpu>? BeforeInstruction { get; set; }

    /// <summary>
    /// Addresses that are the test's own host memory, e.g. a buffer on its stack: <c>CopyUser</c> uses them directly. None
    /// unless set: everything goes through the MMU.
    /// </summary>
    public VirtRange? HostPointers { get; set; }

    /// <summary>The CPU that the calling thread executes.</summary>
    /// <exception cref="InvalidOperationException">It executes none.</exception>
    public SimulatedCpu CurrentCpu => _current.Value ?? throw new InvalidOperationException(
        "this thread executes no CPU of the machine: using (machine.Enter(number)) { … }");

    /// <summary>
    /// Makes the calling thread execute a CPU until the result is disposed of. May be nested. Waits while another thread serves an
    /// interrupt of the idle CPU.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such CPU.</exception>
    /// <exception cref="InvalidOperationException">Another thread executes it.</exception>
    public CpuScope Enter(int cpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, Cpus.Count);
        CpuScope? scope;
        while (!TryEnter(Cpus[cpu], serving: false, out scope))
        {
            // A sender that serves an interrupt of this idle CPU is soon done.
            if (Cpus[cpu].IsExecutedByAnother)
                throw new InvalidOperationException($"another thread executes CPU {cpu}");
            Thread.Yield();
        }

        Cpus[cpu].PollInterrupts();
        return scope;
    }

    /// <summary>Lets time pass.</summary>
    public void AdvanceTime(ulong ticks) => Interlocked.Add(ref _time, (long)ticks);

    /// <summary>Ends the machine and gives its memory back. No thread may still use it.</summary>
    public void Dispose()
    {
        Machines.TryRemove(_handle, out _);
        _current.Dispose();
        Memory.Dispose();
    }

    internal static SimulatedMachine Find(int handle) => Machines.TryGetValue(handle, out SimulatedMachine? machine)
        ? machine
        : throw new InvalidOperationException("the platform belongs to no machine, or to one that was disposed of");

    /// <summary>The time-stamp counter: each reading takes one tick.</summary>
    internal ulong ReadTime() => (ulong)Interlocked.Increment(ref _time);

    /// <summary>The calling thread is about to execute an instruction of the platform, if it executes a CPU.</summary>
    internal void BeginInstruction()
    {
        if ((Adversary is null && BeforeInstruction is null) || _current.Value is not { } cpu)
            return;
        Adversary?.OnStep();
        if (BeforeInstruction is not { } handler || _inHandler)
            return;
        _inHandler = true;
        try
        {
            handler(cpu);
        }
        finally
        {
            _inHandler = false;
        }
    }

    /// <summary>A CPU pauses: time passes for those that no thread executes.</summary>
    internal void PassTime()
    {
        if (!DelayInterrupts)
            return;
        foreach (SimulatedCpu cpu in Cpus)
        {
            if (Adversary is null || Adversary.Chance(50))
                cpu.Serve();
        }
    }

    internal bool TryEnter(SimulatedCpu cpu, bool serving, [NotNullWhen(true)] out CpuScope? scope)
    {
        scope = null;
        if (!cpu.TryAcquire(serving))
            return false;
        scope = new CpuScope(cpu, _current.Value);
        _current.Value = cpu;
        return true;
    }

    /// <summary>A stretch of a thread during which it executes a CPU. Dispose of it on the same thread, innermost first.</summary>
    public sealed class CpuScope : IDisposable
    {
        private readonly SimulatedCpu? _previous;
        private bool _left;

        internal CpuScope(SimulatedCpu cpu, SimulatedCpu? previous)
        {
            Cpu = cpu;
            _previous = previous;
        }

        /// <summary>The CPU.</summary>
        public SimulatedCpu Cpu { get; }

        /// <summary>Goes back to the CPU that the thread executed before, if any.</summary>
        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            Cpu.Machine._current.Value = _previous;
            Cpu.Release();
        }
    }
}
