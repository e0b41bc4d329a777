using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Makes one trustworthy <see cref="MemoryMap"/> out of what firmware reported and what the kernel knows to be in use.
/// Entries and reservations may come in any order, overlap, repeat, and be nonsense; <see cref="Build"/> sorts it out.
/// </summary>
/// <remarks>
/// <para>What the map guarantees, whatever went in:</para>
/// <list type="bullet">
/// <item>Regions are sorted, not empty, do not overlap; neighbours that touch differ in kind.</item>
/// <item>A byte has the most severe kind (<see cref="MemoryRegionKind"/>) of all entries that cover it; a byte that no entry
/// covers is in no region. So usable memory is never more than what every report agrees on.</item>
/// <item>Usable regions are whole 4 KiB frames. A frame is usable only if every byte of it is. The usable bytes of another frame
/// take the kind of what they touch there, if that can be given back one day (what the boot left, ACPI tables, the kernel), so that the
/// frame can be given back whole; otherwise they become reserved. Other regions keep their exact bounds.</item>
/// <item>Frame 0 is reserved, so that physical address 0 can mean "none". The rest of the first MiB is as reported.</item>
/// </list>
/// <para>Nonsense entries: an empty one says nothing and is skipped. One that says usable and reaches beyond 2^52 or wraps is
/// not believed at all. Any other that does is cut at 2^52, so what it forbids stays forbidden; and if it says that the memory
/// can be given back later, that is not believed: it becomes reserved. Each is counted, to be reported.</para>
/// <para>Cost: n entries take O(n log n) steps and no memory but the caller's buffer. The builder is a handle: its state lives in
/// the buffer, so copies are the same builder; <c>default</c> is none, and using it faults. One CPU only.</para>
/// </remarks>
public readonly unsafe struct MemoryMapBuilder
{
    private const ulong BufferAlignment = 8;

    // How it fits into one buffer: [State][regions of the map, growing up ... edges of the entries, growing down].
    // The sweep takes edges from the low end and writes regions over the space they leave. At each address where
    // edges lie it writes at most two regions (a sliver and a region), so k edges taken have made at most 2k regions of
    // 24 bytes. With n entries there are 2n edges of 16 bytes, and regions stay behind the edges still to come if
    // 24 * 2k <= buffer - 16 * (2n - k) for all k up to 2n, that is if the buffer has 96 bytes for each entry.
    private const ulong BytesPerEntry = 96;

    private readonly State* _state;

    private MemoryMapBuilder(State* state) => _state = state;

    /// <summary>Entries that were empty.</summary>
    public int EmptyEntries => _state->EmptyEntries;

    /// <summary>Entries of the firmware's map that say themselves that they are to be ignored.</summary>
    public int IgnoredEntries => _state->IgnoredEntries;

    /// <summary>Entries that were cut at 2^52, entirely or in part.</summary>
    public int ClippedEntries => _state->ClippedEntries;

    /// <summary>Entries that said usable but reached beyond 2^52, and were left out.</summary>
    public int RefusedEntries => _state->RefusedEntries;

    /// <summary>
    /// The bytes of a buffer that is always large enough for a number of entries and reservations together. Often a
    /// third of that does.
    /// </summary>
    /// <param name="entries">How many; entries of the firmware's map, and reservations (boot data takes four plus two for each module).</param>
    public static ulong MetadataSize(int entries)
    {
        Panic.Assert(entries >= 0, "MemoryMapBuilder.MetadataSize: a negative number of entries");
        return (ulong)sizeof(State) + ((ulong)entries + 1) * BytesPerEntry; // one more: frame 0
    }

    /// <summary>Starts a map.</summary>
    /// <param name="buffer">Memory that stays the map's for as long as the map is used; 8-byte aligned.</param>
    /// <param name="bytes">The buffer's length in bytes; see <see cref="MetadataSize"/>.</param>
    /// <returns>A builder with no entries, or <see cref="MemoryMapError.BadBuffer"/>.</returns>
    public static Result<MemoryMapBuilder, MemoryMapError> Create([Aligned(8)] void* buffer, ulong bytes)
    {
        ulong address = (ulong)buffer;
        if (buffer == null || address % BufferAlignment != 0 || bytes < MetadataSize(0) || bytes > ulong.MaxValue - address)
            return MemoryMapError.BadBuffer;

        State* state = (State*)buffer;
        byte* end = (byte*)buffer + bytes / BufferAlignment * BufferAlignment;

        // SAFETY: the buffer is the caller's, aligned, and has room for the state, as just checked.
        *state = new State
        {
            Regions = (MemoryRegion*)(state + 1),
            Edges = (RegionEdge*)end,
        };

        MemoryMapBuilder builder = new(state);
        builder.Add(0, Size4KiB.Bytes, MemoryRegionKind.Reserved);
        return builder;
    }

    /// <summary>Adds every entry of the firmware's map.</summary>
    public void AddFirmware(FirmwareMap map)
    {
        foreach (FirmwareRegion region in map)
        {
            if (region.Kind == MemoryRegionKind.None)
                _state->IgnoredEntries++;
            else
                Add(region.Start, region.Length, region.Kind);
        }
    }

    /// <summary>
    /// Adds one entry, with numbers as raw as they come. A kind that is none of ours counts as reserved. What does not
    /// fit is remembered, and reported by <see cref="Build"/>.
    /// </summary>
    /// <param name="start">The physical address of the first byte.</param>
    /// <param name="length">The length in bytes.</param>
    /// <param name="kind">What is there.</param>
    public void Add(ulong start, ulong length, MemoryRegionKind kind)
    {
        Panic.Assert(!_state->Built, "MemoryMapBuilder.Add: the map is built already");
        if (kind is MemoryRegionKind.None or > MemoryRegionKind.BadMemory)
            kind = MemoryRegionKind.Reserved;

        if (length == 0)
        {
            _state->EmptyEntries++;
            return;
        }

        bool fits = start <= PhysAddr.Limit && length <= PhysAddr.Limit - start;
        if (!fits && kind == MemoryRegionKind.Usable)
        {
            _state->RefusedEntries++;
            return;
        }

        if (!fits)
        {
            _state->ClippedEntries++;
            kind = MemoryRegionKinds.IsReclaimable(kind) ? MemoryRegionKind.Reserved : kind;
        }

        if (start < PhysAddr.Limit)
            AddEdges(start, fits ? start + length : PhysAddr.Limit, kind);
    }

    /// <summary>
    /// Marks memory as in use: the kernel, boot page tables, a trampoline. An empty range is nothing to mark. The more
    /// severe kind of what is there already still wins. What fails is remembered, and reported by <see cref="Build"/>.
    /// </summary>
    /// <param name="range">The memory, to the byte.</param>
    /// <param name="kind">What is in it; neither usable nor none.</param>
    public void Reserve(PhysRange range, MemoryRegionKind kind)
    {
        if (kind is MemoryRegionKind.None or MemoryRegionKind.Usable)
            Fail(MemoryMapError.NotAReservation);
        else if (range.Length != 0)
            Add(range.Start.Value, range.Length, kind);
    }

    /// <summary>
    /// Marks all that the boot loader left as <see cref="MemoryRegionKind.BootData"/>: its structures, strings, and modules.
    /// </summary>
    public void ReserveBootData(in BootInformation boot)
    {
        foreach (PhysRange leftover in boot.ReservedRanges)
            Reserve(leftover, MemoryRegionKind.BootData);
    }

    /// <summary>Makes the map. It lies in the builder's buffer; the builder takes no more entries.</summary>
    /// <returns>The map, or the first thing that went wrong since <see cref="Create"/>; then there is no map at all.</returns>
    public Result<MemoryMap, MemoryMapError> Build()
    {
        Panic.Assert(!_state->Built, "MemoryMapBuilder.Build: the map is built already");
        _state->Built = true;
        if (_state->Error == MemoryMapError.None)
        {
            RegionEdgeSort.Sort(_state->Edges, _state->EdgeCount);
            Sweep();
        }

        if (_state->Error != MemoryMapError.None)
            return _state->Error;

        return new MemoryMap(_state->Regions, _state->RegionCount);
    }

    // Walks the edges in order of address and emits a region wherever the most severe kind changes.
    private void Sweep()
    {
        OverlapCounter overlap = default;
        MemoryRegionKind kind = MemoryRegionKind.None;
        ulong start = 0;
        while (_state->EdgeCount > 0)
        {
            ulong address = _state->Edges->Address;
            while (_state->EdgeCount > 0 && _state->Edges->Address == address)
                overlap.Cross(TakeEdge());

            MemoryRegionKind next = overlap.MostSevere;
            if (next == kind)
                continue;

            Emit(kind, start, address, next);
            kind = next;
            start = address;
        }
    }

    // Rounds usable memory inwards to whole frames; what is cut off stays in the map as a part of what it touches, or reserved.
    private void Emit(MemoryRegionKind kind, ulong start, ulong end, MemoryRegionKind next)
    {
        if (kind != MemoryRegionKind.Usable)
        {
            Append(kind, start, end);
            return;
        }

        MemoryRegionKind previous = KindBefore(start);
        ulong firstFrame = (start + Size4KiB.Bytes - 1) / Size4KiB.Bytes * Size4KiB.Bytes;
        ulong endFrame = end / Size4KiB.Bytes * Size4KiB.Bytes;
        if (firstFrame > endFrame)
        {
            Append(CanBeGivenBack(previous) ? previous : SliverKind(next), start, end); // inside one frame
            return;
        }

        Append(SliverKind(previous), start, firstFrame);
        Append(MemoryRegionKind.Usable, firstFrame, endFrame);
        Append(SliverKind(next), endFrame, end);
    }

    private MemoryRegionKind KindBefore(ulong address)
    {
        // SAFETY: only a region that has been written is read.
        MemoryRegion* last = _state->Regions + _state->RegionCount - 1;
        return _state->RegionCount > 0 && last->EndExclusive == address ? last->Kind : MemoryRegionKind.None;
    }

    private static MemoryRegionKind SliverKind(MemoryRegionKind neighbour) =>
        CanBeGivenBack(neighbour) ? neighbour : MemoryRegionKind.Reserved;

    private static bool CanBeGivenBack(MemoryRegionKind kind) =>
        MemoryRegionKinds.IsMemory(kind) && kind != MemoryRegionKind.Usable;

    private void Append(MemoryRegionKind kind, ulong start, ulong end)
    {
        if (kind == MemoryRegionKind.None || start == end)
            return;

        // SAFETY: only regions that have been written are read back, and none is written past the edges still to come.
        MemoryRegion* slot = _state->Regions + _state->RegionCount;
        if (_state->RegionCount > 0 && slot[-1].Kind == kind && slot[-1].EndExclusive == start)
        {
            slot--;
            start = slot->Start.Value;
        }
        else if (slot + 1 > (void*)_state->Edges)
        {
            Fail(MemoryMapError.CapacityExceeded);
            return;
        }
        else
        {
            _state->RegionCount++;
        }

        *slot = new MemoryRegion(PhysRange.Create(PhysAddr.Create(start), end - start), kind);
    }

    private void AddEdges(ulong start, ulong end, MemoryRegionKind kind)
    {
        // SAFETY: edges are written only between the regions' start and the edges that are there.
        RegionEdge* edges = _state->Edges - 2;
        if (edges < (void*)_state->Regions)
        {
            Fail(MemoryMapError.CapacityExceeded);
            return;
        }

        edges[0] = new RegionEdge(start, kind, opens: true);
        edges[1] = new RegionEdge(end, kind, opens: false);
        _state->Edges = edges;
        _state->EdgeCount += 2;
    }

    private RegionEdge TakeEdge()
    {
        // SAFETY: the caller has seen that there is an edge.
        RegionEdge edge = *_state->Edges;
        _state->Edges++;
        _state->EdgeCount--;
        return edge;
    }

    private void Fail(MemoryMapError error)
    {
        if (_state->Error == MemoryMapError.None)
            _state->Error = error;
    }

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays the map's.
    private struct State
    {
        public MemoryRegion* Regions;
        public RegionEdge* Edges;
        public int RegionCount;
        public int EdgeCount;
        public int EmptyEntries;
        public int IgnoredEntries;
        public int ClippedEntries;
        public int RefusedEntries;
        public MemoryMapError Error;
        public bool Built;
    }
}
