namespace KernelMem.Boot;

/// <summary>Which kinds of entries cover the place a sweep stands at, and how many of each.</summary>
internal unsafe struct OverlapCounter
{
    private fixed uint _open[MemoryRegionKinds.Count];

    /// <summary>The most severe kind that covers the place, <see cref="MemoryRegionKind.None"/> if nothing does.</summary>
    public readonly MemoryRegionKind MostSevere
    {
        get
        {
            int kind = MemoryRegionKinds.Count - 1;
            while (kind > 0 && _open[kind] == 0)
                kind--;

            return (MemoryRegionKind)kind;
        }
    }

    /// <summary>Steps over an edge.</summary>
    public void Cross(RegionEdge edge)
    {
        if (edge.Opens)
            _open[(int)edge.Kind]++;
        else
            _open[(int)edge.Kind]--;
    }
}
