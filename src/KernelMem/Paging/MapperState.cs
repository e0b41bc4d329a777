using System.Runtime.InteropServices;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>What a mapper keeps, in its owner's memory.</summary>
internal unsafe struct MapperState<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    public TPlatform Platform;
    public FrameAllocator<TPlatform> Frames;
    public TableTree Tree;
    public AddressLayout Layout;

    /// <summary>Whether the kernel's part is changed through this mapper.</summary>
    public bool IsKernel;

    /// <summary>
    /// Whether some tables were made by someone else. Then marks in entries mean nothing, no table is locked by itself, and one lock
    /// guards all changes.
    /// </summary>
    public bool IsAdopted;

    /// <summary>G, the bit of an entry, if every page that the layout gives to the kernel is mapped global; otherwise 0.</summary>
    public ulong KernelGlobal;

    /// <summary>Whether entries of the shared part of the root were given out.</summary>
    public bool IsSealed;

    public SpinLock AdoptedLock;

    /// <summary>How the TLB floor knows a program's space.</summary>
    public TlbContext Context;

    /// <summary>Which tags are those of ranges that were unmapped and not flushed yet; one bit each.</summary>
    public ulong PendingLow;
    public ulong PendingHigh;

    /// <summary>Written by all CPUs: kept away from what they only read.</summary>
    public PaddedCounters Counters;

    // 64 bytes is a cache line; the pair of lines that are fetched together is 128.
    [StructLayout(LayoutKind.Sequential)]
    public struct PaddedCounters
    {
        private fixed ulong _before[16];
        public MapperCounters Value;
        private fixed ulong _behind[16];
    }
}
