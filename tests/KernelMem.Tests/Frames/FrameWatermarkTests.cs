using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>Watermarks, and whom they tell. The handler is a static method, so what it hears is too: one test at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed unsafe class FrameWatermarkTests
{
    private static readonly List<(MemoryZone Zone, MemoryPressure Pressure, ulong Free)> Heard = [];
    private static FrameWorld? s_world;
    private static void* s_context;

    private static readonly Watermarks Marks = new() { Min = 10, Low = 40, High = 100 };

    [TestMethod]
    public void Each_change_of_the_pressure_is_told_once()
    {
        using FrameWorld world = World(400);
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 10, Low = 40, High = 100 }, &Hear, (void*)77);
        Assert.IsEmpty(Heard);
        List<OwnedFrame> taken = TakeDownTo(world, 10);
        Told((MemoryPressure.Low, 39), (MemoryPressure.Min, 10));
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
        Told();

        // Up again: low ends only at the high mark.
        GiveUpTo(world, taken, 11);
        Told((MemoryPressure.Low, 11));
        GiveUpTo(world, taken, 99);
        Told();
        Assert.AreEqual(MemoryPressure.Low, world.Allocator.GetPressure(MemoryZone.Normal));
        GiveUpTo(world, taken, 100);
        Told((MemoryPressure.None, 100));
        Assert.AreEqual(MemoryPressure.None, world.Allocator.GetPressure(MemoryZone.Normal));

        // Between the marks the old pressure stands, whichever it is.
        world.FreeAll(taken);
        taken.Clear();
        Told();
        taken = TakeDownTo(world, 39);
        Told((MemoryPressure.Low, 39));
        GiveUpTo(world, taken, 80);
        taken.AddRange(TakeDownTo(world, 39));
        Told();
        Assert.IsTrue(s_context == (void*)77);
        world.FreeAll(taken);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void One_large_step_is_told_as_what_it_comes_to()
    {
        using FrameWorld world = World(600);
        FrameRequest most = FrameRequest.For(FrameUse.User).WithEmergency(true);
        world.Allocator.SetWatermarks(MemoryZone.Normal, Marks, &Hear, null);
        OwnedFrameRange run = world.Allocator.AllocateContiguous(595, most).Value;
        Told((MemoryPressure.Min, 5));
        Assert.IsTrue(world.Allocator.Free(run).IsSuccess);
        Told((MemoryPressure.None, 600));
    }

    [TestMethod]
    public void Setting_marks_tells_what_they_find()
    {
        using FrameWorld world = World(50);
        world.Allocator.SetWatermarks(MemoryZone.Normal, Marks with { Low = 60, High = 100 }, &Hear, null);
        Told((MemoryPressure.Low, 50));
        world.Allocator.SetWatermarks(MemoryZone.Normal, Marks with { Min = 50, Low = 60 }, &Hear, null);
        Told((MemoryPressure.Min, 50));
        world.Allocator.SetWatermarks(MemoryZone.Normal, default, &Hear, null);
        Told((MemoryPressure.None, 50));
        world.Allocator.SetWatermarks(MemoryZone.Normal, Marks with { Low = 60 }, null, null);
        Told();
        Assert.AreEqual(MemoryPressure.Low, world.Allocator.GetPressure(MemoryZone.Normal));
        Assert.HasCount(40, TakeDownTo(world, 10));
        Assert.AreEqual(MemoryPressure.Min, world.Allocator.GetPressure(MemoryZone.Normal));
    }

    [TestMethod]
    public void Memory_that_comes_and_goes_changes_the_pressure()
    {
        using FrameWorld world = World(200);
        world.Allocator.SetWatermarks(MemoryZone.Normal, Marks, &Hear, null);
        Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(1, 170)).IsSuccess);
        Told((MemoryPressure.Low, 30));
        Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(1, 170)).IsSuccess);
        Told((MemoryPressure.None, 200));
        Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(1, 160)).IsSuccess);
        Told();
        Assert.IsTrue(world.Allocator.Withdraw(FrameWorld.At(165)).IsSuccess);
        Told((MemoryPressure.Low, 39));
    }

    /// <summary>The numbers by which the marks must lie apart, so that a CPU's frames at hand do not hide anything.</summary>
    [TestMethod]
    [DataRow("one")]
    [DataRow("short")]
    [DataRow("many")]
    [DataRow("blocks")]
    public void No_way_to_allocate_passes_the_marks_unseen(string way)
    {
        using FrameWorld world = World(6000);
        world.FreeAll(world.TakeAll()); // so that much is at hand
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 1000, Low = 1000 + 1088, High = 4000 }, &Hear, null);
        int taken = 0;
        Frame[] many = new Frame[way == "many" ? 6000 : 0];
        switch (way)
        {
            case "one":
                while (world.Allocator.Allocate(FrameRequest.For(FrameUse.User)).IsSuccess)
                    taken++;

                break;
            case "short":
                while (world.Allocator.Allocate(FrameUse.User).IsSuccess)
                    taken++;

                break;
            case "many":
                Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, many).Error);
                Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, many.AsSpan(0, 5001)).Error);
                Assert.IsTrue(world.Allocator.AllocateMany(FrameUse.User, many.AsSpan(0, 5000)).IsSuccess);
                taken = 5000;
                break;
            default:
                while (world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(3)).IsSuccess)
                    taken += 8;

                while (world.Allocator.Allocate(FrameUse.User).IsSuccess)
                    taken++;

                break;
        }

        Assert.AreEqual((5000, 1000UL), (taken, world.Allocator.GetStatistics().FreeFrames));
        Assert.AreEqual(MemoryPressure.Min, world.Allocator.GetPressure(MemoryZone.Normal));
        Assert.Contains(MemoryPressure.Low, Heard.Select(each => each.Pressure));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Only_emergencies_take_what_min_keeps()
    {
        using FrameWorld world = World(64);
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 20, Low = 30, High = 40 }, null, null);
        List<OwnedFrame> taken = TakeDownTo(world, 20);
        FrameRequest emergency = FrameRequest.For(FrameUse.Kernel).WithEmergency(true);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(emergency.WithEmergency(false)).Error);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, new Frame[1]).Error);
        for (int left = 20; left > 0; left--)
            taken.Add(world.Allocator.Allocate(emergency).Value);

        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(emergency).Error);
        world.FreeAll(taken);
        FrameRequest block = emergency.WithEmergency(false).WithOrder(5);
        Assert.IsTrue(world.Allocator.Allocate(block).IsSuccess); // 64 - 32 = 32
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(block.WithOrder(4)).Error); // 32 - 16 would be 16
        Assert.IsTrue(world.Allocator.Allocate(block.WithOrder(3)).IsSuccess);
    }

    [TestMethod]
    public void A_reserve_is_kept_from_those_that_prefer_another_zone()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 199)], DmaEnd = 100, Cpus = 2 }, fill: false);
        world.Allocator.SetWatermarks(MemoryZone.Dma, new Watermarks { FallbackReserve = 60 }, null, null);
        Assert.HasCount(100 + 39, world.TakeAll());
        FrameRequest emergency = FrameRequest.For(FrameUse.User).WithEmergency(true);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(emergency).Error);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, new Frame[1]).Error);
        FrameRequest dma = FrameRequest.For(FrameUse.Dma).WithZone(MemoryZone.Dma);
        for (int left = 60; left > 0; left--)
            Assert.IsTrue(world.Allocator.Allocate(dma).IsSuccess);

        Assert.AreEqual(0UL, world.Allocator.GetStatistics().FreeFrames);
    }

    [TestMethod]
    public void Under_pressure_no_CPU_keeps_frames_at_hand()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 500)], Cpus = 2 }, fill: false);
        using (world.Machine.Enter(1))
            world.FreeAll(Enumerable.Range(0, 100).Select(_ => world.Allocator.Allocate(FrameUse.Heap).Value).ToArray());

        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 0, Low = 600, High = 600 }, null, null);
        for (int cpu = 0; cpu < 2; cpu++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            world.FreeAll([world.Allocator.Allocate(FrameUse.Heap).Value]);
            for (int slot = 0; slot < world.Allocator.Books->Slots; slot++)
                Assert.AreEqual(0U, world.Allocator.Books->Cache(slot, (int)MemoryZone.Normal)->CountKept());
        }
    }

    [TestMethod]
    public void Marks_out_of_order_panic()
    {
        using FrameWorld world = World(10);
        Watermarks[] wrong = [new() { Min = 2, Low = 1, High = 3 }, new() { Min = 1, Low = 3, High = 2 }, new() { Min = 1 }];
        foreach (Watermarks marks in wrong)
            Assert.ThrowsExactly<PanicException>(() => world.Allocator.SetWatermarks(MemoryZone.Normal, marks, null, null));

        Assert.ThrowsExactly<PanicException>(() => world.Allocator.SetWatermarks((MemoryZone)3, default, null, null));
        Assert.ThrowsExactly<PanicException>(() => world.Allocator.GetPressure((MemoryZone)3));
    }

    private static FrameWorld World(ulong frames)
    {
        Heard.Clear();
        s_world = new FrameWorld(new FramePlan { Usable = [(1, frames)] }, fill: false);
        return s_world;
    }

    private static void Hear(MemoryZone zone, MemoryPressure pressure, void* context)
    {
        Assert.IsFalse(s_world!.Machine.CurrentCpu.InterruptsEnabled);
        s_context = context;
        Heard.Add((zone, pressure, s_world.Allocator.GetStatistics(zone).FreeFrames));
    }

    private static void Told(params (MemoryPressure Pressure, ulong Free)[] expected)
    {
        Assert.AreEqual(
            string.Join(", ", expected.Select(each => (MemoryZone.Normal, each.Pressure, each.Free))), string.Join(", ", Heard));
        Heard.Clear();
    }

    // The machine has one zone.
    private static List<OwnedFrame> TakeDownTo(FrameWorld world, ulong free)
    {
        List<OwnedFrame> taken = [];
        while (world.Allocator.GetStatistics().FreeFrames > free)
            taken.Add(world.Allocator.Allocate(FrameRequest.For(FrameUse.User)).Value);

        return taken;
    }

    private static void GiveUpTo(FrameWorld world, List<OwnedFrame> taken, ulong free)
    {
        while (world.Allocator.GetStatistics().FreeFrames < free)
        {
            Assert.IsTrue(world.Allocator.Free(taken[^1]).IsSuccess);
            taken.RemoveAt(taken.Count - 1);
        }
    }
}
