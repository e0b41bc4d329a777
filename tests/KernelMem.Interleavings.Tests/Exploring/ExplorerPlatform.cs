using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// The CPU of the program under test that calls. Outside of a run it is the one that <see cref="Standing"/> says, with interrupts off.
/// </summary>
/// <param name="cpus">How many there are.</param>
/// <param name="fencesRemotely">Whether a CPU can make the others pass a barrier.</param>
internal readonly struct ExplorerPlatform(int cpus, bool fencesRemotely = true) : IPlatform
{
    [ThreadStatic]
    private static int t_standing;

    /// <summary>The CPU that set-up and checks of this thread pass for.</summary>
    public static int Standing { get => t_standing; set => t_standing = value; }

    public CpuId CurrentCpu => new(Execution.CurrentCpu ?? Standing);

    public int CpuCount => cpus;

    public int CpuLimit => cpus;

    public InterruptState SaveInterrupts() => Execution.SaveInterrupts();

    public void RestoreInterrupts(InterruptState state) => Execution.RestoreInterrupts(state);

    public void Pause() => Execution.Pause();

    public bool CanFenceRemotely => fencesRemotely;

    public void FenceRemotely() => Execution.FenceAll();

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

    public void SendInterrupt(CpuId target, byte vector) => throw new NotSupportedException("Programs state their interrupts.");

    public unsafe ulong CopyUser(void* destination, void* source, ulong length) => length;

    public unsafe void ClearMemory(void* address, ulong length) => NativeMemory.Clear(address, (nuint)length);

    public unsafe void CopyMemory(void* destination, void* source, ulong length) => NativeMemory.Copy(source, destination, (nuint)length);

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value)
    {
    }

    public ulong ReadTimeStamp() => 0;
}
