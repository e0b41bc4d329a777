using System.Collections.Generic;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>Paging-structure-cache entries of all levels, by the region they stand for. It forgets nothing by itself.</summary>
/// <param name="versions">How many entries for one region it keeps: with more than one, those from earlier walks stay beside the new one.</param>
internal sealed class TableCache(int versions)
{
    // A key is a region's first address and, in the bits below, the level of the entry: 2 to 5.
    private readonly Dictionary<ulong, CachedTable> _tables = [];

    public int Count { get; private set; }

    /// <summary>The newest entry of a level for an address.</summary>
    public CachedTable? Find(ulong address, int level) => _tables.Count == 0 ? null : _tables.GetValueOrDefault(Key(address, level));

    public void Add(ulong address, in WalkStart below, long time)
    {
        ulong key = Key(address, below.Level + 1);
        CachedTable? newest = _tables.GetValueOrDefault(key);
        if (versions > 1 && Holds(newest, below))
            return; // the older of two equal ones says more about what was not flushed

        newest = new CachedTable(below, time) { Older = newest };
        _tables[key] = newest;
        Count++;
        Trim(newest);
    }

    /// <summary>Forgets the entries of all levels that would be used for an address.</summary>
    public void Drop(ulong address)
    {
        if (_tables.Count == 0)
            return;
        for (int level = 2; level <= 5; level++)
        {
            if (!_tables.Remove(Key(address, level), out CachedTable? table))
                continue;
            for (; table is not null; table = table.Older)
                Count--;
        }
    }

    public void Clear()
    {
        _tables.Clear();
        Count = 0;
    }

    private void Trim(CachedTable newest)
    {
        CachedTable last = newest;
        for (int kept = 1; kept < versions && last.Older is { } older; kept++)
            last = older;
        for (CachedTable? table = last.Older; table is not null; table = table.Older)
            Count--;
        last.Older = null;
    }

    private static bool Holds(CachedTable? newest, in WalkStart below)
    {
        for (CachedTable? table = newest; table is not null; table = table.Older)
        {
            if (table.Says(below))
                return true;
        }

        return false;
    }

    private static ulong Key(ulong address, int level)
    {
        int shift = TableWalk.Shift(level);
        return address >> shift << shift | (uint)level;
    }
}
