using System;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// A mark, a generation and a detail for each frame from number 0 on, holes included: 9 bytes a frame. They are arrays of their own,
/// because single frames come and go with their mark and generation only.
/// </summary>
internal readonly unsafe struct FrameTable
{
    /// <summary>How many frames a table can number: 2^32 - 2^18, 1 GiB less than 16 TiB. The numbers above stand for memory that is nowhere.</summary>
    public const ulong MaxFrames = uint.MaxValue & ~(FrameRequest.MaxRunFrames - 1);

    private readonly byte* _marks;
    private readonly uint* _generations;
    private readonly uint* _details;

    // Both are touched for each frame. Were they as far apart as a multiple of 4 KiB, the first frames of a region would have them at addresses
    // that agree in the low 12 bits, where a load waits for a store that it only seems to overlap (Intel Optimization Manual, 4-KByte aliasing).
    private const uint Skew = 1096;

    /// <summary>A table in a buffer of <see cref="Size"/> bytes, 8-byte aligned.</summary>
    public FrameTable(void* buffer, uint count)
    {
        _marks = (byte*)buffer;
        _generations = (uint*)(_marks + Skew + ((ulong)count + 7) / 8 * 8);
        _details = _generations + count;
        Count = count;
    }

    /// <summary>How many frames it has.</summary>
    public uint Count { get; }

    /// <summary>The bytes of a table, a multiple of 8.</summary>
    public static ulong Size(ulong count) => Skew + (count + 7) / 8 * 8 + count * 2 * sizeof(uint);

    // SAFETY of the members: the buffer has room for Count of each; indexes are below Count, as every caller has checked.

    /// <summary>The mark of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Mark(uint frame) => ref _marks[frame];

    /// <summary>How often a block that starts at a frame was given out; see <see cref="FrameInfo.Generation"/>. Never reset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Generation(uint frame) => ref _generations[frame];

    /// <summary>
    /// Of a block's first frame, its <see cref="FrameDetail"/>; of a run's second frame, the run's length; 0 everywhere else.
    /// </summary>
    public ref uint Detail(uint frame) => ref _details[frame];

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
        uint generation = NextGeneration(frame);
        Atomic.Store(ref _marks[frame], FrameMark.Allocated(use, generation));
        return generation;
    }

    /// <summary>The same for a block with more to be known of it than one frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint MarkAllocated(uint frame, FrameUse use, uint detail)
    {
        uint generation = NextGeneration(frame);
        Atomic.Store(ref _details[frame], detail);
        Atomic.Store(ref _marks[frame], FrameMark.WithDetail(FrameMark.Allocated(use, generation)));
        return generation;
    }

    /// <summary>How many frames the block that starts at a frame has.</summary>
    public uint LengthOf(uint start)
    {
        return FrameMark.HasDetail(Atomic.Load(in _marks[start])) ? LengthOf(start, Atomic.Load(in _details[start])) : 1;
    }

    /// <summary>The same, for a block whose detail is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint LengthOf(uint start, uint detail)
    {
        int order = FrameDetail.Order(detail);
        return order == FrameDetail.RunOrder ? Atomic.Load(in _details[start + 1]) : 1u << order;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint NextGeneration(uint frame)
    {
        uint generation = _generations[frame] < OwnedFrame.MaxGeneration ? _generations[frame] + 1 : 1;
        Atomic.Store(ref _generations[frame], generation);
        return generation;
    }
}
