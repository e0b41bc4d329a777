using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Manager;

/// <summary>The figures: they add up, they follow what is done, and at the end they are what they were.</summary>
[TestClass]
public sealed class ManagerStatisticsTests
{
    private const ulong MiB = ManagerWorld.MiB;
    private const ulong Page = ManagerWorld.PageBytes;

    [TestMethod]
    public void They_add_up_at_every_moment()
    {
        using ManagerWorld world = new();
        AssertSums(world);
        AddressSpace<SimulatedPlatform> space = world.Manager.CreateAddressSpace().Value;
        space.Activate();
        AssertSums(world);
        VirtRange data = world.Manager.AllocateMemory(7 * Page, RegionKind.UserData).Value;
        VirtAddr block = world.Manager.AllocateHeap(50_000).Value;
        OwnedFrame frame = world.Manager.AllocateFrame().Value;
        AssertSums(world);
        MemoryStatistics statistics = world.Manager.GetMemoryStats();
        Assert.AreEqual((7 * Page, Page), (statistics.BytesFor(FrameUse.User), statistics.BytesFor(FrameUse.Kernel)));
        Assert.AreEqual(14 * Page, statistics.BytesFor(FrameUse.Heap), "13 pages and one of descriptors");
        Assert.AreEqual((2, 2 + 3), (statistics.AddressSpaces, statistics.Regions), "heap and data; the direct map in three pieces");
        Assert.AreEqual((1, 7 * Page), (statistics.RegionsOf(RegionKind.UserData).Count, statistics.RegionsOf(RegionKind.UserData).Bytes));
        Assert.AreEqual(100 * MiB, statistics.RegionsOf(RegionKind.KernelHeap).Bytes);
        Assert.AreEqual(0, statistics.RegionsOf(RegionKind.Device).Count);
        Assert.AreEqual((1UL, 13 * Page), (statistics.Heap.LiveAllocations, statistics.Heap.MappedBytes));
        _ = (data, block, frame);
    }

    [TestMethod]
    public void Counters_count_what_is_done()
    {
        using ManagerWorld world = new();
        MemoryStatistics before = world.Manager.GetMemoryStats();
        VirtRange range = world.Manager.AllocateMemory(3 * Page, RegionKind.KernelData).Value;
        ManagerWorld.Succeed(world.Manager.ProtectMemory(VirtRange.Create(range.Start, 2 * Page), Protection.KernelReadOnly));
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
        MemoryStatistics after = world.Manager.GetMemoryStats();
        Assert.AreEqual((3UL, 3UL, 2UL), (after.Tables.Maps - before.Tables.Maps, after.Tables.Unmaps - before.Tables.Unmaps, after.Tables.Protects - before.Tables.Protects));
        Assert.AreEqual(2UL + 3, after.Flushes.Pages - before.Flushes.Pages, "protected; unmapped, with the tables that became empty");
        Assert.AreEqual(before.Tables.MappedBytes, after.Tables.MappedBytes);
        ZoneStatistics zone = after.Zone(MemoryZone.Normal);
        Assert.AreEqual(5UL, zone.Allocations - before.Zone(MemoryZone.Normal).Allocations, "three pages, two tables");
        Assert.AreEqual(5UL, zone.Frees - before.Zone(MemoryZone.Normal).Frees);
    }

    [TestMethod]
    public void Nothing_is_lost_when_everything_is_given_back()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        AddressSpace<SimulatedPlatform>[] spaces = [.. Enumerable.Range(0, 3).Select(_ => world.Manager.CreateAddressSpace().Value)];
        foreach (AddressSpace<SimulatedPlatform> space in spaces)
        {
            space.Activate();
            VirtRange stack = world.Manager.AllocateMemory(64 * Page, RegionKind.UserStack, Protection.UserData, RegionBacking.OnDemand).Value;
            for (ulong offset = 0; offset < stack.Length; offset += 5 * Page)
                world.Cpu.WriteByte(stack.Start + offset, 1);
            _ = world.Manager.AllocateMemory(9 * Page, RegionKind.UserCode).Value;
        }

