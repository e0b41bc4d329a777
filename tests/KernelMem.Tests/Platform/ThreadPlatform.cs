using System;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>
/// Real threads as CPUs, as fast as can be, so that they meet often: a thread says once which CPU it is. There are no interrupts. Whether
/// CPUs can fence each other remotely is a choice.
/// </summary>
internal readonly struct ThreadPlatform(int cpus, bool fences) : IPlatform
{
    [ThreadStatic]
    private static int t_cpu;

    [ThreadStatic]
    private static Action? t_onFence;

    [ThreadStatic]
    private static Action? t_onPause;

    public CpuId CurrentCpu => new(t_cpu);

    public int CpuCount => cpus;

    public int CpuLimit => cpus;

    public bool CanFenceRemotely => fences;

    /// <summary>From now on, the calling thread is a CPU.</summary>
    public static void Be(int cpu) => t_cpu = cpu;

    /// <summary>What happens elsewhere when the calling thread fences other CPUs, and when it waits.</summary>
    public static void Meanwhile(Action? onFence, Action? onPause)
    {
        t_onFence = onFence;
        t_onPause = onPause;
    }

    public void FenceRemotely()
    {
        Assert.IsTrue(fences, "a platform that cannot fence remotely was asked to");
        Interlocked.MemoryBarrierProcessWide();
        t_onFence?.Invoke();
    }

    public InterruptState SaveInterrupts() => InterruptState.Disabled;

    public void RestoreInterrupts(InterruptState state)
    {
    }

    /// <summary>Waiting gives the other threads their turn: tests run on few processors.</summary>
    public void Pause()
    {
        t_onPause?.Invoke();
        Thread.Yield();
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
