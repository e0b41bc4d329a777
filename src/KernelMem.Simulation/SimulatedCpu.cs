using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Simulation;

/// <summary>
/// A CPU of a <see cref="SimulatedMachine"/>: registers, a TLB that keeps stale entries until they are flushed, interrupts, and
/// memory accesses that go through the MMU.
/// </summary>
/// <remarks>
/// A CPU executes on one thread at a time: the one that entered it (<see cref="SimulatedMachine.Enter"/>). Paging-structure
/// caches are not simulated yet: a walk always reads the tables.
/// </remarks>
public sealed partial class SimulatedCpu
{
    private const uint EferMsr = 0xC000_0080;
    private const uint PatMsr = 0x277;
    private const ulong AlignmentCheck = 1UL << 18; // RFLAGS.AC
    private const ulong FlushingCr4Bits = (1UL << 5) | (1UL << 7) | (1UL << 12); // PAE, PGE, LA57
    private const ulong Smep = 1UL << 20;

    private readonly TranslationCache _tlb = new();
    private readonly ConcurrentQueue<byte> _pendingInterrupts = new();
    private readonly Dictionary<uint, ulong> _msrs = new() { [PatMsr] = 0x0007_0406_0007_0406 }; // the value after reset
    private MmuRegisters _registers = MmuRegisters.LongMode(cr3: 0);
    private long _walks;
    private long _hits;
    private long _faults;
    private long _pageInvalidations;
    private long _flushes;
    private long _interrupts;
    private int _ownerThread; // negative: it only serves interrupts of a CPU that nobody executes
    private int _entries;
    private volatile bool _interruptsEnabled = true;

    internal SimulatedCpu(SimulatedMachine machine, int number)
    {
        Machine = machine;
        Id = new CpuId(number);
    }

    /// <summary>The machine it belongs to.</summary>
    public SimulatedMachine Machine { get; }

    /// <summary>Its number.</summary>
    public CpuId Id { get; }

    /// <summary>The registers that translation depends on. At first: long mode with the root table at 0.</summary>
    public MmuRegisters Registers => _registers;

    /// <summary>CR0. Writing does not flush: rights are judged anew at each access.</summary>
    public ulong Cr0
    {
        get => _registers.Cr0;
        set => _registers = _registers with { Cr0 = value };
    }

    /// <summary>The address of the last page fault.</summary>
    public ulong Cr2 { get; private set; }

    /// <summary>CR3. Writing drops the translations that are not global (Intel SDM Vol. 3A §4.10.4.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has bits beyond the physical address size.</exception>
    public ulong Cr3
    {
        get => _registers.Cr3;
        set
        {
            if (value >> Machine.Features.PhysicalAddressBits != 0)
                throw new ArgumentOutOfRangeException(nameof(value), $"CR3: 0x{value:X} has reserved bits");
            _registers = _registers with { Cr3 = value };
            _tlb.DropNonGlobal();
            _flushes++;
        }
    }

    /// <summary>CR4. Writing drops all translations if it changes PAE, PGE or LA57, or turns SMEP on.</summary>
    public ulong Cr4
    {
        get => _registers.Cr4;
        set
        {
            ulong before = _registers.Cr4;
            _registers = _registers with { Cr4 = value };
            if (((before ^ value) & FlushingCr4Bits) != 0 || (value & ~before & Smep) != 0)
                FlushAll();
        }
    }

    /// <summary>IA32_EFER, also model-specific register 0xC000_0080.</summary>
    public ulong Efer
    {
        get => _registers.Efer;
        set => _registers = _registers with { Efer = value };
    }

    /// <summary>RFLAGS.AC: whether a supervisor may touch user pages in spite of SMAP (STAC, CLAC).</summary>
    public bool UserAccessAllowed
    {
        get => (_registers.Flags & AlignmentCheck) != 0;
        set => _registers = _registers with { Flags = value ? _registers.Flags | AlignmentCheck : _registers.Flags & ~AlignmentCheck };
    }

    /// <summary>In which mode the code runs. At first: supervisor.</summary>
    public Privilege Privilege { get; set; }

    /// <summary>Whether interrupts are accepted (RFLAGS.IF). At first they are.</summary>
    public bool InterruptsEnabled
    {
        get => _interruptsEnabled;
        set
        {
            _interruptsEnabled = value;
            Serve();
        }
    }

    /// <summary>
    /// What handles a page fault: true means that the access is to be tried again, false that nothing helps. It runs as a kernel's
    /// handler does: as supervisor, with interrupts off and AC clear.
    /// </summary>
    public Func<SimulatedCpu, SimulatedPageFault, bool>? PageFaultHandler { get; set; }

    /// <summary>What it has done.</summary>
    public CpuStatistics Statistics => new(_walks, _hits, _faults, _pageInvalidations, _flushes, _interrupts);

    /// <summary>How many translations its TLB holds.</summary>
    public int CachedTranslations => _tlb.Count;

    /// <summary>Drops the translations of the page that holds an address, whatever its size, global ones too (INVLPG).</summary>
    public void InvalidatePage(VirtAddr address)
    {
        _tlb.Drop(address);
        _pageInvalidations++;
    }

    /// <summary>Drops all translations, global ones too.</summary>
    public void FlushAll()
    {
        _tlb.DropAll();
        _flushes++;
    }

    /// <summary>Reads a model-specific register. One that was never written reads as 0.</summary>
    public ulong ReadMsr(uint register) => register == EferMsr ? Efer : _msrs.GetValueOrDefault(register);

    /// <summary>Writes a model-specific register.</summary>
    public void WriteMsr(uint register, ulong value)
    {
        if (register == EferMsr)
            Efer = value;
        else
            _msrs[register] = value;
    }

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
        Serve();
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
        Serve(); // whatever came in while the sender saw the CPU busy
    }

    /// <summary>Takes waiting interrupts on this thread, unless another executes the CPU: then that one will.</summary>
    private void Serve()
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
