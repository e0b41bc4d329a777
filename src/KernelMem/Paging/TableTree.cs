using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// The tables of an address space, as they are read: from the root down, over any bits whatever. A walk of at most five steps, none of
/// which leaves the memory that the direct map shows.
/// </summary>
/// <remarks>
/// It takes no lock. Tables of a live space stay readable as long as the reader keeps interrupts off: they are freed only after every CPU
/// has answered a flush, which a CPU with interrupts off does not.
/// </remarks>
internal unsafe struct TableTree
{
    // Where the root's index begins in an address, and how much it goes down by each level.
    private const int ShiftPerLevel = 9;
    private const int LastShift = 12;

    // Address of physical zero, and how many bytes on from there, in whole frames, can be read.
    private ulong _base;
    private ulong _reach;
    private ulong _root;
    private int _rootShift;

    // What must be so for an entry to reference a table: P set, PS and reserved bits clear.
    private ulong _soundTable;

    // Which bits must be clear in an entry that maps a page of 4 KiB, 2 MiB or 1 GiB.
    private ulong _reservedSmall;
    private ulong _reservedLarge;
    private ulong _reservedHuge;

    // The address of a table, or of a small page, in an entry.
    private ulong _address;

    public readonly Frame Root => Frame.CreateUnchecked(PhysAddr.CreateUnchecked(_root));

    public AddressWidth Width { readonly get; private set; }

    public EntryFormat Format { readonly get; private set; }

    public DirectMap DirectMap { readonly get; private set; }

    /// <summary>A tree.</summary>
    /// <returns>False when the root cannot be reached.</returns>
    public static bool TryCreate(Frame root, DirectMap map, AddressWidth width, in EntryFormat format, out TableTree tree)
    {
        tree = new TableTree
        {
            _root = root.Start.Value,
            _rootShift = width.RootLevel().IndexShift(),
            _soundTable = EntryCodec.SoundTableMask(format.Reserved),
            _reservedSmall = EntryCodec.ReservedOfPage(PageTableLevel.Pt, format),
            _reservedLarge = EntryCodec.ReservedOfPage(PageTableLevel.Pd, format),
            _reservedHuge = EntryCodec.ReservedOfPage(PageTableLevel.Pdpt, format),
            _address = EntryCodec.TableOf(ulong.MaxValue, format.EncryptionMask),
            Width = width,
            Format = format,
        };
        tree.ExtendDirectMap(map);
        return tree.TryReach(tree._root, out _);
    }

    public void ExtendDirectMap(DirectMap map)
    {
        DirectMap = map;
        _base = map.Base.Value;
        _reach = map.Length & ~(Frame.Size - 1);
    }

    /// <summary>The table at a physical address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryReach(ulong physical, out Table table)
    {
        // SAFETY: the direct map shows whole frames below _reach, and a table's address is that of a frame.
        bool reached = physical < _reach;
        table = reached ? new Table((ulong*)(_base + physical)) : default;
        return reached;
    }

    /// <summary>The table that an entry references.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryEnter(ulong entry, out Table table) => TryReach(entry & _address, out table);

    /// <summary>The frame of the table that an entry references.</summary>
    public readonly Frame FrameOf(ulong entry) => Frame.CreateUnchecked(PhysAddr.CreateUnchecked(entry & _address));

    /// <summary>Whether an entry of a level references a certain table, and not another that took its place.</summary>
    public readonly bool IsEntryOf(PageTableLevel level, ulong entry, Table table) =>
        EntryCodec.KindOf(level, entry) == EntryKind.Table && TryEnter(entry, out Table child) && child.IsSameAs(table);

