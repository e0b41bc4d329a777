using KernelMem.Addresses;
using KernelMem.Platform;
using KernelMem.Simulation;

namespace KernelMem.Tests.Paging;

/// <summary>The CPUs of a simulated machine, but for the flushes that <see cref="AdversaryFaults"/> leave out.</summary>
internal readonly unsafe struct AdversaryPlatform(int handle) : IPlatform
{
    private const ulong GlobalPages = 1UL << 7;
    private const ulong ContextIdentifiers = 1UL << 17;

    public CpuId CurrentCpu => Inner.CurrentCpu;

    public int CpuCount => Inner.CpuCount;

    public int CpuLimit => Inner.CpuLimit;

    public bool CanFenceRemotely => Inner.CanFenceRemotely;

    private AdversaryFaults Faults => AdversaryFaults.Of(handle);

    private SimulatedPlatform Inner => Faults.Machine.Platform;

    public InterruptState SaveInterrupts() => Inner.SaveInterrupts();

    public void RestoreInterrupts(InterruptState state) => Inner.RestoreInterrupts(state);

    public void Pause() => Inner.Pause();

    public void FenceRemotely() => Inner.FenceRemotely();

    public void InvalidatePage(VirtAddr address)
    {
        SimulatedCpu cpu = Faults.Machine.CurrentCpu;
        if (Faults.LeavesOutPage(cpu.Id.Value, address))
            return;
        if (Faults.Is(LeftOut.Global) && cpu.Machine.Features.InvPcid)
            Inner.InvalidateContext(InvalidationKind.Address, Inner.ReadPageTableRoot().Pcid, address);
        else
            Inner.InvalidatePage(address);
    }

    public PageTableRoot ReadPageTableRoot() => Inner.ReadPageTableRoot();

    public void WritePageTableRoot(PageTableRoot root)
    {
        SimulatedCpu cpu = Faults.Machine.CurrentCpu;
        bool isFlush = PageTableRoot.FromRegister(cpu.Cr3) == root;
        if (isFlush && (Faults.LeavesOut(cpu.Id.Value) || Faults.Is(LeftOut.Space)))
            return;
        bool keeps = Faults.Is(LeftOut.Identifier) && !isFlush && (cpu.Cr4 & ContextIdentifiers) != 0;
        Inner.WritePageTableRoot(keeps ? root.WithKeepsTranslations(true) : root);
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
        if (Faults.LeavesOut(CurrentCpu.Value) || Faults.Is(LeftOut.Everything))
            return;
        Inner.InvalidateContext(Faults.Is(LeftOut.Global) ? InvalidationKind.All : kind, pcid, address);
    }

    public void FlushCaches() => Inner.FlushCaches();

    public ulong ReadCr0() => Inner.ReadCr0();

    public void WriteCr0(ulong value) => Inner.WriteCr0(value);

    public ulong ReadCr4() => Inner.ReadCr4();

    public void WriteCr4(ulong value)
    {
        // Once the machine is up, CR4 is written to turn PGE off and on.
        SimulatedCpu cpu = Faults.Machine.CurrentCpu;
        if (!Faults.LeavesOut(cpu.Id.Value) && !Faults.Is(LeftOut.Everything) && !Faults.Is(LeftOut.Global))
            Inner.WriteCr4(value);
        else if (Faults.Is(LeftOut.Global) && (value & GlobalPages) == 0)
            Inner.WritePageTableRoot(Inner.ReadPageTableRoot()); // all but global ones
    }

    public uint ReadPkru() => Inner.ReadPkru();

    public void WritePkru(uint value) => Inner.WritePkru(value);

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => Inner.ReadCpuId(leaf, subleaf);

    public void SendInterrupt(CpuId target, byte vector) => Inner.SendInterrupt(target, vector);

    public ulong CopyUser(void* destination, void* source, ulong length) => Inner.CopyUser(destination, source, length);

    public void ClearMemory(void* address, ulong length) => Inner.ClearMemory(address, length);

    public void CopyMemory(void* destination, void* source, ulong length) => Inner.CopyMemory(destination, source, length);

    public ulong ReadMsr(uint register) => Inner.ReadMsr(register);

    public void WriteMsr(uint register, ulong value) => Inner.WriteMsr(register, value);

    public ulong ReadTimeStamp() => Inner.ReadTimeStamp();
}
