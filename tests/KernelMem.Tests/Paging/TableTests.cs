using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>The tables themselves: shared with programs, given back, reclaimed.</summary>
[TestClass]
public sealed class TableTests
{
    private const ulong MiB2 = 2UL << 20;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_program_sees_the_kernels_part_as_it_changes_and_nothing_else_of_it(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        AddressLayout layout = world.Kernel.Layout;
        foreach (VirtRange range in new[] { layout.KernelHeap, layout.KernelRegions, layout.Devices, layout.DirectMap })
            Assert.IsTrue(world.Kernel.Prepare(range).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(User), FrameAt(0x9000), Protection.UserData).IsSuccess);
        PageMapper<SimulatedPlatform> one = world.CreateUser().Value;
        PageMapper<SimulatedPlatform> two = world.CreateUser().Value;

        Assert.IsTrue(world.Kernel.Map(PageAt(HeapStart), FrameAt(0x2000), Protection.KernelData).IsSuccess, "later");
        Assert.IsTrue(world.Kernel.Map(PageAt<Size2MiB>(0xFFFF_8000_0000_0000), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(Devices + (40UL << 30)), FrameAt(0x3000), Protection.DeviceMemory).IsSuccess);
        Assert.IsTrue(one.Map(PageAt(User), FrameAt(0x4000), Protection.UserData).IsSuccess);
        Assert.IsTrue(two.Map(PageAt(User + 0x1000), FrameAt(0x5000), Protection.UserCode).IsSuccess);
        foreach (PageMapper<SimulatedPlatform> mapper in new[] { world.Kernel, one, two })
        {
            Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "---"), world.View(mapper, Dynamic));
            Assert.AreEqual(new MmuView(0x2000, 4096, "rw-", "---"), world.View(mapper, HeapStart));
            Assert.AreEqual(new MmuView(0x12_3456, MiB2, "rw-", "---"), world.View(mapper, 0xFFFF_8000_0012_3456));
            Assert.AreEqual(new MmuView(0x3000, 4096, "rw-", "---"), world.View(mapper, Devices + (40UL << 30)));
        }

        Assert.AreEqual(0x9000UL, world.View(world.Kernel, User).Physical);
        Assert.AreEqual(new MmuView(0x4000, 4096, "rw-", "rw-"), world.View(one, User));
        Assert.AreEqual(new MmuView(0x5000, 4096, "r-x", "r-x"), world.View(two, User + 0x1000));
        Assert.IsFalse(world.View(one, User + 0x1000).IsMapped || world.View(two, User).IsMapped);
        _ = world.Kernel.Unmap(PageAt(HeapStart)).Value.Flush(world.Tlb);
        Assert.IsFalse(world.View(one, HeapStart).IsMapped);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Destroying_a_program_gives_back_its_tables_and_leaves_the_kernels(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelHeap).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(HeapStart), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        PagingSnapshot before = world.Snapshot(world.Kernel);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        foreach (ulong address in new ulong[] { User, 0x3FFF_F000, 0x4000_0000, 0x7FFF_F000 })
            Assert.IsTrue(program.Map(PageAt(address), FrameAt(0x1000), Protection.UserData).IsSuccess);
        Assert.IsTrue(program.Map(PageAt<Size2MiB>(0x5000_0000), FrameAt<Size2MiB>(0), Protection.UserData).IsSuccess);
        Assert.ThrowsExactly<PanicException>(program.Destroy, "pages are mapped");
        Assert.ThrowsExactly<PanicException>(world.Kernel.Destroy);
        foreach (ulong address in new ulong[] { User, 0x3FFF_F000, 0x4000_0000, 0x7FFF_F000 })
            _ = program.Unmap(PageAt(address)).Value.Flush(world.Tlb);
        _ = program.Unmap(PageAt<Size2MiB>(0x5000_0000)).Value.Flush(world.Tlb);
        program.Destroy();
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
        Assert.IsTrue(world.Allocator.Validate());
        Assert.AreEqual(0x1000UL, world.View(world.Kernel, Dynamic).Physical);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 1)]
    [DataRow(AddressWidth.Bits57, 2)]
    public void Making_a_program_fails_whole_at_every_allocation(AddressWidth width, int needed)
    {
        for (int left = 0; left <= needed; left++)
        {
            using var world = new PagingWorld(width, frames: 63);
            Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelHeap).IsSuccess);
            Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelRegions).IsSuccess);
            world.LeaveFrames((ulong)left);
            PagingSnapshot before = world.Snapshot(world.Kernel);
            bool failed = world.CreateUser().TryGetError(out MapFailure failure);
            Assert.AreEqual((left < needed, failed ? MapError.OutOfMemory : MapError.None), (failed, failure.Code), $"{left} left");
            if (!failed)
                continue;
            Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{left} left");
            _ = world.Kernel.Prepare(world.Kernel.Layout.Devices).IsSuccess; // panics if the failure had sealed the top level
        }
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Reclaiming_takes_exactly_the_empty_tables_and_withholds_them_until_the_flush(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        ulong fresh = world.FreeFrames;
        HashSet<ulong> root = world.Tables(program);
        foreach (ulong address in new[] { User, User + 0x1000, User + MiB2, 0x4000_0000UL })
            Assert.IsTrue(program.Map(PageAt(address), FrameAt(0x1000), Protection.UserData).IsSuccess);
        HashSet<ulong> all = world.Tables(program);
        VirtRange everything = program.Layout.User;
        Assert.AreEqual(0UL, Reclaim(world, program, everything), "all are in use");

        foreach (ulong address in new[] { User, User + MiB2, 0x4000_0000UL })
            _ = program.Unmap(PageAt(address)).Value.Flush(world.Tlb);
        Assert.AreEqual(0UL, Reclaim(world, program, VirtRange.Create(At(User + (2 * MiB2)), MiB2)), "nothing to do with that range");
        UnmappedRange<SimulatedPlatform> withheld = program.ReclaimTables(everything).Value;
        HashSet<ulong> kept = world.Tables(program);
        Assert.AreEqual(all.Count - 3, kept.Count);
        Assert.AreEqual(0x1000UL, world.View(program, User + 0x1000).Physical);
        foreach (ulong table in all.Except(kept))
            Assert.AreEqual((FrameState.Allocated, FrameUse.PageTable), (world.Allocator.GetInfo(FrameAt(table)).State, world.Allocator.GetInfo(FrameAt(table)).Use));
        Assert.AreEqual(3UL, withheld.Flush(world.Tlb, FrameUse.None).Tables, "the second page table; the page directory and page table at 1 GiB");
        foreach (ulong table in all.Except(kept))
            Assert.AreEqual(FrameState.Free, world.Allocator.GetInfo(FrameAt(table)).State);

        _ = program.Unmap(PageAt(User + 0x1000)).Value.Flush(world.Tlb);
        _ = Reclaim(world, program, everything);
        HashSet<ulong> left = world.Tables(program);
        left.ExceptWith(root);
        Assert.AreEqual(0, left.Count, "five levels: the PML4 table was there from the start");
        Assert.AreEqual((fresh, (ulong)root.Count), (world.FreeFrames, program.Statistics.Tables));
        Assert.IsTrue(program.Map(PageAt(User), FrameAt(0x2000), Protection.UserData).IsSuccess, "and again");
        Assert.AreEqual(0x2000UL, world.View(program, User).Physical);
    }

    [TestMethod]
    public void Reclaiming_takes_any_number_of_tables_at_once()
    {
        using var world = new PagingWorld();
        for (ulong i = 0; i < 100; i++)
            Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic + (i * MiB2)), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        for (ulong i = 0; i < 100; i++)
            _ = world.Kernel.Unmap(PageAt(Dynamic + (i * MiB2))).Value.Flush(world.Tlb);
        Assert.AreEqual(101UL, Reclaim(world, world.Kernel, world.Kernel.Layout.KernelRegions), "and their directory; the entry of the root is shared and stays");
        Assert.AreEqual(2UL, world.Kernel.Statistics.Tables);
    }

    [TestMethod]
    public void A_program_reclaims_nothing_of_the_kernels()
    {
        using var world = new PagingWorld();
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(HeapStart), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        _ = world.Kernel.Unmap(PageAt(Dynamic)).Value.Flush(world.Tlb);
        _ = world.Kernel.Unmap(PageAt(HeapStart)).Value.Flush(world.Tlb);
        PagingSnapshot before = world.Snapshot(world.Kernel);
        foreach (VirtRange range in new[] { program.Layout.KernelRegions, program.Layout.KernelHeap, VirtRange.Create(At(0), 1UL << 47) })
        {
            Assert.AreEqual(MapError.SharedKernelRange, program.ReclaimTables(range).Error.Code);
            Assert.AreEqual(MapError.SharedKernelRange, program.UnmapRange(range).Error.Code, "the heap may lie in the middle");
            Assert.AreEqual(MapError.SharedKernelRange, program.ProtectRange(range, Protection.UserReadOnly).Error.Code);
        }

        Assert.AreEqual(before, world.Snapshot(world.Kernel));
    }

    private static ulong Reclaim(PagingWorld world, PageMapper<SimulatedPlatform> mapper, VirtRange range) =>
        mapper.ReclaimTables(range).Value.Flush(world.Tlb, FrameUse.None).Tables;

    [TestMethod]
    public void A_layout_is_checked()
    {
        Assert.IsTrue(Make(out AddressLayout own));
        Assert.AreEqual(AddressArea.NullGuard, own.AreaOf(At(0x3F_FFFF)));
        Assert.AreEqual(AddressArea.User, own.AreaOf(At(0x40_0000)));
        Assert.AreEqual(AddressArea.Unassigned, own.AreaOf(At(0x50_0000)));
        Assert.AreEqual(AddressArea.KernelHeap, own.AreaOf(At(0x1000_0000_0000)));
        Assert.AreEqual(AddressArea.Kernel, own.AreaOf(At(0xFFFF_8000_0000_0000)));
        Assert.IsFalse(own.TryGetArea(Range(0x4F_F000, 0x2000), out _));
        Assert.IsFalse(own.TryGetArea(Range(0x0FFF_FFFF_F000, 0x10_2000), out _), "the heap lies in it");
        Assert.IsFalse(own.TryGetArea(Range(0x40_0000, 0), out _));
        Assert.IsTrue(own.IsUser(Range(0x40_0000, 0x10_0000)));
        Assert.IsFalse(own.IsUser(Range(0x40_0000, 0x10_0001)) || own.IsUser(Range(0x40_0000, 0)));

        Assert.IsFalse(Make(out _, user: Range(0, 0x1000)), "null must fault");
        Assert.IsFalse(Make(out _, user: Range(0x1000, 0x800)));
        Assert.IsFalse(Make(out _, user: Range(0x1800, 0x1000)));
        Assert.IsFalse(Make(out _, user: Range(0x1000, 0)));
        Assert.IsFalse(Make(out _, user: Range(0x1000, 0x1000_0000_0000)), "the heap's slot");
        Assert.IsFalse(Make(out _, heap: Range(0xFFFF_8000_0000_0000, 0x1000)));
        Assert.IsFalse(Make(out _, heap: Range(0x50_0000, 0x1000)), "the user's slot");
        Assert.IsFalse(Make(out _, heap: VirtRange.CreateLa57(At(0x1000_0000_0000), 1UL << 48)), "leaves 48 bits");
        Assert.IsFalse(Make(out _, devices: Range(0x7000_0000_0000, 0x1000)));
        Assert.IsFalse(Make(out _, devices: Range(0xFFFF_8000_0000_0000, 0x1000)), "in the direct map");
        Assert.IsFalse(Make(out _, devices: Range(0xFFFF_C000_0000_0000, 0x1000)), "in the dynamic range");

        static VirtRange Range(ulong start, ulong length) => VirtRange.Create(At(start), length);

        static bool Make(out AddressLayout layout, VirtRange? user = null, VirtRange? heap = null, VirtRange? devices = null) => AddressLayout.TryCreate(
            user ?? Range(0x40_0000, 0x10_0000),
            heap ?? Range(0x1000_0000_0000, 0x10_0000),
            Range(0xFFFF_8000_0000_0000, 1UL << 40),
            devices ?? Range(0xFFFF_A000_0000_0000, 1UL << 30),
            Range(0xFFFF_C000_0000_0000, 1UL << 30),
            out layout);
    }

    [TestMethod]
    public void Pages_that_span_areas_are_refused_with_a_layout_of_ones_own()
    {
        // User range and heap begin and end inside 2 MiB pages.
        Assert.IsTrue(AddressLayout.TryCreate(
            VirtRange.Create(At(0x50_0000), 0x40_0000),
            VirtRange.Create(At(0x1000_0010_0000), 0x40_0000),
            VirtRange.Create(At(0xFFFF_8000_0000_0000), 1UL << 40),
            VirtRange.Create(At(0xFFFF_A000_0000_0000), 1UL << 30),
            VirtRange.Create(At(0xFFFF_C000_0000_0000), 1UL << 30),
            out AddressLayout layout));
        using var world = new PagingWorld(layout: layout);
        foreach ((ulong page, Protection protection, MapError expected) in new[]
        {
            (0x40_0000UL, Protection.UserData, MapError.UserPageOutsideUserRange),
            (0x40_0000UL, Protection.KernelData, MapError.NullGuard),
            (0x60_0000UL, Protection.UserData, MapError.None),
            (0x80_0000UL, Protection.UserData, MapError.UserPageOutsideUserRange),
            (0x80_0000UL, Protection.KernelData, MapError.OutsideLayout),
            (0x1000_0000_0000UL, Protection.KernelData, MapError.OutsideLayout),
            (0x1000_0020_0000UL, Protection.KernelData, MapError.None),
            (0x1000_0040_0000UL, Protection.KernelData, MapError.OutsideLayout),
        })
        {
            // Also as an identity mapping, where there can be one.
            foreach (ulong frame in new[] { 0UL, page })
            {
                MapError code = world.Kernel.Map(PageAt<Size2MiB>(page), FrameAt<Size2MiB>(frame), protection).TryGetError(out MapFailure failure)
                    ? failure.Code
                    : MapError.None;
                Assert.AreEqual(expected, code, $"{page:X} to {frame:X}");
                if (code == MapError.None)
                    _ = world.Kernel.Unmap(PageAt<Size2MiB>(page)).Value.Flush(world.Tlb);
            }
        }
    }
}
