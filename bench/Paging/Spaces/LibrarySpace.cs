using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;

namespace Benchmarks;

/// <summary>The library's mapper.</summary>
internal readonly unsafe partial struct LibrarySpace<TWay, TVariant> : IPageBenchSpace<LibrarySpace<TWay, TVariant>>
    where TWay : unmanaged, IWay
    where TVariant : unmanaged, IVariant
{
    // The root, and below it two tables: the first because the kernel's entries of the root stay; the second where two ranges were taken out
    // at once, and each saw the other's records in it.
    private const ulong TablesThatMayStay = 3;
    private const byte FlushVector = 0xF0;

    private readonly PageMapper<BenchPlatform<TVariant>> _mapper;
    private readonly FrameAllocator<BenchPlatform<TVariant>> _frames;
    private readonly TlbShootdown<BenchPlatform<TVariant>> _tlb;
    private readonly TableMemory _memory;

    private LibrarySpace(ref Arena arena, uint tableFrames)
    {
        _memory = new TableMemory(ref arena, tableFrames);
        arena.AlignToPage();
        _frames = FrameAllocatorFactory.Create<BenchPlatform<TVariant>>(ref arena, tableFrames);
        ulong bytes = PageMapper<BenchPlatform<TVariant>>.KernelMetadataSize(default(BenchPlatform<TVariant>).CpuLimit);
        _mapper = PageMapper<BenchPlatform<TVariant>>.CreateKernel(
            default, _frames, _memory.DirectMap, AddressLayout.Standard, AddressWidth.Bits48, arena.Take<byte>(bytes), bytes).Value;
        bytes = TlbShootdown<BenchPlatform<TVariant>>.MetadataSize(default(BenchPlatform<TVariant>).CpuLimit);
        _tlb = TlbShootdown<BenchPlatform<TVariant>>.Create(default, FlushVector, arena.Take<byte>(bytes), bytes).Value;
    }

    public static LibrarySpace<TWay, TVariant> Create(ref Arena arena, uint tableFrames) => new(ref arena, tableFrames);

    public TableReader Reader => new(_memory.PhysicalZero, _mapper.Root.Table.Start.Value);

    public bool Map<TSize>(in Work work)
        where TSize : unmanaged, IPageSize => TWay.PageByPage ? MapPages<TSize>(work) : MapByCursor<TSize>(work);

    public bool Unmap<TSize>(in Work work)
        where TSize : unmanaged, IPageSize => TWay.PageByPage ? UnmapPages<TSize>(work) : UnmapByCursor<TSize>(work);

    public bool UnmapInOrder(in Work work) => TWay.PageByPage ? UnmapPagesInOrder(work) : UnmapInOrderByCursor(work);

    public bool Protect(in Work work) => TWay.PageByPage ? ProtectPages(work) : ProtectByCursor(work);

    public ulong Translate<TSize>(in Work work)
        where TSize : unmanaged, IPageSize => TWay.PageByPage ? TranslatePages<TSize>(work) : TranslateByCursor<TSize>(work);

    public ulong TranslateInOrder(in Work work) => TWay.PageByPage ? TranslatePagesInOrder(work) : TranslateInOrderByCursor(work);

    public bool Clear(in Work work)
    {
        if (!_mapper.UnmapRange(work.Range).TryGet(out UnmappedRange<BenchPlatform<TVariant>> unmapped))
            return false;
        _ = unmapped.Flush(_tlb, FrameUse.None);
        return true;
    }

    public bool IsClear()
    {
        MapperStatistics statistics = _mapper.Statistics;
        return statistics.MappedBytes == 0
            && statistics.Tables <= TablesThatMayStay
            && _frames.GetStatistics().FreeFrames == (_memory.Bytes / Frame.Size) - statistics.Tables;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MapPages<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += _mapper.Map(work.Page<TSize>(i), work.Frame<TSize>(i), Protection.KernelData).IsSuccess ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnmapPages<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += _mapper.Unmap(work.Page<TSize>(i)).TryGet(out Unmapped<TSize> page) && page.WasDirty ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnmapPagesInOrder(in Work work)
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += _mapper.Unmap(work.Page<Size4KiB>(work.Order[i])).TryGet(out Unmapped<Size4KiB> page) && page.WasDirty ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ProtectPages(in Work work)
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += _mapper.Protect(work.Page<Size4KiB>(i), Protection.KernelReadOnly).IsSuccess ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong TranslatePages<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        ulong sum = 0;
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + (_mapper.TryTranslate(work.Page<TSize>(i).Start, out Translation at) ? at.Address.Value : 1));
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong TranslatePagesInOrder(in Work work)
    {
        ulong sum = 0;
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + (_mapper.TryTranslate(work.Page<Size4KiB>(work.Order[i]).Start, out Translation at) ? at.Address.Value : 1));
        return sum;
    }
}
