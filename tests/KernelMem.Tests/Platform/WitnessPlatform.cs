using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>A CPU that looks at the lock whenever interrupts go off or on: then, it must be open.</summary>
internal readonly unsafe struct WitnessPlatform(SpinLock* watched) : IPlatform
{
    public CpuId CurrentCpu => default;

    public int CpuCount => 1;

    public int CpuLimit => CpuCount;

    public InterruptState SaveInterrupts()
    {
        Assert.IsFalse(watched->IsHeld, "the lock was taken before interrupts were off");
        return InterruptState.Enabled;
    }

    public void RestoreInterrupts(InterruptState state)
    {
        Assert.IsTrue(state.WereEnabled);
        Assert.IsFalse(watched->IsHeld, "interrupts were on before the lock was open");
    }

    public void Pause() => Assert.Fail("nobody else is here");

    public bool CanFenceRemotely => false;

    public void FenceRemotely() => Assert.Fail("not a lock's business");

    public void InvalidatePage(VirtAddr address) => Assert.Fail("not a lock's business");

    public PageTableRoot ReadPageTableRoot() => default;

    public void WritePageTableRoot(PageTableRoot root) => Assert.Fail("not a lock's business");

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address) => Assert.Fail("not a lock's business");

    public void FlushCaches() => Assert.Fail("not a lock's business");

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value) => Assert.Fail("not a lock's business");

    public ulong ReadCr4() => 0;

    public void WriteCr4(ulong value) => Assert.Fail("not a lock's business");

    public uint ReadPkru() => 0;

    public void WritePkru(uint value) => Assert.Fail("not a lock's business");

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => default;

    public void SendInterrupt(CpuId target, byte vector) => Assert.Fail("not a lock's business");

    public ulong CopyUser(void* destination, void* source, ulong length) => length;

    public void ClearMemory(void* address, ulong length) => NativeMemory.Clear(address, (nuint)length);

    public void CopyMemory(void* destination, void* source, ulong length) => NativeMemory.Copy(source, destination, (nuint)length);

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value) => Assert.Fail("not a lock's business");

    public ulong ReadTimeStamp() => 0;
}
