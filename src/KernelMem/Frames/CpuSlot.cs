using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>What a CPU, or the NMI handler of a CPU, has of an allocator: a cache for each zone, and the lock that guards what they keep.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CpuSlot
{
    /// <summary>The size: whole cache lines, so that no two CPUs share one.</summary>
    public static ulong Size => LineBytes + ZoneLayout.ZoneCount * (ulong)sizeof(FrameCache);

    private const ulong LineBytes = 64;

    /// <summary>The owner is the CPU, or the handler.</summary>
    public BiasedLock Lock;

    /// <summary>Its number: CPUs first, then their NMI handlers.</summary>
    public int Number;

    /// <summary>Whose trees are its: see <see cref="FramePool"/>.</summary>
    public readonly uint Owner => (uint)Number + 1;

    /// <summary>Whether it is an NMI handler's.</summary>
    public bool IsForNmi;

    /// <summary>The caches of a slot, by zone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FrameCache* CachesOf(CpuSlot* slot) => (FrameCache*)((byte*)slot + LineBytes);
}
