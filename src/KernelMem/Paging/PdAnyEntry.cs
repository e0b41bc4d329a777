using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Paging;

/// <summary>
/// What a page directory holds at one index, before it is known which: nothing, a <see cref="PdEntry"/> or a <see cref="PdPageEntry"/>.
/// </summary>
/// <remarks>P, bit 0, and PS, bit 7, decide (Intel SDM Vol. 3A §4.5); the other bits are for the entry it turns out to be.</remarks>
[BitLayout]
[PageTableEntry((int)PageTableLevel.Pd, PageTableEntryRole.Slot)]
[Ignored(1, 6)]
[Ignored(8, 63)]
public readonly partial struct PdAnyEntry : IPageTableEntry<PdAnyEntry>
{
    /// <summary>P, bit 0: there is an entry.</summary>
    [Bit(0, Label = "P")]
    public partial bool Present { get; }

    /// <summary>PS, bit 7: the entry, if present, maps a 2 MiB page.</summary>
    [Bit(7, Label = "PS")]
    public partial bool PageSize { get; }

    /// <summary>What is there.</summary>
    public EntryKind Kind
    {
        get
        {
            if (!Present)
                return EntryKind.Absent;

            return PageSize ? EntryKind.Page : EntryKind.Table;
        }
    }

    /// <summary>The slot that holds the entry.</summary>
    public static implicit operator PdAnyEntry(PdEntry entry) => FromRaw(entry.Value);

    /// <summary>The slot that holds the entry.</summary>
    public static implicit operator PdAnyEntry(PdPageEntry entry) => FromRaw(entry.Value);

    /// <summary>The entry that references a page table, if the slot holds one.</summary>
    public bool TryGetTable(out PdEntry entry)
    {
        bool isTable = Kind == EntryKind.Table;
        entry = isTable ? PdEntry.FromRaw(Value) : default;
        return isTable;
    }

    /// <summary>The entry that maps a 2 MiB page, if the slot holds one.</summary>
    public bool TryGetPage(out PdPageEntry entry)
    {
        bool isPage = Kind == EntryKind.Page;
        entry = isPage ? PdPageEntry.FromRaw(Value) : default;
        return isPage;
    }
}
