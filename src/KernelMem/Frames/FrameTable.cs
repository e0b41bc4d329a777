using System;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>A mark and an entry for each frame from number 0 on, holes included: 9 bytes a frame, in two arrays.</summary>
internal readonly unsafe struct FrameTable
{
    /// <summary>How many frames a table can number: 2^32 - 64, just under 16 TiB.</summary>
    public const ulong MaxFrames = uint.MaxValue / FramePool.RowFrames * FramePool.RowFrames;

    private readonly byte* _marks;
    private readonly FrameEntry* _entries;

    /// <summary>A table in a buffer of <see cref="Size"/> bytes, 8-byte aligned.</summary>
    public FrameTable(void* buffer, uint count)
    {
        _entries = (FrameEntry*)buffer;
        _marks = (byte*)(_entries + count);
        Count = count;
    }

    /// <summary>How many frames it has.</summary>
    public uint Count { get; }

    /// <summary>The bytes of a table, a multiple of 8.</summary>
    public static ulong Size(ulong count) => count * (ulong)sizeof(FrameEntry) + (count + 7) / 8 * 8;

    // SAFETY of the members: the buffer has room for Count of each; indexes are below Count, as every caller has checked.

    /// <summary>The mark of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Mark(uint frame) => ref _marks[frame];

    /// <summary>The entry of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FrameEntry Entry(uint frame) => ref _entries[frame];

    /// <summary>Sets the marks of a range, before anybody else sees them.</summary>
    public void Fill(uint start, uint end, byte mark)
    {
        // A span counts with an int: a table of more frames is filled in parts.
        while (start < end)
        {
            int part = end - start < int.MaxValue ? (int)(end - start) : int.MaxValue;
            new Span<byte>(_marks + start, part).Fill(mark);
            start += (uint)part;
        }
    }

    /// <summary>Marks a free frame, or the first of a free block, as allocated. It is the caller's alone.</summary>
    /// <returns>The allocation's generation.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint MarkAllocated(uint frame, FrameUse use)
    {
        uint generation = unchecked(_entries[frame].Generation + 1);
        if (generation == 0)
            generation = 1;

        Atomic.Store(ref _entries[frame].Generation, generation);
        Atomic.Store(ref _marks[frame], FrameMark.Allocated(use, generation));
        return generation;
    }

    /// <summary>The same for a block with more to be known of it than one frame.</summary>
    public uint MarkAllocated(uint frame, FrameUse use, uint detail)
    {
        uint generation = unchecked(_entries[frame].Generation + 1);
        if (generation == 0)
            generation = 1;

        Atomic.Store(ref _entries[frame].Generation, generation);
        Atomic.Store(ref _entries[frame].Detail, detail);
        Atomic.Store(ref _marks[frame], FrameMark.WithDetail(FrameMark.Allocated(use, generation)));
        return generation;
    }

    /// <summary>How many frames the block that starts at a frame has.</summary>
    public uint LengthOf(uint start)
    {
        if (!FrameMark.HasDetail(Atomic.Load(in _marks[start])))
            return 1;

        int order = FrameEntry.Order(Atomic.Load(in _entries[start].Detail));
        return order == FrameEntry.RunOrder ? Atomic.Load(in _entries[start + 1].Detail) : 1u << order;
    }

    /// <summary>Finds the allocated block that a frame lies in.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="runs">Whether any run is allocated: then the search is linear, over the length of the longest run.</param>
    /// <param name="start">The block's first frame.</param>
    /// <returns>Whether it lies in one. With other CPUs at work, it may be true no more.</returns>
    public bool TryFindBlock(uint frame, bool runs, out uint start)
    {
        for (int order = 0; order <= FrameRequest.MaxOrder; order++)
        {
            start = frame >> order << order;
            if (FrameMark.IsAllocated(Atomic.Load(in _marks[start])) && frame - start < LengthOf(start))
                return true;
        }

        for (start = frame; runs && frame - start < FrameRequest.MaxRunFrames; start--)
        {
            byte mark = Atomic.Load(in _marks[start]);
            if (FrameMark.IsAllocated(mark))
                return frame - start < LengthOf(start); // blocks lie apart: none that starts below this one reaches over it

            if (mark != FrameMark.Free || start == 0)
                return false;
        }

        return false;
    }
}
