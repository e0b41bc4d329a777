using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>Real threads as CPUs. CPU 0 is the test's own thread's; the threads are CPUs 1 and 2.</summary>
[TestClass]
public sealed class FrameConcurrencyTests
{
    private const int Rounds = 20_000;
    private const int RaceRounds = 2_000;

    [TestMethod]
    public void No_frame_has_two_owners()
    {
        // Little memory, so that the CPUs meet in it and it runs out.
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 300)], DmaEnd = 50, NormalEnd = 200, Cpus = 3 }, fill: false);
        int[] owners = new int[world.Plan.End];
        var mail = new ConcurrentQueue<OwnedFrame>();
        int[] largest = Largest(world);
        Contention.Run(2, number =>
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(number + 1);
            new Worker(world, owners, mail, number + 1).Work();
        });

        world.FreeAll(mail);
        FrameStatistics end = world.Allocator.GetStatistics();
        Assert.AreEqual((300UL, end.Allocations), (end.FreeFrames, end.Frees));
        Assert.IsGreaterThan(0UL, end.Failures, "memory never ran out: the test is too weak");
        Assert.IsGreaterThan(0UL, end.Fallbacks);
        CollectionAssert.AreEqual(largest, Largest(world));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Of_two_that_free_one_block_one_is_refused()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(1, 63)], Cpus = 3 }, fill: false);
        OwnedFrame block = default;
        int freed = 0;
        using var round = new Barrier(2);
        Contention.Run(2, number =>
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(number + 1);
            for (int index = 0; index < RaceRounds; index++)
            {
                if (number == 0)
                    block = world.Allocator.Allocate(FrameRequest.For(FrameUse.User).WithOrder(index % 3)).Value;

                round.SignalAndWait();
                bool refused = index % 2 == 0
                    ? world.Allocator.Free(block).TryGetError(out FrameError error)
                    : world.Allocator.Free(block.Start, FrameUse.User).TryGetError(out error);
                Assert.AreEqual(refused ? FrameError.NotAllocated : FrameError.None, error);
                if (!refused)
                    Interlocked.Increment(ref freed);

                round.SignalAndWait();
            }
        });

        Assert.AreEqual(RaceRounds, freed);
        Assert.AreEqual(63UL, world.Allocator.GetStatistics().FreeFrames);
        Assert.IsTrue(world.Allocator.Validate());
    }

    private static int[] Largest(FrameWorld world) =>
        [.. Enum.GetValues<MemoryZone>().Select(zone => world.Allocator.GetFreeBlocks(zone).LargestOrder)];

    /// <summary>Allocates, and frees its own blocks and those that the other one mailed.</summary>
    private sealed class Worker(FrameWorld world, int[] owners, ConcurrentQueue<OwnedFrame> mail, int number)
    {
        private readonly Random _random = new(number);
        private readonly List<OwnedFrame> _own = [];

        public void Work()
        {
            for (int round = 0; round < Rounds; round++)
            {
                int choice = _random.Next(100);
                if (choice < 55)
                    Allocate();
                else if (choice < 65 && mail.TryDequeue(out OwnedFrame received))
                    Free(received);
                else if (_own.Count != 0)
                    Dispose(choice < 75);
            }

            foreach (OwnedFrame block in _own)
                Free(block);

            while (mail.TryDequeue(out OwnedFrame received))
                Free(received);
        }

        private void Allocate()
        {
            FrameRequest request = FrameRequest.For((FrameUse)_random.Next(1, (int)FrameUse.Reserved))
                .WithOrder(_random.Next(6))
                .WithZone((MemoryZone)_random.Next(3))
                .WithZeroed(_random.Next(4) == 0);
            if (!world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
            {
                Assert.AreEqual(FrameError.OutOfMemory, error);
                return;
            }

            foreach (var frame in block.Range)
                Assert.AreEqual(0, Interlocked.Exchange(ref owners[frame.Number], number), $"frame {frame.Number} has an owner");

            _own.Add(block);
        }

        private void Dispose(bool byMail)
        {
            int index = _random.Next(_own.Count);
            OwnedFrame block = _own[index];
            _own.RemoveAt(index);
            if (byMail)
                mail.Enqueue(block);
            else
                Free(block);
        }

        private void Free(OwnedFrame block)
        {
            foreach (var frame in block.Range)
                Assert.AreNotEqual(0, Interlocked.Exchange(ref owners[frame.Number], 0), $"frame {frame.Number} has no owner");

            bool failed = _random.Next(2) == 0
                ? world.Allocator.Free(block).TryGetError(out FrameError error)
                : world.Allocator.Free(block.Release(), block.Use).TryGetError(out error);
            Assert.IsFalse(failed, $"{error}");
        }
    }
}
