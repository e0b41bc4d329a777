using System;
using System.Runtime.Intrinsics.X86;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Machine.Linux;

/// <summary>
/// A Linux process as the library's platform: threads stand for CPUs, there are no interrupts to turn off, and what only
/// ring 0 may do panics.
/// </summary>
public readonly unsafe struct LinuxPlatform(int cpuCount) : IPlatform
{
    /// <inheritdoc/>
    public CpuId CurrentCpu => new((int)LinuxSystem.CurrentThread());

    /// <inheritdoc/>
    public int CpuCount => cpuCount;

    /// <inheritdoc/>
    public int CpuLimit => cpuCount;

    /// <inheritdoc/>
    public InterruptState SaveInterrupts() => InterruptState.Disabled;

    /// <inheritdoc/>
    public void RestoreInterrupts(InterruptState state)
    {
    }

    /// <inheritdoc/>
    public void Pause() => X86Base.Pause();

    /// <inheritdoc/>
    public bool CanFenceRemotely => true;

    /// <inheritdoc/>
    public void FenceRemotely() => LinuxSystem.FenceOtherThreads();

    /// <inheritdoc/>
    public void InvalidatePage(VirtAddr address)
    {
        // A process's tables are its kernel's: there is nothing of ours to drop.
    }

    /// <inheritdoc/>
    public PageTableRoot ReadPageTableRoot()
    {
        Panic.Now("LinuxPlatform: CR3 is out of reach");
        return default;
    }

    /// <inheritdoc/>
    public void WritePageTableRoot(PageTableRoot root) => Panic.Now("LinuxPlatform: CR3 is out of reach");

    /// <inheritdoc/>
    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
        // As for a page: there is nothing of ours to drop.
    }

    /// <inheritdoc/>
    public void FlushCaches() => Panic.Now("LinuxPlatform: the caches are out of reach");

    /// <inheritdoc/>
    public ulong ReadCr0()
    {
        Panic.Now("LinuxPlatform: CR0 is out of reach");
        return 0;
    }

    /// <inheritdoc/>
    public void WriteCr0(ulong value) => Panic.Now("LinuxPlatform: CR0 is out of reach");

    /// <inheritdoc/>
    public ulong ReadCr4()
    {
        Panic.Now("LinuxPlatform: CR4 is out of reach");
        return 0;
    }

    /// <inheritdoc/>
    public void WriteCr4(ulong value) => Panic.Now("LinuxPlatform: CR4 is out of reach");

    /// <inheritdoc/>
    public uint ReadPkru()
    {
        Panic.Now("LinuxPlatform: protection keys are the operating system's");
        return 0;
    }

    /// <inheritdoc/>
    public void WritePkru(uint value) => Panic.Now("LinuxPlatform: protection keys are the operating system's");

    /// <inheritdoc/>
    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf)
    {
        Panic.Now("LinuxPlatform: what the processor has is the operating system's business");
        return default;
    }

    /// <inheritdoc/>
    public void SendInterrupt(CpuId target, byte vector) => Panic.Now("LinuxPlatform: there are no interrupts");

    /// <inheritdoc/>
    public ulong CopyUser([UserMemory] void* destination, [UserMemory] void* source, ulong length)
    {
#pragma warning disable KM3002 // A process has no programs under it: what it calls user memory is its own.
        Buffer.MemoryCopy(source, destination, length, length);
#pragma warning restore KM3002
        return 0;
    }

    /// <inheritdoc/>
    public void ClearMemory(void* address, ulong length)
    {
        // A span counts with an int: a greater length is cleared in parts.
        const ulong PartBytes = 1UL << 30;
        byte* at = (byte*)address;
        for (; length > PartBytes; at += PartBytes, length -= PartBytes)
            new Span<byte>(at, (int)PartBytes).Clear();
        new Span<byte>(at, (int)length).Clear();
    }

    /// <inheritdoc/>
    public void CopyMemory(void* destination, void* source, ulong length) => Buffer.MemoryCopy(source, destination, length, length);

    /// <inheritdoc/>
    public ulong ReadMsr(uint register)
    {
        Panic.Now("LinuxPlatform: model-specific registers are out of reach");
        return 0;
    }

    /// <inheritdoc/>
    public void WriteMsr(uint register, ulong value) => Panic.Now("LinuxPlatform: model-specific registers are out of reach");

    /// <inheritdoc/>
    public ulong ReadTimeStamp() => LinuxSystem.ReadTimeStamp();
}
