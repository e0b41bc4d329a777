using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>Requests for memory of some place or kind.</summary>
[TestClass]
public sealed class FrameRequestTests
{
    private const ulong FrameBytes = 4096;
    private static readonly FrameRequest Any = FrameRequest.For(FrameUse.Dma);

    // DMA 1-511, Normal 512-2999, HighMem from 3000 on.
    private static readonly FramePlan Three = new() { Usable = [(1, 4095)], DmaEnd = 512, NormalEnd = 3000 };

    [TestMethod]
    public void Requests_that_make_no_sense_are_refused_and_not_counted()
    {
        using var world = new FrameWorld(Three, fill: false);
        FrameRequest[] blocks =
        [
            Any.WithAlignment(1), Any.WithAlignment(2048), Any.WithAlignment(4097), Any.WithAlignment(3 * 4096),
            Any.WithAlignment(1UL << 44), Any.WithAlignment(1UL << 63), Any.WithAlignment(ulong.MaxValue),
            Any.WithBoundary(1), Any.WithBoundary(2048), Any.WithBoundary(3 * 4096), Any.WithBoundary(1UL << 44),
            Any.WithOrder(1).WithBoundary(4096), Any.WithOrder(10).WithBoundary(2 << 20),
            Any.WithOrder(1).WithStart(FrameWorld.At(601)), Any.WithOrder(10).WithStart(FrameWorld.At(1536)),
            Any.WithAlignment(8192).WithStart(FrameWorld.At(601)), Any.WithOrder(-1), Any.WithOrder(11), Any.WithOrder(64), Any.WithOrder(74),
            Any.WithNode(64), Any.WithNode(-2), Any.WithNode(254), Any.WithNode(255), Any.WithNode(256), Any.WithNode(int.MinValue),
            Any.WithZone((MemoryZone)3), FrameRequest.For(FrameUse.None), FrameRequest.For(FrameUse.Reserved), FrameRequest.For((FrameUse)8),
        ];
        foreach (FrameRequest request in blocks)
            Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.Allocate(request).Error, $"{new FrameWish(request)}");

        (ulong, FrameRequest)[] runs =
        [
            (0, Any), ((1 << 18) + 1, Any), (1UL << 32, Any), ((1UL << 32) + 1, Any), (ulong.MaxValue, Any), (3, Any.WithBoundary(8192)),
            (3, Any.WithAlignment(6000)), (3, Any.WithAlignment(8192).WithStart(FrameWorld.At(601))), (3, Any.WithZone((MemoryZone)3)),
            (3, FrameRequest.For(FrameUse.Reserved)), (3, Any.WithNode(64)), (3, default),
        ];
        foreach ((ulong frames, FrameRequest request) in runs)
            Assert.AreEqual(FrameError.InvalidRequest, world.Allocator.AllocateContiguous(frames, request).Error, $"{frames}: {request}");

