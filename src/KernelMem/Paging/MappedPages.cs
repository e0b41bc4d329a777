using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Walks what is mapped in a range, run by run, without memory of its own; also in a space that others change meanwhile, or that is not
/// the library's: any root will do, and any bits.
/// </summary>
/// <remarks>
/// Each step looks from the root again, interrupts off, and reads at most one table. What others change behind it, it does not see; what
/// they change before it, it does. A run ends where its table does.
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
public unsafe struct MappedPages<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly TPlatform _platform;
    private readonly TableTree _tree;
    private ulong _next;
    private readonly ulong _last;
    private bool _isDone;

    internal MappedPages(TPlatform platform, in TableTree tree, VirtRange range)
    {
        _platform = platform;
        _tree = tree;
        _next = range.Start.Value;
        _last = range.IsEmpty ? 0 : range.Last.Value;
        _isDone = range.IsEmpty;
    }

    /// <summary>How many entries were met that lead nowhere: out of the memory that can be reached, or with reserved bits set.</summary>
    public ulong Damaged { get; private set; }

    /// <summary>Walks tables that need not be the library's: a boot loader's, another kernel's, a dump's.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="root">The root table.</param>
    /// <param name="map">How tables are reached.</param>
    /// <param name="width">How many levels they have.</param>
    /// <param name="format">What their entries may hold.</param>
    /// <param name="range">What to look at; canonical for the width.</param>
    /// <param name="pages">The walk.</param>
    /// <returns>False when the root cannot be reached, or the range is not canonical.</returns>
    public static bool TryCreate(
        TPlatform platform, PageTableRoot root, DirectMap map, AddressWidth width, EntryFormat format, VirtRange range, out MappedPages<TPlatform> pages)
    {
        bool valid = TableTree.TryCreate(root.Table, map, width, format, out TableTree tree) && (range.IsEmpty || range.IsCanonical(width));
        pages = valid ? new MappedPages<TPlatform>(platform, tree, range) : default;
        pages._isDone |= !valid;
        return valid;
    }

    /// <summary>Goes to the next run.</summary>
    /// <param name="run">Where it is; cut to the range, in whole pages.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGetNext(out MappedRange run)
    {
        run = default;
        while (!_isDone)
        {
            InterruptState interrupts = _platform.SaveInterrupts();
            bool found = Step(out run);
            _platform.RestoreInterrupts(interrupts);
            if (found)
                return true;
        }

        return false;
    }

    private bool Step(out MappedRange run)
    {
        run = default;
        ulong at = _next;
        _tree.Descend(at, PageTableLevel.Pt, out Descent place);
        ulong span = place.Level.EntrySpan();
        ulong start = at & ~(span - 1);
        bool isPage = place.Error == MapError.None && place.Kind == EntryKind.Page;
        if (!isPage)
        {
            // Absent: to the end of the last absent slot of this table.
            bool isDamaged = place.Error != MapError.None;
            Damaged += isDamaged ? 1ul : 0;
            Advance(isDamaged ? start + (span - 1) : LastAbsent(place, start, span));
            return false;
        }

        _ = _tree.TryRead(place.Level, place.Entry, place.Rights, start, out Translation first);
        ulong used = place.Entry;
        ulong expected = place.Entry & ~EntryCodec.Used;
        ulong end = start + (span - 1);
        while (end < _last && (end & ((span << 9) - 1)) != (span << 9) - 1)
        {
            expected += span;
            ulong entry = place.Table.At(end + 1, place.Level).Load();
            if ((entry & ~EntryCodec.Used) != expected)
                break;
            used |= entry;
            end += span;
        }

        run = new MappedRange(
            VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(start), end - start + 1),
            first,
            (used & PtEntry.AccessedMask) != 0,
            (used & PtEntry.DirtyMask) != 0);
        Advance(end);
        return true;
    }

    private readonly ulong LastAbsent(in Descent place, ulong start, ulong span)
    {
        ulong end = start + (span - 1);
        while (end < _last && (end & ((span << 9) - 1)) != (span << 9) - 1 && (place.Table.At(end + 1, place.Level).Load() & EntryCodec.Present) == 0)
            end += span;
        return end;
    }

    private void Advance(ulong end)
    {
        _isDone = end >= _last;
        _next = unchecked(end + 1);
    }
}
