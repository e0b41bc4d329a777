using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Hands out frames before the frame allocator exists, out of the usable memory of a <see cref="MemoryMap"/>, and in the end
/// hands over what is left. It never gives a frame twice, nor one that is not usable.
/// </summary>
/// <remarks>
/// <para>It takes from the top: the highest place that satisfies the request, because low memory is what devices with short
/// addresses need later. Nothing is given back. Contents are not cleared.</para>
/// <para>It keeps a list of free ranges in the caller's buffer. Taking from the end of a range needs no room; taking
/// from the middle splits it, and needs room for one more. A request takes O(free ranges) steps.</para>
/// <para>The allocator is a handle: its state lives in the buffer, so copies are the same allocator;
/// <c>default</c> is none, and using it faults. One CPU only.</para>
/// </remarks>
public readonly unsafe struct EarlyAllocator
{
    private const ulong BufferAlignment = 8;

    private readonly State* _state;

    private EarlyAllocator(State* state) => _state = state;

    /// <summary>The usable frames of the map: always <see cref="AllocatedFrames"/> plus <see cref="FreeFrames"/>.</summary>
    public ulong UsableFrames => _state->UsableFrames;

    /// <summary>How many frames have been handed out.</summary>
    public ulong AllocatedFrames => _state->UsableFrames - _state->FreeFrames;

    /// <summary>How many frames are left.</summary>
    public ulong FreeFrames => _state->FreeFrames;

    /// <summary>What is left, by ascending address.</summary>
    public FreeRanges Free => new(_state->Ranges, _state->Count);

    /// <summary>What was handed out, by ascending address: the usable memory that is not free. Neighbours may be one range.</summary>
    public AllocatedRanges Allocated => new(_state->Map, Free);

    /// <summary>The bytes of a buffer with room for a number of free ranges.</summary>
    /// <param name="ranges">
    /// The usable regions of the map, and one more for each allocation that is aligned to more than 4 KiB, lies in a
    /// given range, or is asked for by address, and for each reservation.
    /// </param>
    public static ulong MetadataSize(int ranges)
    {
        Panic.Assert(ranges >= 0, "EarlyAllocator.MetadataSize: a negative number of ranges");
        return (ulong)sizeof(State) + (ulong)ranges * (ulong)sizeof(FrameRange<Size4KiB>);
    }

    /// <summary>Starts with all usable memory of a map free.</summary>
    /// <param name="map">The map; it stays in place as long as the allocator is used.</param>
    /// <param name="metadata">Memory that stays the allocator's; 8-byte aligned; not usable memory of the map.</param>
    /// <param name="bytes">The buffer's length in bytes; see <see cref="MetadataSize"/>.</param>
    /// <returns>The allocator, or <see cref="EarlyAllocatorError.BadMetadata"/>.</returns>
    public static Result<EarlyAllocator, EarlyAllocatorError> Create(MemoryMap map, [Aligned(8)] void* metadata, ulong bytes)
    {
        ulong address = (ulong)metadata;
        if (metadata == null || address % BufferAlignment != 0 || bytes < (ulong)sizeof(State) || bytes > ulong.MaxValue - address)
            return EarlyAllocatorError.BadMetadata;

        ulong room = (bytes - (ulong)sizeof(State)) / (ulong)sizeof(FrameRange<Size4KiB>);
        State* state = (State*)metadata;

        // SAFETY: the buffer is the caller's, aligned, and has room for the state, as just checked.
        *state = new State
        {
            Map = map,
            Ranges = (FrameRange<Size4KiB>*)(state + 1),
            Capacity = room < int.MaxValue ? (int)room : int.MaxValue,
        };

        foreach (MemoryRegion region in map)
        {
            if (region.Kind != MemoryRegionKind.Usable)
                continue;

            if (state->Count == state->Capacity)
                return EarlyAllocatorError.BadMetadata;

            // A normalised map has usable memory in whole frames only.
            FrameRange<Size4KiB> frames = FramesOf(region.Range);
            state->Ranges[state->Count++] = frames;
            state->UsableFrames += frames.Count;
        }

        state->FreeFrames = state->UsableFrames;
        return new EarlyAllocator(state);
    }

    /// <summary>Takes frames, anywhere.</summary>
    /// <param name="frames">How many 4 KiB frames, at least 1; they lie next to each other.</param>
    /// <returns>The frames; or <see cref="EarlyAllocatorError"/>.</returns>
    public Result<FrameRange<Size4KiB>, EarlyAllocatorError> Allocate(ulong frames) => Allocate(frames, Size4KiB.Bytes, EverythingAddressable);

    /// <summary>Takes aligned frames, anywhere.</summary>
    /// <inheritdoc cref="Allocate(ulong, ulong, PhysRange)"/>
    public Result<FrameRange<Size4KiB>, EarlyAllocatorError> Allocate(ulong frames, [PowerOfTwo] ulong alignment) =>
        Allocate(frames, alignment, EverythingAddressable);

    /// <summary>Takes aligned frames inside a range: below a limit, or in a zone.</summary>
    /// <param name="frames">How many 4 KiB frames, at least 1; they lie next to each other.</param>
    /// <param name="alignment">What the start is a multiple of, in bytes: a power of two, at least 4 KiB.</param>
    /// <param name="within">Where all of the memory must lie; any bounds.</param>
    /// <returns>The frames; or <see cref="EarlyAllocatorError"/>.</returns>
    public Result<FrameRange<Size4KiB>, EarlyAllocatorError> Allocate(ulong frames, [PowerOfTwo] ulong alignment, PhysRange within)
    {
        if (_state->HandedOver)
            return EarlyAllocatorError.HandedOver;

        if (frames == 0 || !Alignment.IsValid(alignment) || alignment < Size4KiB.Bytes)
            return EarlyAllocatorError.InvalidRequest;

        if (frames > PhysAddr.Limit / Size4KiB.Bytes)
            return EarlyAllocatorError.OutOfMemory;

        EarlyAllocatorError error = EarlyAllocatorError.OutOfMemory;
        for (int index = _state->Count - 1; index >= 0; index--)
        {
            if (!TryFit(_state->Ranges[index], frames, alignment, within, out FrameRange<Size4KiB> taken))
                continue;

            if (TryTake(index, taken))
                return taken;

            error = EarlyAllocatorError.OutOfMetadata;
        }

        return error;
    }

    /// <summary>Takes exactly these frames, all of them free until now: for what must lie at a known place. See also <see cref="Reserve"/>.</summary>
    /// <param name="frames">The frames, at least one.</param>
    /// <returns>Success; or <see cref="EarlyAllocatorError"/>.</returns>
    public Result<EarlyAllocatorError> AllocateAt(FrameRange<Size4KiB> frames)
    {
        if (_state->HandedOver)
            return EarlyAllocatorError.HandedOver;

        if (frames.IsEmpty)
            return EarlyAllocatorError.InvalidRequest;

        for (int index = 0; index < _state->Count; index++)
        {
            if (_state->Ranges[index].Bytes.Contains(frames.Bytes))
                return TryTake(index, frames) ? Result<EarlyAllocatorError>.Success : EarlyAllocatorError.OutOfMetadata;
        }

        return EarlyAllocatorError.NotFree;
    }

    /// <summary>
    /// Keeps memory out of use that was found to be in use after the map was made: a table of the firmware, a frame buffer, RAM with errors.
    /// Every frame that the range touches is taken if it is free. The others are left as they are: not usable, or taken already.
    /// </summary>
    /// <param name="range">The memory, to the byte; any bounds. An empty range is nothing to keep.</param>
    /// <returns>How many frames were free until now; or <see cref="EarlyAllocatorError"/>.</returns>
    public Result<ulong, EarlyAllocatorError> Reserve(PhysRange range)
    {
        if (_state->HandedOver)
            return EarlyAllocatorError.HandedOver;

        if (range.IsEmpty)
            return 0UL;

        ulong first = range.Start.Value / Size4KiB.Bytes;
        ulong end = (range.EndExclusive - 1) / Size4KiB.Bytes + 1;
        ulong taken = 0;
        for (int index = _state->Count - 1; index >= 0; index--)
        {
            FrameRange<Size4KiB> free = _state->Ranges[index];
            ulong from = free.Start.Number > first ? free.Start.Number : first;
            ulong until = free.EndNumber < end ? free.EndNumber : end;
            if (from >= until)
                continue;

            // Only a range that lies strictly inside one free range splits it, and then it touches no other: nothing was taken before.
            if (!TryTake(index, FrameRange<Size4KiB>.Create(Frame<Size4KiB>.FromNumber(from), until - from)))
                return EarlyAllocatorError.OutOfMetadata;

            taken += until - from;
        }

        return taken;
    }

    /// <summary>
    /// Ends early allocation and gives what is left, once: from now on every request is refused, so that no frame has two
    /// owners. <see cref="Allocated"/> and <see cref="Validate"/> still work.
    /// </summary>
    /// <returns>All free ranges, by ascending address; or <see cref="EarlyAllocatorError.HandedOver"/>.</returns>
    public Result<FreeRanges, EarlyAllocatorError> HandOver()
    {
        if (_state->HandedOver)
            return EarlyAllocatorError.HandedOver;

        _state->HandedOver = true;
        return Free;
    }

    /// <summary>
    /// Checks the books: free ranges are sorted, apart, usable in the map; and what is free and what was handed
    /// out make exactly what was usable. O(map + free ranges).
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate()
    {
        if (_state->Count > _state->Capacity || !_state->Map.Validate())
            return false;

        ulong free = 0;
        ulong end = 0;
        foreach (FrameRange<Size4KiB> range in Free)
        {
            bool apart = !range.IsEmpty && range.Start.Number > end;
            if (!apart || _state->Map.TotalBytes(MemoryRegionKind.Usable, range.Bytes) != range.Bytes.Length)
                return false;

            free += range.Count;
            end = range.EndNumber;
        }

        ulong allocated = 0;
        foreach (FrameRange<Size4KiB> range in Allocated)
            allocated += range.Count;

        return free == FreeFrames
            && allocated == AllocatedFrames
            && UsableFrames * Size4KiB.Bytes == _state->Map.TotalBytes(MemoryRegionKind.Usable);
    }

    private static PhysRange EverythingAddressable => PhysRange.CreateUnchecked(PhysAddr.Zero, PhysAddr.Limit);

    // The highest place in a free range, if there is one.
    private static bool TryFit(
        FrameRange<Size4KiB> free, ulong frames, ulong alignment, PhysRange within, out FrameRange<Size4KiB> place)
    {
        place = default;
        ulong bytes = frames * Size4KiB.Bytes;
        if (!free.Bytes.TryIntersect(within, out PhysRange room) || room.Length < bytes)
            return false;

        PhysAddr start = PhysAddr.Create(room.EndExclusive - bytes).AlignDown(alignment);
        if (start < room.Start)
            return false;

        place = FrameRange<Size4KiB>.Create(Frame<Size4KiB>.Create(start), frames);
        return true;
    }

    // Cuts a part out of a free range; false, and nothing changed, if the halves have no room.
    private bool TryTake(int index, FrameRange<Size4KiB> taken)
    {
        // SAFETY: the index is below the count; the list grows only below its capacity.
        FrameRange<Size4KiB>* slot = _state->Ranges + index;
        ulong below = taken.Start.Number - slot->Start.Number;
        ulong above = slot->EndNumber - taken.EndNumber;
        bool split = below != 0 && above != 0;
        if (split && _state->Count == _state->Capacity)
            return false;

        if (split)
            InsertAt(index + 1, FrameRange<Size4KiB>.Create(taken.Start + taken.Count, above));

        if (below != 0)
            *slot = FrameRange<Size4KiB>.Create(slot->Start, below);
        else if (above != 0)
            *slot = FrameRange<Size4KiB>.Create(taken.Start + taken.Count, above);
        else
            RemoveAt(index);

        _state->FreeFrames -= taken.Count;
        return true;
    }

    private void InsertAt(int index, FrameRange<Size4KiB> range)
    {
        for (int at = _state->Count; at > index; at--)
            _state->Ranges[at] = _state->Ranges[at - 1];

        _state->Ranges[index] = range;
        _state->Count++;
    }

    private void RemoveAt(int index)
    {
        _state->Count--;
        for (int at = index; at < _state->Count; at++)
            _state->Ranges[at] = _state->Ranges[at + 1];
    }

    private static FrameRange<Size4KiB> FramesOf(PhysRange bytes) =>
        FrameRange<Size4KiB>.Create(Frame<Size4KiB>.Create(bytes.Start), bytes.Length / Size4KiB.Bytes);

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays the allocator's.
    private struct State
    {
        public MemoryMap Map;
        public FrameRange<Size4KiB>* Ranges;
        public int Count;
        public int Capacity;
        public ulong UsableFrames;
        public ulong FreeFrames;
        public bool HandedOver;
    }
}