        VirtRange[] ranges = [.. Enumerable.Range(1, 40).Select(pages => world.Manager.AllocateMemory((ulong)pages * Page, RegionKind.KernelData).Value)];
        VirtAddr[] blocks = [.. Enumerable.Range(1, 300).Select(index => world.Manager.AllocateHeap((ulong)(index * 37)).Value)];
        OwnedFrame[] frames = [.. Enumerable.Range(0, 50).Select(_ => world.Manager.AllocateFrame().Value)];
        Assert.IsTrue(world.Manager.Validate());

        world.Manager.KernelSpace.Activate();
        foreach (OwnedFrame frame in frames)
            ManagerWorld.Succeed(world.Manager.FreeFrame(frame));
        foreach (VirtAddr block in blocks)
            ManagerWorld.Succeed(world.Manager.FreeHeap(block));
        foreach (VirtRange range in ranges)
            ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
        foreach (AddressSpace<SimulatedPlatform> space in spaces)
            ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(space));
        Assert.AreNotEqual(before, world.Picture(), "the heap keeps a page for each size");
        world.Manager.Heap.Trim();
        Assert.AreEqual(before, world.Picture());
        Assert.IsTrue(world.Manager.Validate());
    }

    [TestMethod]
    [DataRow(0UL, 0UL, 0U)]
    [DataRow(0UL, 5UL, 0U)]
    [DataRow(1UL, 3UL, 333U)]
    [DataRow(999UL, 1000UL, 999U)]
    [DataRow(1UL << 52, 1UL << 52, 1000U)]
    [DataRow((1UL << 52) - 1, 1UL << 52, 999U)]
    public void Thousandths_are_rounded_down(ulong part, ulong whole, uint permille) =>
        Assert.AreEqual(permille, MemoryStatistics.Permille(part, whole));

    [TestMethod]
    public void More_than_all_panics() => Assert.ThrowsExactly<PanicException>(() => MemoryStatistics.Permille(2, 1));

    private static void AssertSums(ManagerWorld world)
    {
        MemoryStatistics statistics = world.Manager.GetMemoryStats();
        ZoneStatistics[] zones = [.. Enum.GetValues<MemoryZone>().Select(statistics.Zone)];
        ulong total = zones.Aggregate(0UL, (sum, zone) => sum + zone.TotalFrames) * Page;
        ulong free = zones.Aggregate(0UL, (sum, zone) => sum + zone.FreeFrames) * Page;
        ulong usable = world.Map.TotalBytes(MemoryRegionKind.Usable);
        Assert.AreEqual((usable, total, free, total - free), (statistics.TotalBytes, statistics.TotalBytes, statistics.FreeBytes, statistics.UsedBytes));
        ulong uses = Enumerable.Range(1, FrameUses.Count - 1).Aggregate(0UL, (sum, use) => sum + statistics.BytesFor((FrameUse)use));
        Assert.AreEqual(statistics.UsedBytes, uses, "every used frame has a use");
        Assert.AreEqual((uint)(statistics.UsedBytes * 1000 / statistics.TotalBytes), statistics.UsagePermille);
        Assert.AreEqual(statistics.UsagePermille, world.Manager.UsagePermille);
        Assert.AreEqual(statistics.Tables.Tables * Page, statistics.BytesFor(FrameUse.PageTable), "every table has a frame");
        Assert.AreEqual(
            (statistics.Tables.SmallPages * Page) + (statistics.Tables.LargePages * 2 * MiB), statistics.Tables.MappedBytes);
        int regions = Enumerable.Range(1, RegionKinds.Count - 1).Sum(kind => statistics.RegionsOf((RegionKind)kind).Count);
        Assert.AreEqual(regions, statistics.Regions);
        ZoneStatistics dma = world.Manager.GetZoneStats(MemoryZone.Dma);
        Assert.AreEqual(statistics.Zone(MemoryZone.Dma).FreeFrames, dma.FreeFrames);
    }
}
