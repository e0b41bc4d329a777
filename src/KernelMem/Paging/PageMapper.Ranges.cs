using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Ranges, and sizes.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <inheritdoc cref="PageCursor{TPlatform}.MapRange(VirtRange, PhysAddr, Protection, PageTableLevel)"/>
    public Result<MapFailure> MapRange(
        VirtRange range, PhysAddr start, Protection protection, PageTableLevel largest = PageTableLevel.Pdpt)
    {
        PageCursor<TPlatform> cursor = Open();
        Result<MapFailure> result = cursor.MapRange(range, start, protection, largest);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.MapRange{TSize}(PageRange{TSize}, Frame{TSize}, Protection)"/>
    public Result<MapFailure> MapRange<TSize>(PageRange<TSize> pages, Frame<TSize> first, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<MapFailure> result = cursor.MapRange(pages, first, protection);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.UnmapRange(VirtRange)"/>
    public Result<UnmappedRange<TPlatform>, MapFailure> UnmapRange(VirtRange range)
    {
        PageCursor<TPlatform> cursor = Open();
        Result<UnmappedRange<TPlatform>, MapFailure> result = cursor.UnmapRange(range);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.ReclaimTables(VirtRange)"/>
    public Result<UnmappedRange<TPlatform>, MapFailure> ReclaimTables(VirtRange range)
    {
        PageCursor<TPlatform> cursor = Open();
        Result<UnmappedRange<TPlatform>, MapFailure> result = cursor.ReclaimTables(range);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.ProtectRange(VirtRange, Protection)"/>
    public Result<PendingRangeFlush, MapFailure> ProtectRange(VirtRange range, Protection protection)
    {
        PageCursor<TPlatform> cursor = Open();
        Result<PendingRangeFlush, MapFailure> result = cursor.ProtectRange(range, protection);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Split{TSize}"/>
    public Result<PendingFlush, MapFailure> Split<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<PendingFlush, MapFailure> result = cursor.Split(page);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Promote{TSize}"/>
    public Result<PromotedPage<TPlatform>, MapFailure> Promote<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<PromotedPage<TPlatform>, MapFailure> result = cursor.Promote(page);
        cursor.Close();
        return result;
    }

    /// <summary>What is mapped in a range, run by run.</summary>
    /// <param name="range">Any range that is canonical; of one that is not, nothing is.</param>
    public MappedPages<TPlatform> Query(VirtRange range)
    {
        bool isCanonical = range.IsEmpty || range.IsCanonical(_state->Tree.Width);
        return new MappedPages<TPlatform>(_state->Platform, _state->Tree, isCanonical ? range : default);
    }
}
