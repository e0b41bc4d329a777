using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>
/// How one CPU calls in what the others have at hand, step by step: it shuts their caches, fences, and waits for who is inside. One thread
/// is all CPUs, and what happens meanwhile is said in advance.
/// </summary>
[TestClass]
public sealed unsafe class FrameCallInTests
{
    private const int Normal = (int)MemoryZone.Normal;
    private static readonly FrameRequest Any = FrameRequest.For(FrameUse.User);

    private static readonly Dictionary<string, Action<FrameWorld<ThreadPlatform>>> Ways = new()
    {
        ["count"] = world => world.Allocator.GetFreeBlocks(MemoryZone.Normal),
        ["single"] = world => world.TakeAll(),
        ["run"] = world => Assert.IsTrue(world.Allocator.AllocateContiguous(600, Any).IsSuccess),
        ["place"] = world => Assert.IsTrue(world.Allocator.AllocateContiguous(188, Any.WithStart(FrameWorld.At(1024))).IsSuccess),
        ["remove"] = world => Assert.IsTrue(world.Allocator.RemoveMemory(FrameWorld.Range(512, 600)).IsSuccess),
        ["marks"] = world => world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Low = 9999, High = 9999 }, null, null),
    };

    public static IEnumerable<object[]> Names => Ways.Keys.Select(name => new object[] { name });

    [TestCleanup]
    public void Forget()
    {
        ThreadPlatform.Meanwhile(null, null);
        ThreadPlatform.Be(0);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Others_are_fenced_after_they_were_shut_out_and_before_their_frames_are_taken(string way)
    {
        using FrameWorld<ThreadPlatform> world = AtHand(cpus: 2, fences: true);
        FrameCache* other = world.Allocator.Books->Cache(1, Normal);
        uint kept = other->CountKept();
        int fences = 0;
        ThreadPlatform.Meanwhile(
            () =>
            {
                if (fences++ != 0)
                    return;

                Assert.IsFalse(world.Allocator.Books->Slot(1)->Lock.TryEnter(fence: true));
                Assert.AreEqual(kept, other->CountKept());
            },
            null);
        Ways[way](world);
        Assert.IsGreaterThan(0, fences);
        Assert.AreEqual(0U, other->CountKept());
        ThreadPlatform.Meanwhile(null, null);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void An_owner_that_is_inside_is_waited_for(string way)
    {
        foreach (bool fences in new[] { true, false })
        {
            using FrameWorld<ThreadPlatform> world = AtHand(cpus: 2, fences);
            FrameCache* other = world.Allocator.Books->Cache(1, Normal);
            uint kept = other->CountKept();
            int pauses = 0;
            Assert.IsTrue(world.Allocator.Books->Slot(1)->Lock.TryEnter(fence: true));
            ThreadPlatform.Meanwhile(null, () =>
            {
                // It looks several times, and then the owner leaves.
                Assert.AreEqual(kept, other->CountKept());
                if (++pauses == 3)
                    world.Allocator.Books->Slot(1)->Lock.Leave();
            });
            Ways[way](world);
            Assert.AreEqual(3, pauses);
            Assert.AreEqual(0U, other->CountKept());
            ThreadPlatform.Meanwhile(null, null);
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_single_CPU_fences_nobody(string way)
    {
        using FrameWorld<ThreadPlatform> world = AtHand(cpus: 1, fences: true);
        ThreadPlatform.Meanwhile(() => Assert.Fail("there is nobody to fence"), () => Assert.Fail("there is nobody to wait for"));
        Ways[way](world);
        ThreadPlatform.Meanwhile(null, null);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DataRow("count")]
    [DataRow("run")]
    [DataRow("place")]
    [DataRow("remove")]
    public void Afterwards_all_keep_frames_at_hand_again(string way)
    {
        using FrameWorld<ThreadPlatform> world = AtHand(cpus: 2, fences: true);
        Ways[way](world);
        for (int cpu = 0; cpu < 2; cpu++)
        {
            ThreadPlatform.Be(cpu);
            OwnedFrame frame = world.Allocator.Allocate(FrameUse.Heap).Value;
            Assert.IsTrue(world.Allocator.Free(frame).IsSuccess);
            Assert.IsGreaterThan(0U, world.Allocator.Books->Cache(cpu, Normal)->CountKept(), $"CPU {cpu}");
            Assert.AreEqual(frame.Start, world.Allocator.Allocate(FrameUse.Heap).Value.Start);
        }
    }

    /// <summary>Another CPU took the last frame on the way to a block, finds no block, and puts it back.</summary>
    [TestMethod]
    public void A_frame_that_another_CPU_puts_back_is_waited_for()
    {
        using var world = new FrameWorld<ThreadPlatform>(
            new FramePlan { Usable = [(1, 100)], Cpus = 2 }, _ => new ThreadPlatform(2, fences: true), fill: false);
        List<OwnedFrame> all = world.TakeAll();
        Assert.IsTrue(world.Allocator.Free(all[40]).IsSuccess);
        world.Allocator.GetFreeBlocks(MemoryZone.Normal);
        uint last = (uint)all[40].Start.Number;
        FramePool* pool = world.Allocator.Books->Pools + Normal;
        FrameCache* other = world.Allocator.Books->Cache(1, Normal);
        other->BeginAttempt();
        Assert.IsTrue(pool->TryTakeRange(last, last + 1));
        int pauses = 0;
        ThreadPlatform.Meanwhile(null, () =>
        {
            if (pauses++ == 0)
            {
                pool->Give(last, last + 1);
                other->EndAttempt();
            }
        });
        Assert.AreEqual(all[40].Start, world.Allocator.Allocate(FrameUse.User).Value.Start);
        Assert.IsGreaterThan(0, pauses);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(FrameUse.User).Error);
    }

    // One huge frame and a bit; each CPU has frames of it at hand.
    private static FrameWorld<ThreadPlatform> AtHand(int cpus, bool fences)
    {
        var world = new FrameWorld<ThreadPlatform>(
            new FramePlan { Usable = [(512, 700)], Cpus = cpus }, _ => new ThreadPlatform(cpus, fences), fill: false);
        for (int cpu = cpus - 1; cpu >= 0; cpu--)
        {
            ThreadPlatform.Be(cpu);
            world.FreeAll([.. Enumerable.Range(0, 10).Select(_ => world.Allocator.Allocate(FrameUse.Heap).Value)]);
            Assert.IsGreaterThan(0U, world.Allocator.Books->Cache(cpu, Normal)->CountKept());
        }

        return world;
    }
}
