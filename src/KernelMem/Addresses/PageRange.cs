using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>
/// Consecutive pages: <see cref="Count"/> of them from <see cref="Start"/> on, in the address space of a width that the range
/// remembers.
/// </summary>
/// <remarks>
/// A range is a start and a count, so that the one that reaches the top of the address space is as ordinary as any other: it
/// needs no page behind the last. Pages that follow one another do so by stepping: behind the last page of the lower half
/// comes the first of the upper.
/// </remarks>
/// <typeparam name="TSize">The size of the pages.</typeparam>
[DebuggerDisplay("{Count} pages {ToString(),nq}")]
public readonly partial struct PageRange<TSize>
    where TSize : unmanaged, IPageSize
{
    private readonly Page<TSize> _start;
    private readonly ulong _count;
    private readonly AddressWidth _width;

    private PageRange(Page<TSize> start, ulong count, AddressWidth width)
    {
        _start = start;
        _count = count;
        _width = width;
    }

    /// <summary>The first page; of an empty range, the place where it is.</summary>
    public Page<TSize> Start => _start;

    /// <summary>How many pages there are.</summary>
    public ulong Count => _count;

    /// <summary>The width of the address space that the range steps through.</summary>
    public AddressWidth Width => _width;

    /// <summary>Whether there are no pages.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>How many bytes the pages have together: at most 2^57.</summary>
    public ulong ByteCount => _count << TSize.Shift;

    /// <summary>The last page. Panics when the range is empty.</summary>
    public Page<TSize> Last
    {
        get
        {
            Panic.Assert(!IsEmpty, "PageRange: an empty range has no last page");
            return this[_count - 1];
        }
    }

    /// <summary>The page at a place. Panics at <see cref="Count"/> and above.</summary>
    /// <param name="index">The place, counted from zero.</param>
    public Page<TSize> this[ulong index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(index < _count, "PageRange: no such page");
            ulong position = Canonical.ToPosition(_start.Start.Value, _width) + (index << TSize.Shift);
            return Page<TSize>.CreateUnchecked(VirtAddr.CreateUnchecked(Canonical.FromPosition(position, _width)));
        }
    }

    /// <summary>A range in the 48-bit address space. Panics when the start is wider or the range passes the top.</summary>
    public static PageRange<TSize> Create(Page<TSize> start, ulong count) => Create(start, count, AddressWidth.Bits48);

    /// <summary>
    /// A range. Panics when the start is not canonical for <paramref name="width"/> or the range passes the top.
    /// </summary>
    public static PageRange<TSize> Create(Page<TSize> start, ulong count, AddressWidth width)
    {
        if (!TryCreate(start, count, width, out PageRange<TSize> range))
            Panic.Now("PageRange: not canonical for the width, or passes the top");
        return range;
    }

    /// <summary>A range, unless the start is not canonical for <paramref name="width"/> or the range passes the top.</summary>
    public static bool TryCreate(Page<TSize> start, ulong count, AddressWidth width, out PageRange<TSize> range)
    {
        bool valid = start.IsCanonical(width) && (count == 0 || start.TryStepForward(count - 1, width, out _));
        range = valid ? new PageRange<TSize>(start, count, width) : default;
        return valid;
    }

    /// <summary>The pages from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    /// <returns>False when either is not canonical for <paramref name="width"/>, or they are in the wrong order.</returns>
    public static bool TryFromInclusive(Page<TSize> first, Page<TSize> last, AddressWidth width, out PageRange<TSize> range)
    {
        bool valid = Page<TSize>.TryStepsBetween(first, last, width, out ulong steps);
        range = valid ? new PageRange<TSize>(first, steps + 1, width) : default;
        return valid;
    }

    /// <summary>The pages from <paramref name="start"/> up to, and without, <paramref name="end"/>.</summary>
    /// <returns>False when either is not canonical for <paramref name="width"/>, or they are in the wrong order.</returns>
    public static bool TryFromBounds(Page<TSize> start, Page<TSize> end, AddressWidth width, out PageRange<TSize> range)
    {
        bool valid = Page<TSize>.TryStepsBetween(start, end, width, out ulong steps);
        range = valid ? new PageRange<TSize>(start, steps, width) : default;
        return valid;
    }

    /// <summary>Whether <paramref name="page"/> is one of the pages.</summary>
    public bool Contains(Page<TSize> page) =>
        Page<TSize>.TryStepsBetween(_start, page, _width, out ulong steps) && steps < _count;

    /// <summary>Whether <paramref name="address"/> lies in one of the pages.</summary>
    public bool Contains(VirtAddr address) => Contains(Page<TSize>.Containing(address));

    /// <summary>Whether the ranges share a page. Ranges of different widths are compared page by page all the same.</summary>
    public bool Overlaps(PageRange<TSize> other) =>
        !IsEmpty && !other.IsEmpty && _start <= other.Last && other._start <= Last;

    /// <summary>The bytes of the pages, if they lie in one half of the address space.</summary>
    /// <returns>False when the range spans the hole, which no range of bytes does.</returns>
    public bool TryGetBytes(out VirtRange bytes) => VirtRange.TryCreate(_start.Start, ByteCount, _width, out bytes);

    /// <summary>Goes through the pages in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through the pages of a range in order, over the hole if the range spans it.</summary>
    public struct Enumerator
    {
        private readonly PageRange<TSize> _range;
        private ulong _next;

        internal Enumerator(PageRange<TSize> range)
        {
            _range = range;
            _next = 0;
        }

        /// <summary>The page reached by the latest <see cref="MoveNext"/> that returned true.</summary>
        public readonly Page<TSize> Current => _range[_next - 1];

        /// <summary>Goes to the next page.</summary>
        /// <returns>False when there is none.</returns>
        public bool MoveNext()
        {
            bool more = _next < _range._count;
            _next += more ? 1UL : 0;
            return more;
        }
    }
}
