using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>Runs of any length.</summary>
[TestClass]
public sealed class FrameRunTests
{
    private static readonly FrameRequest Any = FrameRequest.For(FrameUse.Dma);

    [TestMethod]
    public void Runs_of_every_length_lie_apart_and_come_back_whole()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(3, 5000)] }, fill: false);
        string before = world.FreeText();
        HashSet<ulong> seen = [];
        List<OwnedFrameRange> runs = [];
        for (ulong frames = 1; frames < 95; frames++)
        {
            OwnedFrameRange run = world.Allocator.AllocateContiguous(frames, Any).Value;
            Assert.AreEqual((frames, FrameUse.Dma, 1U), (run.Count, run.Use, run.Generation));
            Assert.AreEqual((run.Start.Number, frames), (run.Range.Start.Number, run.Range.Count));
            foreach (var frame in run.Range)
            {
                Assert.IsTrue(frame.Number is >= 3 and < 5003 && seen.Add(frame.Number));
                FrameInfo info = world.Allocator.GetInfo(frame);
                Assert.AreEqual((run.Start, frames, frames == 1 ? 0 : 31), (info.Block, info.Count, info.Order));
            }

            runs.Add(run);
        }

        Assert.IsTrue(world.Allocator.Validate());
        foreach (OwnedFrameRange run in runs)
        {
            if (run.Count % 2 == 0)
                Assert.IsTrue(world.Allocator.Free(run).IsSuccess);
            else
                Assert.IsTrue(world.Allocator.Free(run.Release(), FrameUse.Dma).IsSuccess);
        }

        Assert.AreEqual(before, world.FreeText());
        Assert.AreEqual((93UL, 93UL), Counts(world, 11));
        Assert.AreEqual((1UL, 1UL), Counts(world, 0)); // a run of one frame is one frame
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void The_longest_run_is_all_there_is()
    {
        foreach (ulong first in new ulong[] { 1, 511, 512, 513, 1024 })
        {
            using var world = new FrameWorld(new FramePlan { Usable = [(first, 3000)] }, fill: false);
            Assert.AreEqual(3000UL, world.Allocator.GetFreeBlocks(MemoryZone.Normal).LongestRun);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateContiguous(3001, Any).Error);
            OwnedFrameRange all = world.Allocator.AllocateContiguous(3000, Any).Value;
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
            Assert.IsTrue(world.Allocator.Validate());
            Assert.IsTrue(world.Allocator.Free(all).IsSuccess);
            Assert.HasCount(3000, world.TakeAll());
        }
    }

    [TestMethod]
    public void A_run_of_a_gigabyte_can_be_had()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(5, (1 << 18) + 3)] }, fill: false);
        OwnedFrameRange all = world.Allocator.AllocateContiguous(1 << 18, Any).Value;
        Assert.AreEqual(1UL << 18, all.Count);
        FrameInfo last = world.Allocator.GetInfo(all.Start + ((1UL << 18) - 1));
        Assert.AreEqual((all.Start, 1UL << 18), (last.Block, last.Count));
        Assert.AreEqual(FrameState.Free, world.Allocator.GetInfo(all.Start + (1UL << 18)).State);
        Assert.AreEqual(FrameError.NotABlock, world.Allocator.Free(all.Start + ((1UL << 18) - 1), FrameUse.Dma).Error);
        Assert.AreEqual(3UL, world.Allocator.GetStatistics().FreeFrames);
        Assert.IsTrue(world.Allocator.Free(all).IsSuccess);
    }

    [TestMethod]
    public void The_inside_of_a_run_is_refused()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 2000)] }, fill: false);
        OwnedFrameRange run = world.Allocator.AllocateContiguous(1237, Any.WithStart(FrameWorld.At(77))).Value;
        OwnedFrame next = world.Allocator.Allocate(Any.WithStart(FrameWorld.At(77 + 1237))).Value;
        for (ulong inside = 1; inside < run.Count; inside++)
            Assert.AreEqual(FrameError.NotABlock, world.Allocator.Free(run.Start + inside, FrameUse.Dma).Error, $"{inside}");

        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.Free(FrameWorld.At(76), FrameUse.Dma).Error);
        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.Free(FrameWorld.At(77 + 1238), FrameUse.Dma).Error);
        Assert.AreEqual(FrameError.WrongUse, world.Allocator.Free(run.Start, FrameUse.User).Error);
        Assert.IsTrue(world.Allocator.Free(next).IsSuccess);
        Assert.IsTrue(world.Allocator.Free(run.Start, FrameUse.Dma).IsSuccess);
        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.Free(run.Start + 5, FrameUse.Dma).Error);
    }

    [TestMethod]
    public void A_run_is_freed_once_and_only_by_its_owner_of_now()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 100)] }, fill: false);
        OwnedFrameRange first = world.Allocator.AllocateContiguous(100, Any).Value;
        Assert.IsTrue(world.Allocator.Free(first).IsSuccess);
        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.Free(first).Error);
        OwnedFrameRange second = world.Allocator.AllocateContiguous(60, Any.WithStart(first.Start)).Value;
        Assert.AreEqual((first.Start, 2U), (second.Start, second.Generation));
        Assert.AreEqual(FrameError.StaleOwner, world.Allocator.Free(first).Error);
        Assert.IsTrue(world.Allocator.AddReference(second.Start, FrameUse.Dma).IsSuccess);
        Assert.AreEqual(FrameError.Shared, world.Allocator.Free(second).Error);
        Assert.IsFalse(world.Allocator.DropReference(second.Start, FrameUse.Dma).Value);
        Assert.IsTrue(world.Allocator.Free(second).IsSuccess);
        Assert.AreEqual(FrameError.NotManaged, world.Allocator.Free(default(OwnedFrameRange)).Error);
        Assert.AreEqual(FrameError.NotManaged, world.Allocator.Free(new OwnedFrameRange(5000, 2, FrameUse.Dma, 1)).Error);
        Assert.AreEqual((100UL, true), (world.Allocator.GetStatistics().FreeFrames, world.Allocator.Validate()));
    }

    [TestMethod]
    public void A_run_crosses_no_border_between_zones_and_reads_as_zeros_on_request()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 299)], DmaEnd = 100, NormalEnd = 180 });
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateContiguous(121, Any).Error);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateContiguous(2, Any.WithStart(FrameWorld.At(179))).Error);
        OwnedFrameRange high = world.Allocator.AllocateContiguous(120, Any.WithZeroed(true)).Value;
        Assert.AreEqual((180UL, 1UL), (high.Start.Number, world.Allocator.GetStatistics(MemoryZone.HighMem).Fallbacks));
        Assert.IsFalse(world.Memory(high.Range).ContainsAnyExcept((byte)0));
        world.Memory(high.Range).Fill(FrameWorld.Filler);
        OwnedFrameRange normal = world.Allocator.AllocateContiguous(80, Any).Value;
        Assert.IsFalse(world.Memory(normal.Range).ContainsAnyExcept(FrameWorld.Filler));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Frames_between_runs_belong_to_none()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 400)], Early = [(150, 2)], Limit = 420 }, fill: false);
        OwnedFrameRange low = world.Allocator.AllocateContiguous(100, Any.WithStart(FrameWorld.At(20))).Value;
        Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(130, 5)).IsSuccess);
        Assert.IsTrue(world.Allocator.Withdraw(FrameWorld.At(140)).IsSuccess);
        FrameState[] states = [.. Enumerable.Range(118, 35).Select(number => world.Allocator.GetInfo(FrameWorld.At((ulong)number)).State)];
        string text = string.Concat(states.Select(state => state.ToString()[0]));
        Assert.AreEqual("AA" + "FFFFFFFFFF" + "NNNNN" + "FFFFF" + "W" + "FFFFFFFFF" + "AA" + "F", text);
        Assert.AreEqual(low.Start, world.Allocator.GetInfo(FrameWorld.At(119)).Block);
    }

    private static (ulong Allocations, ulong Frees) Counts(FrameWorld world, int order)
    {
        OrderStatistics counts = world.Allocator.GetStatistics(MemoryZone.Normal, order);
        return (counts.Allocations, counts.Frees);
    }
}
