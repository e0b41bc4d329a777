namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>What a CPU has read since it last waited: what it waits for is a change of one of these.</summary>
internal sealed class ReadSet
{
    private const int Capacity = 32;

    private readonly Entry[] _entries = new Entry[Capacity];
    private int _count;

    /// <summary>Whether a change of any location may be what is waited for.</summary>
    public bool IsUnknown { get; private set; }

    public int Count => _count;

    public nuint this[int index] => _entries[index].Granule;

    public void Clear()
    {
        _count = 0;
        IsUnknown = false;
    }

    /// <summary>Notes a read.</summary>
    /// <returns>How often the same was read before.</returns>
    public int Add(nuint granule, uint version)
    {
        for (int index = 0; index < _count; index++)
        {
            ref Entry entry = ref _entries[index];
            if (entry.Granule == granule)
            {
                // An older version that was read stays: it tells that there was a change.
                return entry.Version == version ? ++entry.Repeats : 0;
            }
        }

        if (_count == Capacity)
            IsUnknown = true;
        else
            _entries[_count++] = new Entry { Granule = granule, Version = version };

        return 0;
    }

    public bool Contains(nuint granule)
    {
        if (IsUnknown || _count == 0)
            return true;

        for (int index = 0; index < _count; index++)
        {
            if (_entries[index].Granule == granule)
                return true;
        }

        return false;
    }

    /// <summary>One's own write is no change to wait for.</summary>
    public void Forgive(nuint granule, uint version)
    {
        for (int index = 0; index < _count; index++)
        {
            ref Entry entry = ref _entries[index];
            if (entry.Granule == granule && entry.Version == version - 1)
                entry = new Entry { Granule = granule, Version = version };
        }
    }

    /// <summary>Whether any of the locations was written since it was read.</summary>
    public bool IsOutdated(LocationTable locations)
    {
        for (int index = 0; index < _count; index++)
        {
            if (locations.Find(_entries[index].Granule).Version != _entries[index].Version)
                return true;
        }

        return false;
    }

    private struct Entry
    {
        public nuint Granule;
        public uint Version;
        public int Repeats;
    }
}
