using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The frames of a <see cref="MemoryMap"/> that become free when one kind of reclaimable memory is given back
/// (<see cref="MemoryMap.FreedBy"/>).
/// </summary>
public readonly struct FreedFrames
{
    private readonly MemoryMap _map;
    private readonly MemoryRegionKind _kind;
    private readonly MemoryRegionKindSet _given;

    internal FreedFrames(MemoryMap map, MemoryRegionKind kind, MemoryRegionKindSet given)
    {
        _map = map;
        _kind = kind;
        _given = given;
    }

    /// <summary>The ranges, by ascending address, none empty, none twice.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>How many frames there are in all of the ranges.</summary>
    public ulong CountFrames()
    {
        ulong frames = 0;
        foreach (FrameRange<Size4KiB> range in this)
            frames += range.Count;

        return frames;
    }

    /// <summary>Walks the ranges.</summary>
    public struct Enumerator
    {
        private readonly FreedFrames _freed;
        private int _next; // the region to look at
        private int _runEnd; // the first region behind the run: regions that touch, all given back by now
        private ulong _runFirstFrame;
        private ulong _runEndFrame;
        private ulong _dealtWith; // frames below this one

        internal Enumerator(FreedFrames freed)
        {
            _freed = freed;
            _next = freed._given.Contains(freed._kind) ? freed._map.Count : 0; // all of it is given back already
            _runEnd = 0;
            _runFirstFrame = 0;
            _runEndFrame = 0;
            _dealtWith = 0;
            Current = default;
        }

        /// <summary>The range the walk stands at.</summary>
        public FrameRange<Size4KiB> Current { get; private set; }

        /// <summary>Steps to the next range; false after the last.</summary>
        public bool MoveNext()
        {
            while (_next < _freed._map.Count)
            {
                if (_next >= _runEnd)
                    FindRun();

                MemoryRegion region = _freed._map[_next++];
                if (region.Kind != _freed._kind)
                    continue;

                // A frame with but one byte of this kind becomes free too, if the rest of it is given back: it lies in the run.
                ulong start = Larger(Larger(region.Start.Value / Size4KiB.Bytes, _runFirstFrame), _dealtWith);
                ulong end = Smaller(RoundUp(region.EndExclusive), _runEndFrame);
                if (start >= end)
                    continue;

                _dealtWith = end;
                Current = FrameRange<Size4KiB>.Create(Frame<Size4KiB>.FromNumber(start), end - start);
                return true;
            }

            return false;
        }

        // From the next region on, as far as regions touch and are given back; if the first is not, it is a run of its own without frames.
        private void FindRun()
        {
            MemoryRegion first = _freed._map[_next];
            ulong end = first.EndExclusive;
            _runEnd = _next + 1;
            _runFirstFrame = _runEndFrame = 0;
            if (!IsGivenBack(first.Kind))
                return;

            while (_runEnd < _freed._map.Count && _freed._map[_runEnd].Start.Value == end && IsGivenBack(_freed._map[_runEnd].Kind))
                end = _freed._map[_runEnd++].EndExclusive;

            _runFirstFrame = RoundUp(first.Start.Value);
            _runEndFrame = end / Size4KiB.Bytes;
        }

        private readonly bool IsGivenBack(MemoryRegionKind kind) =>
            kind == _freed._kind || (_freed._given.Contains(kind) && MemoryRegionKinds.IsReclaimable(kind));

        private static ulong RoundUp(ulong address) => (address + Size4KiB.Bytes - 1) / Size4KiB.Bytes;

        private static ulong Larger(ulong left, ulong right) => left > right ? left : right;

        private static ulong Smaller(ulong left, ulong right) => left < right ? left : right;
    }
}
