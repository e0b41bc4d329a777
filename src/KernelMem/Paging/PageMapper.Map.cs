using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Mapping.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // From a root of five levels down to a 4 KiB page, all below the root may be missing.
    private const int MaxMissingTables = 4;

    /// <summary>Maps a page to a frame of its size. No flush is owed.</summary>
    /// <param name="page">The page; nothing may be mapped there.</param>
    /// <param name="frame">The frame it shows from now on. It stays the caller's.</param>
    /// <param name="protection">What it is for.</param>
    /// <returns>Success; or why not, with nothing changed.</returns>
    public Result<MapFailure> Map<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        VirtAddr address = page.Start;
        MapError refusal = Check(page, frame, protection);
        if (refusal != MapError.None)
            return new MapFailure(refusal, address);

        Walk walk = WalkTo(address, TSize.Level);
        if (walk.Error != MapError.None)
            return new MapFailure(walk.Error, address, walk.Entry);
        if (!walk.Rights.Allow(protection))
            return new MapFailure(MapError.ParentForbids, address, walk.Entry);
        if (walk.Kind == EntryKind.Page)
            return new MapFailure(walk.Level == TSize.Level ? MapError.AlreadyMapped : MapError.CoveredByLargePage, address, walk.Entry);
        if (walk.Kind == EntryKind.Table)
            return new MapFailure(MapError.TableInTheWay, address, walk.Entry);

        ulong leaf = EncodePage<TSize>(frame, protection);
        if (walk.Level != TSize.Level)
        {
            if (_state->IsSealed && walk.Level >= PageTableLevel.Pml4 && IsShared(address))
                return new MapFailure(MapError.TopLevelSealed, address);
            if (!TryBuildPath(address, walk.Level, TSize.Level, leaf, out leaf))
                return new MapFailure(MapError.OutOfMemory, address);
        }

        walk.Table.Store(walk.Index, leaf);
        Count<TSize>(mapped: true);
        TraceSink.Emit(TraceEventKind.PageMapped, address.Value, leaf);
        return Result<MapFailure>.Success;
    }

    // What can be said without looking at the tables.
    private MapError Check<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        MapError error = CheckProtection(protection);
        if (error != MapError.None)
            return error;
        if (!page.IsCanonical(_state->Width))
            return MapError.NotCanonical;
        if (!IsKernel && IsShared(page.Start))
            return MapError.SharedKernelRange;

        bool whole = _state->Layout.TryGetArea(VirtRange.CreateUnchecked(page.Start, TSize.Bytes), out AddressArea area);
        if (whole && area == AddressArea.User)
            return protection.IsUser ? MapError.None : MapError.KernelPageInUserRange;
        if (protection.IsUser)
            return MapError.UserPageOutsideUserRange;
        if (whole && area is (AddressArea.Kernel or AddressArea.KernelHeap))
            return MapError.None;

        bool identity = whole && page.Start.Value == frame.Start.Value && !page.Start.IsZero;
        if (identity)
            return MapError.None;
        return area == AddressArea.NullGuard ? MapError.NullGuard : MapError.OutsideLayout;
    }

    private static MapError CheckProtection(Protection protection)
    {
        if (!protection.IsMappable)
            return MapError.InvalidProtection;
        return protection.IsWritable && protection.IsExecutable ? MapError.WritableAndExecutable : MapError.None;
    }

    // Makes the tables between an absent entry and a leaf, bottom up, linked to nothing yet.
    private bool TryBuildPath(VirtAddr address, PageTableLevel absentAt, PageTableLevel leafLevel, ulong leaf, out ulong top)
    {
        Frame* made = stackalloc Frame[MaxMissingTables];
        top = leaf;
        int count = 0;
        for (PageTableLevel level = leafLevel; level < absentAt; level++)
        {
            if (!TryAllocateTable(out Frame frame, out TableView table))
            {
                while (count > 0)
                    FreeTable(made[--count]);
                return false;
            }

            made[count++] = frame;
            table.Store(address.TableIndex(level), top);
            top = EncodeTable(level + 1, frame, address);
        }

        return true;
    }

    // Where programs live, upper-level entries let user mode through, whoever needs them first: a kernel page beside the user range must
    // not keep the programs out. The last level decides about each page.
    private ulong EncodeTable(PageTableLevel level, Frame table, VirtAddr address)
    {
        ulong span = level.EntrySpan();
        VirtRange spanned = VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(address.Value & ~(span - 1)), span);
        return EntryCodec.EncodeTable(level, table, user: spanned.Overlaps(_state->Layout.User));
    }

    private static ulong EncodePage<TSize>(Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize => EntryCodec.EncodePage(TSize.Level, frame.Start, protection);

    // A new table, zeroed. The fallback may give a frame that cannot be reached: then the lowest zone is asked.
    private bool TryAllocateTable(out Frame frame, out TableView table)
    {
        FrameRequest request = FrameRequest.For(FrameUse.PageTable);
        bool allocated = TryAllocateTable(request, out frame, out table)
            || TryAllocateTable(request.WithZone(Boot.MemoryZone.Dma), out frame, out table);
        if (allocated)
        {
            table.Clear();
            _state->Counters.Tables++;
        }

        return allocated;
    }

    private bool TryAllocateTable(in FrameRequest request, out Frame frame, out TableView table)
    {
        frame = default;
        table = default;
        if (!_state->Frames.Allocate(request).TryGet(out OwnedFrame owned))
            return false;
        if (TableView.TryCreate(owned.Start, _state->DirectMap, out table))
        {
            frame = owned.Release();
            return true;
        }

        _state->Frames.Free(owned).Expect("PageMapper: a frame just allocated cannot be freed");
        return false;
    }

    // For a table that was never linked in, so that no CPU can have seen it.
    private void FreeTable(Frame frame)
    {
        _state->Frames.Free(frame, FrameUse.PageTable).Expect("PageMapper: a table is not the frame allocator's");
        _state->Counters.Tables--;
    }

    private void Count<TSize>(bool mapped)
        where TSize : unmanaged, IPageSize
    {
        ref MapperStatistics counters = ref _state->Counters;
        ulong pages = TSize.Level == PageTableLevel.Pt ? counters.SmallPages : counters.LargePages;
        if (mapped)
        {
            counters.Maps++;
            pages++;
            counters.MappedBytes += TSize.Bytes;
        }
        else
        {
            counters.Unmaps++;
            if (pages == 0)
                return; // adopted, so it was not counted
            pages--;
            counters.MappedBytes -= TSize.Bytes;
        }

        if (TSize.Level == PageTableLevel.Pt)
            counters.SmallPages = pages;
        else
            counters.LargePages = pages;
    }
}
