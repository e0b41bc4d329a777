using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>A zone that was found empty is noted to be, so that requests need not look. The first frame that comes back ends that.</summary>
[TestClass]
public sealed unsafe class FrameExhaustionTests
{
    private static readonly FramePlan Plan = new() { Usable = [(1, 150)], Cpus = 2, Limit = 200 };

    [TestMethod]
    [DataRow("token")]
    [DataRow("bare")]
    [DataRow("many")]
    [DataRow("drop")]
    [DataRow("view")]
    public void What_a_CPU_frees_it_gets_again(string how) => Check(freer: 0, taker: 0, how);

    [TestMethod]
    [DataRow("token")]
    [DataRow("bare")]
    [DataRow("many")]
    [DataRow("drop")]
    [DataRow("view")]
    public void What_a_CPU_frees_another_gets(string how) => Check(freer: 1, taker: 0, how);

    [TestMethod]
    public void What_an_NMI_handler_frees_is_found()
    {
        foreach (int freer in new[] { 0, 1 })
        {
            using FrameWorld world = Exhausted(out List<OwnedFrame> taken);
            using (world.Machine.Enter(freer))
            {
                LocalFrameAllocator<SimulatedPlatform> nmi = world.Allocator.EnterNmi();
                Assert.IsTrue(nmi.Free(taken[70]).IsSuccess);
                nmi.Leave();
            }

            Found(world, taken[70].Start);

            // And the caches open again in the end.
            world.FreeAll(taken.Where(frame => frame.Start != taken[70].Start));
            Assert.IsGreaterThan(0U, world.Allocator.Books->Cache(0, (int)MemoryZone.Normal)->CountKept());
        }
    }

    [TestMethod]
    public void What_an_NMI_handler_frees_it_gets_again()
    {
        using FrameWorld world = Exhausted(out List<OwnedFrame> taken);
        LocalFrameAllocator<SimulatedPlatform> nmi = world.Allocator.EnterNmi();
        Assert.AreEqual(FrameError.OutOfMemory, nmi.Allocate(FrameUse.User).Error);
        Assert.IsTrue(nmi.Free(taken[3]).IsSuccess);
        Assert.AreEqual(taken[3].Start, nmi.Allocate(FrameUse.User).Value.Start);
        Assert.AreEqual(FrameError.OutOfMemory, nmi.Allocate(FrameUse.User).Error);
        nmi.Leave();
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void What_is_added_is_found()
    {
        using FrameWorld world = Exhausted(out _);
        Assert.IsTrue(world.Allocator.AddMemory(FrameWorld.Range(180, 1)).IsSuccess);
        Found(world, FrameWorld.At(180));
    }

    [TestMethod]
    public void What_a_refused_removal_puts_back_is_found()
    {
        // The removal takes all of DMA memory and then meets a frame in use.
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 199)], DmaEnd = 100 }, fill: false);
        FrameRequest dma = FrameRequest.For(FrameUse.User).WithZone(MemoryZone.Dma);
        List<OwnedFrame> taken = [];
        while (world.Allocator.Allocate(dma).TryGet(out OwnedFrame frame, out _))
            taken.Add(frame);

        OwnedFrame normal = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithStart(FrameWorld.At(100))).Value;
        Assert.IsTrue(world.Allocator.Free(FrameWorld.At(99), FrameUse.User).IsSuccess);
        Assert.AreEqual(FrameError.InUse, world.Allocator.RemoveMemory(FrameWorld.Range(99, 2)).Error);
        Assert.AreEqual(99UL, world.Allocator.Allocate(dma).Value.Start.Number);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(dma).Error);
        Assert.HasCount(99, taken);
        Assert.IsTrue(world.Allocator.Free(normal).IsSuccess);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_block_that_comes_back_is_found_frame_by_frame()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 2047)], Cpus = 2 }, fill: false);
        foreach (int order in new[] { 1, 6, 8, 9 })
        {
            OwnedFrame block = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).Value;
            List<OwnedFrame> rest = world.TakeAll();
            Assert.HasCount(2047 - (1 << order), rest);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
            using (world.Machine.Enter(1))
                Assert.IsTrue(world.Allocator.Free(block).IsSuccess);

            List<OwnedFrame> again = world.TakeAll();
            Assert.HasCount(1 << order, again);
            world.FreeAll(rest);
            world.FreeAll(again);
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void The_way_round_again_and_again()
    {
        using FrameWorld world = Exhausted(out List<OwnedFrame> taken);
        for (int index = 0; index < taken.Count; index++)
        {
            using (world.Machine.Enter(index % 2))
                Assert.IsTrue(world.Allocator.Free(taken[index]).IsSuccess);

            using SimulatedMachine.CpuScope scope = world.Machine.Enter(index / 2 % 2);
            taken[index] = world.Allocator.Allocate(FrameUse.User).Value;
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
        }

        world.FreeAll(taken);
        Assert.AreEqual((150UL, true), (world.Allocator.GetStatistics().FreeFrames, world.Allocator.Validate()));
    }

    private static void Check(int freer, int taker, string how)
    {
        foreach (int index in new[] { 0, 1, 75, 149 })
        {
            using FrameWorld world = Exhausted(out List<OwnedFrame> taken);
            using (world.Machine.Enter(freer))
                Free(world, taken[index], how);

            using SimulatedMachine.CpuScope scope = world.Machine.Enter(taker);
            Found(world, taken[index].Start);
        }
    }

    private static void Free(FrameWorld world, OwnedFrame frame, string how)
    {
        switch (how)
        {
            case "token":
                Assert.IsTrue(world.Allocator.Free(frame).IsSuccess);
                break;
            case "bare":
                Assert.IsTrue(world.Allocator.Free(frame.Release(), FrameUse.User).IsSuccess);
                break;
            case "many":
                Assert.IsTrue(world.Allocator.FreeMany([frame.Release()], FrameUse.User, out _).IsSuccess);
                break;
            case "drop":
                Assert.IsTrue(world.Allocator.DropReference(frame.Release(), FrameUse.User).Value);
                break;
            default:
                LocalFrameAllocator<SimulatedPlatform> cpu = world.Allocator.EnterCpu();
                Assert.IsTrue(cpu.Free(frame).IsSuccess);
                cpu.Leave();
                break;
        }
    }

    private static FrameWorld Exhausted(out List<OwnedFrame> taken)
    {
        var world = new FrameWorld(Plan, fill: false);
        taken = world.TakeAll();
        Assert.HasCount(150, taken);
        using (world.Machine.Enter(1))
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);

        return world;
    }

    private static void Found(FrameWorld world, Frame frame)
    {
        OwnedFrame found = world.Allocator.Allocate(FrameUse.User).Value;
        Assert.AreEqual(frame, found.Start);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
        Assert.IsTrue(world.Allocator.Validate());
        Assert.IsTrue(world.Allocator.Free(found).IsSuccess);
        Assert.AreEqual(frame, world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(0)).Value.Start);
    }
}
