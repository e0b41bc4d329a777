using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>Blocks that a CPU keeps at hand, and huge frames, which CPUs take from places of their own.</summary>
[TestClass]
public sealed unsafe class FrameMagazineTests
{
    private const int Normal = (int)MemoryZone.Normal;

    [TestMethod]
    public void Of_the_blocks_that_were_freed_the_last_one_comes_back_first_and_the_pool_sees_nothing_of_it()
    {
        using FrameWorld world = World(trees: 2);
        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
        {
            OwnedFrame[] blocks = [Take(world, order), Take(world, order)];
            ulong inPool = (world.Allocator.Books->Pools + Normal)->CountFree();
            world.FreeAll(blocks);
            Assert.AreEqual(inPool, (world.Allocator.Books->Pools + Normal)->CountFree(), $"order {order}");
            Assert.IsTrue(world.Allocator.Validate());
            Assert.AreEqual(blocks[1].Start, Take(world, order).Start);
            Assert.AreEqual(blocks[0].Start, Take(world, order).Start);
            Assert.AreEqual(inPool, (world.Allocator.Books->Pools + Normal)->CountFree(), $"order {order}");
        }
    }

    [TestMethod]
    [DataRow(1, 7)]
    [DataRow(5, 7)]
    [DataRow(6, 4)]
    [DataRow(8, 4)]
    [DataRow(9, 2)]
    [DataRow(10, 2)]
    public void Few_are_kept_and_the_fewer_the_larger_they_are(int order, int limit)
    {
        using FrameWorld world = World(trees: 3);
        OwnedFrame[] blocks = [.. Enumerable.Range(0, 10).Select(_ => Take(world, order))];
        ulong inPool = (world.Allocator.Books->Pools + Normal)->CountFree();
        world.FreeAll(blocks);
        ulong given = (world.Allocator.Books->Pools + Normal)->CountFree() - inPool;
        Assert.AreEqual((ulong)(10 - limit) << order, given);
        Assert.AreEqual((uint)limit << order, world.Allocator.Books->Cache(0, Normal)->CountKept());
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Blocks_that_a_CPU_keeps_are_called_in_before_another_one_gets_nothing()
    {
        for (int order = 0; order <= FrameRequest.MaxOrder; order++)
        {
            // All of the memory is with CPU 1, in blocks of each order.
            using FrameWorld world = World(trees: 1, cpus: 2);
            List<OwnedFrame> taken = [];
            using (world.Machine.Enter(1))
            {
                List<OwnedFrame> freed = [];
                for (int kept = FrameRequest.MaxOrder; kept > 0; kept--)
                    freed.Add(Take(world, kept));

                freed.Add(Take(world, 10));
                taken = TakeRest(world);
                world.FreeAll(freed);
                Assert.AreEqual((uint)freed.Sum(block => (int)block.Count), world.Allocator.Books->Cache(1, Normal)->CountKept());
                Assert.AreEqual(0UL, (world.Allocator.Books->Pools + Normal)->CountFree());
            }

            taken.Add(Take(world, order));
            Assert.AreEqual(0U, world.Allocator.Books->Cache(1, Normal)->CountKept(), $"order {order}");
            Assert.IsTrue(world.Allocator.Validate());
            world.FreeAll(taken);
            Assert.AreEqual("0 0 0 0 0 0 0 0 0 0 0 longest 0 | 0 0 0 0 0 0 0 0 0 0 4 longest 4096 | 0 0 0 0 0 0 0 0 0 0 0 longest 0", world.FreeText());
        }
    }

    [TestMethod]
    public void A_block_at_hand_is_held_against_the_watermarks()
    {
        using FrameWorld world = World(trees: 1);
        OwnedFrame block = Take(world, 9);
        List<OwnedFrame> taken = TakeRest(world);
        world.FreeAll([block]);
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 1, Low = 1, High = 1 }, null, null);
        Assert.AreEqual(512U, world.Allocator.Books->Cache(0, Normal)->CountKept());
        FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(9);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(request).Error);
        Assert.IsTrue(world.Allocator.Allocate(request.WithEmergency(true)).IsSuccess);
        world.FreeAll(taken);
    }

    [TestMethod]
    public void Under_pressure_no_block_is_kept()
    {
        using FrameWorld world = World(trees: 1);
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 0, Low = 5000, High = 5000 }, null, null);
        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
        {
            world.FreeAll([Take(world, order)]);
            Assert.AreEqual(0U, world.Allocator.Books->Cache(0, Normal)->CountKept(), $"order {order}");
        }
    }

    [TestMethod]
    public void An_NMI_handler_keeps_blocks_of_its_own()
    {
        using FrameWorld world = World(trees: 1);
        world.FreeAll([Take(world, 3)]);
        LocalFrameAllocator<SimulatedPlatform> cpu = world.Allocator.EnterNmi();
        FrameRequest request = FrameRequest.For(FrameUse.Kernel).WithOrder(3);
        OwnedFrame block = cpu.Allocate(request).Value;
        Assert.IsTrue(cpu.Free(block).IsSuccess);
        cpu.Leave();
        Assert.AreEqual(8U, world.Allocator.Books->Cache(0, Normal)->CountKept());
        Assert.AreEqual(8U, world.Allocator.Books->Cache(1, Normal)->CountKept());
        Assert.IsTrue(world.Allocator.Validate());
        Assert.AreNotEqual(block.Start, Take(world, 3).Start);
    }

    [TestMethod]
    [DataRow(0U)]
    [DataRow(1U)]
    public void CPUs_take_huge_frames_from_trees_whose_counters_share_no_line(uint firstTree)
    {
        FramePlan plan = new()
        {
            Usable = [(FramePool.TreeFrames, 16 * FramePool.TreeFrames)],
            DmaEnd = firstTree * FramePool.TreeFrames,
            Cpus = 4,
        };
        using var world = new FrameWorld(plan, fill: false);
        for (int turn = 0; turn < 3; turn++)
        {
            List<HashSet<ulong>> each = [];
            for (int cpu = 0; cpu < 4; cpu++)
            {
                using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
                each.Add([.. Enumerable.Range(0, 8).Select(_ => ((Take(world, 9).Start.Number / FramePool.TreeFrames) - firstTree) / 2)]);
            }

            Assert.AreEqual(each.Sum(one => one.Count), each.SelectMany(one => one).Distinct().Count(), $"turn {turn}");
        }

        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_CPU_passes_trees_that_share_a_line_with_another_CPUs()
    {
        // The third CPU begins beside the first one's tree, and comes by the second one's.
        FramePlan plan = new()
        {
            Usable = [(FramePool.TreeFrames, 6 * FramePool.TreeFrames)],
            DmaEnd = FramePool.TreeFrames,
            Cpus = 3,
        };
        using var world = new FrameWorld(plan, fill: false);
        List<ulong> trees = [];
        for (int cpu = 0; cpu < 3; cpu++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            trees.Add(Take(world, 9).Start.Number / FramePool.TreeFrames);
        }

        CollectionAssert.AreEqual(new ulong[] { 6, 3, 2 }, trees);
    }

    [TestMethod]
    public void The_first_CPUs_begin_at_the_end_and_in_the_middle()
    {
        using FrameWorld world = World(trees: 16, cpus: 4);
        List<ulong> firsts = [];
        for (int cpu = 0; cpu < 4; cpu++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            firsts.Add(Take(world, 9).Start.Number / FramePool.TreeFrames);
        }

        CollectionAssert.AreEqual(new ulong[] { 16, 8, 12, 4 }, firsts);
    }

    [TestMethod]
    public void One_CPU_gets_every_huge_frame_whoever_has_reserved_its_tree()
    {
        foreach (int order in new[] { 9, 10 })
        {
            using FrameWorld world = World(trees: 4, cpus: 3);
            List<OwnedFrame> taken = [];
            for (int cpu = 2; cpu >= 0; cpu--)
            {
                using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
                taken.Add(Take(world, 0));
                taken.Add(Take(world, 1));
                taken.Add(Take(world, order));
            }

            // Single frames and small blocks are in the way, in one huge frame each at most.
            int singles = taken.Where(block => block.Order < 9).Select(block => block.Start.Number >> order).Distinct().Count();
            int expected = (4 << (12 - order)) - 3 - singles;
            FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(order);
            int got = 0;
            for (; world.Allocator.Allocate(request).TryGet(out OwnedFrame block); got++)
                taken.Add(block);

            Assert.AreEqual(expected, got);
            world.FreeAll(taken);
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void Huge_frames_that_came_back_are_taken_again_from_above()
    {
        using FrameWorld world = World(trees: 4);
        OwnedFrame[] first = [.. Enumerable.Range(0, 24).Select(_ => Take(world, 9))];
        world.FreeAll(first);
        OwnedFrame[] again = [.. Enumerable.Range(0, 24).Select(_ => Take(world, 9))];
        CollectionAssert.AreEquivalent(first.Select(block => block.Start).ToArray(), again.Select(block => block.Start).ToArray());
    }

    private static FrameWorld World(uint trees, int cpus = 1) => new(
        new FramePlan { Usable = [(FramePool.TreeFrames, trees * FramePool.TreeFrames)], Cpus = cpus }, fill: false);

    // Without a request that fails: after that, what comes back is kept by nobody.
    private static List<OwnedFrame> TakeRest(FrameWorld world)
    {
        List<OwnedFrame> taken = [];
        while (world.Allocator.GetStatistics().FreeFrames != 0)
            taken.Add(Take(world, 0));

        return taken;
    }

    private static OwnedFrame Take(FrameWorld world, int order) =>
        world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).Value;
}
