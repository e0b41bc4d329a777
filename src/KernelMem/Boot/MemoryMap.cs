using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// The machine's physical memory, normalised: a read-only view of what <see cref="MemoryMapBuilder"/> made, with the
/// guarantees stated there. <c>default</c> is a map of nothing.
/// </summary>
public readonly unsafe struct MemoryMap
{
    private readonly MemoryRegion* _regions;

    internal MemoryMap(MemoryRegion* regions, int count)
    {
        _regions = regions;
        Count = count;
    }

    /// <summary>The number of regions.</summary>
    public int Count { get; }

    /// <summary>
    /// Where usable memory ends: the address after the last usable byte, at most 2^52; 0 if nothing is usable. What a table with
    /// an entry for each frame has to reach.
    /// </summary>
    public ulong UsableEnd
    {
        get
        {
            for (int index = Count - 1; index >= 0; index--)
            {
                if (this[index].Kind == MemoryRegionKind.Usable)
                    return this[index].EndExclusive;
            }

            return 0;
        }
    }

    /// <summary>
    /// Where memory ends: the address after the last byte of RAM, whatever is in it, at most 2^52; 0 if there is none. What a direct map
    /// has to reach.
    /// </summary>
    public ulong MemoryEnd
    {
        get
        {
            for (int index = Count - 1; index >= 0; index--)
            {
                if (MemoryRegionKinds.IsMemory(this[index].Kind))
                    return this[index].EndExclusive;
            }

            return 0;
        }
    }

    /// <summary>A region, by ascending address. Panics if the index is not below <see cref="Count"/>.</summary>
    public MemoryRegion this[int index]
    {
        get
        {
            Panic.Assert((uint)index < (uint)Count, "MemoryMap: no region of that index");

            // SAFETY: the builder wrote that many regions into a buffer that stays the map's.
            return _regions[index];
        }
    }

    /// <summary>What is at an address, in O(log n).</summary>
    /// <returns>The kind, or <see cref="MemoryRegionKind.None"/> where the map has nothing.</returns>
    public MemoryRegionKind KindAt(PhysAddr address)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            MemoryRegion region = this[middle];
            if (address.Value < region.Start.Value)
                high = middle;
            else if (address.Value >= region.EndExclusive)
                low = middle + 1;
            else
                return region.Kind;
        }

        return MemoryRegionKind.None;
    }

    /// <summary>The bytes of one kind in the whole map.</summary>
    public ulong TotalBytes(MemoryRegionKind kind)
    {
        ulong total = 0;
        foreach (MemoryRegion region in this)
        {
            if (region.Kind == kind)
                total += region.Length;
        }

        return total;
    }

    /// <summary>The bytes of one kind inside a range, a zone for instance (<see cref="ZoneLayout.RangeOf"/>).</summary>
    public ulong TotalBytes(MemoryRegionKind kind, PhysRange within)
    {
        ulong total = 0;
        foreach (MemoryRegion region in Within(within))
        {
            if (region.Kind == kind)
                total += region.Length;
        }

        return total;
    }

    /// <summary>The part of the map inside a range: the regions that reach into it, cut at its bounds.</summary>
    public ClippedRegions Within(PhysRange range) => new(this, range);

    /// <summary>
    /// The frames that become free when memory of one kind is given back: boot data when the kernel is done with it, ACPI tables when it has
    /// read them, and so on. Hand them to the frame allocator; the map itself stays as it is.
    /// </summary>
    /// <remarks>
    /// A frame can hold memory of several kinds. It becomes free with the last of them: so say which were given back before, and no frame is
    /// handed over too early, twice, or never.
    /// </remarks>
    /// <param name="kind">What is given back; panics if it is not reclaimable (<see cref="MemoryRegionKinds.IsReclaimable"/>).</param>
    /// <param name="given">What was given back before.</param>
    /// <returns>Ranges of whole frames, by ascending address; none if <paramref name="kind"/> was given back before.</returns>
    public FreedFrames FreedBy(MemoryRegionKind kind, MemoryRegionKindSet given = default)
    {
        Panic.Assert(MemoryRegionKinds.IsReclaimable(kind), "MemoryMap.FreedBy: memory of this kind stays in use");
        return new FreedFrames(this, kind, given);
    }

    /// <summary>Checks what the map guarantees; for tests, and for kernels that check at boot.</summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate()
    {
        ulong end = 0;
        MemoryRegionKind previous = MemoryRegionKind.None;
        foreach (MemoryRegion region in this)
        {
            bool known = region.Kind is > MemoryRegionKind.None and <= MemoryRegionKind.BadMemory;
            bool inOrder = region.Start.Value >= end && region.Length > 0 && region.EndExclusive <= PhysAddr.Limit;
            bool merged = region.Start.Value > end || region.Kind != previous;
            bool wholeFrames = region.Kind != MemoryRegionKind.Usable
                || (region.Start.Value % Size4KiB.Bytes == 0 && region.Length % Size4KiB.Bytes == 0 && region.Start.Value != 0);
            if (!known || !inOrder || !merged || !wholeFrames)
                return false;

            end = region.EndExclusive;
            previous = region.Kind;
        }

        return true;
    }

    /// <summary>The regions, by ascending address.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the regions.</summary>
    public struct Enumerator
    {
        private readonly MemoryMap _map;
        private int _index;

        internal Enumerator(MemoryMap map)
        {
            _map = map;
            _index = -1;
        }

        /// <summary>The region the walk stands at.</summary>
        public readonly MemoryRegion Current => _map[_index];

        /// <summary>Steps to the next region; false after the last.</summary>
        public bool MoveNext() => ++_index < _map.Count;
    }
}
