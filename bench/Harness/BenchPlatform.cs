using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>What may differ between platforms in cost.</summary>
internal interface IVariant
{
    static abstract CpuId CurrentCpu { get; }

    static abstract bool CanFenceRemotely { get; }

    static abstract InterruptState SaveInterrupts();

    static abstract void RestoreInterrupts(InterruptState state);
}

/// <summary>A thread knows its number; there are no interrupts to turn off.</summary>
internal readonly struct Plain : IVariant
{
    public static CpuId CurrentCpu => Host.CurrentCpu;

    public static bool CanFenceRemotely => true;

    public static InterruptState SaveInterrupts() => InterruptState.Disabled;

    public static void RestoreInterrupts(InterruptState state)
    {
    }
}

/// <summary>The flags are read, and written back, as a kernel that turns interrupts off does.</summary>
internal readonly struct Masking : IVariant
{
    public static CpuId CurrentCpu => Host.CurrentCpu;

    public static bool CanFenceRemotely => true;

    public static InterruptState SaveInterrupts() => Host.SaveFlags() != 0 ? InterruptState.Enabled : InterruptState.Disabled;

    public static void RestoreInterrupts(InterruptState state) => Host.RestoreFlags(state.WereEnabled ? 1u : 0u);
}

/// <summary>As <see cref="Plain"/>, but no CPU can make another one pass a fence, so that fast paths have their own.</summary>
internal readonly struct Fencing : IVariant
{
    public static CpuId CurrentCpu => Host.CurrentCpu;

    public static bool CanFenceRemotely => false;

    public static InterruptState SaveInterrupts() => InterruptState.Disabled;

    public static void RestoreInterrupts(InterruptState state)
    {
    }
}

/// <summary>The number of the CPU is a constant. For one thread: what a free look-up would give.</summary>
internal readonly struct Constant : IVariant
{
    public static CpuId CurrentCpu => default;

    public static bool CanFenceRemotely => true;

    public static InterruptState SaveInterrupts() => InterruptState.Disabled;

    public static void RestoreInterrupts(InterruptState state)
    {
    }
}

/// <summary>
/// A process as the library's platform. It has no translations of its own to drop, and nobody else to interrupt; what benchmarks do not
/// need panics.
/// </summary>
internal readonly unsafe struct BenchPlatform<TVariant> : IPlatform
    where TVariant : unmanaged, IVariant
{
    /// <summary>One CPU for each thread that may call.</summary>
    public const int Cpus = 2;

    public CpuId CurrentCpu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVariant.CurrentCpu;
    }

    public int CpuCount => Cpus;

    public int CpuLimit => Cpus;

    public bool CanFenceRemotely
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVariant.CanFenceRemotely;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public InterruptState SaveInterrupts() => TVariant.SaveInterrupts();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RestoreInterrupts(InterruptState state) => TVariant.RestoreInterrupts(state);

    public void Pause() => Shared.Pause();

    public void FenceRemotely() => Host.FenceOtherThreads();

    public void InvalidatePage(VirtAddr address)
    {
    }

    public PageTableRoot ReadPageTableRoot() => default;

    public void WritePageTableRoot(PageTableRoot root)
    {
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address) => Refuse();

    public void FlushCaches() => Refuse();

    /// <summary>Write protection is on.</summary>
    public ulong ReadCr0() => Cr0.Initial.WithWp(true).Value;

    public void WriteCr0(ulong value) => Refuse();

    /// <summary>Nothing is on but what long mode needs.</summary>
    public ulong ReadCr4() => Cr4.Initial.WithPae(true).Value;

    public void WriteCr4(ulong value) => Refuse();

    public uint ReadPkru()
    {
        Refuse();
        return 0;
    }

    public void WritePkru(uint value) => Refuse();

    /// <summary>A processor with addresses of 52 and 48 bits, the PAT, no-execute pages and pages of 1 GiB.</summary>
    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf)
    {
        const uint FirstExtended = 0x8000_0000;
        const uint Addresses = 0x8000_0008;
        return leaf switch
        {
            1 => new CpuIdLeaf(0, 0, 0, 1u << 16),
            FirstExtended => new CpuIdLeaf(Addresses, 0, 0, 0),
            FirstExtended + 1 => new CpuIdLeaf(0, 0, 0, (1u << 20) | (1u << 26)),
            Addresses => new CpuIdLeaf(52 | (48 << 8), 0, 0, 0),
            _ => default,
        };
    }

    public void SendInterrupt(CpuId target, byte vector) => Refuse();

    public ulong CopyUser([UserMemory] void* destination, [UserMemory] void* source, ulong length)
    {
        Refuse();
        return length;
    }

    public void ClearMemory(void* address, ulong length) => Refuse();

    public void CopyMemory(void* destination, void* source, ulong length) => Refuse();

    /// <summary>No-execute pages are on; the rest is as after reset.</summary>
    public ulong ReadMsr(uint register) => register == Efer.Msr ? Efer.Initial.WithNxe(true).Value : 0;

    public void WriteMsr(uint register, ulong value) => Refuse();

    public ulong ReadTimeStamp() => Host.Ticks();

    private static void Refuse() => Panic.Now("bench: the platform has no such thing");
}
