using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <content>The frames and bytes of a range.</content>
public readonly partial struct PhysRange
{
    /// <summary>The frames that lie wholly in the range: its ends are rounded inwards. For memory that may be used.</summary>
    /// <remarks>With no such frame, the result is empty.</remarks>
    public FrameRange<TSize> FramesInside<TSize>()
        where TSize : unmanaged, IPageSize
    {
        ulong first = (_start.Value + (TSize.Bytes - 1)) >> TSize.Shift;
        ulong end = EndExclusive >> TSize.Shift;
        return first < end ? Frames<TSize>(first, end) : default;
    }

    /// <summary>The frames that have a byte of the range: its ends are rounded outwards. For memory that may not be used.</summary>
    public FrameRange<TSize> FramesTouched<TSize>()
        where TSize : unmanaged, IPageSize =>
        IsEmpty ? default : Frames<TSize>(_start.Value >> TSize.Shift, (Last.Value >> TSize.Shift) + 1);

    /// <summary>Goes through the addresses of the bytes in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    private static FrameRange<TSize> Frames<TSize>(ulong first, ulong end)
        where TSize : unmanaged, IPageSize =>
        FrameRange<TSize>.Create(Frame<TSize>.FromNumber(first), end - first);

    /// <summary>Goes through the addresses of a range in order.</summary>
    public struct Enumerator
    {
        private readonly PhysRange _range;
        private ulong _next;

        internal Enumerator(PhysRange range)
        {
            _range = range;
            _next = 0;
        }

        /// <summary>The address reached by the latest <see cref="MoveNext"/> that returned true.</summary>
        public readonly PhysAddr Current
        {
            get
            {
                Panic.Assert(_next != 0, "PhysRange: the enumeration has not begun");
                return PhysAddr.CreateUnchecked(_range._start.Value + _next - 1);
            }
        }

        /// <summary>Goes to the next address.</summary>
        /// <returns>False when there is none.</returns>
        public bool MoveNext()
        {
            bool more = _next < _range._length;
            _next += more ? 1UL : 0;
            return more;
        }
    }
}