        FrameStatistics all = world.Allocator.GetStatistics();
        Assert.AreEqual((0UL, 0UL, 4095UL), (all.Failures, all.Allocations, all.FreeFrames));
    }

    [TestMethod]
    public void The_bounds_of_what_makes_sense_make_sense()
    {
        using var world = new FrameWorld(Three, fill: false);
        FrameRequest[] blocks =
        [
            Any.WithAlignment(4096), Any.WithBoundary(4096), Any.WithBoundary(1UL << 43), Any.WithOrder(10).WithBoundary(4 << 20),
            Any.WithOrder(1).WithStart(FrameWorld.At(602)), Any.WithAlignment(8192).WithStart(FrameWorld.At(600)),
            Any.WithLimit(PhysAddr.Zero), Any.WithStart(FrameWorld.At(0)), Any.WithNode(0), Any.WithNode(63), Any.WithNode(64).WithNode(-1),
        ];
        foreach (FrameRequest request in blocks)
            Assert.IsTrue(world.Allocator.Allocate(request).IsSuccess, $"{new FrameWish(request)}");

        // Sensible, but nowhere to be had.
        FrameRequest[] absent =
        [
            Any.WithAlignment(1UL << 43), Any.WithLimit(PhysAddr.Create(1)), Any.WithLimit(PhysAddr.Create(8191)), Any.WithStart(FrameWorld.At(4096)),
            Any.WithStart(FrameWorld.At(1UL << 39)), Any.WithOrder(1).WithLimit(PhysAddr.Create(4 * 4096 - 1)),
            Any.WithStart(FrameWorld.At(700)).WithLimit(PhysAddr.Create((701 * FrameBytes) - 1)),
        ];
        foreach (FrameRequest request in absent)
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(request).Error, $"{new FrameWish(request)}");

        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateContiguous(1 << 18, Any).Error);
        Assert.AreEqual((ulong)absent.Length + 1, world.Allocator.GetStatistics(MemoryZone.Normal).Failures);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_limit_below_all_frames_is_told_from_none()
    {
        (ulong Limit, ulong Kept)[] limits = [(0, 0), (1, 1), (4095, 1), (4096, 4096), (8191, 4096), (8192, 8192), (1UL << 50, 0)];
        foreach ((ulong limit, ulong kept) in limits)
            Assert.AreEqual(kept, Any.WithLimit(PhysAddr.Create(limit)).Limit.Value, $"{limit}");
    }

    [TestMethod]
    public void A_limit_inside_a_zone_parts_it()
    {
        // 1000.5 frames: the frame that the limit cuts does not count. Normal memory below it, and else all of DMA.
        using var world = new FrameWorld(Three, fill: false);
        FrameRequest low = Any.WithLimit(PhysAddr.Create((1000 * FrameBytes) + 2048));
        List<OwnedFrame> taken = [];
        while (world.Allocator.Allocate(low).TryGet(out OwnedFrame frame, out _))
            taken.Add(frame);

        Assert.HasCount(999, taken.Select(frame => frame.Start.Number).Distinct());
        Assert.AreEqual(999UL, taken.Max(frame => frame.Start.Number));
        Assert.IsTrue(taken.Take(488).All(frame => frame.Start.Number >= 512), "the zone that is preferred first");
        Assert.AreEqual(2000UL, world.Allocator.GetStatistics(MemoryZone.Normal).FreeFrames);

        // The zone is not exhausted for others, and each frame that comes back is found.
        Assert.IsTrue(world.Allocator.Allocate(FrameUse.User).IsSuccess);
        Assert.IsTrue(world.Allocator.Free(taken[300]).IsSuccess);
        Assert.AreEqual(taken[300].Start, world.Allocator.Allocate(low).Value.Start);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void Alignment_counts_from_address_zero_and_boundaries_are_not_crossed()
    {
        using var world = new FrameWorld(Three, fill: false);
        for (int order = 0; order <= 8; order++)
        {
            FrameRequest request = Any.WithZone(MemoryZone.Normal).WithExactZone(true).WithAlignment(4096UL << order);
            ulong expected = (ulong)Enumerable.Range(512, 2488).Count(number => number % (1 << order) == 0);
            List<OwnedFrame> taken = [];
            while (world.Allocator.Allocate(request).TryGet(out OwnedFrame frame, out _))
                taken.Add(frame);

            Assert.AreEqual(expected, (ulong)taken.Count);
            Assert.IsTrue(taken.All(frame => frame.Start.Number % (1UL << order) == 0));
            world.FreeAll(taken);
        }

        // Runs of five in boundaries of eight: one in each.
        List<OwnedFrameRange> runs = [];
        while (world.Allocator.AllocateContiguous(5, Any.WithExactZone(true).WithBoundary(8 * FrameBytes)).TryGet(out OwnedFrameRange run, out _))
            runs.Add(run);

        Assert.HasCount((3000 - 512) / 8, runs);
        Assert.IsTrue(runs.All(run => run.Start.Number / 8 == (run.Start.Number + 4) / 8));
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_place_can_be_had_once()
    {
        using var world = new FrameWorld(Three, fill: false);
        foreach (int order in new[] { 0, 3, 6, 8, 9, 10 })
        {
            FrameRequest there = Any.WithOrder(order).WithStart(FrameWorld.At(1024));
            OwnedFrame block = world.Allocator.Allocate(there).Value;
            Assert.AreEqual(1024UL, block.Start.Number);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(there).Error);
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.AllocateContiguous(2, Any.WithStart(FrameWorld.At(1023))).Error);
            Assert.IsTrue(world.Allocator.Free(block).IsSuccess);
        }

        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(Any.WithExactZone(true).WithStart(FrameWorld.At(100))).Error);
        Assert.AreEqual(100UL, world.Allocator.Allocate(Any.WithStart(FrameWorld.At(100))).Value.Start.Number);
        Assert.AreEqual((1UL, 4094UL), (world.Allocator.GetStatistics().Fallbacks, world.Allocator.GetStatistics().FreeFrames));
        Assert.IsTrue(world.Allocator.Validate());
    }
}
