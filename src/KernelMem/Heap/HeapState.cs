using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Heap;

/// <summary>The books of a heap, but for where it gets memory from. Everything except the first fields is guarded by the lock.</summary>
internal unsafe struct HeapState
{
    public VirtRange Range;
    public AddressWidth Width;
    public HeapSizeClass* Classes;
    public SpinLock Lock;
    public HeapPageMap Pages;
    public ulong MappedPages;
    public ulong PeakMappedPages;
    public ulong AllocatedBytes;
    public ulong Allocations;
    public ulong Frees;
    public ulong Failures;
    public ulong MetadataFrames;

    /// <summary>The address of a page.</summary>
    public readonly VirtAddr AddressOf(int page) => VirtAddr.CreateUnchecked(Range.Start.Value + (ulong)page * Size4KiB.Bytes);

    /// <summary>Pages of the range, as the outside knows them.</summary>
    public readonly PageRange<Size4KiB> PagesOf(HeapRun run) =>
        PageRange<Size4KiB>.Create(Page<Size4KiB>.Create(AddressOf(run.First)), (ulong)run.Count, Width);

    /// <summary>Notes that pages have been mapped.</summary>
    public void AddMapped(int pages)
    {
        MappedPages += (ulong)pages;
        if (MappedPages > PeakMappedPages)
            PeakMappedPages = MappedPages;
    }

    /// <summary>Notes that a block was handed out.</summary>
    public void AddBlock(ulong usableBytes)
    {
        Allocations++;
        AllocatedBytes += usableBytes;
    }

    /// <summary>Notes that a block was freed.</summary>
    public void RemoveBlock(ulong usableBytes)
    {
        Frees++;
        AllocatedBytes -= usableBytes;
    }

    /// <summary>What an address is in this heap.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="block">The block that starts there, if there is one.</param>
    /// <returns><see cref="HeapError.None"/> if a block starts there; otherwise why none does.</returns>
    public readonly HeapError Find(VirtAddr address, out HeapBlock block)
    {
        block = default;
        if (!Range.Contains(address))
            return HeapError.NotAllocated;

        ulong distance = address.Value - Range.Start.Value;
        int page = (int)(distance / Size4KiB.Bytes);
        int offset = (int)(distance % Size4KiB.Bytes);
        if (!Pages.IsUsed(page))
            return HeapError.NotAllocated;

        HeapPage* descriptor = Pages[page];
        switch (descriptor->State)
        {
            case HeapPageState.Slab:
                return FindObject(page, offset, out block);
            case HeapPageState.Block:
                block = new HeapBlock { Page = page, Object = HeapPageMap.None, UsableBytes = (ulong)descriptor->Count * Size4KiB.Bytes };
                return offset == 0 ? HeapError.None : HeapError.NotAnAllocation;
            case HeapPageState.Rest:
                // The first page of a run that comes or goes is no block.
                return Pages[page - descriptor->Count]->State == HeapPageState.Block ? HeapError.NotAnAllocation : HeapError.NotAllocated;
            default:
                return HeapError.NotAllocated;
        }
    }

    private readonly HeapError FindObject(int page, int offset, out HeapBlock block)
    {
        HeapPage* slab = Pages[page];
        HeapSizeClass* sizeClass = Classes + slab->Class;
        int index = sizeClass->IndexOf(offset);
        block = new HeapBlock { Page = page, Object = index, UsableBytes = (ulong)sizeClass->Size };
        if (index >= sizeClass->Objects || !slab->IsAllocated(index))
            return HeapError.NotAllocated;
        return offset == index * sizeClass->Size ? HeapError.None : HeapError.NotAnAllocation;
    }
}

/// <summary>A block: an object of a slab, or a run of pages.</summary>
internal struct HeapBlock
{
    /// <summary>The page that it is in, or begins at.</summary>
    public int Page;

    /// <summary>Which object of the slab; <see cref="HeapPageMap.None"/> if it is a run of pages.</summary>
    public int Object;

    /// <summary>How many bytes it has.</summary>
    public ulong UsableBytes;

    /// <summary>Whether it is an object of a slab.</summary>
    public readonly bool IsObject => Object != HeapPageMap.None;
}

/// <summary>Pages that follow each other, by index.</summary>
internal readonly struct HeapRun(int first, int count)
{
    /// <summary>The first page.</summary>
    public int First => first;

    /// <summary>How many there are; 0 is no run at all.</summary>
    public int Count => count;
}
