using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>
/// What software says in the bits of an entry that the processor ignores: bits 11:9 of a present one, any bit of one with P clear.
/// </summary>
/// <remarks>
/// <para>Who may change what, and how a slot is owned, is told in <see cref="PageCursor{TPlatform}"/>.</para>
/// <para>Tables that were adopted hold whatever someone else wrote there: marks mean nothing in them.</para>
/// </remarks>
internal static class EntryMark
{
    /// <summary>On an entry that references a table: some CPU owns that table, and this slot. Others wait.</summary>
    public const ulong Locked = PdEntry.PresentMask << 9;

    /// <summary>On an entry that maps a page: the mapper mapped it, and counted it; adopted pages lack it.</summary>
    public const ulong Ours = PdEntry.PresentMask << 10;

    /// <summary>On an entry that maps a page: its accessed and dirty bits were set at once, so that the processor never writes the entry.</summary>
    public const ulong Untracked = PdEntry.PresentMask << 11;

    /// <summary>
    /// On an entry that maps a large page: small ones were there before, and CPUs may still use their translations, which no flush of the
    /// large page drops.
    /// </summary>
    public const ulong Promoted = Locked;

    /// <summary>Instead of an absent entry: a range that is being mapped owns the slot. Others wait.</summary>
    public const ulong Claimed = Locked;

    /// <summary>Instead of an absent entry: the table is being taken out, nobody may put anything in. Whoever meets it looks again from the root.</summary>
    public const ulong Sealed = Ours;

    /// <summary>
    /// With P clear: what the rest of the entry maps or references was unmapped, and is withheld until no CPU remembers it. The entry is its
    /// record.
    /// </summary>
    public const ulong Withheld = Untracked;

    /// <summary>On a withheld entry that references a table: the table it stands in is being taken out too, so that it cannot be put back.</summary>
    public const ulong Frozen = Locked;

    /// <summary>
    /// On a withheld entry that referenced a table: all below went with it, and is to be found there as it was. Without, the table held
    /// nothing but records of its own; it can be put back for whoever needs a place beside them.
    /// </summary>
    public const ulong Whole = Ours;

    /// <summary>
    /// Whether nothing of ours is recorded in an entry. Among adopted tables, whose marks are not the library's, that is so for whatever else
    /// stands in an entry that is not present.
    /// </summary>
    public static bool IsAbsent(ulong entry, bool hasMarks) =>
        hasMarks ? entry == 0 : (entry & PdEntry.PresentMask) == 0 && !IsWithheld(entry);

    /// <summary>Whether the processor does not write an entry that maps a page: accessed and dirty are both set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsQuiet(ulong entry) => (entry & (Untracked | EntryCodec.Used)) == (Untracked | EntryCodec.Used);

    /// <summary>Whether an entry is a record of something withheld.</summary>
    public static bool IsWithheld(ulong entry) => (entry & (PdEntry.PresentMask | Withheld)) == Withheld;

    /// <summary>Whether someone else is about to put something there, or to take the table out: a matter of waiting.</summary>
    public static bool IsInTransit(ulong entry) => entry is Claimed or Sealed || IsFrozen(entry);

    /// <summary>Whether an entry is a record that must stay one.</summary>
    public static bool IsFrozen(ulong entry) => (entry & (PdEntry.PresentMask | Withheld | Frozen)) == (Withheld | Frozen);

    /// <summary>Whether an entry of a level references a withheld table that can be put back.</summary>
    public static bool IsRevivable(PageTableLevel level, ulong entry) =>
        IsWithheld(entry) && (entry & (Whole | Frozen)) == 0 && IsTable(level, entry);

    /// <summary>Whether a record of a level is one of a table.</summary>
    public static bool IsTable(PageTableLevel level, ulong entry) => EntryCodec.KindOf(level, entry | EntryCodec.Present) == EntryKind.Table;
}
