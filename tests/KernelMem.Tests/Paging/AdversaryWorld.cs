using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Frames;

namespace KernelMem.Tests.Paging;

/// <summary>The machine of one schedule.</summary>
internal sealed record AdversarySetup(ulong Seed)
{
    public LeftOut LeftOut { get; init; }

    public AddressWidth Width => (Seed & 1) == 0 ? AddressWidth.Bits48 : AddressWidth.Bits57;

    public int Cpus => 2 + (int)(Seed % 3);

    public bool Identifiers => Seed / 2 % 3 != 0;

    public bool GlobalPages => Seed / 6 % 4 != 0;

    /// <summary>Whether the mapper makes all of the kernel's pages global, and the shootdown was told so.</summary>
    public bool KernelIsGlobal => GlobalPages && Seed / 24 % 2 == 0;
}

/// <summary>
/// A machine that does its worst, with a kernel's mapper and programs' spaces, whose CPUs touch memory between any two instructions of the
/// platform. It tells the machine of every frame that the allocator gets back, and notes the first thing that must not be.
/// </summary>
internal sealed unsafe class AdversaryWorld : IDisposable
{
    public const int Kernel = 0;
    public const int Programs = 3;
    public const byte Vector = 0xFD;

    private const ulong FrameCount = 2047;

    private readonly FrameWorld<AdversaryPlatform> _frames;
    private readonly List<GuardedMemory> _buffers = [];
    private readonly bool[] _allocated = new bool[FrameCount + 1];
    private readonly uint[] _generations = new uint[FrameCount + 1];
    private readonly List<ulong> _held = [];
    private readonly SortedSet<ulong> _freed = [];
    private readonly Random _random;
    private readonly void*[] _metadata = new void*[Programs + 1];
    private readonly PageMapper<AdversaryPlatform>[] _mappers = new PageMapper<AdversaryPlatform>[Programs + 1];
    private AdversaryFaults? _faults;

    public AdversaryWorld(AdversarySetup setup, IReadOnlyList<ulong> pages)
    {
        Setup = setup;
        Pages = pages;
        _random = new Random((int)setup.Seed);
        MmuFeatures features = new()
        {
            Pge = setup.GlobalPages,
            Pcid = setup.Identifiers,
            InvPcid = setup.Identifiers || setup.Seed / 12 % 2 == 0,
            Smep = false,
            Smap = false,
            Pku = false,
            Pks = false,
        };
        FramePlan plan = new()
        {
            Usable = [(1, FrameCount)],
            Cpus = setup.Cpus,
            Features = features,
            Adversary = new AdversaryOptions { Seed = setup.Seed, LookAheadPercent = 10 },
        };
        _frames = new FrameWorld<AdversaryPlatform>(plan, MakePlatform, fill: false);
        Running = new int[setup.Cpus];
        for (int cpu = 0; cpu < setup.Cpus; cpu++)
        {
            using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
            scope.Cpu.Cr4 |= setup.Width == AddressWidth.Bits57 ? 1UL << 12 : 0;
            Assert.IsTrue(CpuFeatures.Enable(Platform).IsSuccess);
        }

        ulong bytes = TlbShootdown<AdversaryPlatform>.MetadataSize(setup.Cpus);
        Tlb = TlbShootdown<AdversaryPlatform>.Create(Platform, Vector, Buffer(bytes), bytes).Value;
        Assert.AreEqual(setup.Identifiers, Tlb.UsesIdentifiers);
        MakeSpaces();
        Faults.IsUp = true;
        Machine.BeforeInstruction = LetOthersWork;
        Scan();
    }

    public AdversarySetup Setup { get; }

    /// <summary>Pages of programs and the kernel that CPUs touch at any time.</summary>
    public IReadOnlyList<ulong> Pages { get; }

    public SimulatedMachine Machine => _frames.Machine;

    public AdversaryFaults Faults => _faults!;

    public AdversaryPlatform Platform => Faults.Platform;

    public FrameAllocator<AdversaryPlatform> Allocator => _frames.Allocator;

