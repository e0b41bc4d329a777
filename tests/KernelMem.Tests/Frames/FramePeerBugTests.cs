using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>What went wrong in other allocators when they were measured, each as a test.</summary>
[TestClass]
public sealed class FramePeerBugTests
{
    private const ulong Gigabyte = 1 << 18;

    /// <summary>LLFree-rs: a claim of several rows returns success after one of its compare-exchanges failed.</summary>
    [TestMethod]
    public void Blocks_of_several_rows_have_one_owner_when_CPUs_share_a_tree()
    {
        // One tree with two huge frames, so that all claim the same rows.
        using var world = new FrameWorld<ThreadPlatform>(
            new FramePlan { Usable = [(512, 1024)], Cpus = 3 }, _ => new ThreadPlatform(3, fences: true), fill: false);
        int[] owners = new int[2048];
        int served = 0;
        Contention.Run(3, number =>
        {
            ThreadPlatform.Be(number);
            var random = new Random(number);
            List<OwnedFrame> own = [];
            for (int step = 0; step < 30_000; step++)
            {
                // The third takes single rows and frames in between, so that claims fail half-way.
                int order = number == 2 ? random.Next(7) : random.Next(7, 9);
                if (own.Count < 3 && world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).TryGet(out OwnedFrame block, out _))
                {
                    Interlocked.Increment(ref served);
                    foreach (var frame in block.Range)
                        Assert.AreEqual(0, Interlocked.Exchange(ref owners[frame.Number], 1), $"frame {frame.Number} has an owner, order {order}");

                    own.Add(block);
                }
                else if (own.Count != 0)
                {
                    Free(own[0]);
                    own.RemoveAt(0);
                }
            }

            own.ForEach(Free);
        });

        Assert.IsGreaterThan(1000, served);
        Assert.AreEqual((1024UL, true), (world.Allocator.GetStatistics().FreeFrames, world.Allocator.Validate()));

