using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>The part of a <see cref="MemoryMap"/> inside a range (<see cref="MemoryMap.Within"/>).</summary>
public readonly struct ClippedRegions
{
    private readonly MemoryMap _map;
    private readonly PhysRange _range;

    internal ClippedRegions(MemoryMap map, PhysRange range)
    {
        _map = map;
        _range = range;
    }

    /// <summary>The regions, by ascending address, none empty.</summary>
    public Enumerator GetEnumerator() => new(_map, _range);

    /// <summary>Walks the regions.</summary>
    public struct Enumerator
    {
        private readonly PhysRange _range;
        private MemoryMap.Enumerator _regions;

        internal Enumerator(MemoryMap map, PhysRange range)
        {
            _range = range;
            _regions = map.GetEnumerator();
            Current = default;
        }

        /// <summary>The region the walk stands at, cut at the bounds of the range.</summary>
        public MemoryRegion Current { get; private set; }

        /// <summary>Steps to the next region; false after the last.</summary>
        public bool MoveNext()
        {
            while (_regions.MoveNext())
            {
                if (!_regions.Current.Range.TryIntersect(_range, out PhysRange common))
                    continue;

                Current = new MemoryRegion(common, _regions.Current.Kind);
                return true;
            }

            return false;
        }
    }
}
