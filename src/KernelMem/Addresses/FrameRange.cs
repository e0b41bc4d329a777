using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>Consecutive frames: <see cref="Count"/> of them from <see cref="Start"/> on, up to the last of the 52 bits.</summary>
/// <typeparam name="TSize">The size of the frames.</typeparam>
[DebuggerDisplay("{Count} frames {ToString(),nq}")]
public readonly partial struct FrameRange<TSize>
    where TSize : unmanaged, IPageSize
{
    private readonly Frame<TSize> _start;
    private readonly ulong _count;

    private FrameRange(Frame<TSize> start, ulong count)
    {
        _start = start;
        _count = count;
    }

    /// <summary>The first frame; of an empty range, the place where it is.</summary>
    public Frame<TSize> Start => _start;

    /// <summary>How many frames there are.</summary>
    public ulong Count => _count;

    /// <summary>The number after the last frame's: at most <see cref="Frame{TSize}.NumberLimit"/>.</summary>
    public ulong EndNumber => _start.Number + _count;

    /// <summary>Whether there are no frames.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>All bytes of the frames.</summary>
    public PhysRange Bytes => PhysRange.CreateUnchecked(_start.Start, _count << TSize.Shift);

    /// <summary>The last frame. Panics when the range is empty.</summary>
    public Frame<TSize> Last
    {
        get
        {
            Panic.Assert(!IsEmpty, "FrameRange: an empty range has no last frame");
            return this[_count - 1];
        }
    }

    /// <summary>The frame at a place. Panics at <see cref="Count"/> and above.</summary>
    /// <param name="index">The place, counted from zero.</param>
    public Frame<TSize> this[ulong index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(index < _count, "FrameRange: no such frame");
            return Frame<TSize>.CreateUnchecked(PhysAddr.CreateUnchecked((_start.Number + index) << TSize.Shift));
        }
    }

    /// <summary>A range. Panics when it passes 2^52.</summary>
    public static FrameRange<TSize> Create(Frame<TSize> start, ulong count)
    {
        if (!TryCreate(start, count, out FrameRange<TSize> range))
            Panic.Now("FrameRange: passes 52 bits");
        return range;
    }

    /// <summary>A range, unless it passes 2^52.</summary>
    public static bool TryCreate(Frame<TSize> start, ulong count, out FrameRange<TSize> range)
    {
        bool valid = start.Number < Frame<TSize>.NumberLimit && count <= Frame<TSize>.NumberLimit - start.Number;
        range = valid ? new FrameRange<TSize>(start, count) : default;
        return valid;
    }

    /// <summary>The frames from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    /// <returns>False when they are in the wrong order.</returns>
    public static bool TryFromInclusive(Frame<TSize> first, Frame<TSize> last, out FrameRange<TSize> range)
    {
        range = default;
        return first <= last && TryCreate(first, last - first + 1, out range);
    }

    /// <summary>The frames from <paramref name="start"/> up to, and without, <paramref name="end"/>.</summary>
    /// <returns>False when they are in the wrong order.</returns>
    public static bool TryFromBounds(Frame<TSize> start, Frame<TSize> end, out FrameRange<TSize> range)
    {
        range = default;
        return start <= end && TryCreate(start, end - start, out range);
    }

    /// <summary>Whether <paramref name="frame"/> is one of the frames.</summary>
    public bool Contains(Frame<TSize> frame) => frame >= _start && frame - _start < _count;

    /// <summary>Whether <paramref name="address"/> lies in one of the frames.</summary>
    public bool Contains(PhysAddr address) => Contains(Frame<TSize>.Containing(address));

    /// <summary>Whether the ranges share a frame.</summary>
    public bool Overlaps(FrameRange<TSize> other) => Bytes.Overlaps(other.Bytes);

    /// <summary>Goes through the frames in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through the frames of a range in order.</summary>
    public struct Enumerator
    {
        private readonly FrameRange<TSize> _range;
        private ulong _next;

        internal Enumerator(FrameRange<TSize> range)
        {
            _range = range;
            _next = 0;
        }

        /// <summary>The frame reached by the latest <see cref="MoveNext"/> that returned true.</summary>
        public readonly Frame<TSize> Current => _range[_next - 1];

        /// <summary>Goes to the next frame.</summary>
        /// <returns>False when there is none.</returns>
        public bool MoveNext()
        {
            bool more = _next < _range._count;
            _next += more ? 1UL : 0;
            return more;
        }
    }
}
