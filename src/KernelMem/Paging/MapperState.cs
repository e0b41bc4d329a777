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

    /// <summary>
    /// Counters of each CPU, by its number; none in a program's space, where <see cref="Shared"/> is enough: its pages come by cursor, and
    /// a cursor counts once.
    /// </summary>
    public CpuCounters* OfCpus;
    public int CpuLimit;

    /// <summary>What any CPU counts: kept away from what all only read.</summary>
    public SharedCounters Shared;

    /// <summary>Counts what the calling CPU did. Interrupts are off.</summary>
    public void Count(in MapperCounters done)
    {
        if (OfCpus == null)
            MapperCounters.Count(ref Shared.Value, done, isShared: true);
        else
            MapperCounters.Count(ref OwnCounters, done, isShared: false);
    }

    /// <summary>The counters of the calling CPU, written by it alone. Interrupts are off, and this is the kernel's.</summary>
    public readonly ref MapperCounters OwnCounters => ref OfCpus[Platform.CurrentCpu.Value].Value;

    /// <summary>What there is, and what was done. What other CPUs are just doing may or may not be in it.</summary>
    public MapperStatistics ReadStatistics()
    {
        // Unmaps first: of a page that is mapped and unmapped meanwhile, both or the first alone are in.
        MapperCounters sum = default;
        MapperCounters.AddUnmaps(ref sum, Shared.Value);
        for (int cpu = 0; cpu < CpuLimit; cpu++)
            MapperCounters.AddUnmaps(ref sum, OfCpus[cpu].Value);
        MapperCounters.AddMaps(ref sum, Shared.Value);
        for (int cpu = 0; cpu < CpuLimit; cpu++)
            MapperCounters.AddMaps(ref sum, OfCpus[cpu].Value);
        return MapperCounters.ToStatistics(sum);
    }

    // 64 bytes is a cache line; the pair of lines that are fetched together is 128.
    [StructLayout(LayoutKind.Sequential)]
    public struct SharedCounters
    {
        private fixed ulong _before[16];
        public MapperCounters Value;
        private fixed ulong _behind[16];
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct CpuCounters
    {
        public MapperCounters Value;
    }
}
