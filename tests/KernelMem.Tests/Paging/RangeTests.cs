using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Ranges: sizes that fit, nothing changed on failure, withheld until flushed.</summary>
[TestClass]
public sealed class RangeTests
{
    private const ulong KiB4 = 4096;
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void The_largest_pages_that_fit_are_chosen(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        ulong start = Dynamic + GiB - MiB2 - (3 * KiB4);
        ulong length = (3 * KiB4) + MiB2 + GiB + MiB2 + KiB4;
        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(start), length), PhysAddr.Create(GiB - MiB2 - (3 * KiB4)), Protection.KernelData).IsSuccess);
        Assert.AreEqual((4UL, 3UL, length), (world.Kernel.Statistics.SmallPages, world.Kernel.Statistics.LargePages, world.Kernel.Statistics.MappedBytes));
        foreach ((ulong offset, ulong bytes) in new[]
        {
            (0UL, KiB4), (2 * KiB4, KiB4), (3 * KiB4, MiB2), ((3 * KiB4) + MiB2, GiB), ((3 * KiB4) + MiB2 + GiB, MiB2), (length - KiB4, KiB4),
        })
            Assert.AreEqual(new MmuView(GiB - MiB2 - (3 * KiB4) + offset, bytes, "rw-", "---"), world.View(world.Kernel, start + offset), $"{offset:X}");
        Assert.IsFalse(world.View(world.Kernel, start - 1).IsMapped);
        Assert.IsFalse(world.View(world.Kernel, start + length).IsMapped);
        Assert.AreEqual((ulong)world.Tables(world.Kernel).Count, world.Kernel.Statistics.Tables);
    }

    [TestMethod]
    public void Sizes_can_be_limited_and_prescribed()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic), GiB), PhysAddr.Create(GiB), Protection.KernelData, PageTableLevel.Pd).IsSuccess);
        Assert.AreEqual(512UL, kernel.Statistics.LargePages);
        Assert.IsTrue(kernel.MapRange(PageRange<Size1GiB>.Create(PageAt<Size1GiB>(Dynamic + GiB), 2), FrameAt<Size1GiB>(0), Protection.KernelData).IsSuccess);
        Assert.AreEqual(new MmuView(GiB, GiB, "rw-", "---"), world.View(kernel, Dynamic + (2 * GiB)));

        // Where smaller tables are, the automatic choice goes into them; a prescribed size refuses.
        Assert.IsTrue(kernel.Map(PageAt(Devices + MiB2), FrameAt(0x1000), Protection.DeviceMemory).IsSuccess);
        Unmap(world, Devices + MiB2, KiB4);
        Assert.IsTrue(kernel.MapRange(PageRange<Size2MiB>.Create(PageAt<Size2MiB>(Devices), 2), FrameAt<Size2MiB>(0), Protection.DeviceMemory).IsSuccess, "the table went with its last page");
        Assert.IsTrue(kernel.Map(PageAt(Devices + (4 * MiB2)), FrameAt(0x1000), Protection.DeviceMemory).IsSuccess);
        _ = kernel.Unmap(PageAt(Devices + (4 * MiB2))).Value.Flush(world.Tlb);
        PagingSnapshot before = world.Snapshot(kernel);
        MapFailure failure = kernel.MapRange(PageRange<Size2MiB>.Create(PageAt<Size2MiB>(Devices + (2 * MiB2)), 3), FrameAt<Size2MiB>(0), Protection.DeviceMemory).Error;
        Assert.AreEqual((MapError.TableInTheWay, At(Devices + (4 * MiB2))), (failure.Code, failure.Page));
        Assert.AreEqual(before, world.Snapshot(kernel));
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Devices + (2 * MiB2)), 3 * MiB2), PhysAddr.Create(0), Protection.DeviceMemory).IsSuccess);
        Assert.AreEqual((2 * MiB2, KiB4), (world.View(kernel, Devices + (4 * MiB2)).Physical, world.View(kernel, Devices + (4 * MiB2)).PageBytes));
    }

    [TestMethod]
    public void What_is_in_the_way_is_told_and_nothing_is_changed()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.Map(PageAt(Dynamic + (7 * MiB2) + 0x3000), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(kernel.Map(PageAt<Size2MiB>(Dynamic + (20 * MiB2)), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        Refuse(world, MapError.AlreadyMapped, Dynamic + (7 * MiB2) + 0x3000, Dynamic, 8 * MiB2, Protection.KernelData);
        Refuse(world, MapError.AlreadyMapped, Dynamic + (20 * MiB2), Dynamic + (8 * MiB2), 20 * MiB2, Protection.KernelData);
        Refuse(world, MapError.CoveredByLargePage, Dynamic + (20 * MiB2), Dynamic + (8 * MiB2), (12 * MiB2) + KiB4, Protection.KernelData);
        Refuse(world, MapError.CoveredByLargePage, Dynamic + (20 * MiB2) + KiB4, Dynamic + (20 * MiB2) + KiB4, KiB4, Protection.KernelData);
        Refuse(world, MapError.WritableAndExecutable, Dynamic, Dynamic, KiB4, Protection.KernelData.WithAccess(PageAccess.Read | PageAccess.Write | PageAccess.Execute));
        Refuse(world, MapError.UserPageOutsideUserRange, Dynamic, Dynamic, KiB4, Protection.UserData);
        Refuse(world, MapError.Misaligned, Dynamic + 1, Dynamic + 1, KiB4, Protection.KernelData);
        Refuse(world, MapError.Misaligned, Dynamic, Dynamic, KiB4 + 8, Protection.KernelData);
        Refuse(world, MapError.OutsideLayout, 0x7FFF_F000, 0x7FFF_F000, 2 * KiB4, Protection.KernelData);
        Refuse(world, MapError.UserPageOutsideUserRange, 0x7FFF_F000, 0x7FFF_F000, 2 * KiB4, Protection.UserData);
        Refuse(world, MapError.NotSupported, Dynamic, Dynamic, KiB4, Protection.KernelData.WithCache(CacheType.WriteCombining));
        Refuse(world, MapError.NotSupported, Dynamic, Dynamic, KiB4, Protection.KernelData.WithEncryption(true));
        Assert.AreEqual(MapError.Misaligned, kernel.MapRange(VirtRange.Create(At(Dynamic), KiB4), PhysAddr.Create(5), Protection.KernelData).Error.Code);
        Assert.AreEqual(
            MapError.NotSupported, kernel.MapRange(VirtRange.Create(At(Dynamic), MiB2), PhysAddr.Create((1UL << 46) - KiB4), Protection.KernelData).Error.Code);
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic), 0), PhysAddr.Create(0), Protection.KernelData).IsSuccess, "nothing to do");

        foreach ((ulong start, ulong length) in new[] { (Dynamic + (20 * MiB2) + KiB4, KiB4), (Dynamic + (19 * MiB2), MiB2 + KiB4) })
        {
            PagingSnapshot before = world.Snapshot(kernel);
            MapFailure failure = kernel.UnmapRange(VirtRange.Create(At(start), length)).Error;
            Assert.AreEqual((MapError.CoveredByLargePage, At(Dynamic + (20 * MiB2))), (failure.Code, failure.Page));
            Assert.AreEqual(MapError.CoveredByLargePage, kernel.ProtectRange(VirtRange.Create(At(start), length), Protection.KernelReadOnly).Error.Code);
            Assert.AreEqual(before, world.Snapshot(kernel));
        }

        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        VirtRange shared = VirtRange.Create(At(Dynamic), KiB4);
        Assert.AreEqual(MapError.SharedKernelRange, program.MapRange(shared, PhysAddr.Create(0), Protection.KernelData).Error.Code);
        Assert.AreEqual(MapError.SharedKernelRange, program.UnmapRange(shared).Error.Code);
        Assert.AreEqual(MapError.SharedKernelRange, program.ProtectRange(shared, Protection.KernelData).Error.Code);
        Assert.AreEqual(MapError.TopLevelSealed, kernel.MapRange(VirtRange.Create(At(Devices), KiB4), PhysAddr.Create(0), Protection.DeviceMemory).Error.Code);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_range_fails_whole_at_every_allocation(AddressWidth width)
    {
        // It begins in a page table that is there, and needs two directories and a page table behind the next 512 GiB.
        const int needed = 3;
        const ulong physical = GiB + MiB2 - KiB4;
        ulong start = Dynamic + (512 * GiB) - MiB2 - KiB4;
        VirtRange range = VirtRange.Create(At(start), MiB2 + GiB + MiB2 + (2 * KiB4));
        for (int frames = 0; frames <= needed; frames++)
        {
            using var world = new PagingWorld(width);
            Assert.IsTrue(world.Kernel.Prepare(range).IsSuccess);
            Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(start - KiB4), KiB4), PhysAddr.Create(0), Protection.KernelData).IsSuccess);
            world.LeaveFrames((ulong)frames);
            PagingSnapshot before = world.Snapshot(world.Kernel);
            Result<MapFailure> result = world.Kernel.MapRange(range, PhysAddr.Create(physical), Protection.KernelData, PageTableLevel.Pd);
            int made = world.Tables(world.Kernel).Count;
            if (result.IsSuccess)
            {
                Assert.AreEqual(needed, frames);
                Assert.AreEqual(physical + range.Length, world.View(world.Kernel, range.Last.Value).Physical + 1);
                Assert.AreEqual((ulong)made, world.Kernel.Statistics.Tables);
                _ = world.Kernel.UnmapRange(range).Value.Flush(world.Tlb, FrameUse.None);
                Assert.AreEqual(before.FreeFrames, world.FreeFrames);
                return;
            }

            Assert.AreEqual(MapError.OutOfMemory, result.Error.Code);
            Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{frames} frames");
            Assert.IsTrue(world.Allocator.Validate());
        }

        Assert.Fail("never succeeded");
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void What_is_unmapped_is_withheld_with_its_tables_until_the_flush(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.Prepare(kernel.Layout.KernelRegions).IsSuccess);
        ulong free = world.FreeFrames;
        ulong tables = kernel.Statistics.Tables;
        ulong start = Dynamic + GiB - (2 * KiB4);
        List<Frame> frames = [];
        for (ulong i = 0; i < 4; i++)
        {
            frames.Add(world.Take());
            Assert.IsTrue(kernel.Map(PageAt(start + (i * KiB4)), frames[^1], Protection.KernelData.WithTracking(i > 1)).IsSuccess);
        }

        VirtRange range = VirtRange.Create(At(start - MiB2), 2 * MiB2);
        UnmappedRange<SimulatedPlatform> unmapped = kernel.UnmapRange(range).Value;
        foreach (Frame frame in frames)
            Assert.AreEqual(FrameState.Allocated, world.Allocator.GetInfo(frame).State);
        Assert.IsFalse(world.View(kernel, start).IsMapped);
        Assert.IsFalse(kernel.TryTranslate(At(start), out _));
        Assert.AreEqual(MapError.FlushPending, kernel.Map(PageAt(start), FrameAt(0x1000), Protection.KernelData).Error.Code);
        Assert.AreEqual(MapError.FlushPending, kernel.MapRange(range, PhysAddr.Create(0), Protection.KernelData).Error.Code);
        Assert.AreEqual(MapError.FlushPending, kernel.Unmap(PageAt(start)).Error.Code);
        UnmapSummary summary = unmapped.Flush(world.Tlb, FrameUse.User);
        Assert.AreEqual((4UL, 4 * KiB4, 2UL), (summary.Pages, summary.Bytes, summary.DirtyPages));
        Assert.AreEqual((free, tables), (world.FreeFrames, kernel.Statistics.Tables));
        Assert.AreEqual((0UL, 4UL), (kernel.Statistics.MappedBytes, kernel.Statistics.Unmaps));
        Assert.IsTrue(kernel.Map(PageAt(start), FrameAt(0x1000), Protection.KernelData).IsSuccess, "and again");
    }

    [TestMethod]
    [DataRow(8UL)]
    [DataRow(510UL)]
    public void The_first_page_that_is_withheld_is_named_also_in_a_table_that_went(ulong page)
    {
        using var world = new PagingWorld();
        ulong start = Dynamic + (page * KiB4);
        VirtRange range = VirtRange.Create(At(start), 4 * KiB4);
        Assert.IsTrue(world.Kernel.MapRange(range, PhysAddr.Create(0x10_0000), Protection.KernelData).IsSuccess);
        UnmappedRange<SimulatedPlatform> unmapped = world.Kernel.UnmapRange(range).Value;
        Assert.AreEqual(0UL, world.Entry(world.Kernel, start, level: 2) & 1, "the table is withheld");

        MapFailure failure = world.Kernel.MapRange(VirtRange.Create(At(Dynamic), 600 * KiB4), PhysAddr.Create(0), Protection.KernelData).Error;
        Assert.AreEqual((MapError.FlushPending, start), (failure.Code, failure.Page.Value));
        Assert.AreEqual(4UL, unmapped.Flush(world.Tlb, FrameUse.None).Pages);
    }

    [TestMethod]
    public void Neighbours_stay()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        VirtRange all = VirtRange.Create(At(Dynamic), 4 * MiB2);
        Assert.IsTrue(kernel.MapRange(all, PhysAddr.Create(0), Protection.KernelData, PageTableLevel.Pt).IsSuccess);
        _ = kernel.UnmapRange(VirtRange.Create(At(Dynamic + KiB4), all.Length - (2 * KiB4))).Value.Flush(world.Tlb, FrameUse.None);
        Assert.AreEqual((2UL, 2 * KiB4), (kernel.Statistics.SmallPages, kernel.Statistics.MappedBytes));
        Assert.AreEqual(0UL, world.View(kernel, Dynamic).Physical);
        Assert.AreEqual(all.Length - KiB4, world.View(kernel, Dynamic + all.Length - KiB4).Physical);
        Assert.IsFalse(world.View(kernel, Dynamic + KiB4).IsMapped);
        Assert.AreEqual(5UL, kernel.Statistics.Tables, "the first and last page table, and those above");
        Assert.AreEqual(2UL, kernel.UnmapRange(all).Value.Flush(world.Tlb, FrameUse.None).Pages);
        Assert.AreEqual(2UL, kernel.Statistics.Tables, "the entry of the root stays");
    }

    [TestMethod]
    public void A_range_is_protected_as_a_whole()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        ulong start = Dynamic + MiB2 - (2 * KiB4);
        VirtRange range = VirtRange.Create(At(start), (2 * KiB4) + MiB2 + KiB4);
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(start - KiB4), range.Length + (2 * KiB4)), PhysAddr.Create(MiB2 - (3 * KiB4)), Protection.KernelData).IsSuccess);
        kernel.ProtectRange(range, Protection.KernelCode).Value.Flush(world.Tlb);
        foreach ((ulong address, string rights) in new[]
        {
            (start - KiB4, "rw-"), (start, "r-x"), (start + KiB4, "r-x"), (start + (2 * KiB4), "r-x"), (start + (2 * KiB4) + MiB2, "r-x"), (start + range.Length, "rw-"),
        })
            Assert.AreEqual(rights, world.View(kernel, address).Supervisor, $"{address:X}");
        Assert.AreEqual(4UL, kernel.Statistics.Protects);
        Assert.AreEqual(MapError.WritableAndExecutable, kernel.ProtectRange(range, Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute)).Error.Code);
        kernel.ProtectRange(VirtRange.Create(At(Dynamic + GiB), GiB), Protection.KernelReadOnly).Value.Flush(world.Tlb);
    }

    [TestMethod]
    public void A_query_tells_the_runs()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic + KiB4), 3 * KiB4), PhysAddr.Create(0x5000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic + (4 * KiB4)), 2 * KiB4), PhysAddr.Create(0x8000), Protection.KernelCode).IsSuccess);
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic + (6 * KiB4)), KiB4), PhysAddr.Create(0x1000), Protection.KernelCode).IsSuccess);
        Assert.IsTrue(kernel.MapRange(VirtRange.Create(At(Dynamic + (8 * MiB2)), 2 * MiB2), PhysAddr.Create(MiB2), Protection.KernelReadOnly).IsSuccess);
        Assert.IsTrue(kernel.Map(PageAt<Size1GiB>(0xFFFF_FFFF_C000_0000), FrameAt<Size1GiB>(0), Protection.KernelReadOnly).IsSuccess);
        List<(ulong, ulong, ulong, PageTableLevel, Protection)> runs = [];
        MappedPages<SimulatedPlatform> pages = kernel.Query(AddressLayout.KernelHalf);
        while (pages.TryGetNext(out MappedRange run))
            runs.Add((run.Range.Start.Value, run.Range.Length, run.Start.Value, run.Level, run.Protection));
        CollectionAssert.AreEqual(
            new (ulong, ulong, ulong, PageTableLevel, Protection)[]
            {
                (Dynamic + KiB4, 3 * KiB4, 0x5000, PageTableLevel.Pt, Protection.KernelData),
                (Dynamic + (4 * KiB4), 2 * KiB4, 0x8000, PageTableLevel.Pt, Protection.KernelCode),
                (Dynamic + (6 * KiB4), KiB4, 0x1000, PageTableLevel.Pt, Protection.KernelCode),
                (Dynamic + (8 * MiB2), 2 * MiB2, MiB2, PageTableLevel.Pd, Protection.KernelReadOnly),
                (0xFFFF_FFFF_C000_0000, GiB, 0, PageTableLevel.Pdpt, Protection.KernelReadOnly),
            },
            runs);
        Assert.AreEqual(0UL, pages.Damaged);
        MappedPages<SimulatedPlatform> part = kernel.Query(VirtRange.Create(At(Dynamic + (2 * KiB4)), KiB4));
        Assert.IsTrue(part.TryGetNext(out MappedRange one) && one.Range == VirtRange.Create(At(Dynamic + (2 * KiB4)), KiB4) && one.Start.Value == 0x6000);
        Assert.IsFalse(part.TryGetNext(out _));
        Assert.IsFalse(kernel.Query(VirtRange.Create(At(Dynamic), 0)).TryGetNext(out _));
    }

    private static void Unmap(PagingWorld world, ulong start, ulong length)
    {
        _ = world.Kernel.UnmapRange(VirtRange.Create(At(start), length)).Value.Flush(world.Tlb, FrameUse.None);
    }

    private static void Refuse(PagingWorld world, MapError error, ulong where, ulong start, ulong length, Protection protection)
    {
        PagingSnapshot before = world.Snapshot(world.Kernel);
        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(start), length), PhysAddr.Create(0), protection).TryGetError(out MapFailure failure), $"{error}");
        Assert.AreEqual((error, At(where)), (failure.Code, failure.Page));
        Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{error}");
    }
}
