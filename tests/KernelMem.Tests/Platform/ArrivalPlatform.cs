using System;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>A CPU that tells when it has begun to wait.</summary>
internal readonly struct ArrivalPlatform : IPlatform
{
    private static readonly int[] Pauses = new int[8];

    private readonly int _cpu;

    public ArrivalPlatform(int cpu)
    {
        _cpu = cpu;
        Volatile.Write(ref Pauses[cpu], 0);
    }

    public CpuId CurrentCpu => new(_cpu);

    public int CpuCount => Pauses.Length;

    public int CpuLimit => CpuCount;

    public bool WaitUntilPausing()
    {
        int cpu = _cpu;
        return SpinWait.SpinUntil(() => Volatile.Read(ref Pauses[cpu]) != 0, TimeSpan.FromSeconds(60));
    }

    public InterruptState SaveInterrupts() => InterruptState.Enabled;

    public void RestoreInterrupts(InterruptState state)
    {
    }

    public void Pause()
    {
        Interlocked.Increment(ref Pauses[_cpu]);
        Thread.Yield();
    }

    public bool CanFenceRemotely => false;

    public void FenceRemotely()
    {
    }

    public void InvalidatePage(VirtAddr address)
    {
    }

    public PageTableRoot ReadPageTableRoot() => default;

    public void WritePageTableRoot(PageTableRoot root)
    {
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
    }

    public void FlushCaches()
    {
    }

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value)
    {
    }

    public ulong ReadCr4() => 0;

    public void WriteCr4(ulong value)
    {
    }

    public uint ReadPkru() => 0;

    public void WritePkru(uint value)
    {
    }

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => default;

    public void SendInterrupt(CpuId target, byte vector)
    {
    }

    public unsafe ulong CopyUser(void* destination, void* source, ulong length) => length;

    public unsafe void ClearMemory(void* address, ulong length) => NativeMemory.Clear(address, (nuint)length);

    public unsafe void CopyMemory(void* destination, void* source, ulong length) => NativeMemory.Copy(source, destination, (nuint)length);

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value)
    {
    }

    public ulong ReadTimeStamp() => 0;
}
