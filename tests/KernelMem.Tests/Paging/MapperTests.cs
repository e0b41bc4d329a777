using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Mapping, translating, protecting and unmapping, as the software MMU and raw entries see it.</summary>
[TestClass]
public sealed class MapperTests
{
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_page_of_each_size_shows_its_frame_until_it_is_unmapped(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        Roundtrip(world, PageAt(User), FrameAt(0x12_3000), Protection.UserData, 0x345, "rw-");
        Roundtrip(world, PageAt(Dynamic + 0x1F_F000), FrameAt(0x0000_3FFF_FFFF_F000), Protection.KernelData, 0xFFF, "---");
        Roundtrip(world, PageAt<Size2MiB>(Dynamic + GiB), FrameAt<Size2MiB>(0x40_0000), Protection.KernelReadOnly, 0x1_2345, "---");
        Roundtrip(world, PageAt<Size2MiB>(User + (2 * MiB2)), FrameAt<Size2MiB>(0x40_0000), Protection.UserCode, MiB2 - 1, "r-x");
        Roundtrip(world, PageAt<Size1GiB>(0x4000_0000), FrameAt<Size1GiB>(0), Protection.UserReadOnly, 0x123_4567, "r--");
        Roundtrip(world, PageAt<Size1GiB>(Dynamic + (4 * GiB)), FrameAt<Size1GiB>(GiB), Protection.KernelData, GiB - 1, "---");
        Roundtrip(world, PageAt(0xFFFF_FFFF_FFFF_F000), FrameAt(0x5000), Protection.KernelData, 7, "---");
    }

