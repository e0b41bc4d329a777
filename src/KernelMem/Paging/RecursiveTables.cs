using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// The current page tables, reached through a <see cref="RecursiveSlot"/>: for a kernel that starts without a direct map. It maps what is
/// missing, the direct map first of all; <see cref="PageMapper{TPlatform}"/> takes over from there
/// (<see cref="PageMapper{TPlatform}.AdoptKernel"/>).
/// </summary>
/// <remarks>
/// <para>It is for the time in which one CPU runs: it locks nothing, and flushes on this CPU only. It maps pages of the kernel.</para>
/// <para>A new table is zeroed and filled before it is linked: until then it shows in a page that the caller lends, because no recursive
/// address leads to it yet.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
public unsafe struct RecursiveTables<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly TPlatform _platform;
    private readonly EntryFormat _format;
    private readonly Page<Size4KiB> _window;

    private RecursiveTables(TPlatform platform, RecursiveSlot slot, Page<Size4KiB> window, PhysRange spare)
    {
        _platform = platform;
        _format = EntryFormat.Detect(platform);
        _window = window;
        Slot = slot;
        Spare = spare;
    }

    /// <summary>The entry of the root that references the root.</summary>
    public RecursiveSlot Slot { get; }

    /// <summary>The frames for tables that are left.</summary>
    public PhysRange Spare { get; private set; }

    /// <summary>Starts to use it.</summary>
    /// <param name="platform">The CPU; no-execute pages must be on.</param>
    /// <param name="slot">
    /// The entry of the current root that references it. It must be present and writable: if it is absent, this faults.
    /// </param>
    /// <param name="window">A page of the kernel, mapped in this size, whose contents nobody uses: its entry is borrowed to show new tables.</param>
    /// <param name="spare">Frames that nobody uses, for tables. They stay the tables'.</param>
    /// <returns>
    /// The tables; or <see cref="MapError.NoExecuteIsOff"/>; <see cref="MapError.Unreadable"/> when the slot references something else;
    /// <see cref="MapError.Misaligned"/> when the frames are not whole; <see cref="MapError.NotMapped"/> or
    /// <see cref="MapError.CoveredByLargePage"/> for a window that cannot be used.
    /// </returns>
    public static Result<RecursiveTables<TPlatform>, MapError> Create(
        TPlatform platform, RecursiveSlot slot, Page<Size4KiB> window, PhysRange spare)
    {
        if (!Efer.FromRaw(platform.ReadMsr(Efer.Msr)).Nxe)
            return MapError.NoExecuteIsOff;
        if (((spare.Start.Value | spare.Length) & (Frame.Size - 1)) != 0)
            return MapError.Misaligned;

        RecursiveTables<TPlatform> tables = new(platform, slot, window, spare);
        ulong self = tables.SlotOf(slot.Width.RootLevel(), slot.Range.Start).Load();
        if (EncodedTable(self, tables._format) != platform.ReadPageTableRoot().Table.Start.Value)
            return MapError.Unreadable;
        if (!tables.TryTranslate(window.Start, out Translation shown))
            return MapError.NotMapped;
        return shown.Level == PageTableLevel.Pt ? tables : MapError.CoveredByLargePage;
    }

    /// <summary>Where an address leads.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="translation">Where to, and what may be done there.</param>
    /// <returns>False when no page is mapped there. (An address that is not canonical never is.)</returns>
    public readonly bool TryTranslate(VirtAddr address, out Translation translation)
    {
        translation = default;
        if (!address.IsCanonical(Slot.Width))
            return false;

        ulong entry = Descend(address.Value, PageTableLevel.Pt, out PageTableLevel level, out PathRights rights);
        EntryKind kind = EntryCodec.KindOf(level, entry);
        if (kind != EntryKind.Page || !EntryCodec.IsValid(level, kind, entry, _format))
            return false;
        ulong offset = address.Value & (level.EntrySpan() - 1);
        translation = new Translation(level, entry, rights, _format, EntryCodec.FrameOf(level, entry, _format) + offset);
        return true;
    }

    /// <summary>Maps a range, in the largest pages that fit. No flush is owed.</summary>
    /// <param name="range">The pages; nothing may be mapped there.</param>
    /// <param name="start">The memory that they show from now on, in order.</param>
    /// <param name="protection">What they are for: kernel pages only.</param>
    /// <param name="largest">The largest pages to use.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    public Result<MapFailure> MapRange(VirtRange range, PhysAddr start, Protection protection, PageTableLevel largest = PageTableLevel.Pdpt)
    {
        MapError refusal = Check(range, start, protection);
        if (refusal != MapError.None)
            return new MapFailure(refusal, range.Start);
        if (range.IsEmpty)
            return Result<MapFailure>.Success;

        // First everything that can fail.
        ulong distance = start.Value - range.Start.Value;
        ulong needed = 0;
        for (ulong left = range.Length, at = range.Start.Value; left != 0;)
        {
            PageTableLevel level = LargestAt(at, distance, left, largest);
            MapFailure failure = Plan(at, level, protection, at == range.Start.Value, ref needed);
            if (failure.Code != MapError.None)
                return failure;
            left -= level.EntrySpan();
            at += level.EntrySpan();
        }

        if (needed * Frame.Size > Spare.Length)
            return new MapFailure(MapError.OutOfMemory, range.Start);

        for (ulong left = range.Length, at = range.Start.Value; left != 0;)
        {
            PageTableLevel level = LargestAt(at, distance, left, largest);

            // Others' tables: marks mean nothing in them, and whoever adopts them did not count this page.
            Put(at, level, (at + distance) | (EntryCodec.PageBits(level, protection, _format) & ~EntryMark.Ours));
            left -= level.EntrySpan();
            at += level.EntrySpan();
        }

        return Result<MapFailure>.Success;
    }

    /// <summary>Unmaps a page, and flushes it on this CPU. Its tables stay.</summary>
    /// <param name="page">The page; it must be mapped, in this size.</param>
    /// <returns>The frame that it showed; or why not, with nothing changed.</returns>
    public readonly Result<Frame<TSize>, MapFailure> Unmap<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        if (!page.IsCanonical(Slot.Width))
            return new MapFailure(MapError.NotCanonical, page.Start);
        if (IsOwn(VirtRange.CreateUnchecked(page.Start, TSize.Bytes)))
            return new MapFailure(MapError.OutsideLayout, page.Start);

        ulong entry = Descend(page.Start.Value, TSize.Level, out PageTableLevel level, out _);
        if (level != TSize.Level || EntryCodec.KindOf(level, entry) != EntryKind.Page)
            return MapperChecks.FailureAt(level, TSize.Level, page.Start.Value, entry);
        SlotOf(level, page.Start).Store(0);
        _platform.InvalidatePage(page.Start);

        // To a walk through the slot, a large page is a table; the processor may have gone there ahead of the program.
        for (PageTableLevel below = PageTableLevel.Pt; below < level; below++)
            _platform.InvalidatePage(Slot.TableAt(below, page.Start));
        return Frame<TSize>.CreateUnchecked(EntryCodec.FrameOf(level, entry, _format));
    }

    private static ulong EncodedTable(ulong entry, in EntryFormat format) =>
        (entry & EntryCodec.Present) == 0 ? ulong.MaxValue : EntryCodec.TableOf(entry, format.EncryptionMask);

    private static PageTableLevel LargestAt(ulong address, ulong distance, ulong left, PageTableLevel largest)
    {
        PageTableLevel level = largest;
        while (level > PageTableLevel.Pt && (((address | distance) & (level.EntrySpan() - 1)) != 0 || left < level.EntrySpan()))
            level--;
        return level;
    }

    private readonly MapError Check(VirtRange range, PhysAddr start, Protection protection)
    {
        MapError error = MapperChecks.Protection(protection, _format);
        if (error != MapError.None)
            return error;
        if (((range.Start.Value | range.Length | start.Value) & (Frame.Size - 1)) != 0)
            return MapError.Misaligned;
        if (!range.IsEmpty && !range.IsCanonical(Slot.Width))
            return MapError.NotCanonical;
        if (IsOwn(range))
            return MapError.OutsideLayout;
        if (protection.IsUser)
            return MapError.UserPageOutsideUserRange;
        return _format.Holds(start, range.Length) ? MapError.None : MapError.NotSupported;
    }

    // Where tables show nothing can be mapped, and the window is in use.
    private readonly bool IsOwn(VirtRange range) => range.Overlaps(Slot.Range) || range.Contains(_window.Start);

    // Whether a page can be put, and how many tables that needs which no page before it in the range needs already.
    private readonly MapFailure Plan(ulong address, PageTableLevel target, Protection protection, bool isFirst, ref ulong needed)
    {
        ulong entry = Descend(address, target, out PageTableLevel level, out PathRights rights);
        if (entry != 0 || EntryCodec.KindOf(level, entry) != EntryKind.Absent)
            return MapperChecks.FailureAt(level, target, address, entry);
        if (!rights.Allow(protection))
            return new MapFailure(MapError.ParentForbids, VirtAddr.CreateUnchecked(address), entry);
        for (PageTableLevel above = target + 1; above <= level; above++)
            needed += isFirst || (address & (above.EntrySpan() - 1)) == 0 ? 1ul : 0;
        return default;
    }

    // Goes down to a level, or to where there is no table to go on in. Returns the entry there.
    private readonly ulong Descend(ulong address, PageTableLevel target, out PageTableLevel level, out PathRights rights)
    {
        rights = PathRights.All;
        level = Slot.Width.RootLevel();
        while (true)
        {
            ulong entry = SlotOf(level, VirtAddr.CreateUnchecked(address)).Load();
            if (level == target || EntryCodec.KindOf(level, entry) != EntryKind.Table || !EntryCodec.IsValid(level, EntryKind.Table, entry, _format))
                return entry;
            rights = rights.And(entry);
            level--;
        }
    }

    // All that is needed is there, as Plan found. The tables between are made from below, and linked last.
    private void Put(ulong address, PageTableLevel target, ulong entry)
    {
        _ = Descend(address, target, out PageTableLevel level, out _);
        for (PageTableLevel made = target; made < level; made++)
            entry = EntryCodec.EncodeTable(MakeTable((uint)(address >> made.IndexShift()), entry), PathRights.Kernel, _format);
        SlotOf(level, VirtAddr.CreateUnchecked(address)).Store(entry);
    }

    // A table with one entry, seen through the window.
    private Frame MakeTable(uint index, ulong entry)
    {
        Frame frame = Frame.CreateUnchecked(Spare.Start);
        Spare = PhysRange.CreateUnchecked(Spare.Start + Frame.Size, Spare.Length - Frame.Size);
        Slot window = SlotOf(PageTableLevel.Pt, _window.Start);
        ulong lent = window.Load();
        window.Store(frame.Start.Value | EntryCodec.PageBits(PageTableLevel.Pt, Protection.KernelData, _format));
        _platform.InvalidatePage(_window.Start);
        Table table = new((ulong*)_window.Start.Value); // SAFETY: whoever lent the window vouches for it
        table.Clear(0, TableIndex.Count);
        table[index].Store(entry);
        window.Store(lent);
        _platform.InvalidatePage(_window.Start);
        return frame;
    }

    // SAFETY: the tables above are there, as the walk down to this level found; so the slot shows at this address.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Slot SlotOf(PageTableLevel level, VirtAddr address) =>
        new Table((ulong*)Slot.TableAt(level, address).Value).At(address.Value, level);
}
