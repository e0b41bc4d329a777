using System;
using KernelMem.Addresses;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Tlb;

/// <summary>
/// The CPUs of a <see cref="TlbMachine"/>. An interrupt that was sent waits until the program lets it come (<see cref="TlbProgram"/>), or the
/// CPU waits with interrupts on.
/// </summary>
internal readonly unsafe struct TlbMachinePlatform(TlbMachine* machine, int cpus, bool identifiers) : IPlatform
{
    public CpuId CurrentCpu => new(Execution.CurrentCpu ?? ExplorerPlatform.Standing);

    public int CpuCount => cpus;

    public int CpuLimit => cpus;

    public bool CanFenceRemotely => false;

    private ref TlbMachine.CpuState Own => ref machine->Cpu[CurrentCpu.Value];

    /// <summary>The address of an entry's page.</summary>
    public static VirtAddr AddressOf(int entry) => VirtAddr.Create((ulong)(entry + 1) << 12);

    /// <summary>The root with a number.</summary>
    public static PageTableRoot RootOf(ulong root) => PageTableRoot.Create(Frame.FromNumber(root + 1));

    /// <summary>What the processor makes of a page: what it remembers, or else what the tables say, and that it remembers.</summary>
    public ulong Translate(int entry)
    {
        ref ulong cached = ref Own.Cached[Own.Identifier][entry];
        if (cached == 0)
            cached = Atomic.Load(in machine->Tables[entry]);
        return cached;
    }

    /// <summary>Which of the entries the current root leads to, for a page of a program.</summary>
    public int EntryOf(int page) => ((int)Own.Root * TlbMachine.Pages) + page;

    public InterruptState SaveInterrupts()
    {
        bool before = !Own.InterruptsOff;
        Own.InterruptsOff = true;
        return before ? InterruptState.Enabled : InterruptState.Disabled;
    }

    public void RestoreInterrupts(InterruptState state) => Own.InterruptsOff &= !state.WereEnabled;

    public void Pause() => Execution.Pause();

    public void FenceRemotely() => throw new NotSupportedException("Nobody is fenced here.");

    public void InvalidatePage(VirtAddr address)
    {
        Own.Cached[Own.Identifier][(int)(address.Value >> 12) - 1] = 0;
        WalkAhead();
    }

    public PageTableRoot ReadPageTableRoot() => RootOf(Own.Root).WithPcid((ushort)Own.Identifier);

    public void WritePageTableRoot(PageTableRoot root)
    {
        Assert.IsTrue(identifiers || (root.Pcid == 0 && !root.KeepsTranslations));
        Own.Root = root.Table.Number - 1;
        Own.Identifier = root.Pcid;
        if (!root.KeepsTranslations)
            Own.Drop(root.Pcid);
        WalkAhead();
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
        Assert.AreEqual(InvalidationKind.AllWithGlobals, kind);
        Own.DropAll();
        WalkAhead();
    }

    public void FlushCaches() => throw new NotSupportedException("There is no cache here.");

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value) => throw new NotSupportedException("There is no CR0 here.");

    public ulong ReadCr4() => identifiers ? 1UL << 17 : 0;

    public void WriteCr4(ulong value) => throw new NotSupportedException("There is no CR4 here.");

    public uint ReadPkru() => 0;

    public void WritePkru(uint value) => throw new NotSupportedException("There are no keys here.");

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => leaf switch
    {
        0 => new CpuIdLeaf(7, 0, 0, 0),
        7 when identifiers => new CpuIdLeaf(0, ebx: 1 << 10, 0, 0), // INVPCID
        _ => default,
    };

    public void SendInterrupt(CpuId target, byte vector) => Atomic.Exchange(ref machine->Cpu[target.Value].Wire, 1UL);

    public ulong CopyUser(void* destination, void* source, ulong length) => length;

    public void ClearMemory(void* address, ulong length) => throw new NotSupportedException("There is no memory here.");

    public void CopyMemory(void* destination, void* source, ulong length) => throw new NotSupportedException("There is no memory here.");

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value) => throw new NotSupportedException("There are no registers here.");

    public ulong ReadTimeStamp() => 0;

    // A processor may walk whenever it likes. At once is the worst: what is dropped too early is remembered again.
    private void WalkAhead()
    {
        for (int page = 0; page < TlbMachine.Pages; page++)
            Translate(EntryOf(page));
        Translate(TlbMachine.KernelPage);
    }

    /// <summary>Lets an interrupt come, if one waits and is accepted.</summary>
    public void TakeInterrupt(TlbShootdown<TlbMachinePlatform> tlb)
    {
        if (Own.InterruptsOff || Atomic.Load(in Own.Wire) == 0)
            return;
        Atomic.Exchange(ref Own.Wire, 0UL);
        tlb.HandleInterrupt();
    }
}
