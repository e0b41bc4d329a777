using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>What a mapper counts. Sums only ever grow, so that one addition tells of one event; the differences are what there is.</summary>
internal struct MapperCounters
{
    public ulong TablesMade;
    public ulong TablesFreed;
    public ulong Protects;

    /// <summary>Unmapped pages that were never counted as mapped: adopted ones.</summary>
    public ulong ForeignUnmaps;

    private ulong _maps4K;
    private ulong _maps2M;
    private ulong _maps1G;
    private ulong _unmaps4K;
    private ulong _unmaps2M;
    private ulong _unmaps1G;

    public static ref ulong MapsOf(ref MapperCounters counters, PageTableLevel level)
    {
        if (level == PageTableLevel.Pt)
            return ref counters._maps4K;
        return ref level == PageTableLevel.Pd ? ref counters._maps2M : ref counters._maps1G;
    }

    public static ref ulong UnmapsOf(ref MapperCounters counters, PageTableLevel level)
    {
        if (level == PageTableLevel.Pt)
            return ref counters._unmaps4K;
        return ref level == PageTableLevel.Pd ? ref counters._unmaps2M : ref counters._unmaps1G;
    }

    /// <summary>Adds what one CPU did to counters that others read, and write too if they are shared.</summary>
    public static void Count(ref MapperCounters sum, in MapperCounters part, bool isShared)
    {
        Count(ref sum._maps4K, part._maps4K, isShared);
        Count(ref sum._unmaps4K, part._unmaps4K, isShared);
        ulong others = part.TablesMade | part.TablesFreed | part.Protects | part.ForeignUnmaps
            | part._maps2M | part._maps1G | part._unmaps2M | part._unmaps1G;
        if (others == 0)
            return;

        Count(ref sum.TablesMade, part.TablesMade, isShared);
        Count(ref sum.TablesFreed, part.TablesFreed, isShared);
        Count(ref sum.Protects, part.Protects, isShared);
        Count(ref sum.ForeignUnmaps, part.ForeignUnmaps, isShared);
        Count(ref sum._maps2M, part._maps2M, isShared);
        Count(ref sum._maps1G, part._maps1G, isShared);
        Count(ref sum._unmaps2M, part._unmaps2M, isShared);
        Count(ref sum._unmaps1G, part._unmaps1G, isShared);
    }

    /// <summary>Counts in what the calling CPU alone writes: others may read at any time, so each is one store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddOwn(ref ulong sum, ulong part) => Atomic.Store(ref sum, Atomic.Load(in sum) + part);

    /// <summary>Adds what a part of the work did to a sum that nobody else sees.</summary>
    public static void Add(ref MapperCounters sum, in MapperCounters part)
    {
        AddUnmaps(ref sum, part);
        AddMaps(ref sum, part);
    }

    /// <summary>Adds what was taken away. Others may be counting in the part.</summary>
    public static void AddUnmaps(ref MapperCounters sum, in MapperCounters part)
    {
        sum._unmaps4K += Atomic.Load(in part._unmaps4K);
        sum._unmaps2M += Atomic.Load(in part._unmaps2M);
        sum._unmaps1G += Atomic.Load(in part._unmaps1G);
        sum.TablesFreed += Atomic.Load(in part.TablesFreed);
        sum.ForeignUnmaps += Atomic.Load(in part.ForeignUnmaps);
    }

    /// <summary>Adds all else.</summary>
    public static void AddMaps(ref MapperCounters sum, in MapperCounters part)
    {
        sum._maps4K += Atomic.Load(in part._maps4K);
        sum._maps2M += Atomic.Load(in part._maps2M);
        sum._maps1G += Atomic.Load(in part._maps1G);
        sum.TablesMade += Atomic.Load(in part.TablesMade);
        sum.Protects += Atomic.Load(in part.Protects);
    }

    /// <summary>What sums say.</summary>
    public static MapperStatistics ToStatistics(in MapperCounters sum)
    {
        ulong small = Left(sum._maps4K, sum._unmaps4K);
        ulong large = Left(sum._maps2M, sum._unmaps2M);
        ulong huge = Left(sum._maps1G, sum._unmaps1G);
        return new MapperStatistics
        {
            Tables = Left(sum.TablesMade, sum.TablesFreed),
            SmallPages = small,
            LargePages = large + huge,
            MappedBytes = (small * Size4KiB.Bytes) + (large * Size2MiB.Bytes) + (huge * Size1GiB.Bytes),
            Maps = sum._maps4K + sum._maps2M + sum._maps1G,
            Unmaps = sum._unmaps4K + sum._unmaps2M + sum._unmaps1G + sum.ForeignUnmaps,
            Protects = sum.Protects,
        };
    }

    // Whoever unmaps a page may have counted before the one who mapped it.
    private static ulong Left(ulong made, ulong gone) => made > gone ? made - gone : 0;

    private static void Count(ref ulong sum, ulong part, bool isShared)
    {
        if (part == 0)
            return;
        if (isShared)
            Atomic.FetchAdd(ref sum, part);
        else
            AddOwn(ref sum, part);
    }
}
