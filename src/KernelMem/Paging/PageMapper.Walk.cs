using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>How a walk goes down the tables, and what it finds.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Where an address leads.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="translation">Where to, and what may be done there.</param>
    /// <returns>False when no page is mapped there. (An address that is not canonical never is.)</returns>
    public bool TryTranslate(VirtAddr address, out Translation translation)
    {
        translation = default;
        if (!address.IsCanonical(_state->Width))
            return false;

        Walk walk = WalkTo(address, PageTableLevel.Pt);
        if (walk.Error != MapError.None || walk.Kind != EntryKind.Page)
            return false;

        translation = EntryCodec.Decode(walk.Level, walk.Entry, walk.Rights, address.Value & (walk.Level.EntrySpan() - 1));
        return true;
    }

    /// <summary>
    /// The level of the entry that decides about an address: the one that maps it, or the one that is absent. All of that entry's span
    /// shares its fate.
    /// </summary>
    internal PageTableLevel LevelAt(VirtAddr address, out bool mapped)
    {
        Walk walk = WalkTo(address, PageTableLevel.Pt);
        mapped = walk.Error == MapError.None && walk.Kind == EntryKind.Page;
        return walk.Level;
    }

    /// <summary>
    /// Whether the entries above a page let a protection through; where no page is mapped, nothing stands in the way. False in adopted
    /// tables only: our own let everything through.
    /// </summary>
    internal bool ParentsAllow(VirtAddr address, Protection protection, out PageTableLevel level)
    {
        Walk walk = WalkTo(address, PageTableLevel.Pt);
        level = walk.Level;
        return walk.Kind != EntryKind.Page || walk.Rights.Allow(protection);
    }

    // Goes down to the target level, or to where there is no table to go on in.
    private Walk WalkTo(VirtAddr address, PageTableLevel target)
    {
        Walk walk = new() { Level = _state->Width.RootLevel(), Rights = PathRights.All };
        Frame table = _state->Root;
        while (true)
        {
            if (!TableView.TryCreate(table, _state->DirectMap, out walk.Table))
            {
                walk.Error = MapError.Unreadable;
                return walk;
            }

            walk.Index = address.TableIndex(walk.Level);
            walk.Entry = walk.Table.Load(walk.Index);
            walk.Kind = EntryCodec.KindOf(walk.Level, walk.Entry);
            if (walk.Kind != EntryKind.Absent && !EntryCodec.IsValid(walk.Level, walk.Kind, walk.Entry))
            {
                walk.Error = MapError.Unreadable; // the processor would fault
                return walk;
            }

            if (walk.Kind != EntryKind.Table || walk.Level <= target)
                return walk;

            walk.Rights = walk.Rights.And(EntryCodec.RightsOf(walk.Level, walk.Entry));
            table = EntryCodec.TableOf(walk.Level, walk.Entry);
            walk.Level--;
        }
    }

    // The entry at which a walk ended, and where it stands.
    private struct Walk
    {
        public TableView Table;
        public TableIndex Index;
        public PageTableLevel Level;
        public EntryKind Kind;
        public ulong Entry;

        // What the entries above let through.
        public PathRights Rights;
        public MapError Error;
    }
}
