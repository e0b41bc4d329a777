using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;

namespace Benchmarks;

/// <content>By one cursor, and by ranges.</content>
internal readonly unsafe partial struct LibrarySpace<TWay, TVariant>
    where TWay : unmanaged, IWay
    where TVariant : unmanaged, IVariant
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool MapRange(in Work work, bool tracked)
    {
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        bool done = cursor.MapRange(
            work.Range, PhysAddr.CreateUnchecked(work.Physical), Protection.KernelData.WithTracking(tracked), PageTableLevel.Pt).IsSuccess;
        cursor.Close();
        return done;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool ProtectRange(in Work work, bool tracked)
    {
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        bool done = cursor.ProtectRange(work.Range, Protection.KernelReadOnly.WithTracking(tracked)).TryGet(out PendingRangeFlush flush);
        cursor.Close();
        flush.Flush(_tlb);
        return done;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool UnmapRange(in Work work, ref Recorder recorder, int channel)
    {
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        bool done = cursor.UnmapRange(work.Range).TryGet(out UnmappedRange<BenchPlatform<TVariant>> unmapped);
        cursor.Close();
        recorder.End(channel, work.Pages);
        return done && unmapped.Flush(_tlb, FrameUse.None).Pages == work.Pages;
    }

    private PageCursor<BenchPlatform<TVariant>> Open() => TWay.IsExclusive ? _mapper.OpenExclusive() : _mapper.Open();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MapByCursor<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            done += cursor.Map(work.Page<TSize>(i), work.Frame<TSize>(i), Protection.KernelData).IsSuccess ? 1u : 0;
        cursor.Close();
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnmapByCursor<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            done += cursor.Unmap(work.Page<TSize>(i)).TryGet(out Unmapped<TSize> page) && page.WasDirty ? 1u : 0;
        cursor.Close();
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnmapInOrderByCursor(in Work work)
    {
        uint done = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            done += cursor.Unmap(work.Page<Size4KiB>(work.Order[i])).TryGet(out Unmapped<Size4KiB> page) && page.WasDirty ? 1u : 0;
        cursor.Close();
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ProtectByCursor(in Work work)
    {
        uint done = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            done += cursor.Protect(work.Page<Size4KiB>(i), Protection.KernelReadOnly).IsSuccess ? 1u : 0;
        cursor.Close();
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong TranslateByCursor<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        ulong sum = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + (cursor.TryTranslate(work.Page<TSize>(i).Start, out Translation at) ? at.Address.Value : 1));
        cursor.Close();
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong TranslateInOrderByCursor(in Work work)
    {
        ulong sum = 0;
        PageCursor<BenchPlatform<TVariant>> cursor = Open();
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + (cursor.TryTranslate(work.Page<Size4KiB>(work.Order[i]).Start, out Translation at) ? at.Address.Value : 1));
        cursor.Close();
        return sum;
    }
}
