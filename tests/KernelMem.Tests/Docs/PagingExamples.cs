using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/paging.md</c>, word for word. What they give is checked in <see cref="MemoryGuideTests"/>.</summary>
internal static class PagingExamples
{
    public static Translation? MapAndTranslate<TPlatform>(PageMapper<TPlatform> mapper, Frame frame)
        where TPlatform : unmanaged, IPlatform
    {
        Page page = Page.Create(VirtAddr.Create(0xFFFF_C000_0100_0000));
        if (mapper.Map<Size4KiB>(page, frame, Protection.KernelData).TryGetError(out MapFailure failure))
            Panic.Now(PagingErrors.Message(failure.Code)); // failure.Page: where; failure.Existing: what was mapped there

        bool mapped = mapper.TryTranslate(page.Start + 0x123, out Translation translation);
        return mapped ? translation : null;
    }

    public static void MapLarge<TPlatform>(PageMapper<TPlatform> mapper, Frame<Size2MiB> memory)
        where TPlatform : unmanaged, IPlatform
    {
        Page<Size2MiB> large = Page<Size2MiB>.Create(VirtAddr.Create(0xFFFF_C000_0200_0000));
        mapper.Map(large, memory, Protection.KernelReadOnly).Expect("nothing is mapped there");
    }

    public static Frame Unmap<TPlatform>(PageMapper<TPlatform> mapper, TlbShootdown<TPlatform> tlb, Page<Size4KiB> page)
        where TPlatform : unmanaged, IPlatform
    {
        PendingFlush changed = mapper.Protect(page, Protection.KernelReadOnly).Expect("it is mapped");
        changed.Flush(tlb); // now no CPU can write to the page

        Unmapped<Size4KiB> unmapped = mapper.Unmap(page).Expect("it is mapped");
        Frame frame = unmapped.Flush(tlb); // now no CPU can access the frame through this page

        return frame;
    }

    public static void UnmapMany<TPlatform>(
        PageMapper<TPlatform> mapper, TlbShootdown<TPlatform> tlb, FrameAllocator<TPlatform> frames, PageRange<Size4KiB> pages)
        where TPlatform : unmanaged, IPlatform
    {
        FlushBatch batch = default;
        foreach (Page<Size4KiB> page in pages)
        {
            batch.Add(mapper.Unmap(page).Expect("all of them are mapped"), FrameUse.Kernel);
            if (batch.IsFull)
                batch.Flush(tlb, frames);
        }

        batch.Flush(tlb, frames); // one shootdown; then the frames are freed
    }

    public static DirectMap WithoutDirectMap<TPlatform>(TPlatform platform, AddressLayout layout, Page<Size4KiB> window, PhysRange spare, PhysRange memory)
        where TPlatform : unmanaged, IPlatform
    {
        RecursiveSlot slot = RecursiveSlot.Create(510, AddressWidth.Bits48); // the boot code made it present and writable
        RecursiveTables<TPlatform> tables = RecursiveTables<TPlatform>.Create(platform, slot, window, spare).Expect("510 references the root");

        VirtRange all = VirtRange.Create(layout.DirectMap.Start, memory.Length);
        if (tables.MapRange(all, PhysAddr.Zero, Protection.KernelData).TryGetError(out MapFailure failure))
            Panic.Now(PagingErrors.Message(failure.Code));
        return DirectMap.Create(all.Start, all.Length);
    }

    public static VirtAddr? Ranges<TPlatform>(PageMapper<TPlatform> mapper, TlbShootdown<TPlatform> tlb, VirtRange range, PhysRange memory)
        where TPlatform : unmanaged, IPlatform
    {
        Result<MapFailure> mapped = mapper.MapRange(range, memory.Start, Protection.KernelData);
        if (mapped.TryGetError(out MapFailure failure) && failure.Code == MapError.AlreadyMapped)
            return failure.Page; // the first page that is mapped already; nothing was changed

        mapper.ProtectRange(range, Protection.KernelReadOnly).Expect("no larger page reaches beyond it").Flush(tlb);

        UnmappedRange<TPlatform> unmapped = mapper.UnmapRange(range).Expect("the same");
        UnmapSummary what = unmapped.Flush(tlb, FrameUse.None); // does not free the frames

        return what.Bytes == range.Length ? null : range.Start;
    }

