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

    /// <summary>Adds what one CPU did.</summary>
    public static void Add(ref MapperCounters sum, in MapperCounters part)
    {
        Add(ref sum._maps4K, part._maps4K);
        Add(ref sum._unmaps4K, part._unmaps4K);
        ulong others = part.TablesMade | part.TablesFreed | part.Protects | part.ForeignUnmaps
            | part._maps2M | part._maps1G | part._unmaps2M | part._unmaps1G;
        if (others == 0)
            return;

        Add(ref sum.TablesMade, part.TablesMade);
        Add(ref sum.TablesFreed, part.TablesFreed);
        Add(ref sum.Protects, part.Protects);
        Add(ref sum.ForeignUnmaps, part.ForeignUnmaps);
        Add(ref sum._maps2M, part._maps2M);
        Add(ref sum._maps1G, part._maps1G);
        Add(ref sum._unmaps2M, part._unmaps2M);
        Add(ref sum._unmaps1G, part._unmaps1G);
    }

    /// <summary>What there is, and what was done. What other CPUs are just doing may or may not be in it.</summary>
    public static MapperStatistics Read(in MapperCounters counters)
    {
        // Unmaps first: a page that is mapped and unmapped meanwhile must not make the difference negative.
        ulong small = Atomic.Load(in counters._unmaps4K);
        ulong large = Atomic.Load(in counters._unmaps2M);
        ulong huge = Atomic.Load(in counters._unmaps1G);
        ulong freed = Atomic.Load(in counters.TablesFreed);
        ulong mapsSmall = Atomic.Load(in counters._maps4K);
        ulong mapsLarge = Atomic.Load(in counters._maps2M);
        ulong mapsHuge = Atomic.Load(in counters._maps1G);
        return new MapperStatistics
        {
            Tables = Atomic.Load(in counters.TablesMade) - freed,
            SmallPages = mapsSmall - small,
            LargePages = mapsLarge - large + (mapsHuge - huge),
            MappedBytes = ((mapsSmall - small) * Size4KiB.Bytes) + ((mapsLarge - large) * Size2MiB.Bytes) + ((mapsHuge - huge) * Size1GiB.Bytes),
            Maps = mapsSmall + mapsLarge + mapsHuge,
            Unmaps = small + large + huge + Atomic.Load(in counters.ForeignUnmaps),
            Protects = Atomic.Load(in counters.Protects),
        };
    }

    /// <summary>Adds what a part of the work did, where nobody else adds.</summary>
    public static void AddOwn(ref MapperCounters sum, in MapperCounters part)
    {
        sum.TablesMade += part.TablesMade;
        sum.TablesFreed += part.TablesFreed;
        sum.Protects += part.Protects;
        sum.ForeignUnmaps += part.ForeignUnmaps;
        sum._maps4K += part._maps4K;
        sum._maps2M += part._maps2M;
        sum._maps1G += part._maps1G;
        sum._unmaps4K += part._unmaps4K;
        sum._unmaps2M += part._unmaps2M;
        sum._unmaps1G += part._unmaps1G;
    }

    private static void Add(ref ulong sum, ulong part)
    {
        if (part != 0)
            Atomic.FetchAdd(ref sum, part);
    }
}
