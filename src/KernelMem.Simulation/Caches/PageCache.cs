using System.Collections.Generic;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>TLB entries by page. It forgets nothing by itself.</summary>
/// <param name="versions">How many entries for one page it keeps: with more than one, those from earlier walks stay beside the new one.</param>
internal sealed class PageCache(int versions)
{
    // A key is a page's first address and, in the bits below, the binary logarithm of its size.
    private readonly Dictionary<ulong, CachedPage> _pages = [];

    public int Count { get; private set; }

    /// <summary>The newest entry for a page of a size that holds an address.</summary>
    public CachedPage? Find(ulong address, int shift) => _pages.Count == 0 ? null : _pages.GetValueOrDefault(Key(address, shift));

    public void Add(ulong address, int context, in WalkTranslation translation, long time)
    {
        ulong key = Key(address, translation.Shift);
        CachedPage? newest = _pages.GetValueOrDefault(key);
        if (versions > 1 && Holds(newest, translation))
            return; // the older of two equal ones says more about what was not flushed

        _pages[key] = new CachedPage(Start(address, translation.Shift), context, translation, time) { Older = newest };
        Count++;
        Trim(_pages[key]);
    }

    /// <summary>Forgets the pages of every size that hold an address.</summary>
    public void Drop(ulong address)
    {
        if (_pages.Count == 0)
            return;
        Remove(Key(address, 12));
        Remove(Key(address, 21));
        Remove(Key(address, 30));
    }

    /// <summary>Forgets what was cached under one process-context identifier.</summary>
    public void DropContext(int context)
    {
        foreach ((ulong key, CachedPage newest) in _pages)
        {
            CachedPage? kept = null;
            for (CachedPage? page = newest; page is not null; page = page.Older)
            {
                if (page.Context == context)
                    Count--;
                else
                    kept = new CachedPage(page.Start, page.Context, page.Translation, page.Time) { Older = kept };
            }

            // Changing and removing is allowed while enumerating since .NET Core 3.0.
            if (kept is null)
                _pages.Remove(key);
            else
                _pages[key] = kept;
        }
    }

    public void Clear()
    {
        _pages.Clear();
        Count = 0;
    }

    private void Remove(ulong key)
    {
        if (!_pages.Remove(key, out CachedPage? page))
            return;
        for (; page is not null; page = page.Older)
            Count--;
    }

    private void Trim(CachedPage newest)
    {
        CachedPage last = newest;
        for (int kept = 1; kept < versions && last.Older is { } older; kept++)
            last = older;
        for (CachedPage? page = last.Older; page is not null; page = page.Older)
            Count--;
        last.Older = null;
    }

    private static bool Holds(CachedPage? newest, in WalkTranslation translation)
    {
        for (CachedPage? page = newest; page is not null; page = page.Older)
        {
            if (page.Says(translation))
                return true;
        }

        return false;
    }

    private static ulong Start(ulong address, int shift) => address >> shift << shift;

    private static ulong Key(ulong address, int shift) => Start(address, shift) | (uint)shift;
}
