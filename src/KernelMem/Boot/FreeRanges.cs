using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// The free frames of an <see cref="EarlyAllocator"/>, by ascending address, no two ranges touching. A view,
/// which the next allocation changes; after <see cref="EarlyAllocator.HandOver"/> it stays as it is.
/// </summary>
public readonly unsafe struct FreeRanges
{
    private readonly FrameRange<Size4KiB>* _ranges;

    internal FreeRanges(FrameRange<Size4KiB>* ranges, int count)
    {
        _ranges = ranges;
        Count = count;
    }

    /// <summary>The number of ranges.</summary>
    public int Count { get; }

    /// <summary>A range, by ascending address. Panics if the index is not below <see cref="Count"/>.</summary>
    public FrameRange<Size4KiB> this[int index]
    {
        get
        {
            Panic.Assert((uint)index < (uint)Count, "FreeRanges: no range of that index");

            // SAFETY: the allocator wrote that many ranges into a buffer that stays its own.
            return _ranges[index];
        }
    }

    /// <summary>The ranges, by ascending address.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the ranges.</summary>
    public struct Enumerator
    {
        private readonly FreeRanges _ranges;
        private int _index;

        internal Enumerator(FreeRanges ranges)
        {
            _ranges = ranges;
            _index = -1;
        }

        /// <summary>The range the walk stands at.</summary>
        public readonly FrameRange<Size4KiB> Current => _ranges[_index];

        /// <summary>Steps to the next range; false after the last.</summary>
        public bool MoveNext() => ++_index < _ranges.Count;
    }
}