    public TlbShootdown<AdversaryPlatform> Tlb { get; }

    /// <summary>By CPU: the space that is current.</summary>
    public int[] Running { get; }

    /// <summary>Whether frames may go back to the allocator now: the machine is told at once.</summary>
    public bool IsPaying { get; set; }

    /// <summary>The first thing that must not be; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether an entry that the tables do not back was used for it.</summary>
    public bool UsedStaleEntry { get; private set; }

    public static bool IsKernelPage(ulong page) => page >= 0x8000_0000;

    public PageMapper<AdversaryPlatform> Mapper(int owner) => _mappers[owner];

    /// <summary>Whether code on a CPU may use memory of an owner.</summary>
    public bool MayUse(int cpu, int owner) => owner == Kernel || (Running[cpu] == owner && !Faults.Lazy[cpu]);

    /// <summary>A program's space ends, and another begins in the same place. Nothing is mapped in it, and nothing owed.</summary>
    public void Renew(int owner)
    {
        for (int cpu = 0; cpu < Setup.Cpus; cpu++)
        {
            if (Running[cpu] == owner && !Faults.Lazy[cpu])
                Activate(cpu, Kernel);
        }

        IsPaying = true;
        _mappers[owner].Retire(Tlb, _mappers[Kernel].Root);
        for (int cpu = 0; cpu < Setup.Cpus; cpu++)
            Running[cpu] = Running[cpu] == owner ? Kernel : Running[cpu];
        _mappers[owner].Destroy();
        Scan();
        IsPaying = false;
        MakeSpace(owner);
    }

    public void Activate(int cpu, int owner)
    {
        using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
        Faults.CatchingUp = Faults.Lazy[cpu] && owner == Running[cpu] ? cpu : -1;
        _mappers[owner].Activate(Tlb);
        Faults.CatchingUp = -1;
        (Running[cpu], Faults.Lazy[cpu]) = (owner, false);
    }

    public void ChangeLaziness(int cpu)
    {
        using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
        if (!Faults.Lazy[cpu])
        {
            Faults.Lazy[cpu] = true;
            Tlb.EnterLazy();
            return;
        }

        Faults.CatchingUp = cpu;
        Tlb.LeaveLazy();
        Faults.CatchingUp = -1;
        Faults.Lazy[cpu] = false;
    }

    /// <summary>What a CPU meets; a fault that does not come again is none.</summary>
    public MmuResult Touch(int cpu, ulong address, MemoryAccess access)
    {
        using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
        MmuResult result = scope.Cpu.Translate(At(address), access);
        return result.Outcome == MmuOutcome.Translated ? result : scope.Cpu.Translate(At(address), access);
    }

    public void Fail(int cpu, ulong address, string what)
    {
        long step = Machine.Adversary!.Step;
        Note($"CPU {cpu}: 0x{address:X} {what}; seed {Setup.Seed}, step {step}", cpu, address, step);
    }

    /// <summary>Tells the machine which frames were freed, and looks whether a freed one was reached.</summary>
    public void Scan()
    {
        _held.Clear();
        for (ulong number = 1; number <= FrameCount; number++)
        {
            if (Look(number).Block.Number == number && _allocated[number])
                _held.Add(number);
        }

        LookForAccesses();
    }

    /// <summary>While nobody allocates, all that was freed and is not used again is forbidden, to the tables too.</summary>
    public void ForbidFree(bool forbid)
    {
        foreach (ulong number in _freed)
        {
            if (forbid)
                Machine.FreedFrames.Add(Frame.FromNumber(number).Start);
            else
                Machine.FreedFrames.Remove(Frame.FromNumber(number).Start);
        }
    }

    public void LookForAccesses()
    {
        if (Machine.FreedFrames.Count == 0 || Failure is not null)
            return;
        FreedFrameAccess access = Machine.FreedFrames.Accesses[0];
        Note(access.ToString(), access.Cpu.Value, access.Address.Value, access.Step);
    }

