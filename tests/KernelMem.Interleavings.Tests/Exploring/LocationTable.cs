namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>The locations that runs touch, by address: an open hash table that forgets the runs but not who shares what.</summary>
internal sealed class LocationTable
{
    private Location[] _slots = new Location[1024];
    private int _count;
    private int _run;

    /// <summary>Whether a run showed that a location is shared which does not count as such yet.</summary>
    public bool Grew { get; private set; }

    public void StartRun() => _run++;

    /// <summary>What is shared counts as shared from now on.</summary>
    public void Freeze()
    {
        Grew = false;
        for (int index = 0; index < _slots.Length; index++)
            _slots[index].IsShared = _slots[index].HasConflict;
    }

    /// <summary>Notes who touches a location, and gives it. (The reference holds until the next call.)</summary>
    public ref Location Touch(nuint granule, uint reader, uint writer)
    {
        ref Location location = ref Find(granule);
        location.Readers |= reader;
        location.Writers |= writer;
        if (!location.IsShared && location.HasConflict)
            Grew = true;

        return ref location;
    }

    public ref Location Find(nuint granule)
    {
        if (_count * 2 > _slots.Length)
            Enlarge();

        ref Location location = ref Slot(granule);
        if (location.Granule == 0)
        {
            location.Granule = granule;
            _count++;
        }

        if (location.Run != _run)
        {
            location.Run = _run;
            location.WriteHash = 0;
            location.ReadHash = 0;
            location.Version = 0;
        }

        return ref location;
    }

    private ref Location Slot(nuint granule)
    {
        nuint mask = (nuint)_slots.Length - 1;
        nuint index = (nuint)Hash.Mix(granule, 1) & mask;
        while (_slots[index].Granule != 0 && _slots[index].Granule != granule)
            index = (index + 1) & mask;

        return ref _slots[index];
    }

    private void Enlarge()
    {
        Location[] before = _slots;
        _slots = new Location[before.Length * 2];
        foreach (Location location in before)
        {
            if (location.Granule != 0)
                Slot(location.Granule) = location;
        }
    }
}
