using System.Linq;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Splitting large pages and making them of small ones. A, D: bits 5 and 6; PAT: bit 7 of a small entry, bit 12 of a large one.</summary>
[TestClass]
public sealed class SizeTests
{
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_split_shows_the_same_memory_under_the_same_rights(AddressWidth width)
    {
        foreach (Protection protection in new[] { Protection.KernelData, Protection.KernelCode, Protection.DeviceMemory, Protection.UserData, Protection.UserReadOnly })
        {
            using var world = new PagingWorld(width);
            world.Kernel.Activate(world.Machine.Platform);
            ulong start = protection.IsUser ? 0x4000_0000 : Dynamic + GiB;
            Assert.IsTrue(world.Kernel.Map(PageAt<Size1GiB>(start), FrameAt<Size1GiB>(GiB), protection).IsSuccess);
            MmuView[] before = Probe(world, start);
            world.Kernel.Split(PageAt<Size1GiB>(start)).Value.Flush(world.Tlb);
            SameBut(before, Probe(world, start), MiB2);
            world.Kernel.Split(PageAt<Size2MiB>(start + MiB2)).Value.Flush(world.Tlb);
            MmuView[] after = Probe(world, start);
            SameBut([before[0], before[^1]], [after[0], after[^1]], MiB2);
            SameBut([before[1], before[2]], [after[1], after[2]], 4096);
            Assert.IsTrue(world.Kernel.TryTranslate(At(start + MiB2), out Translation part));
            Assert.AreEqual(protection, part.Protection);
            Assert.AreEqual((512UL, 511UL, GiB), (world.Kernel.Statistics.SmallPages, world.Kernel.Statistics.LargePages, world.Kernel.Statistics.MappedBytes));
        }
    }

