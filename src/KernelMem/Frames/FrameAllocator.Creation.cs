using System;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    private const ulong MetadataAlignment = 8;

    // What CPUs write to lies in cache lines of its own.
    private const ulong LineBytes = 64;

    /// <summary>
    /// The bytes of metadata for a map: about 7 KiB for each CPU, and 9.2 for each 4 KiB from address 0 to the end of usable memory.
    /// </summary>
    /// <param name="map">The memory map.</param>
    /// <param name="cpuLimit">How many CPUs there can be; see <see cref="IPlatform.CpuLimit"/>.</param>
    /// <param name="frameLimit">Where memory may end that is added later, as a frame number; 0 if none is.</param>
    public static ulong MetadataSize(MemoryMap map, int cpuLimit, ulong frameLimit = 0) => SizeFor(FramesOf(map, frameLimit), cpuLimit);

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
    /// <param name="frameLimit">Where memory may end that is added later (<see cref="AddMemory"/>), as a frame number; 0 if none is.</param>
    /// <returns>
    /// The allocator; <see cref="FrameError.BadMetadata"/>; <see cref="FrameError.MapTooLarge"/>; <see cref="FrameError.MapMismatch"/>;
    /// or <see cref="FrameError.EarlyHandedOver"/>.
    /// </returns>
    public static Result<FrameAllocator<TPlatform>, FrameError> Create(
        TPlatform platform, DirectMap directMap, ZoneLayout zones, EarlyAllocator early, MemoryMap map, [Aligned(8)] void* metadata, ulong bytes,
        ulong frameLimit = 0)
    {
        ulong frames = FramesOf(map, frameLimit);
        if (frames > FrameTable.MaxFrames)
            return FrameError.MapTooLarge;

        ulong address = (ulong)metadata;
        bool fits = bytes >= SizeFor(frames, platform.CpuLimit) && bytes <= ulong.MaxValue - address;
        if (metadata == null || address % MetadataAlignment != 0 || !fits)
            return FrameError.BadMetadata;

        if (!IsMemoryOf(map, early))
            return FrameError.MapMismatch;

        if (!early.HandOver().TryGet(out FreeRanges free))
            return FrameError.EarlyHandedOver;

        Clear((byte*)metadata, bytes);
        State* state = MakeState(platform, directMap, zones, (uint)frames, AlignUp(address));

        // At the very end, so that whoever guards the buffer guards the table.
        state->Books.Table = new FrameTable((void*)((address + bytes - FrameTable.Size(frames)) & ~(MetadataAlignment - 1)), (uint)frames);
        foreach (FrameRange<Size4KiB> range in free)
            AddFree(&state->Books, range);

        foreach (FrameRange<Size4KiB> range in early.Allocated)
            AddReserved(&state->Books, range);

        return new FrameAllocator<TPlatform>(state);
    }

    private static ulong FramesOf(MemoryMap map, ulong frameLimit)
    {
        ulong frames = map.UsableEnd / Frame.Size;
        return frames > frameLimit ? frames : frameLimit;
    }

    // SAFETY: the buffer is the caller's and has room for all of this from the first multiple of a line on, as was checked.
    private static State* MakeState(TPlatform platform, DirectMap directMap, ZoneLayout zones, uint frames, ulong at)
    {
        State* state = (State*)at;
        at += AlignUp((ulong)sizeof(State));
        state->Platform = platform;
        FrameBooks* books = &state->Books;
        books->DirectMap = directMap;
        books->Zones = zones;
        books->CpuLimit = platform.CpuLimit;
        books->OwnersFence = books->CpuLimit > 1 && !platform.CanFenceRemotely;
        books->DmaEnd = FrameBelow(zones.DmaEnd.Value, frames);
        books->NormalEnd = FrameBelow(zones.NormalEnd.Value, frames);
        books->FirstSlot = (byte*)at;
        for (int slot = 0; slot < books->Slots; slot++)
        {
            books->Slot(slot)->Number = slot;
            books->Slot(slot)->IsForNmi = slot >= books->CpuLimit;
            for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
                *books->Cache(slot, zone) = FrameCache.Create();
        }

        at += SlotBytes(books->CpuLimit);
        books->Pools = (FramePool*)at;
        at += PoolBytes;
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            (uint start, uint end) = BoundsOf(zones, zone, frames);
            books->Pools[zone] = FramePool.Create(start, end, (byte*)at);
            for (int slot = 0; slot < books->Slots; slot++)
                books->Cache(slot, zone)->HugeFrom = books->Pools[zone].FirstHugeTree(slot);

            at += AlignUp(FramePool.Size(start, end));
        }

        return state;
    }

    private static void AddFree(FrameBooks* books, FrameRange<Size4KiB> range)
    {
        books->Table.Fill((uint)range.Start.Number, (uint)range.EndNumber, FrameMark.Free);
        foreach (ZonePart part in new ZoneParts(books, (uint)range.Start.Number, (uint)range.EndNumber))
        {
            FramePool* pool = books->Pools + part.Zone;
            Atomic.FetchAdd(ref pool->TotalFrames, part.Count);
            pool->Add(part.Start, part.End);
        }
    }

    private static void AddReserved(FrameBooks* books, FrameRange<Size4KiB> range)
    {
        books->Table.Fill((uint)range.Start.Number, (uint)range.EndNumber, FrameMark.Reserved);
        foreach (ZonePart part in new ZoneParts(books, (uint)range.Start.Number, (uint)range.EndNumber))
        {
            FramePool* pool = books->Pools + part.Zone;
            pool->TotalFrames += part.Count;
            pool->ReservedFrames += part.Count;
        }
    }

    // Each border between zones may cut a tree in two, and each pool starts a line of its own.
    private static ulong SizeFor(ulong frames, int cpuLimit)
    {
        ulong cut = ZoneLayout.ZoneCount * (FramePool.SizeOfTrees(1) + LineBytes);
        ulong pools = FramePool.SizeOfTrees(frames / FramePool.TreeFrames + 1) + cut;
        return LineBytes + AlignUp((ulong)sizeof(State)) + SlotBytes(cpuLimit) + PoolBytes + pools + FrameTable.Size(frames);
    }

    private static ulong SlotBytes(int cpuLimit) => (ulong)cpuLimit * 2 * CpuSlot.Size;

    private static ulong PoolBytes => AlignUp(ZoneLayout.ZoneCount * (ulong)sizeof(FramePool));

    private static ulong AlignUp(ulong value) => (value + LineBytes - 1) & ~(LineBytes - 1);

    private static (uint Start, uint End) BoundsOf(ZoneLayout zones, int zone, uint frames)
    {
        PhysRange bytes = zones.RangeOf((MemoryZone)zone);
        return (FrameBelow(bytes.Start.Value, frames), FrameBelow(bytes.EndExclusive, frames));
    }

    private static uint FrameBelow(ulong address, uint frames)
    {
        ulong number = address / Frame.Size;
        return number < frames ? (uint)number : frames;
    }

    private static void Clear(byte* start, ulong bytes)
    {
        // A span counts with an int: a greater length is cleared in parts.
        const ulong PartBytes = 1UL << 30;
        for (; bytes > PartBytes; start += PartBytes, bytes -= PartBytes)
            new Span<byte>(start, (int)PartBytes).Clear();

        new Span<byte>(start, (int)bytes).Clear();
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
