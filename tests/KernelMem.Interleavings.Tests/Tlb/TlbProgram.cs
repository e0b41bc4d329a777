using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Tlb;

/// <summary>
/// Programs that change page tables, flush, and free frames, while others use the pages. A CPU that uses a page after its frame was freed
/// fails the run. Frame n + 1 is where entry n leads at first, frame n + 11 where it leads once it was changed.
/// </summary>
internal sealed unsafe class TlbProgram : IDisposable
{
    private readonly TlbMachine* _machine;
    private readonly TlbMachinePlatform _platform;
    private readonly TlbContext* _contexts;
    private readonly VirtAddr* _pages;
    private readonly void* _metadata;
    private readonly int _cpus;

    /// <param name="cpus">How many CPUs there are.</param>
    /// <param name="identifiers">Whether they have process-context identifiers.</param>
    /// <param name="joined">How many of them have joined.</param>
    public TlbProgram(int cpus, bool identifiers, int? joined = null)
    {
        _cpus = cpus;
        TlbMachine machine = default;
        for (int entry = 0; entry <= TlbMachine.KernelPage; entry++)
            machine.Tables[entry] = (ulong)entry + 1;
        _machine = Program.Place("machine", machine);

        // Lists to flush lie in place: their addresses are written down, and must be the same in each run.
        _pages = (VirtAddr*)Program.Place<PageList>("pages");
        _contexts = (TlbContext*)Program.Place<TwoContexts>("spaces");
        _platform = new TlbMachinePlatform(_machine, cpus, identifiers);
        ulong bytes = TlbShootdown<TlbMachinePlatform>.MetadataSize(cpus);
        _metadata = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        Tlb = TlbShootdown<TlbMachinePlatform>.Create(_platform, 0x41, _metadata, bytes).Value;
        for (int cpu = 0; cpu < (joined ?? cpus); cpu++)
        {
            ExplorerPlatform.Standing = cpu;
            Tlb.Join();
        }

        ExplorerPlatform.Standing = 0;
        Program.Watch("tlb", _metadata, (int)bytes);
    }

    public ConcurrentProgram Program { get; } = new();

    public TlbShootdown<TlbMachinePlatform> Tlb { get; }

    /// <summary>What each CPU does; then it takes interrupts until all have done theirs.</summary>
    public void SetCpus(params Action[] bodies) => Program.Cpus = [.. bodies.Select(body => (Action)(() =>
    {
        body();
        Atomic.FetchAdd(ref _machine->Ended, 1UL);
        while (Atomic.Load(in _machine->Ended) != (ulong)bodies.Length)
        {
            TakeInterrupt();
            Execution.Pause();
        }
    }))];

    /// <summary>What the standing CPU does before the runs.</summary>
    public static void Before(int cpu, Action body)
    {
        ExplorerPlatform.Standing = cpu;
        body();
        ExplorerPlatform.Standing = 0;
    }

    public void Activate(int space) =>
        Tlb.Activate(space == 0 ? null : _contexts + (space - 1), TlbMachinePlatform.RootOf((ulong)space));

    public void TakeInterrupt() => _platform.TakeInterrupt(Tlb);

    /// <summary>Uses a page of the current space.</summary>
    public void Use(int page) => UseEntry(_platform.EntryOf(page));

    /// <summary>Uses the page of the kernel's part.</summary>
    public void UseKernel() => UseEntry(TlbMachine.KernelPage);

    /// <summary>Changes where a page of a space leads, flushes it, and frees the frame that it led to.</summary>
    public void Change(int space, int page, bool tablesFreed = false) => Change((space * TlbMachine.Pages) + page, _contexts + (space - 1), tablesFreed);

    /// <summary>The same, with a flush of all of the space.</summary>
    public void ChangeAll(int space)
    {
        int first = space * TlbMachine.Pages;
        for (int page = 0; page < TlbMachine.Pages; page++)
            Atomic.Store(ref _machine->Tables[first + page], (ulong)(first + page) + 11);
        Tlb.FlushAll(_contexts + (space - 1));
        for (int page = 0; page < TlbMachine.Pages; page++)
            Atomic.Store(ref _machine->Freed[first + page + 1], 1UL);
    }

    public void ChangeKernel() => Change(TlbMachine.KernelPage, null, tablesFreed: false);

    /// <summary>Reads a space's entry as code does that walks tables with interrupts off: what it leads to must not be freed before the end.</summary>
    public void Walk(int space, int page)
    {
        InterruptState interrupts = _platform.SaveInterrupts();
        ulong frame = Atomic.Load(in _machine->Tables[(space * TlbMachine.Pages) + page]);
        Assert.AreEqual(0UL, Atomic.Load(in _machine->Freed[(int)frame]), "a table was freed under a walk");
        _platform.RestoreInterrupts(interrupts);
    }

    public void Retire(int space)
    {
        Tlb.Retire(_contexts + (space - 1), TlbMachinePlatform.RootOf(0));
        Assert.AreEqual(0, _contexts[space - 1].ActiveCpus);
    }

    public Exploration Run(Bounds bounds) => Explorer.Run(Program, bounds);

    public void Dispose()
    {
        Program.Dispose();
        NativeMemory.AlignedFree(_metadata);
    }

    private void Change(int entry, TlbContext* space, bool tablesFreed)
    {
        Atomic.Store(ref _machine->Tables[entry], (ulong)entry + 11);
        VirtAddr* list = _pages + _platform.CurrentCpu.Value;
        *list = TlbMachinePlatform.AddressOf(entry);
        Tlb.Flush(space, list, 1, tablesFreed);
        *list = VirtAddr.Zero; // whoever reads it now is late
        Atomic.Store(ref _machine->Freed[entry + 1], 1UL);
    }

    // Freed first: a frame that was free before the page was used was used after it was freed.
    private void UseEntry(int entry)
    {
        ulong old = Atomic.Load(in _machine->Freed[entry + 1]);
        ulong frame = _platform.Translate(entry);
        Assert.IsFalse(old != 0 && frame == (ulong)entry + 1, $"CPU {_platform.CurrentCpu.Value} used frame {frame} after it was freed");
    }

    [InlineArray(TlbMachine.CpuLimit)]
    private struct PageList
    {
        private VirtAddr _first;
    }

    private struct TwoContexts
    {
        public TlbContext First;
        public TlbContext Second;
    }
}