    [TestMethod]
    public void A_split_keeps_cache_type_and_history()
    {
        using var world = new PagingWorld();
        Assert.IsTrue(world.Kernel.Map(PageAt<Size2MiB>(Dynamic), FrameAt<Size2MiB>(MiB2), Protection.KernelData.WithTracking(true).WithCache(CacheType.WriteThrough)).IsSuccess);
        ulong place = world.Place(world.Kernel.Root.Register, Dynamic, 2);
        world.Write(place, world.Read(place) | Accessed | (1UL << 12)); // the PAT bit, set by hand
        world.Kernel.Split(PageAt<Size2MiB>(Dynamic)).Value.Flush(world.Tlb);
        for (ulong i = 0; i < 512; i++)
        {
            ulong entry = world.Entry(world.Kernel, Dynamic + (i << 12), 1);
            Assert.AreEqual(MiB2 + (i << 12), entry & 0x000F_FFFF_FFFF_F000);
            Assert.AreEqual(Accessed | 0x80 | 0x08 | 3, entry & 0x1FF, "A, PAT in its other place, PWT, R/W, P; no D");
        }

        PromotedPage<SimulatedPlatform> large = world.Kernel.Promote(PageAt<Size2MiB>(Dynamic)).Value;
        large.Flush(world.Tlb);
        Assert.AreEqual(MiB2 | 0x1000 | Accessed | 0x80 | 0x08 | 3, world.Entry(world.Kernel, Dynamic, 2) & 0x000F_FFFF_FFFF_F1FF);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_promotion_adds_up_what_was_used_also_while_its_flush_was_owed(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        world.Kernel.Activate(world.Machine.Platform);
        Protection protection = Protection.KernelData.WithTracking(true);
        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Dynamic), MiB2), PhysAddr.Create(MiB2), protection, PageTableLevel.Pt).IsSuccess);
        ulong free = world.FreeFrames;
        SimulatedCpu cpu = world.Machine.Cpus[0];
        _ = cpu.ReadByte(At(Dynamic + 0x5000));
        ulong table = world.Entry(world.Kernel, Dynamic, 2) & 0x000F_FFFF_FFFF_F000;
        PromotedPage<SimulatedPlatform> promoted = world.Kernel.Promote(PageAt<Size2MiB>(Dynamic)).Value;
        Assert.AreEqual(Accessed, world.Entry(world.Kernel, Dynamic, 2) & (Accessed | Dirty));
        world.Write(table + (8 * 7), world.Read(table + (8 * 7)) | Accessed | Dirty); // a CPU that remembers the old table writes through it
        Assert.AreEqual(free, world.FreeFrames);
        promoted.Flush(world.Tlb);
        Assert.AreEqual(Accessed | Dirty, world.Entry(world.Kernel, Dynamic, 2) & (Accessed | Dirty));
        Assert.AreEqual(free + 1, world.FreeFrames);
        Assert.AreEqual(new MmuView(MiB2 + 0x12_3456, MiB2, "rw-", "---"), world.View(world.Kernel, Dynamic + 0x12_3456));
        Assert.AreEqual((0UL, 1UL, MiB2), (world.Kernel.Statistics.SmallPages, world.Kernel.Statistics.LargePages, world.Kernel.Statistics.MappedBytes));
        Assert.AreEqual((ulong)world.Tables(world.Kernel).Count, world.Kernel.Statistics.Tables);
    }

    [TestMethod]
    public void A_promoted_page_waits_for_its_flush_since_small_translations_outlive_one_of_the_large_page()
    {
        using var world = new PagingWorld();
        world.Kernel.Activate(world.Machine.Platform);
        SimulatedCpu cpu = world.Machine.Cpus[0];
        Page<Size2MiB> page = PageAt<Size2MiB>(Dynamic);
        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Dynamic), MiB2), PhysAddr.Create(MiB2), Protection.KernelData, PageTableLevel.Pt).IsSuccess);
        _ = cpu.ReadByte(At(Dynamic + 0x5000)); // remembered, as a small page
        PromotedPage<SimulatedPlatform> promoted = world.Kernel.Promote(page).Value;
        ulong entry = world.Entry(world.Kernel, Dynamic, 2);
        Assert.AreEqual(new MapFailure(MapError.FlushPending, At(Dynamic), entry), world.Kernel.Unmap(page).Error);
        Assert.AreEqual(new MapFailure(MapError.FlushPending, At(Dynamic), entry), world.Kernel.Protect(page, Protection.KernelReadOnly).Error);
        Assert.AreEqual(entry, world.Entry(world.Kernel, Dynamic, 2));

        _ = world.Kernel.UnmapRange(VirtRange.Create(At(Dynamic), MiB2)).Value.Flush(world.Tlb, FrameUse.None);
        Assert.AreEqual(MmuOutcome.PageFault, cpu.Translate(At(Dynamic + 0x5000), MemoryAccess.Read).Outcome, "a range drops the small ones");
        promoted.Flush(world.Tlb);

        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Dynamic), MiB2), PhysAddr.Create(MiB2), Protection.KernelData, PageTableLevel.Pt).IsSuccess);
        promoted = world.Kernel.Promote(page).Value;
        world.Kernel.ProtectRange(VirtRange.Create(At(Dynamic), MiB2), Protection.KernelData).Value.Flush(world.Tlb);
        Assert.AreEqual(MapError.FlushPending, world.Kernel.Unmap(page).Error.Code, "it is owed still");
        world.Kernel.Split(page).Value.Flush(world.Tlb);
        promoted.Flush(world.Tlb);
        Assert.AreEqual(MapError.None, ErrorOf(world.Kernel.Unmap(PageAt(Dynamic + 0x5000)), world));
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic + 0x5000), FrameAt(MiB2 + 0x5000), Protection.KernelData).IsSuccess);
        world.Kernel.Promote(page).Value.Flush(world.Tlb);
        _ = world.Kernel.Unmap(page).Value.Flush(world.Tlb);
        Assert.AreEqual(0UL, world.Kernel.Statistics.MappedBytes);
    }

    private static MapError ErrorOf(Result<Unmapped<Size4KiB>, MapFailure> result, PagingWorld world)
    {
        if (!result.TryGet(out Unmapped<Size4KiB> unmapped, out MapFailure failure))
            return failure.Code;
        _ = unmapped.Flush(world.Tlb);
        return MapError.None;
    }

    [TestMethod]
    public void What_is_not_uniform_stays_small_and_the_first_misfit_is_told()
    {
        using var world = new PagingWorld();
        void Remap(ulong index, ulong frame, Protection protection)
        {
            _ = world.Kernel.Unmap(PageAt(Dynamic + (index << 12))).Value.Flush(world.Tlb);
            Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic + (index << 12)), FrameAt(frame), protection).IsSuccess);
        }

        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Dynamic), MiB2), PhysAddr.Create(MiB2), Protection.KernelData, PageTableLevel.Pt).IsSuccess);
        Remap(300, 0x1000, Protection.KernelData);
        Refuse(world, MapError.NotUniform, Dynamic + (300 << 12));
        Remap(300, MiB2 + (300 << 12), Protection.KernelReadOnly);
        Refuse(world, MapError.NotUniform, Dynamic + (300 << 12));
        Remap(300, MiB2 + (300 << 12), Protection.KernelData);
        _ = world.Kernel.Unmap(PageAt(Dynamic + (511 << 12))).Value.Flush(world.Tlb);
        Refuse(world, MapError.NotUniform, Dynamic + (511 << 12));
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic + (511 << 12)), FrameAt(MiB2 + (511 << 12)), Protection.KernelData).IsSuccess);
        world.Kernel.Promote(PageAt<Size2MiB>(Dynamic)).Value.Flush(world.Tlb);
        Refuse(world, MapError.AlreadyMapped, Dynamic);
        Refuse(world, MapError.NotMapped, Dynamic + MiB2, Dynamic + MiB2);

        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Devices), MiB2), PhysAddr.Create(0x1000), Protection.KernelData).IsSuccess);
        Refuse(world, MapError.NotUniform, Devices, Devices);
    }

    [TestMethod]
    public void A_gigabyte_is_promoted_by_a_cursor_that_is_alone()
    {
        using var world = new PagingWorld();
        Assert.IsTrue(world.Kernel.MapRange(VirtRange.Create(At(Dynamic), GiB), PhysAddr.Create(GiB), Protection.KernelReadOnly, PageTableLevel.Pd).IsSuccess);
        Assert.AreEqual(512UL, world.Kernel.Statistics.LargePages);
        Assert.AreEqual(MapError.NotSupported, world.Kernel.Promote(PageAt<Size1GiB>(Dynamic)).Error.Code);
        PageCursor<SimulatedPlatform> cursor = world.Kernel.OpenExclusive();
        Result<PromotedPage<SimulatedPlatform>, MapFailure> promoted = cursor.Promote(PageAt<Size1GiB>(Dynamic));
        cursor.Close();
        promoted.Value.Flush(world.Tlb);
        Assert.AreEqual(new MmuView(GiB + 0x1234_5678, GiB, "r--", "---"), world.View(world.Kernel, Dynamic + 0x1234_5678));
        Assert.AreEqual((1UL, 2UL), (world.Kernel.Statistics.LargePages, world.Kernel.Statistics.Tables));
    }

    [TestMethod]
    public void Splitting_fails_whole_without_a_frame()
    {
        using var world = new PagingWorld();
        Assert.IsTrue(world.Kernel.Map(PageAt<Size2MiB>(Dynamic), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        Assert.AreEqual(MapError.NotSupported, world.Kernel.Split(PageAt(Dynamic)).Error.Code);
        Assert.AreEqual(MapError.CoveredByLargePage, world.Kernel.Unmap(PageAt(Dynamic)).Error.Code);
        world.LeaveFrames(0);
        PagingSnapshot before = world.Snapshot(world.Kernel);
        Assert.AreEqual(MapError.OutOfMemory, world.Kernel.Split(PageAt<Size2MiB>(Dynamic)).Error.Code);
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
    }

    private static void Refuse(PagingWorld world, MapError error, ulong where, ulong page = Dynamic)
    {
        PagingSnapshot before = world.Snapshot(world.Kernel);
        MapFailure failure = world.Kernel.Promote(PageAt<Size2MiB>(page)).Error;
        Assert.AreEqual((error, At(where)), (failure.Code, failure.Page));
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
    }

    private static MmuView[] Probe(PagingWorld world, ulong start) =>
        new ulong[] { 0, MiB2, (2 * MiB2) - 1, GiB - 1 }.Select(offset => world.View(world.Kernel, start + offset)).ToArray();

    private static void SameBut(MmuView[] before, MmuView[] after, ulong bytes)
    {
        for (int i = 0; i < before.Length; i++)
            Assert.AreEqual(before[i] with { PageBytes = bytes }, after[i], $"{i}");
    }
}