    public static int CountDirty<TPlatform>(PageMapper<TPlatform> mapper, PageRange<Size4KiB> pages)
        where TPlatform : unmanaged, IPlatform
    {
        int dirty = 0;
        PageCursor<TPlatform> cursor = mapper.Open();
        foreach (Page<Size4KiB> page in pages)
        {
            if (!cursor.TryTranslate(page.Start, out Translation translation) || !translation.Dirty)
                continue;
            dirty++;
        }

        cursor.Close();

        return dirty;
    }

    public static ulong CountCode<TPlatform>(PageMapper<TPlatform> mapper)
        where TPlatform : unmanaged, IPlatform
    {
        ulong bytes = 0;
        MappedPages<TPlatform> runs = mapper.Query(AddressLayout.KernelHalf);
        while (runs.TryGetNext(out MappedRange run))
        {
            if (run.Protection.IsExecutable)
                bytes += run.Range.Length;
        }

        return bytes;
    }

    public static void TurnOn<TPlatform>(TPlatform platform, TextOutput output)
        where TPlatform : unmanaged, IPlatform
    {
        if (!CpuFeatures.Enable(platform).TryGet(out CpuFeatureSet on, out CpuFeatureError missing))
            Panic.Now(CpuFeatureErrors.Message(missing));
        CpuReport.Write(output, CpuFeatures.Detect(platform), on);
    }

    public static unsafe void FlushBySpace<TPlatform>(
        TlbShootdown<TPlatform> tlb, TlbContext* space, PageTableRoot root, VirtAddr* pages, int count, VirtRange range)
        where TPlatform : unmanaged, IPlatform
    {
        tlb.Activate(space, root); // instead of writing CR3

        tlb.Flush(space, pages, count); // single pages
        tlb.FlushRange(space, range, Size2MiB.Bytes); // one INVLPG for each 2 MiB
        tlb.FlushAll(space);
        tlb.FlushAll(null, tablesFreed: true); // everything, on every CPU
    }

    public static VirtRange Regions<TPlatform>(AddressSpace<TPlatform> kernel)
        where TPlatform : unmanaged, IPlatform
    {
        if (!kernel.Allocate(10 * Page.Size, RegionKind.KernelStack, Protection.KernelData).TryGet(out VirtRange stack, out AddressSpaceError error))
            Panic.Now(AddressSpaceErrors.Message(error));

        // A part of a region can be protected or released by itself.
        VirtRange top = VirtRange.Create(stack.Start + (8 * Page.Size), 2 * Page.Size);
        kernel.Protect(top, Protection.KernelReadOnly).Expect("it is ours");
        kernel.Release(top).Expect("it is ours");

        bool released = kernel.Release(top).Error == AddressSpaceError.NoRegion; // true: a second release fails

        Panic.Assert(released, "a second release fails");
        return VirtRange.Create(stack.Start, 8 * Page.Size);
    }

    public static AddressLayout OwnLayout(ulong entropy)
    {
        bool valid = AddressLayout.TryCreate(
            user: VirtRange.Create(VirtAddr.Create(0x40_0000), 1UL << 36),
            kernelHeap: VirtRange.Create(VirtAddr.Create(0x4444_4444_0000), 1UL << 30),
            directMap: VirtRange.Create(VirtAddr.Create(0xFFFF_8000_0000_0000), 1UL << 45),
            devices: VirtRange.Create(VirtAddr.Create(0xFFFF_A000_0000_0000), 1UL << 36),
            kernelRegions: VirtRange.Create(VirtAddr.Create(0xFFFF_C000_0000_0000), 1UL << 36),
            out AddressLayout layout);
        PagingOptions options = PagingOptions.Create(AddressWidth.Bits48, flushVector: 0xF0).WithLayout(layout.Randomize(entropy));

        Panic.Assert(valid, "the layout is a layout");
        return options.Layout;
    }
}