        void Free(OwnedFrame block)
        {
            foreach (var frame in block.Range)
                Volatile.Write(ref owners[frame.Number], 0);

            Assert.IsTrue(world.Allocator.Free(block).IsSuccess);
        }
    }

    /// <summary>OSTD: a single frame is refused while others' caches and pools hold free memory, and the second pass obtains a seventh.</summary>
    [TestMethod]
    public void All_frames_are_obtained_again_by_whichever_CPU()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 20_000)], DmaEnd = 4096, NormalEnd = 12_288, Cpus = 4 }, fill: false);
        for (int pass = 0; pass < 6; pass++)
        {
            List<OwnedFrame> all;
            using (world.Machine.Enter(pass % 4))
                all = world.TakeAll();

            Assert.HasCount(20_000, all, $"pass {pass}");
            new Random(pass).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all));
            for (int index = 0; index < all.Count; index++)
            {
                using SimulatedMachine.CpuScope scope = world.Machine.Enter(index % 4);
                Assert.IsTrue(world.Allocator.Free(all[index]).IsSuccess);
            }
        }

        Assert.IsTrue(world.Allocator.Validate());
    }

    /// <summary>OSTD: what is split between caches is never joined again.</summary>
    [TestMethod]
    public void What_CPUs_have_at_hand_is_joined_to_a_block()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(512, 512)], Cpus = 4 }, fill: false);
        List<OwnedFrame> all = world.TakeAll();
        for (int index = 0; index < all.Count; index++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(index % 4);
            Assert.IsTrue(world.Allocator.Free(all[index]).IsSuccess);
        }

        OwnedFrame huge = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(9)).Value;
        Assert.AreEqual(512UL, huge.Start.Number);
        Assert.IsTrue(world.Allocator.Validate());
    }

    /// <summary>The buddy crate: of 512 huge frames, 511 can be allocated until something was freed.</summary>
    [TestMethod]
    [DataRow(9)]
    [DataRow(10)]
    public void All_large_blocks_can_be_allocated_from_the_start(int order)
    {
        ulong size = 1UL << order;
        using var world = new FrameWorld(new FramePlan { Usable = [(1, Gigabyte - 1)], DmaEnd = 4096, NormalEnd = 200_704 }, fill: false);
        HashSet<ulong> starts = [];
        FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(order);
        while (world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out _))
            Assert.IsTrue(block.Start.Number % size == 0 && starts.Add(block.Start.Number));

        Assert.HasCount((int)(Gigabyte / size) - 1, starts, "all but that of frame 0");
        Assert.AreEqual(size - 1, world.Allocator.GetStatistics().FreeFrames);
        Assert.HasCount((int)size - 1, world.TakeAll());
    }

    /// <summary>OSTD: after random work, frames that are free cannot be obtained any more.</summary>
    [TestMethod]
    public void After_random_churn_all_frames_can_still_be_obtained_and_all_huge_frames_come_back()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(512, 16_384)], Cpus = 3 }, fill: false);
        var random = new Random(5);
        List<OwnedFrame> live = [];
        for (int step = 0; step < 60_000; step++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(random.Next(3));
            bool full = world.Allocator.GetStatistics(MemoryZone.Normal).FreeFrames < 3000;
            if (live.Count != 0 && (full || random.Next(5) < 2))
            {
                int index = random.Next(live.Count);
                Assert.IsTrue(world.Allocator.Free(live[index]).IsSuccess);
                live[index] = live[^1];
                live.RemoveAt(live.Count - 1);
            }
            else if (world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(random.Next(10) * random.Next(2))).TryGet(out OwnedFrame block, out _))
            {
                live.Add(block);
            }
        }

        ulong free = world.Allocator.GetStatistics().FreeFrames;
        Assert.IsGreaterThan(0UL, free);
        List<OwnedFrame> rest = world.TakeAll();
        Assert.AreEqual(free, (ulong)rest.Count, "free, but not to be had");
        world.FreeAll(rest);
        world.FreeAll(live);
        FreeBlocks blocks = world.Allocator.GetFreeBlocks(MemoryZone.Normal);
        Assert.AreEqual((16_384UL, 16_384UL), (blocks.FreeFrames, blocks.LongestRun));
        List<OwnedFrame> huge = [];
        while (world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(9)).TryGet(out OwnedFrame block, out _))
            huge.Add(block);

        Assert.HasCount(32, huge);
        Assert.IsTrue(world.Allocator.Validate());
    }

    /// <summary>LLFree-rs: a tree whose huge frame was split still passes for one of huge frames, and the next split hits another.</summary>
    [TestMethod]
    public void Small_blocks_split_one_huge_frame_after_the_other()
    {
        // Four trees of eight huge frames.
        using var world = new FrameWorld(new FramePlan { Usable = [(4096, 16_384)], Cpus = 2 }, fill: false);
        List<OwnedFrame> small = [];
        for (int count = 1; count <= 2048; count++)
        {
            small.Add(world.Allocator.Allocate(FrameUse.User).Value);
            if (count % 256 == 1)
                Assert.AreEqual(32 - ((count + 511) / 512), HugeFrames(world), $"{count} small frames");
        }

        Assert.HasCount(4, small.Select(frame => frame.Start.Number / 512).Distinct());

        // A second CPU splits one of its own, and not more.
        using (world.Machine.Enter(1))
            small.Add(world.Allocator.Allocate(FrameUse.User).Value);

        Assert.IsInRange(27, 28, HugeFrames(world));
        world.FreeAll(small);
        Assert.AreEqual(32, HugeFrames(world));
    }

    /// <summary>The same with a huge frame that comes back whole and is split then, with everything else taken.</summary>
    [TestMethod]
    public void A_huge_frame_that_came_back_can_be_split_and_be_whole_again()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(4096, 16_384)], Cpus = 2 }, fill: false);
        FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(9);
        OwnedFrame[] huge = [.. Enumerable.Range(0, 32).Select(_ => world.Allocator.Allocate(request).Value)];
        for (int index = 0; index < huge.Length; index++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(index % 2);
            Assert.IsTrue(world.Allocator.Free(huge[index]).IsSuccess);
            List<OwnedFrame> singles = world.TakeAll();
            Assert.HasCount(512, singles);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(request).Error);
            world.FreeAll(singles);
            Assert.AreEqual(huge[index].Start, world.Allocator.Allocate(request).Value.Start);
        }

        Assert.IsTrue(world.Allocator.Validate());
    }

    // Those that can be allocated: tried, and given back.
    private static int HugeFrames(FrameWorld world)
    {
        List<OwnedFrame> huge = [];
        while (world.Allocator.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(9)).TryGet(out OwnedFrame block, out _))
            huge.Add(block);

        world.FreeAll(huge);
        return huge.Count;
    }
}
