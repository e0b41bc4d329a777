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

    /// <summary>Whether an entry of a level references a certain table, and not another that took its place.</summary>
    public readonly bool IsEntryOf(PageTableLevel level, ulong entry, Table table) =>
        EntryCodec.KindOf(level, entry) == EntryKind.Table && TryEnter(entry, out Table child) && child.IsSameAs(table);

    /// <summary>The table of the root.</summary>
    public readonly Table RootTable => new((ulong*)(_base + _root));

    /// <summary>Goes down to the target level, or to where there is no table to go on in.</summary>
    /// <param name="address">A canonical address.</param>
    /// <param name="target">The level to stop at.</param>
    /// <param name="at">Where it ended.</param>
    public readonly void Descend(ulong address, PageTableLevel target, out Descent at)
    {
        at = default;
        at.Level = Width.RootLevel();
        at.Rights = PathRights.All;
        at.Table = RootTable;
        while (true)
        {
            at.Slot = at.Table.At(address, at.Level);
            at.Entry = at.Slot.Load();
            if (at.Level == target || (at.Entry & _soundTable) != EntryCodec.Present)
                break;
            if (!TryEnter(at.Entry, out Table child))
            {
                at.Error = MapError.Unreadable;
                break;
            }

            at.Rights = at.Rights.And(at.Entry);
            at.Parent = at.Slot;
            at.ParentEntry = at.Entry;
            at.Table = child;
            at.Level--;
        }

        at.Kind = EntryCodec.KindOf(at.Level, at.Entry);
        if (at.Kind != EntryKind.Absent && !EntryCodec.IsValid(at.Level, at.Kind, at.Entry, Format))
            at.Error = MapError.Unreadable; // the processor would fault
    }

    /// <summary>Where a canonical address leads.</summary>
    /// <returns>False when no page is mapped there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryTranslate(ulong address, out Translation translation)
    {
        int shift = _rootShift;
        PathRights rights = PathRights.All;
        ulong table = _root;
        ulong entry;
        while (true)
        {
            if (!TryReach(table, out Table entries))
            {
                translation = default;
                return false;
            }

            entry = entries[(uint)(address >> shift)].Load();
            if (shift == LastShift || (entry & _soundTable) != EntryCodec.Present)
                break;
            rights = rights.And(entry);
            table = entry & _address;
            shift -= ShiftPerLevel;
        }

        // Mostly a small page, and a sound one; PS, which is PAT there, is the only bit that matters else.
        if (shift == LastShift && (entry & _soundTable & ~EntryCodec.PageSize) == EntryCodec.Present)
        {
            PhysAddr place = PhysAddr.CreateUnchecked((entry & _address) | (address & (Frame.Size - 1)));
            translation = new Translation(PageTableLevel.Pt, entry, rights, Format, place);
            return true;
        }

        return TryRead((PageTableLevel)(((shift - LastShift) / ShiftPerLevel) + 1), entry, rights, address, out translation);
    }

    /// <summary>What an entry says at which a walk ended.</summary>
    /// <returns>False when it maps no page.</returns>
    public readonly bool TryRead(PageTableLevel level, ulong entry, PathRights rights, ulong address, out Translation translation)
    {
        EntryKind kind = EntryCodec.KindOf(level, entry);
        bool mapped = kind == EntryKind.Page && EntryCodec.IsValid(level, kind, entry, Format);
        PhysAddr frame = EntryCodec.FrameOf(level, entry, Format);
        translation = mapped
            ? new Translation(level, entry, rights, Format, PhysAddr.CreateUnchecked(frame.Value | (address & (level.EntrySpan() - 1))))
            : default;
        return mapped;
    }
}
