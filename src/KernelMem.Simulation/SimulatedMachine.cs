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

    /// <summary>A machine.</summary>
    /// <param name="memoryBytes">How much physical memory, from address zero on; see <see cref="SimulatedMemory"/>.</param>
    /// <param name="cpuCount">How many CPUs, 1 to 256.</param>
    /// <param name="features">What its MMU can do; the usual if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or count is out of range.</exception>
    public SimulatedMachine(ulong memoryBytes, int cpuCount = 1, MmuFeatures? features = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cpuCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cpuCount, 256);
        Features = features ?? new MmuFeatures();
        Memory = new SimulatedMemory(memoryBytes);
        Mmu = new SoftwareMmu(Memory, Features);
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

    /// <summary>The machine as the library's platform.</summary>
    public SimulatedPlatform Platform => new(_handle);

    /// <summary>
    /// What handles interrupts, given the CPU that takes it and the vector. It runs on the thread that executes that CPU (or, when
    /// none does, on the sender's), with the CPU's interrupts off. An executing CPU takes them at its next access to memory,
    /// when it pauses, and when interrupts are turned on.
    /// </summary>
    public Action<SimulatedCpu, byte>? InterruptHandler { get; set; }

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

        Cpus[cpu].TakeInterrupts();
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
