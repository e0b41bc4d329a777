using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

[TestClass]
public sealed class FrameFreeTests
{
    [TestMethod]
    public void A_double_free_is_refused()
    {
        using FrameWorld world = FrameWorld.Small();
        OwnedFrame block = world.Allocator.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(1)).Value;
        Assert.IsTrue(world.Allocator.Free(block).IsSuccess);
        Refused(world, FrameError.NotAllocated, block);
        Refused(world, FrameError.NotAllocated, block.Start, FrameUse.Heap);
        Refused(world, FrameError.NotAllocated, block.Start + 1, FrameUse.Heap);
        Refused(world, FrameError.NotAllocated, FrameWorld.At(200), FrameUse.None); // never given out
    }

    [TestMethod]
    public void Frames_that_are_no_memory_are_refused()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 31), (64, 64)] });
        foreach (ulong number in new ulong[] { 0, 32, 63, 128, 129, Frame.NumberLimit - 1 })
        {
            Refused(world, FrameError.NotManaged, FrameWorld.At(number), FrameUse.User);
            Refused(world, FrameError.NotManaged, new OwnedFrame((uint)number, 0, FrameUse.User, 1));
            Assert.AreEqual(default, world.Allocator.GetInfo(FrameWorld.At(number)));
            Assert.IsFalse(world.Allocator.GetInfo(FrameWorld.At(number)).IsManaged);
        }

        Refused(world, FrameError.NotManaged, default(OwnedFrame));
    }

    [TestMethod]
    public void The_inside_of_a_block_is_refused()
    {
        using FrameWorld world = FrameWorld.Small();
        OwnedFrame block = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(4)).Value;
        for (ulong inside = 1; inside < block.Count; inside++)
            Refused(world, FrameError.NotABlock, block.Start + inside, FrameUse.User);

        Assert.IsTrue(world.Allocator.Free(block.Release(), FrameUse.User).IsSuccess);
    }

    [TestMethod]
    public void Another_owner_is_refused()
    {
        using FrameWorld world = FrameWorld.Small();
        Frame start = world.Allocator.Allocate(FrameUse.PageTable).Value.Release();
        foreach (FrameUse use in Enum.GetValues<FrameUse>().Where(use => use != FrameUse.PageTable))
            Refused(world, FrameError.WrongUse, start, use);

        Assert.IsTrue(world.Allocator.Free(start, FrameUse.PageTable).IsSuccess);
    }

    [TestMethod]
    public void A_stale_owner_is_refused_even_if_everything_else_fits()
    {
        using FrameWorld world = FrameWorld.Small();
        List<OwnedFrame> first = world.TakeAll();
        world.FreeAll(first);
        List<OwnedFrame> second = world.TakeAll();
        Assert.HasCount(first.Count, second);
        foreach (OwnedFrame stale in first)
            Refused(world, FrameError.StaleOwner, stale);

        Assert.IsTrue(second.All(block => block.Generation == 2));
        world.FreeAll(second);
        world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(7)).Expect("an empty zone");
        foreach (OwnedFrame stale in second.Where(block => world.Allocator.GetInfo(block.Start).State == FrameState.Allocated))
            Refused(world, FrameError.StaleOwner, stale); // the start or the inside of a larger block now
    }

    [TestMethod]
    public void A_stale_owner_of_another_use_is_told_that_it_is_stale()
    {
        using FrameWorld world = FrameWorld.Small();
        List<OwnedFrame> first = world.TakeAll();
        world.FreeAll(first);
        world.TakeAll(FrameUse.Kernel);
        Refused(world, FrameError.StaleOwner, first[7]);
        Refused(world, FrameError.WrongUse, first[7].Start, FrameUse.User);
    }

    [TestMethod]
    public void A_generation_that_wraps_skips_zero()
    {
        using FrameWorld world = FrameWorld.Small();
        List<OwnedFrame> all = world.TakeAll();
        Frame start = all[0].Start;
        world.SetGeneration(start, OwnedFrame.MaxGeneration);
        Assert.IsTrue(world.Allocator.Free(start, FrameUse.User).IsSuccess);
        OwnedFrame again = world.Allocator.Allocate(FrameUse.User).Value;
        Assert.AreEqual((start, 1U), (again.Start, again.Generation));
        Assert.IsTrue(world.Allocator.Free(again).IsSuccess);
    }

    [TestMethod]
    public void What_was_given_out_early_is_neither_given_nor_freed()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 127)], Early = [(1, 1), (40, 24), (127, 1)] });
        ulong[] early = [1, .. Enumerable.Range(40, 24).Select(number => (ulong)number), 127];
        foreach (ulong number in early)
        {
            Refused(world, FrameError.Reserved, FrameWorld.At(number), FrameUse.Reserved);
            Refused(world, FrameError.Reserved, FrameWorld.At(number), FrameUse.Kernel);
            Refused(world, FrameError.Reserved, new OwnedFrame((uint)number, 0, FrameUse.Reserved, 0));
            FrameInfo info = world.Allocator.GetInfo(FrameWorld.At(number));
            Assert.AreEqual((FrameState.Allocated, FrameUse.Reserved, number), (info.State, info.Use, info.Block.Number));
        }

        Assert.AreEqual((ulong)early.Length, world.Allocator.FramesInUse(FrameUse.Reserved));
        Assert.AreEqual((ulong)early.Length, world.Allocator.GetStatistics().UsedFrames);
        ulong[] given = [.. world.TakeAll().Select(block => block.Start.Number)];
        Assert.IsEmpty(given.Intersect(early));
        Assert.HasCount(127 - early.Length, given.Distinct());
    }

    [TestMethod]
    public void Interrupts_are_as_they_were_on_every_path()
    {
        using FrameWorld world = FrameWorld.Small();
        var cpu = world.Machine.CurrentCpu;
        foreach (bool enabled in new[] { true, false })
        {
            cpu.InterruptsEnabled = enabled;
            OwnedFrame block = world.Allocator.Allocate(FrameUse.User).Value;
            Refused(world, FrameError.WrongUse, block.Start, FrameUse.Heap);
            Assert.IsTrue(world.Allocator.Free(block).IsSuccess);
            Refused(world, FrameError.NotAllocated, block);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(10)).Error);
            Assert.IsTrue(world.Allocator.GetInfo(block.Start).IsManaged);
            Assert.AreEqual(enabled, cpu.InterruptsEnabled);
        }
    }

    [TestMethod]
    public void An_interrupt_handler_may_allocate()
    {
        using FrameWorld world = FrameWorld.Small();
        List<OwnedFrame> taken = [];
        world.Machine.InterruptHandler = (_, _) => taken.Add(world.Allocator.Allocate(FrameUse.Dma).Value);
        OwnedFrame[] outside = new OwnedFrame[50];
        for (int round = 0; round < outside.Length; round++)
        {
            // It waits until interrupts come on, which is when the allocator opens its lock.
            world.Machine.Platform.SendInterrupt(world.Machine.CurrentCpu.Id, 0x40);
            outside[round] = world.Allocator.Allocate(FrameUse.User).Value;
        }

        Assert.HasCount(50, taken);
        Assert.HasCount(100, taken.Concat(outside).Select(block => block.Start.Number).Distinct());
        world.FreeAll(taken.Concat(outside));
    }

    private static void Refused(FrameWorld world, FrameError expected, OwnedFrame block) =>
        Unchanged(world, () => Assert.AreEqual(expected, world.Allocator.Free(block).Error));

    private static void Refused(FrameWorld world, FrameError expected, Frame start, FrameUse use) =>
        Unchanged(world, () => Assert.AreEqual(expected, world.Allocator.Free(start, use).Error));

    private static void Unchanged(FrameWorld world, Action action)
    {
        byte[] before = world.Metadata.Bytes.ToArray();
        FrameStatistics statistics = world.Allocator.GetStatistics();
        action();
        Assert.IsTrue(world.Metadata.Bytes.SequenceEqual(before), "a refused free changed something");
        Assert.AreEqual(statistics, world.Allocator.GetStatistics());
        Assert.IsTrue(world.Allocator.Validate());
    }
}
