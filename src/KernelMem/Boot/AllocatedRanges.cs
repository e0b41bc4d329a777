using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The frames an <see cref="EarlyAllocator"/> has handed out: what is usable in the map and not in its free list, found by
/// walking both side by side. Allocations that lie next to each other are one range.
/// </summary>
public readonly struct AllocatedRanges
{
    private readonly MemoryMap _map;
    private readonly FreeRanges _free;

    internal AllocatedRanges(MemoryMap map, FreeRanges free)
    {
        _map = map;
        _free = free;
    }

    /// <summary>The ranges, by ascending address, none empty.</summary>
    public Enumerator GetEnumerator() => new(_map, _free);

    /// <summary>Walks the ranges.</summary>
    public struct Enumerator
    {
        private readonly FreeRanges _free;
        private MemoryMap.Enumerator _regions;
        private int _nextFree;
        private ulong _position; // frame numbers in the current region: what is below the position has been dealt with
        private ulong _regionEnd;

        internal Enumerator(MemoryMap map, FreeRanges free)
        {
            _free = free;
            _regions = map.GetEnumerator();
            _nextFree = 0;
            _position = 0;
            _regionEnd = 0;
            Current = default;
        }

        /// <summary>The range the walk stands at.</summary>
        public FrameRange<Size4KiB> Current { get; private set; }

        /// <summary>Steps to the next range; false after the last.</summary>
        public bool MoveNext()
        {
            while (_position < _regionEnd || MoveToUsableRegion())
            {
                ulong start = _position;
                ulong end = _regionEnd;
                _position = _regionEnd;
                if (_nextFree < _free.Count && _free[_nextFree].Start.Number < _regionEnd)
                {
                    end = _free[_nextFree].Start.Number;
                    _position = _free[_nextFree].EndNumber;
                    _nextFree++;
                }

                if (start >= end)
                    continue;

                Current = FrameRange<Size4KiB>.Create(Frame<Size4KiB>.FromNumber(start), end - start);
                return true;
            }

            return false;
        }

        private bool MoveToUsableRegion()
        {
            while (_regions.MoveNext())
            {
                if (_regions.Current.Kind != MemoryRegionKind.Usable)
                    continue;

                _position = _regions.Current.Start.Value / Size4KiB.Bytes;
                _regionEnd = _regions.Current.EndExclusive / Size4KiB.Bytes;
                return true;
            }

            return false;
        }
    }
}
