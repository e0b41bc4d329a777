using System.Threading;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Simulation;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>Blocks with several owners.</summary>
[TestClass]
public sealed unsafe class FrameReferenceTests
{
    private const uint Most = 1u << 27; // references a block may have, its owner's included

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(9)]
    [DataRow(-1)] // a run
    public void A_block_is_freed_with_its_last_reference(int order)
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 2047)] }, fill: false);
        FrameRequest request = FrameRequest.For(FrameUse.User);
        Frame start = order < 0
            ? world.Allocator.AllocateContiguous(700, request).Value.Release()
            : world.Allocator.Allocate(request.WithOrder(order)).Value.Release();
        for (uint references = 2; references <= 5; references++)
        {
            Assert.IsTrue(world.Allocator.AddReference(start, FrameUse.User).IsSuccess);
            Assert.AreEqual((references, FrameUse.User), (world.Allocator.GetInfo(start).References, world.Allocator.GetInfo(start).Use));
            Assert.AreEqual(FrameError.Shared, world.Allocator.Free(start, FrameUse.User).Error);
            Assert.AreEqual(FrameError.WrongUse, world.Allocator.Free(start, FrameUse.Heap).Error);
            Assert.IsTrue(world.Allocator.Validate());
        }

        for (int left = 4; left > 0; left--)
            Assert.IsFalse(world.Allocator.DropReference(start, FrameUse.User).Value);

        Assert.IsTrue(world.Allocator.DropReference(start, FrameUse.User).Value);
        Assert.AreEqual(FrameError.NotAllocated, world.Allocator.DropReference(start, FrameUse.User).Error);
        Assert.AreEqual((2047UL, 1UL), (world.Allocator.GetStatistics().FreeFrames, world.Allocator.GetStatistics().Frees));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void An_owner_frees_when_all_others_have_dropped()
    {
        using FrameWorld world = FrameWorld.Small();
        OwnedFrame single = world.Allocator.Allocate(FrameUse.User).Value;
        Assert.IsTrue(world.Allocator.AddReference(single.Start, FrameUse.User).IsSuccess);
        Assert.AreEqual(FrameError.Shared, world.Allocator.Free(single).Error);
        Assert.IsFalse(world.Allocator.DropReference(single.Start, FrameUse.User).Value);
        Assert.IsTrue(world.Allocator.Validate());
        Assert.IsTrue(world.Allocator.Free(single).IsSuccess);

        // The next owner of the frame knows nothing of it.
        OwnedFrame next = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithStart(single.Start)).Value;
        Assert.AreEqual(1U, world.Allocator.GetInfo(next.Start).References);
        Assert.AreEqual(FrameError.StaleOwner, world.Allocator.Free(single).Error);
        Assert.IsTrue(world.Allocator.Free(next).IsSuccess);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void References_are_refused_where_frees_are()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 255)], Early = [(9, 1)] }, fill: false);
        Frame block = world.Allocator.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(3)).Value.Release();
        Frame free = FrameWorld.At(block.Number == 248 ? 200UL : 248);
        (FrameError, Frame, FrameUse)[] wrong =
        [
            (FrameError.NotManaged, FrameWorld.At(0), FrameUse.Heap), (FrameError.NotManaged, FrameWorld.At(1UL << 36), FrameUse.Heap),
            (FrameError.Reserved, FrameWorld.At(9), FrameUse.Reserved), (FrameError.NotAllocated, free, FrameUse.Heap),
            (FrameError.NotABlock, block + 1, FrameUse.Heap), (FrameError.WrongUse, block, FrameUse.User), (FrameError.WrongUse, block, FrameUse.None),
        ];
        foreach ((FrameError error, Frame frame, FrameUse use) in wrong)
        {
            Assert.AreEqual(error, world.Allocator.AddReference(frame, use).Error);
            Assert.AreEqual(error, world.Allocator.DropReference(frame, use).Error);
        }

        Assert.AreEqual(1U, world.Allocator.GetInfo(block).References);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4)]
    public void There_is_a_most_of_references(int order)
    {
        using FrameWorld world = FrameWorld.Small();
        Frame start = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).Value.Release();
        Assert.IsTrue(world.Allocator.AddReference(start, FrameUse.User).IsSuccess);

        // As if two fewer than the most had been added.
        ref uint detail = ref world.Allocator.Books->Table.Detail((uint)start.Number);
        detail = FrameDetail.WithReferences(detail, Most - 2);
        Assert.AreEqual(Most - 1, world.Allocator.GetInfo(start).References);
        Assert.IsTrue(world.Allocator.AddReference(start, FrameUse.User).IsSuccess);
        Assert.AreEqual((Most, order), (world.Allocator.GetInfo(start).References, world.Allocator.GetInfo(start).Order));
        Assert.AreEqual(FrameError.TooManyReferences, world.Allocator.AddReference(start, FrameUse.User).Error);
        Assert.AreEqual((Most, order), (world.Allocator.GetInfo(start).References, world.Allocator.GetInfo(start).Order));
        Assert.IsFalse(world.Allocator.DropReference(start, FrameUse.User).Value);
        Assert.AreEqual(Most - 1, world.Allocator.GetInfo(start).References);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Of_many_that_drop_one_block_at_once_one_frees_it()
    {
        const int Rounds = 3000;
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 63)], Cpus = 3 }, fill: false);
        OwnedFrame block = default;
        int freed = 0;
        using var round = new Barrier(2);
        Contention.Run(2, number =>
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(number + 1);
            for (int index = 0; index < Rounds; index++)
            {
                if (number == 0)
                {
                    block = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(index % 2)).Value;
                    Assert.IsTrue(world.Allocator.AddReference(block.Start, FrameUse.User).IsSuccess);
                }

                round.SignalAndWait();
                if (index % 3 == 0 && number == 0)
                {
                    // Who adds one meanwhile holds one: his own two are the last but one, or the last.
                    Assert.IsTrue(world.Allocator.AddReference(block.Start, FrameUse.User).IsSuccess);
                    if (world.Allocator.DropReference(block.Start, FrameUse.User).Value)
                        Assert.Fail("freed with a reference left");
                }

                if (world.Allocator.DropReference(block.Start, FrameUse.User).Value)
                    Interlocked.Increment(ref freed);

                round.SignalAndWait();
            }
        });

        Assert.AreEqual(Rounds, freed);
        Assert.AreEqual(63UL, world.Allocator.GetStatistics().FreeFrames);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void References_that_come_and_go_at_once_are_all_counted()
    {
        const int Rounds = 1_000_000;
        using var world = new FrameWorld<ThreadPlatform>(
            new FramePlan { Usable = [(1, 63)], Cpus = 2 }, _ => new ThreadPlatform(2, fences: true), fill: false);
        Frame start = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(2)).Value.Release();
        for (int index = 0; index <= Rounds; index++)
            Assert.IsTrue(world.Allocator.AddReference(start, FrameUse.User).IsSuccess);

        // One drops all but two; the other drops his and adds it again.
        Contention.Run(2, number =>
        {
            ThreadPlatform.Be(number);
            for (int index = 0; index < Rounds; index++)
            {
                Assert.IsFalse(world.Allocator.DropReference(start, FrameUse.User).Value);
                if (number == 0)
                    Assert.IsTrue(world.Allocator.AddReference(start, FrameUse.User).IsSuccess);
            }
        });

        Assert.AreEqual(2U, world.Allocator.GetInfo(start).References);
        Assert.IsFalse(world.Allocator.DropReference(start, FrameUse.User).Value);
        Assert.IsTrue(world.Allocator.Free(start, FrameUse.User).IsSuccess);
    }
}
