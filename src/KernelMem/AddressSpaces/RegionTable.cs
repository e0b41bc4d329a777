using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <summary>
/// The regions of an address space, by ascending address, in a block of frames that doubles when it is full. Finding takes
/// O(log n) steps, inserting O(n).
/// </summary>
internal unsafe struct RegionTable
{
    private Region* _regions;
    private Frame _block;
    private int _order;

    /// <summary>How many regions there are.</summary>
    public int Count { readonly get; private set; }

    private readonly int Capacity => _regions == null ? 0 : (int)((Frame.Size << _order) / (ulong)sizeof(Region));

    public readonly ref Region this[int index]
    {
        get
        {
            Panic.Assert((uint)index < (uint)Count, "RegionTable: no region of that index");

            // SAFETY: the block has room for the capacity, and the count never exceeds that.
            return ref _regions[index];
        }
    }

    /// <summary>Makes room for some more regions, so that inserting them cannot fail.</summary>
    public bool TryReserve<TPlatform>(FrameAllocator<TPlatform> frames, int more)
        where TPlatform : unmanaged, IPlatform
    {
        if (Count + more <= Capacity)
            return true;

        int order = _regions == null ? 0 : _order + 1;
        FrameRequest request = FrameRequest.For(FrameUse.Metadata).WithOrder(order);
        if (order > FrameRequest.MaxOrder || !frames.Allocate(request).TryGet(out OwnedFrame block))
            return false;
        if (!frames.DirectMap.TryToVirtual(block.Range.Bytes, out VirtRange range))
        {
            frames.Free(block).Expect("RegionTable: a block just allocated cannot be freed");
            return false;
        }

        Region* larger = range.Start.ToPointer<Region>();
        for (int i = 0; i < Count; i++)
            larger[i] = _regions[i];
        FreeBlock(frames);
        _regions = larger;
        _block = block.Release();
        _order = order;
        return true;
    }

    /// <summary>The first region that ends behind an address: the one that holds it, or else the next above. The count if there is none.</summary>
    public readonly int FirstEndingBehind(VirtAddr address)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_regions[middle].Range.Last < address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The region that holds an address.</summary>
    public readonly bool TryFind(VirtAddr address, out int index)
    {
        index = FirstEndingBehind(address);
        return index < Count && _regions[index].Range.Contains(address);
    }

    /// <summary>Whether a region shares a byte with a range.</summary>
    public readonly bool Overlaps(VirtRange range)
    {
        int index = FirstEndingBehind(range.Start);
        return index < Count && _regions[index].Range.Overlaps(range);
    }

    /// <summary>Puts a region in; room was reserved, and it overlaps none.</summary>
    public void Insert(Region region)
    {
        Panic.Assert(Count < Capacity, "RegionTable: no room was reserved");
        int index = FirstEndingBehind(region.Range.Start);
        for (int at = Count; at > index; at--)
            _regions[at] = _regions[at - 1];
        _regions[index] = region;
        Count++;
    }

    public void RemoveAt(int index)
    {
        Panic.Assert((uint)index < (uint)Count, "RegionTable: no region of that index");
        Count--;
        for (int at = index; at < Count; at++)
            _regions[at] = _regions[at + 1];
    }

    /// <summary>Makes an address the start of a region, if it lies inside one; room was reserved.</summary>
    public void SplitAt(VirtAddr address)
    {
        if (!TryFind(address, out int index) || _regions[index].Range.Start == address)
            return;
        Region region = _regions[index];
        ulong head = address.Value - region.Range.Start.Value;
        _regions[index] = region.WithRange(VirtRange.CreateUnchecked(region.Range.Start, head));
        Insert(region.WithRange(VirtRange.CreateUnchecked(address, region.Range.Length - head)));
    }

    /// <summary>Joins a region with the next if they are alike and touch. Keeps the table small when protections go back and forth.</summary>
    public void JoinWithNext(int index)
    {
        if (index < 0 || index + 1 >= Count)
            return;
        Region region = _regions[index];
        Region next = _regions[index + 1];
        if (!region.IsSameBut(next) || next.Range.Start.Value - region.Range.Start.Value != region.Range.Length)
            return;
        if (region.Backing == RegionBacking.Fixed && next.Physical.Value - region.Physical.Value != region.Range.Length)
            return;
        _regions[index] = region.WithRange(VirtRange.CreateUnchecked(region.Range.Start, region.Range.Length + next.Range.Length));
        RemoveAt(index + 1);
    }

    /// <summary>Gives the block back. The table is empty afterwards.</summary>
    public void Free<TPlatform>(FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        FreeBlock(frames);
        this = default;
    }

    private readonly void FreeBlock<TPlatform>(FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        if (_regions != null)
            frames.Free(_block, FrameUse.Metadata).Expect("RegionTable: the block is not the frame allocator's");
    }
}