    /// <summary>The table of the root.</summary>
    public readonly Table RootTable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new((ulong*)(_base + _root));
    }

    /// <summary>Goes down to the target level, or to where there is no table to go on in.</summary>
    /// <param name="address">A canonical address.</param>
    /// <param name="target">The level to stop at.</param>
    /// <param name="at">Where it ended.</param>
    public readonly void Descend(ulong address, PageTableLevel target, out Descent at)
    {
        // In locals: after an atomic load, fields are loaded again.
        ulong soundTable = _soundTable;
        PageTableLevel level = Width.RootLevel();
        PathRights rights = PathRights.All;
        Table table = RootTable;
        Slot parent = default;
        ulong parentEntry = 0;
        MapError error = MapError.None;
        Slot slot;
        ulong entry;
        while (true)
        {
            slot = table.At(address, level);
            entry = slot.Load();
            if (level == target || (entry & soundTable) != EntryCodec.Present)
                break;
            if (!TryEnter(entry, out Table child))
            {
                error = MapError.Unreadable;
                break;
            }

            rights = rights.And(entry);
            parent = slot;
            parentEntry = entry;
            table = child;
            level--;
        }

        EntryKind kind = EntryCodec.KindOf(level, entry);
        if (kind != EntryKind.Absent && !IsValid(level, kind, entry))
            error = MapError.Unreadable; // the processor would fault

        at = new Descent
        {
            Slot = slot,
            Entry = entry,
            Parent = parent,
            ParentEntry = parentEntry,
            Table = table,
            Rights = rights,
            Level = level,
            Kind = kind,
            Error = error,
        };
    }

    /// <summary>The last-level table of a canonical address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="parent">The slot that references it.</param>
    /// <param name="parentEntry">The entry there.</param>
    /// <param name="table">The table.</param>
    /// <param name="rights">What the entries above it let through.</param>
    /// <returns>False when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryFindLast(ulong address, out Slot parent, out ulong parentEntry, out Table table, out PathRights rights)
    {
        rights = PathRights.All;
        ulong zero = _base;
        ulong reach = _reach;
        ulong soundTable = _soundTable;
        ulong mask = _address;
        ulong physical = _root;
        parent = default;
        parentEntry = 0;
        table = RootTable;
        for (int shift = _rootShift; shift > LastShift; shift -= ShiftPerLevel)
        {
            parent = table[(uint)(address >> shift)];
            parentEntry = parent.Load();
            physical = parentEntry & mask;
            if ((parentEntry & soundTable) != EntryCodec.Present || physical >= reach)
                return false;
            rights = rights.And(parentEntry);
            table = new Table((ulong*)(zero + physical)); // SAFETY: as in TryReach
        }

        return true;
    }

    /// <summary>Where a canonical address leads.</summary>
    /// <returns>False when no page is mapped there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTranslate(ulong address, out Translation translation)
    {
        // In locals: after an atomic load, fields are loaded again.
        ulong zero = _base;
        ulong reach = _reach;
        ulong soundTable = _soundTable;
        ulong mask = _address;
        PathRights rights = PathRights.All;
        ulong physical = _root;
        int shift = _rootShift;
        ulong entry;
        while (true)
        {
            entry = new Table((ulong*)(zero + physical))[(uint)(address >> shift)].Load(); // SAFETY: as in TryReach
            if (shift == LastShift || (entry & soundTable) != EntryCodec.Present)
                break;
            rights = rights.And(entry);
            physical = entry & mask;
            shift -= ShiftPerLevel;
            if (physical >= reach)
            {
                translation = default;
                return false;
            }
        }

        PageTableLevel level = (PageTableLevel)(((shift - LastShift) / ShiftPerLevel) + 1);
        bool mapped = IsPage(shift, entry);
        ulong offset = (1UL << shift) - 1;
        PhysAddr place = PhysAddr.CreateUnchecked((entry & mask & ~offset) | (address & offset));
        translation = mapped ? new Translation(level, entry, rights, Format, place) : default;
        return mapped;
    }

    // Whether an entry of the level that a shift belongs to maps a page, and a sound one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsPage(int shift, ulong entry)
    {
        if (shift == LastShift)
            return (entry & (EntryCodec.Present | _reservedSmall)) == EntryCodec.Present;
        const ulong Large = EntryCodec.Present | EntryCodec.PageSize;
        if (shift == LastShift + ShiftPerLevel)
            return (entry & (Large | _reservedLarge)) == Large;
        return shift == LastShift + (2 * ShiftPerLevel) && (entry & (Large | _reservedHuge)) == Large;
    }

    private readonly bool IsValid(PageTableLevel level, EntryKind kind, ulong entry) =>
        kind == EntryKind.Page
            ? IsPage(level.IndexShift(), entry)
            : (entry & _soundTable) == EntryCodec.Present;

    /// <summary>What an entry says at which a walk ended.</summary>
    /// <returns>False when it maps no page.</returns>
    public readonly bool TryRead(PageTableLevel level, ulong entry, PathRights rights, ulong address, out Translation translation)
    {
        EntryKind kind = EntryCodec.KindOf(level, entry);
        bool mapped = kind == EntryKind.Page && IsValid(level, kind, entry);
        PhysAddr frame = EntryCodec.FrameOf(level, entry, Format);
        translation = mapped
            ? new Translation(level, entry, rights, Format, PhysAddr.CreateUnchecked(frame.Value | (address & (level.EntrySpan() - 1))))
            : default;
        return mapped;
    }
}
