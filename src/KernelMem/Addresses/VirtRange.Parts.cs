using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <content>The pages and bytes of a range.</content>
public readonly partial struct VirtRange
{
    /// <summary>The pages that lie wholly in the range: its ends are rounded inwards.</summary>
    /// <remarks>With no such page, the result is empty. Panics when the range is not canonical for <paramref name="width"/>.</remarks>
    public PageRange<TSize> PagesInside<TSize>(AddressWidth width = AddressWidth.Bits48)
        where TSize : unmanaged, IPageSize
    {
        // What is missing at the front up to the next page start; then whole pages only.
        ulong skipped = (0UL - _start.Value) & (TSize.Bytes - 1);
        if (_length <= skipped || (_length - skipped) >> TSize.Shift == 0)
            return PageRange<TSize>.Create(Page<TSize>.Containing(_start), count: 0, width);

        VirtAddr first = VirtAddr.CreateUnchecked(_start.Value + skipped);
        return PageRange<TSize>.Create(Page<TSize>.Create(first), (_length - skipped) >> TSize.Shift, width);
    }

    /// <summary>The pages that have a byte of the range: its ends are rounded outwards.</summary>
    /// <remarks>Panics when the range is not canonical for <paramref name="width"/>.</remarks>
    public PageRange<TSize> PagesTouched<TSize>(AddressWidth width = AddressWidth.Bits48)
        where TSize : unmanaged, IPageSize
    {
        Page<TSize> first = Page<TSize>.Containing(_start);
        ulong count = IsEmpty ? 0 : ((Last.Value - first.Start.Value) >> TSize.Shift) + 1;
        return PageRange<TSize>.Create(first, count, width);
    }

    /// <summary>Goes through the addresses of the bytes in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through the addresses of a range in order.</summary>
    public struct Enumerator
    {
        private readonly VirtRange _range;
        private ulong _next;

        internal Enumerator(VirtRange range)
        {
            _range = range;
            _next = 0;
        }

        /// <summary>The address reached by the latest <see cref="MoveNext"/> that returned true.</summary>
        public readonly VirtAddr Current
        {
            get
            {
                Panic.Assert(_next != 0, "VirtRange: the enumeration has not begun");
                return VirtAddr.CreateUnchecked(_range._start.Value + (_next - 1));
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
