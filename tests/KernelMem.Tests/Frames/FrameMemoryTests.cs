using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>Memory that comes and goes.</summary>
[TestClass]
public sealed class FrameMemoryTests
{
    // One zone of 4 huge frames and a bit; room for as much again.
    private static readonly FramePlan One = new() { Usable = [(1, 2100)], Limit = 4200 };

    // DMA 1-511, Normal 512-1535, HighMem from 1536 on.
    private static readonly FramePlan Three = new() { Usable = [(1, 2500)], DmaEnd = 512, NormalEnd = 1536, Cpus = 2 };

    [TestMethod]
    public void Removed_memory_can_be_added_again_whole_or_in_parts()
    {
        (ulong Start, ulong Count)[][] parts =
        [
            [(512, 1024)],
            [(512, 512), (1024, 512)],
            [(512, 100), (612, 412), (1024, 1), (1025, 511)],
            [(1200, 336), (512, 688)],
        ];
        foreach ((ulong Start, ulong Count)[] again in parts)
        {
            using var world = new FrameWorld(One, fill: false);
            string before = world.FreeText();
            Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(512, 1024)).IsSuccess);
            Assert.AreEqual((1076UL, 1076UL), Count(world));
            Assert.IsTrue(world.Allocator.Validate());
            Assert.AreEqual(FrameError.NotManaged, world.Allocator.Free(FrameWorld.At(700), FrameUse.User).Error);
            Assert.IsEmpty(world.TakeAll().Where(frame => frame.Start.Number is >= 512 and < 1536));

