using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>Many frames in one call.</summary>
[TestClass]
public sealed class FrameManyTests
{
    // DMA 1-99, Normal 100-299, HighMem 300-499: borders inside rows, and inside eights.
    private static readonly FramePlan Three = new() { Usable = [(1, 499)], DmaEnd = 100, NormalEnd = 300, Cpus = 2 };

    [TestMethod]
    public void All_frames_can_be_had_in_one_call_and_given_back_in_one()
    {
        using var world = new FrameWorld(Three, fill: false);
        string before = world.FreeText();
        Frame[] frames = new Frame[499];
        Assert.IsTrue(world.Allocator.AllocateMany(FrameUse.User, frames).IsSuccess);
        Assert.HasCount(499, frames.Distinct());
        Assert.IsTrue(frames.All(frame => world.Allocator.GetInfo(frame) is { Use: FrameUse.User, Order: 0, Count: 1 }));
        Assert.IsTrue(world.Allocator.Validate());
        Assert.AreEqual(299UL, world.Allocator.GetStatistics().Fallbacks);
        Array.Sort(frames, (left, right) => left.Number.CompareTo(right.Number));
        Assert.IsTrue(world.Allocator.FreeMany(frames, FrameUse.User, out int freed).IsSuccess);
        Assert.AreEqual((499, before), (freed, world.FreeText()));
        Assert.AreEqual((499UL, 499UL), (world.Allocator.GetStatistics().Allocations, world.Allocator.GetStatistics().Frees));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void One_frame_too_many_takes_none()
    {
        using var world = new FrameWorld(Three, fill: false);
        OwnedFrame kept = world.Allocator.Allocate(FrameUse.Heap).Value;
        string before = world.FreeText();
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, new Frame[499]).Error);
        Assert.AreEqual((before, 498UL, 1UL), (world.FreeText(), world.Allocator.GetStatistics().FreeFrames, world.Allocator.GetStatistics().Failures));
        Assert.AreEqual(0UL, world.Allocator.FramesInUse(FrameUse.User));
        Assert.IsTrue(world.Allocator.Validate());
        Assert.IsTrue(world.Allocator.AllocateMany(FrameUse.User, new Frame[498]).IsSuccess);
        Assert.IsTrue(world.Allocator.Free(kept).IsSuccess);
    }

    [TestMethod]
    public void What_a_failed_call_took_counts_as_taken_and_given_back()
    {
        using var world = new FrameWorld(Three, fill: false);
        OwnedFrame kept = world.Allocator.Allocate(FrameUse.Heap).Value;
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateMany(FrameUse.User, new Frame[500]).Error);
        FrameStatistics statistics = world.Allocator.GetStatistics();
        Assert.AreEqual((499UL, 498UL), (statistics.Allocations, statistics.Frees));
        Assert.AreEqual((299UL, 1UL), (statistics.Fallbacks, statistics.Failures));
        Assert.AreEqual((0UL, 1UL), (world.Allocator.FramesInUse(FrameUse.User), world.Allocator.FramesInUse(FrameUse.Heap)));
        Assert.IsTrue(world.Allocator.Free(kept).IsSuccess);
    }

    [TestMethod]
    public void What_other_CPUs_have_at_hand_is_taken_too()
    {
        using var world = new FrameWorld(Three, fill: false);
        using (world.Machine.Enter(1))
            world.FreeAll(world.TakeAll());

        Assert.IsTrue(world.Allocator.AllocateMany(FrameUse.User, new Frame[499]).IsSuccess);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void None_are_nothing_and_a_bad_use_is_refused()
    {
        using var world = new FrameWorld(Three, fill: false);
        Assert.IsTrue(world.Allocator.AllocateMany(FrameUse.User, []).IsSuccess);
        Assert.IsTrue(world.Allocator.FreeMany([], FrameUse.User, out int freed).IsSuccess);
        Assert.AreEqual(0, freed);
        foreach (FrameUse use in new[] { FrameUse.None, FrameUse.Reserved, (FrameUse)8, (FrameUse)255 })
        {
            Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.AllocateMany(use, new Frame[9]).Error);
            Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.AllocateMany(use, []).Error);
        }

        Assert.AreEqual((0UL, 0UL), (world.Allocator.GetStatistics().Failures, world.Allocator.GetStatistics().Allocations));
    }

    [TestMethod]
    public void A_bulk_free_stops_at_the_first_that_is_refused_and_says_how_many_went_before()
    {
        for (int wrong = 0; wrong < 40; wrong++)
        {
            foreach (FrameError error in new[] { FrameError.NotAllocated, FrameError.WrongUse, FrameError.Shared, FrameError.NotManaged, FrameError.NotABlock })
            {
                using var world = new FrameWorld(Three, fill: false);
                Frame[] frames = Take(world, 104, 40);
                Spoil(world, error, ref frames[wrong]);
                Assert.AreEqual(error, world.Allocator.FreeMany(frames, FrameUse.User, out int freed).Error, $"{wrong}");
                Assert.AreEqual(wrong, freed, $"{error}");
                for (int index = 0; index < 40; index++)
                {
                    if (index != wrong)
                        Assert.AreEqual(index < wrong, world.Allocator.GetInfo(frames[index]).State == FrameState.Free, $"{error}, {wrong}, {index}");
                }

                Assert.IsTrue(world.Allocator.Validate());
            }
        }
    }

    [TestMethod]
    public void Frames_of_any_start_and_number_are_freed_one_way_or_another()
    {
        // Across both borders between zones, which lie inside an eight.
        foreach (ulong first in new ulong[] { 80, 281 })
        {
            for (ulong start = first; start < first + 17; start++)
            {
                for (ulong count = 1; count < 35; count += 3)
                {
                    using var world = new FrameWorld(Three, fill: false);
                    string before = world.FreeText();
                    Frame[] frames = Take(world, start, count);
                    Assert.IsTrue(world.Allocator.Validate());
                    Assert.IsTrue(world.Allocator.FreeMany(frames, FrameUse.User, out int freed).IsSuccess);
                    Assert.AreEqual((count, 499UL), ((ulong)freed, world.Allocator.GetStatistics().FreeFrames));
                    Assert.IsTrue(world.Allocator.Validate(), $"{start}+{count}");
                    foreach (MemoryZone zone in Enum.GetValues<MemoryZone>())
                        Assert.AreEqual(world.Allocator.GetStatistics(zone).TotalFrames, world.Allocator.GetStatistics(zone).FreeFrames);

                    Assert.AreEqual(before, world.FreeText());
                }
            }
        }
    }

    [TestMethod]
    public void A_larger_block_among_eight_that_look_alike_goes_as_a_whole()
    {
        // Block of order 0 to 10 at 512, its inside marked free; and singles of the same use before it.
        for (int order = 1; order <= 8; order++)
        {
            using var world = new FrameWorld(new FramePlan { Usable = [(1, 1023)] }, fill: false);
            List<Frame> frames = [.. Take(world, 504, 8)];
            FrameRequest request = FrameRequest.For(FrameUse.User).WithOrder(order);
            frames.Add(world.Allocator.Allocate(request.WithStart(FrameWorld.At(512))).Value.Release());
            Assert.IsTrue(world.Allocator.FreeMany(frames.ToArray(), FrameUse.User, out int freed).IsSuccess);
            Assert.AreEqual((9, 1023UL), (freed, world.Allocator.GetStatistics().FreeFrames));
            Assert.AreEqual(1UL, world.Allocator.GetStatistics(MemoryZone.Normal, order).Frees);
            Assert.IsTrue(world.Allocator.Validate());
        }

        // Eight blocks of one frame by their marks, but the last is the start of a larger one.
        using var last = new FrameWorld(new FramePlan { Usable = [(1, 1023)] }, fill: false);
        List<Frame> eight = [.. Take(last, 64, 7)];
        eight.Add(last.Allocator.AllocateContiguous(30, FrameRequest.For(FrameUse.User).WithStart(FrameWorld.At(71))).Value.Release());
        Assert.IsTrue(last.Allocator.FreeMany(eight.ToArray(), FrameUse.User, out int all).IsSuccess);
        Assert.AreEqual((8, 1023UL, true), (all, last.Allocator.GetStatistics().FreeFrames, last.Allocator.Validate()));
    }

    [TestMethod]
    public void The_last_frames_of_the_table_are_no_eight()
    {
        for (ulong end = 60; end < 70; end++)
        {
            using var world = new FrameWorld(new FramePlan { Usable = [(1, end - 1)] }, fill: false);
            Frame[] frames = Take(world, 40, end - 40);
            Frame[] beyond = [.. Enumerable.Range(40, 40).Select(number => FrameWorld.At((ulong)number))];
            Assert.AreEqual(FrameError.NotManaged, world.Allocator.FreeMany(beyond, FrameUse.User, out int freed).Error);
            Assert.AreEqual((frames.Length, end - 1), (freed, world.Allocator.GetStatistics().FreeFrames));
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void A_frame_that_is_listed_twice_is_freed_once()
    {
        using var world = new FrameWorld(Three, fill: false);
        Frame[] frames = Take(world, 128, 16);
        Frame[] twice = [.. frames, .. frames];
        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.FreeMany(twice, FrameUse.User, out int freed).Error);
        Assert.AreEqual((16, 499UL, true), (freed, world.Allocator.GetStatistics().FreeFrames, world.Allocator.Validate()));
    }

    [TestMethod]
    public void One_view_of_a_CPU_serves_several_calls_with_interrupts_off()
    {
        using var world = new FrameWorld(Three, fill: false);
        SimulatedCpu machine = world.Machine.CurrentCpu;
        machine.InterruptsEnabled = true;
        LocalFrameAllocator<SimulatedPlatform> cpu = world.Allocator.EnterCpu();
        Assert.IsFalse(machine.InterruptsEnabled);
        Frame[] frames = new Frame[20];
        Assert.IsTrue(cpu.AllocateMany(FrameUse.Heap, frames).IsSuccess);
        OwnedFrame block = cpu.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(4)).Value;
        OwnedFrame single = cpu.Allocate(FrameUse.Heap).Value;
        Assert.IsTrue(cpu.AddReference(single.Start, FrameUse.Heap).IsSuccess);
        Assert.AreEqual(FrameError.Shared, cpu.Free(single).Error);
        Assert.IsFalse(cpu.DropReference(single.Start, FrameUse.Heap).Value);
        Assert.IsTrue(cpu.DropReference(single.Start, FrameUse.Heap).Value);
        Assert.IsTrue(cpu.Free(block).IsSuccess);
        Assert.IsTrue(cpu.FreeMany(frames, FrameUse.Heap, out _).IsSuccess);
        Assert.IsFalse(machine.InterruptsEnabled);
        cpu.Leave();
        Assert.IsTrue(machine.InterruptsEnabled);
        Assert.AreEqual((499UL, true), (world.Allocator.GetStatistics().FreeFrames, world.Allocator.Validate()));
    }

    private static Frame[] Take(FrameWorld world, ulong start, ulong count)
    {
        Frame[] frames = new Frame[count];
        for (ulong index = 0; index < count; index++)
            frames[index] = world.Allocator.Allocate(At(start + index, world)).Value.Release();

        return frames;
    }

    private static FrameRequest At(ulong number, FrameWorld world)
    {
        MemoryZone zone = number < world.Plan.DmaEnd ? MemoryZone.Dma : number < world.Plan.NormalEnd ? MemoryZone.Normal : MemoryZone.HighMem;
        return FrameRequest.For(FrameUse.User).WithZone(zone).WithStart(FrameWorld.At(number));
    }

    private static void Spoil(FrameWorld world, FrameError error, ref Frame frame)
    {
        switch (error)
        {
            case FrameError.NotAllocated:
                Assert.IsTrue(world.Allocator.Free(frame, FrameUse.User).IsSuccess);
                break;
            case FrameError.WrongUse:
                Assert.IsTrue(world.Allocator.Free(frame, FrameUse.User).IsSuccess);
                Assert.IsTrue(world.Allocator.Allocate(FrameRequest.For(FrameUse.Heap).WithStart(frame)).IsSuccess);
                break;
            case FrameError.Shared:
                Assert.IsTrue(world.Allocator.AddReference(frame, FrameUse.User).IsSuccess);
                break;
            case FrameError.NotManaged:
                frame = FrameWorld.At(100_000);
                break;
            default:
                frame = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(1)).Value.Start + 1;
                break;
        }
    }
}
