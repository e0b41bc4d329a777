using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    private const ulong MetadataAlignment = 8;

    private static ulong HeaderBytes => (ulong)sizeof(State) + ZoneLayout.ZoneCount * (ulong)sizeof(FrameZone);

    /// <summary>The bytes of metadata for a map: some hundreds, and 16 for each 4 KiB from address 0 to the end of usable memory.</summary>
    /// <param name="map">The memory map.</param>
    public static ulong MetadataSize(MemoryMap map) => HeaderBytes + map.UsableEnd / Frame.Size * (ulong)sizeof(FrameEntry);

    /// <summary>
    /// Takes over from the early allocator: what that has left is free from now on; what it gave out is <see cref="FrameUse.Reserved"/>.
    /// </summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="directMap">Where physical memory appears. Needed for zeroing only, and need not reach all memory.</param>
    /// <param name="zones">Where the zones are.</param>
    /// <param name="early">The early allocator; refuses every request from now on. On failure it is as it was.</param>
    /// <param name="map">The map that <paramref name="early"/> was made with. Not used afterwards.</param>
    /// <param name="metadata">
    /// Memory that stays the allocator's; 8-byte aligned; not free memory of <paramref name="early"/> (allocate it there).
    /// </param>
    /// <param name="bytes">Its length in bytes; see <see cref="MetadataSize"/>.</param>
    /// <returns>
    /// The allocator; <see cref="FrameError.BadMetadata"/>; <see cref="FrameError.MapTooLarge"/>; <see cref="FrameError.MapMismatch"/>;
    /// or <see cref="FrameError.EarlyHandedOver"/>.
    /// </returns>
    public static Result<FrameAllocator<TPlatform>, FrameError> Create(
        TPlatform platform, DirectMap directMap, ZoneLayout zones, EarlyAllocator early, MemoryMap map, [Aligned(8)] void* metadata, ulong bytes)
    {
        if (map.UsableEnd / Frame.Size > FrameTable.MaxFrames)
            return FrameError.MapTooLarge;

        ulong address = (ulong)metadata;
        bool fits = bytes >= MetadataSize(map) && bytes <= ulong.MaxValue - address;
        if (metadata == null || address % MetadataAlignment != 0 || !fits)
            return FrameError.BadMetadata;

        if (!IsMemoryOf(map, early))
            return FrameError.MapMismatch;

        if (!early.HandOver().TryGet(out FreeRanges free))
            return FrameError.EarlyHandedOver;

        // SAFETY: the buffer is the caller's, aligned, and has room for the state, the zones and the table, as just checked.
        State* state = (State*)metadata;
        FrameZone* books = (FrameZone*)(state + 1);
        FrameTable table = new((FrameEntry*)(books + ZoneLayout.ZoneCount), (uint)(map.UsableEnd / Frame.Size));
        *state = new State { Platform = platform, DirectMap = directMap, Zones = zones, Table = table, ZoneBooks = books };
        for (uint frame = 0; frame < table.Count; frame++)
            table[frame] = default;

        for (int index = 0; index < ZoneLayout.ZoneCount; index++)
            books[index] = MakeZone(zones.RangeOf((MemoryZone)index), table, free, early.Allocated);

        return new FrameAllocator<TPlatform>(state);
    }

    private static FrameZone MakeZone(PhysRange bytes, FrameTable table, FreeRanges free, AllocatedRanges allocated)
    {
        FrameZone zone = new(table, FrameBelow(bytes.Start.Value, table), FrameBelow(bytes.EndExclusive, table));
        foreach (FrameRange<Size4KiB> range in free)
            zone.AddFree(range.Start.Number, range.EndNumber);

        foreach (FrameRange<Size4KiB> range in allocated)
            zone.AddReserved(range.Start.Number, range.EndNumber);

        return zone;
    }

    private static uint FrameBelow(ulong address, FrameTable table)
    {
        ulong number = address / Frame.Size;
        return number < table.Count ? (uint)number : table.Count;
    }

    // Were a range outside the map, it would lie outside the table. The ranges of early lie apart, so if all of them are usable and
    // they have the right size, they are all that is usable.
    private static bool IsMemoryOf(MemoryMap map, EarlyAllocator early)
    {
        foreach (FrameRange<Size4KiB> range in early.Free)
        {
            if (map.TotalBytes(MemoryRegionKind.Usable, range.Bytes) != range.Bytes.Length)
                return false;
        }

        foreach (FrameRange<Size4KiB> range in early.Allocated)
        {
            if (map.TotalBytes(MemoryRegionKind.Usable, range.Bytes) != range.Bytes.Length)
                return false;
        }

        return map.TotalBytes(MemoryRegionKind.Usable) == early.UsableFrames * Frame.Size;
    }
}