            foreach ((ulong start, ulong count) in again)
            {
                Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(start, count)).IsSuccess);
                Assert.IsTrue(world.Allocator.Validate(), $"{start}+{count}");
            }

            List<OwnedFrame> added = world.TakeAll();
            Assert.HasCount(1024, added.Select(frame => frame.Start.Number).Where(number => number is >= 512 and < 1536).Distinct());
            Assert.HasCount(1024, added);
            for (ulong number = 1; number < 2101; number++)
                Assert.IsTrue(world.Allocator.Free(FrameWorld.At(number), FrameUse.User).IsSuccess);

            Assert.AreEqual(before, world.FreeText());
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void Huge_frames_that_were_added_again_can_be_allocated_whole()
    {
        using var world = new FrameWorld(One, fill: false);
        Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(512, 1536)).IsSuccess);
        FrameRequest huge = FrameRequest.For(FrameUse.Heap).WithOrder(9);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(huge).Error);
        Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(512, 1536)).IsSuccess);
        ulong[] starts = [.. Enumerable.Range(0, 3).Select(_ => world.Allocator.Allocate(huge).Value.Start.Number).Order()];
        CollectionAssert.AreEqual(new ulong[] { 512, 1024, 1536 }, starts);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void New_memory_is_given_out_up_to_where_it_may_end()
    {
        using var world = new FrameWorld(One, fill: false);
        Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(2500, 1700)).IsSuccess);
        Assert.AreEqual((3800UL, 3800UL), Count(world));
        Refused(world, FrameError.NotManaged, 4200, 1);
        Refused(world, FrameError.NotManaged, 4100, 101);
        Refused(world, FrameError.NotManaged, 0, 1);
        Refused(world, FrameError.AlreadyManaged, 2499, 2);
        Refused(world, FrameError.AlreadyManaged, 2100, 401);
        Refused(world, FrameError.AlreadyManaged, 2000, 10);
        List<OwnedFrame> all = world.TakeAll();
        Assert.HasCount(3800, all.Select(frame => frame.Start.Number).Distinct());
        Assert.AreEqual(1700, all.Count(frame => frame.Start.Number is >= 2500 and < 4200));
        world.FreeAll(all);
        Assert.IsTrue(world.Allocator.Validate());

        static void Refused(FrameWorld world, FrameError expected, ulong start, ulong count)
        {
            Assert.AreEqual(expected, world.Allocator.AddMemory(FrameWorld.Range(start, count)).Error, $"{start}+{count}");
            Assert.AreEqual((3800UL, 3800UL), Count(world));
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void Nothing_changes_when_a_frame_of_what_should_go_is_in_use()
    {
        foreach (ulong used in new ulong[] { 100, 300, 511, 512, 1200, 1535, 1536, 2000, 2199 })
        {
            using var world = new FrameWorld(Three, fill: false);
            FrameRequest there = FrameRequest.For(FrameUse.Dma).WithZone(ZoneOf(used)).WithStart(FrameWorld.At(used));
            OwnedFrame frame = world.Allocator.Allocate(there).Value;
            string before = world.FreeText();
            FrameStatistics statistics = world.Allocator.GetStatistics();
            Assert.AreEqual(FrameError.InUse, world.Allocator.RemoveMemory(FrameWorld.Range(100, 2100)).Error);
            Assert.AreEqual(FrameError.InUse, world.Allocator.Withdraw(FrameWorld.At(used)).Error);
            Assert.AreEqual(before, world.FreeText(), $"frame {used}");
            Assert.AreEqual(statistics, world.Allocator.GetStatistics());
            Assert.IsTrue(world.Allocator.Validate());
            Assert.IsTrue(world.Allocator.Free(frame).IsSuccess);
            Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(100, 2100)).IsSuccess);
            Assert.AreEqual((400UL, 400UL), Count(world));
            Assert.AreEqual(99UL, world.Allocator.GetStatistics(MemoryZone.Dma).TotalFrames);
            Assert.AreEqual(0UL, world.Allocator.GetStatistics(MemoryZone.Normal).TotalFrames);
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void What_is_no_free_memory_cannot_be_removed()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 99), (200, 100)], Early = [(50, 1)], Limit = 400 }, fill: false);
        Assert.IsTrue(world.Allocator.Withdraw(FrameWorld.At(250)).IsSuccess);
        (ulong, ulong)[] ranges =
        [
            (0, 2), (50, 1), (40, 11), (99, 2), (100, 50), (199, 2), (250, 1), (299, 2), (300, 1), (399, 2), (1UL << 38, 1), (10, 0),
        ];
        foreach ((ulong start, ulong count) in ranges)
            Assert.AreEqual(FrameError.InUse, world.Allocator.RemoveMemory(FrameWorld.Range(start, count)).Error, $"{start}+{count}");

        Assert.AreEqual((199UL, 197UL), Count(world));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_withdrawn_frame_is_never_given_out_again()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 255)] }, fill: false);
        OwnedFrame old = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithStart(FrameWorld.At(77))).Value;
        Assert.IsTrue(world.Allocator.Free(old).IsSuccess);
        Assert.IsTrue(world.Allocator.Withdraw(FrameWorld.At(77)).IsSuccess);
        Assert.AreEqual(FrameError.InUse, world.Allocator.Withdraw(FrameWorld.At(77)).Error);
        Assert.AreEqual(FrameError.AlreadyManaged, world.Allocator.AddMemory(FrameWorld.Range(77, 1)).Error);
        Assert.AreEqual(FrameError.Withdrawn, world.Allocator.Free(old).Error);
        Assert.AreEqual(FrameError.Withdrawn, world.Allocator.Free(FrameWorld.At(77), FrameUse.User).Error);
        Assert.AreEqual(FrameError.Withdrawn, world.Allocator.AddReference(FrameWorld.At(77), FrameUse.User).Error);
        Assert.AreEqual(FrameError.Withdrawn, world.Allocator.DropReference(FrameWorld.At(77), FrameUse.User).Error);
        Assert.AreEqual((255UL, 254UL), Count(world));
        Assert.AreEqual(1UL, world.Allocator.FramesInUse(FrameUse.Reserved));
        FrameInfo info = world.Allocator.GetInfo(FrameWorld.At(77));
        Assert.AreEqual((FrameState.Withdrawn, FrameUse.None, 77UL, 1UL), (info.State, info.Use, info.Block.Number, info.Count));
        for (int round = 0; round < 3; round++)
        {
            List<OwnedFrame> all = world.TakeAll();
            Assert.HasCount(254, all);
            Assert.IsEmpty(all.Where(frame => frame.Start.Number == 77));
            world.FreeAll(all);
        }

        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithStart(FrameWorld.At(77))).Error);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Frames_at_hand_of_any_CPU_can_be_removed()
    {
        using var world = new FrameWorld(Three, fill: false);
        world.FreeAll(world.TakeAll());
        using (world.Machine.Enter(1))
            world.FreeAll(Enumerable.Range(0, 300).Select(_ => world.Allocator.Allocate(FrameUse.Heap).Value).ToArray());

        Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(1, 2500)).IsSuccess);
        Assert.AreEqual((0UL, 0UL), Count(world));
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
        Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(1, 2500)).IsSuccess);
        Assert.HasCount(2500, world.TakeAll());
    }

    private static (ulong Total, ulong Free) Count(FrameWorld world)
    {
        FrameStatistics all = world.Allocator.GetStatistics();
        return (all.TotalFrames, all.FreeFrames);
    }

    private static MemoryZone ZoneOf(ulong number) =>
        number >= 1536 ? MemoryZone.HighMem : number >= 512 ? MemoryZone.Normal : MemoryZone.Dma;
}
