namespace KernelMem.Boot;

/// <summary>A place where an entry of the raw map begins or ends. Two of them are all the normaliser keeps of an entry.</summary>
internal readonly struct RegionEdge
{
    public RegionEdge(ulong address, MemoryRegionKind kind, bool opens)
    {
        Address = address;
        Kind = kind;
        Opens = opens;
    }

    /// <summary>The physical address, up to and including 2^52.</summary>
    public ulong Address { get; }

    public MemoryRegionKind Kind { get; }

    /// <summary>Whether the entry begins here; otherwise it ends here.</summary>
    public bool Opens { get; }
}
