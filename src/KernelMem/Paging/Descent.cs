using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>Where a walk went down to: the slot at which it ended, and how it got there.</summary>
internal struct Descent
{
    /// <summary>The slot, and the entry that was in it.</summary>
    public Slot Slot;
    public ulong Entry;

    /// <summary>The slot that references the table in which <see cref="Slot"/> is, and what was in it; none at the root.</summary>
    public Slot Parent;
    public ulong ParentEntry;

    /// <summary>The table in which <see cref="Slot"/> is.</summary>
    public Table Table;

    /// <summary>What the entries above <see cref="Entry"/> let through.</summary>
    public PathRights Rights;

    public PageTableLevel Level;

    public EntryKind Kind;

    /// <summary><see cref="MapError.Unreadable"/> where the tables lead out of memory, or a reserved bit is set.</summary>
    public MapError Error;
}
