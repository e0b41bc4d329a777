using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

[TestClass]
public sealed class FrameAllocationTests
{
    // Zones of 64 frames each: DMA 0-63, Normal 64-127, HighMem from 128 on.
    private static readonly FramePlan Three = new() { Usable = [(1, 191)], DmaEnd = 64, NormalEnd = 128 };

    [TestMethod]
    public void A_block_is_what_was_asked_for()
    {
        using var world = new FrameWorld(Three);
        OwnedFrame block = world.Allocator.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(3)).Value;
        Assert.AreEqual((3, 8UL, FrameUse.Heap, 1U), (block.Order, block.Count, block.Use, block.Generation));
        Assert.AreEqual((block.Start.Number, 8UL), (block.Range.Start.Number, block.Range.Count));
        Assert.AreEqual(block.Start, block.Release());
        Assert.AreEqual(8UL, world.Allocator.FramesInUse(FrameUse.Heap));
        Assert.AreEqual(183UL, world.Allocator.FramesInUse(FrameUse.None));
        FrameInfo inside = world.Allocator.GetInfo(block.Start + 5);
        Assert.AreEqual((FrameState.Allocated, FrameUse.Heap), (inside.State, inside.Use));
        Assert.AreEqual((block.Start, 3, 1U), (inside.Block, inside.Order, inside.Generation));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DataRow(MemoryZone.Normal, "1 2 0")]
    [DataRow(MemoryZone.HighMem, "2 1 0")]
    [DataRow(MemoryZone.Dma, "0")]
    public void Zones_serve_in_their_order(MemoryZone preferred, string expected)
    {
        using var world = new FrameWorld(Three);
        List<MemoryZone> order = [];
        FrameRequest request = FrameRequest.For(FrameUse.User).WithZone(preferred);
        while (world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
        {
            MemoryZone zone = ZoneOf(block.Start.Number);
            if (order.Count == 0 || order[^1] != zone)
                order.Add(zone);

            Assert.AreEqual(FrameError.None, error);
        }

        Assert.AreEqual(expected, string.Join(' ', order.Select(zone => (int)zone)));
        foreach (MemoryZone zone in order)
        {
            ZoneStatistics zoneNow = world.Allocator.GetStatistics(zone);
            Assert.AreEqual(0UL, zoneNow.FreeFrames);
            Assert.AreEqual(-1, world.Allocator.GetFreeBlocks(zone).LargestOrder);
            Assert.AreEqual(zone == preferred ? 0 : zoneNow.TotalFrames, zoneNow.Fallbacks);
            Assert.AreEqual(zone == preferred ? 1UL : 0, zoneNow.Failures);
        }
    }

    [TestMethod]
    public void An_exact_request_is_served_from_its_zone_only()
    {
        foreach (MemoryZone zone in Enum.GetValues<MemoryZone>())
        {
            using var world = new FrameWorld(Three);
            FrameRequest request = FrameRequest.For(FrameUse.User).WithZone(zone).WithExactZone(true);
            for (ulong left = world.Allocator.GetStatistics(zone).FreeFrames; left != 0; left--)
                Assert.AreEqual(zone, ZoneOf(world.Allocator.Allocate(request).Value.Start.Number));

            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(request).Error);
            FrameStatistics all = world.Allocator.GetStatistics();
            Assert.AreEqual((1UL, 0UL), (all.Failures, all.Fallbacks));
            Assert.AreEqual(191UL, all.TotalFrames);
            Assert.AreEqual(world.Allocator.GetStatistics(zone).TotalFrames, all.UsedFrames);
        }
    }

    [TestMethod]
    public void Blocks_are_aligned_to_their_size_and_apart()
    {
        for (int order = 0; order <= FrameRequest.MaxOrder; order++)
        {
            using var world = new FrameWorld(new FramePlan { Usable = [(1, 3001)] }, fill: false);
            HashSet<ulong> seen = [];
            ulong blocks = 0;
            FrameRequest request = FrameRequest.For(FrameUse.Kernel).WithOrder(order);
            while (world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
            {
                blocks++;
                Assert.AreEqual(0UL, block.Start.Number % (1UL << order));
                Assert.AreEqual(FrameError.None, error);
                foreach (var frame in block.Range)
                    Assert.IsTrue(frame.Number is > 0 and < 3002 && seen.Add(frame.Number));
            }

            ulong expected = (3002UL >> order) - 1; // of all blocks from 0 to 3001, the one with frame 0 is not there
            Assert.AreEqual(expected, blocks, $"order {order}");
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void No_block_crosses_a_border_between_zones()
    {
        // Borders that are aligned to nothing, in the midst of usable memory.
        var plan = new FramePlan { Usable = [(1, 4095)], DmaEnd = 1027, NormalEnd = 2059 };
        for (int order = 0; order <= FrameRequest.MaxOrder; order++)
        {
            using var world = new FrameWorld(plan, fill: false);
            List<OwnedFrame> all = [];
            FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(order);
            while (world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
            {
                all.Add(block);
                Assert.AreEqual(FrameError.None, error);
                ulong last = block.Start.Number + block.Count - 1;
                bool inOneZone = block.Start.Number >= 2059 || last < 1027 || (block.Start.Number >= 1027 && last < 2059);
                Assert.IsTrue(inOneZone, $"{block.Start.Number}+{block.Count}");
            }

            // Nor is it joined across one when it comes back.
            world.FreeAll(all);
            Assert.IsTrue(world.Allocator.Validate());
            Assert.AreEqual(4095UL, world.Allocator.GetStatistics().FreeFrames);
            Assert.AreEqual(1026UL, world.Allocator.GetStatistics(MemoryZone.Dma).FreeFrames);
        }
    }

    [TestMethod]
    public void Invalid_requests_are_refused_and_not_counted()
    {
        using FrameWorld world = FrameWorld.Small();
        FrameRequest good = FrameRequest.For(FrameUse.User);
        FrameRequest[] bad =
        [
            default, FrameRequest.For(FrameUse.None), FrameRequest.For(FrameUse.Reserved), FrameRequest.For((FrameUse)99),
            good.WithOrder(-1), good.WithOrder(11), good.WithOrder(int.MaxValue), good.WithOrder(int.MinValue),
            good.WithZone((MemoryZone)3),
        ];
        foreach (FrameRequest request in bad)
            Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.Allocate(request).Error);

        Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.Allocate(FrameUse.Reserved).Error);
        Assert.AreEqual((0UL, 255UL), (world.Allocator.GetStatistics().Failures, world.Allocator.GetStatistics().FreeFrames));
    }

    [TestMethod]
    public void Only_zeroed_memory_is_written_to()
    {
        using FrameWorld world = FrameWorld.Small();
        OwnedFrame plain = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(2)).Value;
        OwnedFrame zeroed = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(3).WithZeroed(true)).Value;
        Assert.IsFalse(world.Memory(plain.Range).ContainsAnyExcept(FrameWorld.Filler));
        Assert.IsFalse(world.Memory(zeroed.Range).ContainsAnyExcept((byte)0));
        world.Memory(zeroed.Range).Fill(FrameWorld.Filler);
        world.FreeAll([zeroed, plain]);
        world.FreeAll(world.TakeAll());
        Assert.IsFalse(world.Machine.Memory.Bytes(default, 256 << 12).ContainsAnyExcept(FrameWorld.Filler), "free memory was touched");
    }

    [TestMethod]
    public void Memory_that_the_direct_map_does_not_reach_is_not_zeroed()
    {
        // The direct map ends inside the normal zone; high memory is outside.
        using var world = new FrameWorld(Three with { Reach = 70 });
        FrameRequest zeroed = FrameRequest.For(FrameUse.User).WithZeroed(true);
        FrameRequest exact = zeroed.WithExactZone(true);
        ulong[] normal = [.. Enumerable.Range(0, 6).Select(_ => world.Allocator.Allocate(exact).Value.Start.Number).Order()];
        CollectionAssert.AreEqual(new ulong[] { 64, 65, 66, 67, 68, 69 }, normal);
        FrameStatistics before = world.Allocator.GetStatistics();
        Assert.AreEqual(FrameError.NotInDirectMap, world.Allocator.Allocate(exact).Error);
        FrameRequest high = zeroed.WithZone(MemoryZone.HighMem).WithExactZone(true);
        Assert.AreEqual(FrameError.NotInDirectMap, world.Allocator.Allocate(high).Error);
        Assert.AreEqual(before.FreeFrames, world.Allocator.GetStatistics().FreeFrames, "a refusal leaks");
        Assert.AreEqual(before.Allocations, world.Allocator.GetStatistics().Allocations);

        Assert.AreEqual(MemoryZone.Dma, ZoneOf(world.Allocator.Allocate(zeroed).Value.Start.Number), "fallback finds what can be zeroed");
        Assert.AreEqual(MemoryZone.Normal, ZoneOf(world.Allocator.Allocate(FrameUse.User).Value.Start.Number), "no need to zero");
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Out_of_memory_is_recovered_from_wholly()
    {
        var plan = Three with { Usable = [(1, 30), (40, 60), (110, 2000)], Early = [(45, 3)] };
        using var world = new FrameWorld(plan, fill: false);
        int[] largest = Largest(world);
        for (int round = 0; round < 2; round++)
        {
            List<OwnedFrame> all = world.TakeAll();
            Assert.HasCount(30 + 60 + 2000 - 3, all);
            Assert.AreEqual(0UL, world.Allocator.GetStatistics().FreeFrames);
            Assert.IsTrue(world.Allocator.Validate());

            new Random(round).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all));
            world.FreeAll(all);
            Assert.AreEqual(2087UL, world.Allocator.GetStatistics().FreeFrames);
            CollectionAssert.AreEqual(largest, Largest(world), "what was split is joined again");
            Assert.AreEqual(0UL, world.Allocator.FramesInUse(FrameUse.User));
            Assert.IsTrue(world.Allocator.Validate());
        }

        FrameStatistics end = world.Allocator.GetStatistics();
        Assert.AreEqual((4174UL, 4174UL, 2UL), (end.Allocations, end.Frees, end.Failures));
    }

    [TestMethod]
    public void A_real_machine_has_its_zones()
    {
        // 1 GiB as a PC has it: nothing between 640 KiB and 1 MiB.
        var plan = new FramePlan { Usable = [(1, 158), (256, (1 << 18) - 256)], DmaEnd = 4096, NormalEnd = 896 << 8 };
        using var world = new FrameWorld(plan, fill: false);
        ulong[] totals = [.. Enum.GetValues<MemoryZone>().Select(zone => world.Allocator.GetStatistics(zone).TotalFrames)];
        CollectionAssert.AreEqual(new ulong[] { 158 + 4096 - 256, (896 << 8) - 4096, 128 << 8 }, totals);
        Assert.AreEqual(ZoneLayout.Standard.NormalEnd, world.Allocator.Zones.NormalEnd);
        FrameRequest large = FrameRequest.For(FrameUse.Dma).WithZone(MemoryZone.Dma).WithOrder(10);
        Assert.IsLessThan(4096UL, world.Allocator.Allocate(large).Value.Start.Number);
        Assert.IsTrue(world.Allocator.Validate());
    }

    private static int[] Largest(FrameWorld world) =>
        [.. Enum.GetValues<MemoryZone>().Select(zone => world.Allocator.GetFreeBlocks(zone).LargestOrder)];

    private static MemoryZone ZoneOf(ulong number) => number < 64 ? MemoryZone.Dma : number < 128 ? MemoryZone.Normal : MemoryZone.HighMem;
}