    public void* Buffer(ulong bytes)
    {
        var buffer = GuardedMemory.AgainstEnd((int)bytes);
        _buffers.Add(buffer);
        return buffer.Start;
    }

    public static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);

    public void Dispose()
    {
        Faults.Forget();
        _frames.Dispose();
        foreach (GuardedMemory buffer in _buffers)
            buffer.Dispose();
    }

    private AdversaryPlatform MakePlatform(SimulatedMachine machine)
    {
        _faults = new AdversaryFaults(machine, Setup.LeftOut);
        machine.InterruptHandler = (cpu, _) =>
        {
            _faults.Answering[cpu.Id.Value]++;
            Tlb.HandleInterrupt();
            _faults.Answering[cpu.Id.Value]--;
        };
        foreach (ulong page in Pages)
            machine.Adversary!.Watch(VirtRange.Create(At(page), 4096));
        return _faults.Platform;
    }

    private void MakeSpaces()
    {
        ulong bytes = PageMapper<AdversaryPlatform>.KernelMetadataSize(Setup.Cpus);
        for (int owner = 0; owner <= Programs; owner++)
            _metadata[owner] = Buffer(bytes);
        PageMapper<AdversaryPlatform> kernel = PageMapper<AdversaryPlatform>.CreateKernel(
            Platform, Allocator, _frames.DirectMap, AddressLayout.Standard, Setup.Width, _metadata[Kernel], bytes).Value;
        _mappers[Kernel] = kernel;
        foreach (ulong page in Pages.Where(IsKernelPage))
            Assert.IsTrue(kernel.Prepare(VirtRange.Create(At(page), 4096)).IsSuccess);
        if (Setup.KernelIsGlobal)
        {
            kernel.SetKernelPagesGlobal();
            Tlb.SetKernelPagesGlobal(AddressLayout.Standard);
        }

        for (int cpu = 0; cpu < Setup.Cpus; cpu++)
        {
            using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
            kernel.Activate(Platform);
            Tlb.Join();
        }

        for (int owner = 1; owner <= Programs; owner++)
            MakeSpace(owner);
    }

    private void MakeSpace(int owner) =>
        _mappers[owner] = _mappers[Kernel].CreateUser(_metadata[owner], PageMapper<AdversaryPlatform>.MetadataSize).Value;

    /// <summary>Between two instructions of a CPU, another uses its memory.</summary>
    private void LetOthersWork(SimulatedCpu executing)
    {
        if (IsPaying)
        {
            foreach (ulong number in _held)
                Look(number);
        }

        if (_random.Next(6) != 0)
            return;
        int cpu = _random.Next(Setup.Cpus);
        ulong page = Pages[_random.Next(Pages.Count)];
        if (cpu == executing.Id.Value || !MayUse(cpu, IsKernelPage(page) ? Kernel : Math.Max(Running[cpu], 1)))
            return;
        Touch(cpu, page, _random.Next(2) == 0 ? MemoryAccess.Read : MemoryAccess.Write);
        LookForAccesses();
    }

    private FrameInfo Look(ulong number)
    {
        FrameInfo info = Allocator.GetInfo(Frame.FromNumber(number));
        bool allocated = info.State == FrameState.Allocated;
        PhysAddr start = Frame.FromNumber(number).Start;
        if (_allocated[number] && (!allocated || info.Generation != _generations[number]))
        {
            // What was cached before now is forbidden. It may be used again at any moment.
            Machine.FreedFrames.Add(start);
            Machine.FreedFrames.Remove(start);
        }

        if (allocated)
            _freed.Remove(number);
        else if (_allocated[number])
            _freed.Add(number);
        (_allocated[number], _generations[number]) = (allocated, info.Generation);
        return info;
    }

    private void Note(string failure, int cpu, ulong address, long step)
    {
        Failure ??= failure;
        UsedStaleEntry |= Machine.StaleUses.Uses.Any(use => use.Cpu.Value == cpu && use.Address.Value >> 12 == address >> 12 && use.Step == step);
    }
}
