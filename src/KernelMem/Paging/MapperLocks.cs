using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>Locks and seals of tables (<see cref="PageCursor{TPlatform}"/> tells the protocol).</summary>
internal static class MapperLocks
{
    /// <summary>Locks a slot that references a table, if it still holds an entry that is not locked.</summary>
    public static bool TryLock(Slot slot, ulong entry) =>
        (entry & EntryMark.Locked) == 0 && slot.TryReplace(entry, entry | EntryMark.Locked);

    /// <summary>
    /// Replaces an entry that maps a page. The processor may set accessed and dirty at any time, and what counts is what was there at the end;
    /// if both are set it does not write, and nobody else does in a last-level table that is the caller's.
    /// </summary>
    /// <param name="slot">Where it stands.</param>
    /// <param name="level">The level of the slot.</param>
    /// <param name="entry">The entry that is expected there.</param>
    /// <param name="changed">The one to put there.</param>
    /// <param name="hasMarks">Whether marks are the library's.</param>
    /// <param name="shares">Whether others may change tables meanwhile.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReplacePage(Slot slot, PageTableLevel level, ulong entry, ulong changed, bool hasMarks, bool shares)
    {
        if (!hasMarks || !EntryMark.IsQuiet(entry) || (level != PageTableLevel.Pt && shares))
            return slot.TryReplace(entry, changed);
        slot.Store(changed);
        return true;
    }

    /// <summary>Takes seals away from the slots below an index; records that had to stay may be put back again.</summary>
    public static void Unseal(Table table, uint count)
    {
        for (uint index = 0; index < count; index++)
        {
            Slot slot = table[index];
            ulong entry = slot.Load();
            if (entry == EntryMark.Sealed)
                slot.Store(0);
            else if (EntryMark.IsFrozen(entry))
                _ = slot.TryReplace(entry, entry & ~EntryMark.Frozen); // or else its owner has just cleared it
        }
    }

    /// <summary>Whether something in a range is withheld by the records in a table that was taken out.</summary>
    /// <param name="level">The level of the slot that references it.</param>
    /// <param name="entry">The entry there.</param>
    /// <param name="tree">The tables.</param>
    /// <param name="first">The first byte of the range, which the slot spans.</param>
    /// <param name="last">The last byte.</param>
    /// <param name="place">Where the first is that is withheld.</param>
    public static bool HasRecords(PageTableLevel level, ulong entry, in TableTree tree, ulong first, ulong last, out ulong place)
    {
        place = first;
        if (!tree.TryEnter(entry, out Table table))
            return true;

        PageTableLevel below = level - 1;
        ulong span = below.EntrySpan();
        ulong at = first;
        while (true)
        {
            ulong end = at | (span - 1);
            end = end < last ? end : last;
            ulong record = table.At(at, below).Load();
            bool isTable = EntryMark.IsRevivable(below, record & ~EntryMark.Frozen);
            place = at;
            if (EntryMark.IsWithheld(record) && (!isTable || HasRecords(below, record, tree, at, end, out place)))
                return true;
            if (end == last)
                return false;
            at = end + 1;
        }
    }

    /// <summary>
    /// Puts a table back that was taken out with nothing but records in it. CPUs that remember it find what they expect, and the records wait
    /// for their flush in it as well as out of it.
    /// </summary>
    /// <param name="slot">The slot that references it.</param>
    /// <param name="entry">The entry there.</param>
    /// <param name="tree">The tables.</param>
    /// <param name="shares">Whether others may change tables meanwhile.</param>
    public static void Revive(Slot slot, ulong entry, in TableTree tree, bool shares)
    {
        ulong revived = (entry & ~EntryMark.Withheld) | EntryCodec.Present;
        if (!slot.TryReplace(entry, revived | (shares ? EntryMark.Locked : 0)) || !shares)
            return;
        if (tree.TryEnter(entry, out Table table))
            Unseal(table, TableIndex.Count);
        _ = slot.Clear(EntryMark.Locked);
    }

    /// <summary>Opens a slot that references a table for what is needed below.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="level">Its level.</param>
    /// <param name="needed">What its table needs.</param>
    /// <param name="waits">Whether to wait for whoever has it locked.</param>
    /// <returns>Whether it had to be opened.</returns>
    public static bool Widen<TPlatform>(TPlatform platform, Slot slot, PageTableLevel level, PathRights needed, bool waits)
        where TPlatform : unmanaged, IPlatform
    {
        while (true)
        {
            ulong entry = slot.Load();
            if (EntryCodec.KindOf(level, entry) != EntryKind.Table)
                return false; // it went meanwhile, or became a page
            PathRights rights = PathRights.Of(entry);
            if (waits && (entry & EntryMark.Locked) != 0)
                platform.Pause();
            else if (rights.Contain(needed))
                return false;
            else if (slot.TryReplace(entry, rights.Or(needed).On(entry)))
                return true;
        }
    }

    /// <summary>
    /// Lets a slot, locked by the caller if it shares the tables, let through no more than its table needs, and unlocks it. No flush is
    /// owed: what is below forbids by itself what this does not let through any more.
    /// </summary>
    public static void Narrow(Slot slot, Table table, PageTableLevel level, bool unlock)
    {
        PathRights needed = NeededBy(table, level);
        while (true)
        {
            // Again and again: the processor may have just used it.
            ulong entry = slot.Load();
            ulong narrow = needed.On(entry);
            if (slot.TryReplace(entry, unlock ? narrow & ~EntryMark.Locked : narrow))
                return;
        }
    }

    // What the entries of a table need from those above.
    private static PathRights NeededBy(Table table, PageTableLevel level)
    {
        PathRights needed = PathRights.None;
        for (uint index = 0; index < TableIndex.Count; index++)
        {
            ulong entry = table[index].Load();
            if (EntryCodec.KindOf(level, entry) != EntryKind.Absent)
                needed = needed.Or(PathRights.Of(entry));
        }

        return needed;
    }
}