    [TestMethod]
    public void The_CPU_reads_and_writes_the_frame_and_the_bits_it_sets_are_told()
    {
        using var world = new PagingWorld();
        Frame frame = world.Take(0x5A);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), frame, Protection.KernelData.WithTracking(true)).IsSuccess);
        Assert.IsTrue(world.Kernel.TryTranslate(At(Dynamic), out Translation fresh));
        Assert.AreEqual((false, false), (fresh.Accessed, fresh.Dirty));
        world.Kernel.Activate(world.Machine.Platform);
        SimulatedCpu cpu = world.Machine.Cpus[0];
        Assert.AreEqual(0x5A, cpu.ReadByte(At(Dynamic + 5)));
        Assert.IsTrue(world.Kernel.TryTranslate(At(Dynamic), out Translation read));
        Assert.AreEqual((true, false), (read.Accessed, read.Dirty));
        cpu.WriteByte(At(Dynamic + 6), 0x77);
        Assert.AreEqual(0x77, world.Machine.Memory.Read<byte>(frame.Start + 6));

        Assert.IsTrue(world.Kernel.Protect(PageAt(Dynamic), Protection.KernelReadOnly.WithTracking(true)).IsSuccess);
        Assert.IsTrue(world.Kernel.TryTranslate(At(Dynamic), out Translation kept));
        Assert.AreEqual((true, true, frame.Start), (kept.Accessed, kept.Dirty, kept.Address), "protecting keeps them");
        Unmapped<Size4KiB> unmapped = world.Kernel.Unmap(PageAt(Dynamic)).Value;
        Assert.AreEqual((true, true), (unmapped.WasAccessed, unmapped.WasDirty));
        Assert.AreEqual((Frame<Size4KiB>)frame, unmapped.Flush(world.Tlb));
    }

    [TestMethod]
    public void The_statistics_count()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> mapper = world.Kernel;
        Assert.AreEqual((1UL, 0UL), (mapper.Statistics.Tables, mapper.Statistics.MappedBytes));
        Assert.IsTrue(mapper.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(mapper.Map(PageAt(Dynamic + 0x1000), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(mapper.Map(PageAt<Size2MiB>(Dynamic + MiB2), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        _ = mapper.Protect(PageAt(Dynamic), Protection.KernelCode).Value;
        _ = mapper.Unmap(PageAt(Dynamic + 0x1000)).Value;
        MapperStatistics books = mapper.Statistics;
        Assert.AreEqual((4UL, 1UL, 1UL, MiB2 + 0x1000), (books.Tables, books.SmallPages, books.LargePages, books.MappedBytes));
        Assert.AreEqual((3UL, 1UL, 1UL), (books.Maps, books.Unmaps, books.Protects));
        Assert.AreEqual((ulong)world.Tables(mapper).Count, books.Tables);
        Assert.AreEqual(world.Allocator.FramesInUse(FrameUse.PageTable), books.Tables);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Upper_levels_are_open_to_user_mode_only_where_programs_live(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        foreach (ulong address in new[] { HeapStart, Dynamic, Devices, Unassigned + 0x40_0000_0000, 0xFFFF_FFFF_FFFF_F000 })
        {
            Frame<Size4KiB> frame = address < HeapStart ? FrameAt(address) : FrameAt(0x1000);
            Assert.IsTrue(world.Kernel.Map(PageAt(address), frame, Protection.KernelData).IsSuccess, $"{address:X}");
            // The kernel's part lets everything through at once; elsewhere upper levels allow what is needed below.
            ulong expected = address == Unassigned + 0x40_0000_0000 ? 0x8000_0000_0000_0003 : 3UL;
            for (int level = 2; level <= 3; level++)
                Assert.AreEqual(expected, world.Entry(world.Kernel, address, level) & 0x8000_0000_0000_0087, $"{address:X} level {level}");
        }

        Assert.AreEqual(3UL, world.Entry(world.Kernel, HeapStart, 4) & 0x8000_0000_0000_0087);
        Assert.AreEqual(3UL, world.Entry(world.Kernel, Dynamic, 4) & 0x8000_0000_0000_0087);
        if (width == AddressWidth.Bits57)
            Assert.AreEqual(3UL, world.Entry(world.Kernel, Dynamic, 5) & 0x8000_0000_0000_0087);

        Assert.IsTrue(world.Kernel.Map(PageAt(User), FrameAt(0x1000), Protection.UserData).IsSuccess);
        for (int level = 2; level <= 4; level++)
            Assert.AreEqual(0x8000_0000_0000_0007, world.Entry(world.Kernel, User, level) & 0x8000_0000_0000_0087, $"level {level}");
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void User_pages_can_follow_kernel_pages_that_share_upper_tables_with_them(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelHeap).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(0x8000), FrameAt(0x8000), Protection.KernelCode).IsSuccess, "a trampoline");
        Assert.IsTrue(world.Kernel.Map(PageAt(Unassigned), FrameAt(Unassigned), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(User), FrameAt(0x1000), Protection.UserData).IsSuccess, "in its 512 GiB");
        Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "rw-"), world.View(world.Kernel, User));
        Assert.AreEqual(new MmuView(0x8000, 4096, "r-x", "---"), world.View(world.Kernel, 0x8000));
        Assert.AreEqual(new MmuView(Unassigned, 4096, "rw-", "---"), world.View(world.Kernel, Unassigned));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 3)]
    [DataRow(AddressWidth.Bits57, 4)]
    public void Map_fails_whole_at_every_allocation(AddressWidth width, int needed)
    {
        for (int left = 0; left <= needed; left++)
        {
            CheckAllocations<Size4KiB>(width, left, needed, User);
            CheckAllocations<Size4KiB>(width, left, needed, Dynamic);
            CheckAllocations<Size2MiB>(width, left, needed - 1, User);
            CheckAllocations<Size1GiB>(width, left, needed - 2, Dynamic);
        }
    }

    [TestMethod]
    public void No_table_lies_outside_the_direct_map()
    {
        using var world = new PagingWorld(reach: 5);
        for (ulong i = 0; i < 4; i++)
        {
            PagingSnapshot before = world.Snapshot(world.Kernel);
            if (world.Kernel.Map(PageAt(Dynamic + (i << 39)), FrameAt(0x1000), Protection.KernelData).TryGetError(out MapFailure failure))
                Assert.AreEqual((MapError.OutOfMemory, before), (failure.Code, world.Snapshot(world.Kernel)));
            foreach (ulong table in world.Tables(world.Kernel))
                Assert.IsLessThan(5UL << 12, table);
        }
    }

    private static void CheckAllocations<TSize>(AddressWidth width, int left, int needed, ulong address)
        where TSize : unmanaged, IPageSize
    {
        using var world = new PagingWorld(width, frames: 63);
        string where = $"{width}, {left} frames left, {TSize.Name} at {address:X}";
        world.LeaveFrames((ulong)left);
        PagingSnapshot before = world.Snapshot(world.Kernel);
        Protection protection = address == User ? Protection.UserData : Protection.KernelData;
        bool failed = world.Kernel.Map(PageAt<TSize>(address), FrameAt<TSize>(0), protection).TryGetError(out MapFailure failure);
        Assert.AreEqual(left < needed, failed, where);
        if (failed)
        {
            Assert.AreEqual((MapError.OutOfMemory, At(address)), (failure.Code, failure.Page), where);
            Assert.AreEqual(before, world.Snapshot(world.Kernel), where);
        }
        else
        {
            Assert.AreEqual((ulong)(left - needed), world.FreeFrames, where);
            Assert.AreEqual(TSize.Bytes, world.View(world.Kernel, address).PageBytes, where);
        }

        Assert.IsTrue(world.Allocator.Validate(), where);
    }

    private static void Roundtrip<TSize>(
        PagingWorld world, Page<TSize> page, Frame<TSize> frame, Protection protection, ulong offset, string user)
        where TSize : unmanaged, IPageSize
    {
        string where = $"{world.Width}: {page.Start}, {TSize.Name}";
        ulong address = page.Start.Value + offset;
        Assert.IsFalse(world.Kernel.TryTranslate(At(address), out _), where);
        Assert.IsTrue(world.Kernel.Map(page, frame, protection).IsSuccess, where);

        // The MMU knows 46 bits of physical address; what lies above is a reserved bit to it.
        MmuView view = world.View(world.Kernel, address);
        if (frame.Start.Value < 1UL << 46)
            Assert.AreEqual((frame.Start.Value + offset, TSize.Bytes, user), (view.Physical, view.PageBytes, view.User), where);
        Assert.IsTrue(world.Kernel.TryTranslate(At(address), out Translation translation), where);
        Assert.AreEqual(frame.Start.Value + offset, translation.Address.Value, where);
        Assert.AreEqual((TSize.Bytes, protection), (translation.PageBytes, translation.Protection), where);
        Assert.IsFalse(world.Kernel.TryTranslate(At(page.Start.Value - 1), out _), where);

        Unmapped<TSize> unmapped = world.Kernel.Unmap(page).Value;
        Assert.AreEqual(page.Start, unmapped.Page.Start, where);
        Assert.AreEqual(frame, unmapped.Flush(world.Tlb), where);
        Assert.IsFalse(world.Kernel.TryTranslate(At(address), out _), where);
        Assert.IsFalse(world.View(world.Kernel, address).IsMapped, where);
    }
}
