using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>NUMA: the memory of a node first, then that of the others.</summary>
[TestClass]
public sealed unsafe class FrameNodeTests
{
    private const ulong Tree = 4096; // frames
    private const int Normal = (int)MemoryZone.Normal;
    private static readonly FrameRequest Any = FrameRequest.For(FrameUse.User);

    // One zone of four trees: two of node 0, two of node 1, with CPUs 0 and 2 here and 1 and 3 there.
    private static readonly FramePlan Two = new()
    {
        Usable = [(Tree, 4 * Tree)],
        Nodes = [(3 * Tree, 2 * Tree, 1)],
        Homes = [0, 1, 0, 1],
        Cpus = 4,
    };

    private static readonly int[] Orders = [.. Enumerable.Range(0, FrameRequest.MaxOrder + 1)];

    public static IEnumerable<object[]> AllOrders => Orders.Select(order => new object[] { order });

    [TestMethod]
    public void Without_nodes_all_is_node_0()
    {
        using var world = new FrameWorld(Two with { Nodes = [], Homes = [] }, fill: false);
        Assert.AreEqual((4 * Tree, 0UL), (world.Allocator.FreeFramesOfNode(0), world.Allocator.FreeFramesOfNode(1)));
        Assert.AreEqual(0, world.Allocator.NodeOf(FrameWorld.At(Tree)));
        foreach (int node in new[] { -1, 0, 1, 63 })
            Assert.IsTrue(world.Allocator.Allocate(Any.WithNode(node)).IsSuccess);

        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DynamicData(nameof(AllOrders))]
    public void A_CPU_gets_the_memory_of_its_home_first(int order)
    {
        foreach (int cpu in new[] { 0, 1 })
        {
            using var world = new FrameWorld(Two, fill: false);
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            CollectionAssert.AreEqual(new[] { cpu, 1 - cpu }, NodesOf(world, TakeAll(world, Any.WithOrder(order))), $"CPU {cpu}");
        }
    }

    [TestMethod]
    public void So_does_one_that_asks_for_memory_of_a_kind_or_for_many_frames()
    {
        using var world = new FrameWorld(Two, fill: false);
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(1);
        List<ulong> runs = [];
        while (world.Allocator.AllocateContiguous(300, Any).TryGet(out OwnedFrameRange run, out _))
            runs.Add(run.Start.Number);

        CollectionAssert.AreEqual(new[] { 1, 0 }, NodesOf(world, runs));
        using var other = new FrameWorld(Two, fill: false);
        using SimulatedMachine.CpuScope otherScope = other.Machine.Enter(1);
        CollectionAssert.AreEqual(new[] { 1, 0 }, NodesOf(other, TakeAll(other, Any.WithOrder(2).WithAlignment(64 << 10))));
        Frame[] many = new Frame[(2 * (int)Tree) - 300];
        using var third = new FrameWorld(Two, fill: false);
        using SimulatedMachine.CpuScope thirdScope = third.Machine.Enter(1);
        Assert.IsTrue(third.Allocator.AllocateMany(FrameUse.User, many).IsSuccess);
        Assert.IsTrue(many.All(frame => third.Allocator.NodeOf(frame) == 1));
    }

    [TestMethod]
    public void So_does_one_whose_neighbours_have_reserved_all_trees_at_home()
    {
        // Once with another node's tree between those at home.
        FramePlan striped = Two with { Nodes = [(Tree, Tree, 1), (3 * Tree, Tree, 1)] };
        foreach ((FramePlan plan, int order) in new[] { (Two, 0), (Two, 3), (Two, 9), (striped, 0), (striped, 3), (striped, 9) })
        {
            using var world = new FrameWorld(plan, fill: false);
            using (world.Machine.Enter(3))
            {
                Assert.IsTrue(world.Allocator.Allocate(Any).IsSuccess);
                Assert.IsTrue(world.Allocator.Allocate(Any.WithOrder(1)).IsSuccess);
            }

            using SimulatedMachine.CpuScope scope = world.Machine.Enter(1);
            List<ulong> taken = TakeAll(world, Any.WithOrder(order));
            int home = taken.TakeWhile(start => Node(world, start) == 1).Count();
            Assert.IsGreaterThanOrEqualTo((2 * Tree) - 1024, (ulong)home << order, $"order {order}: all but what the neighbour keeps, or has cut");
            Assert.IsGreaterThanOrEqualTo(2 * Tree, (ulong)taken.Skip(home).Count(start => Node(world, start) == 0) << order);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4)]
    [DataRow(9)]
    public void A_CPU_that_had_to_go_elsewhere_comes_home_when_there_is_memory_again(int order)
    {
        using var world = new FrameWorld(Two, fill: false);
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(1);
        FrameRequest request = Any.WithOrder(order);
        List<OwnedFrame> home = [];
        OwnedFrame last = world.Allocator.Allocate(request).Value;
        for (; world.Allocator.NodeOf(last.Start) == 1; last = world.Allocator.Allocate(request).Value)
            home.Add(last);

        using (world.Machine.Enter(3))
            world.FreeAll(home);

        // When it has taken a tree's worth elsewhere, it looks.
        ulong away = last.Count;
        while (world.Allocator.NodeOf((last = world.Allocator.Allocate(request).Value).Start) == 0)
            away += last.Count;

        Assert.IsLessThanOrEqualTo(Tree + Math.Max(64UL, last.Count), away);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    [DynamicData(nameof(AllOrders))]
    public void A_request_for_a_node_gets_its_memory_while_there_is_any(int order)
    {
        foreach (int node in new[] { 0, 1 })
        {
            using var world = new FrameWorld(Two, fill: false);
            FrameRequest there = Any.WithOrder(order).WithNode(node);
            Assert.AreEqual(node, there.Node);
            CollectionAssert.AreEqual(new[] { node, 1 - node }, NodesOf(world, TakeAll(world, there)));
            Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(there).Error);
            Assert.AreEqual(0UL, world.Allocator.GetStatistics().FreeFrames & ~((1UL << order) - 1));
            Assert.AreEqual(1UL, world.Allocator.GetStatistics().Failures - 1, "once by TakeAll, and once here");
        }
    }

    [TestMethod]
    public void All_else_that_a_request_asks_for_holds_too()
    {
        using var world = new FrameWorld(Two);
        FrameRequest there = Any.WithNode(1);
        ulong border = 3 * Tree;
        Assert.AreEqual(border + 5, world.Allocator.Allocate(there.WithStart(FrameWorld.At(border + 5))).Value.Start.Number);
        Assert.AreEqual(border - 5, world.Allocator.Allocate(there.WithStart(FrameWorld.At(border - 5))).Value.Start.Number, "the place decides");

        // Below a limit inside the node: what it has there, and then what others have.
        FrameRequest low = there.WithLimit(FrameWorld.At(border + 10).Start);
        ulong[] starts = [.. Enumerable.Range(0, 10).Select(_ => world.Allocator.Allocate(low).Value.Start.Number)];
        CollectionAssert.AreEquivalent(new ulong[] { 0, 1, 2, 3, 4, 6, 7, 8, 9 }, starts.Take(9).Select(start => start - border).ToArray());
        Assert.IsLessThan(border, starts[9]);

        OwnedFrame zeroed = world.Allocator.Allocate(there.WithOrder(3).WithZeroed(true)).Value;
        Assert.AreEqual(1, world.Allocator.NodeOf(zeroed.Start));
        Assert.IsFalse(world.Memory(zeroed.Range).ContainsAnyExcept((byte)0));

        OwnedFrame aligned = world.Allocator.Allocate(there.WithAlignment(16 << 20)).Value;
        Assert.AreEqual(4 * Tree, aligned.Start.Number);
        Assert.AreEqual(2 * Tree, world.Allocator.Allocate(there.WithAlignment(16 << 20)).Value.Start.Number, "those before are taken");
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_run_for_a_node_lies_in_it_as_a_whole_or_anywhere()
    {
        using var world = new FrameWorld(Two, fill: false);
        OwnedFrameRange run = world.Allocator.AllocateContiguous((2 * Tree) - 7, Any.WithNode(1)).Value;
        Assert.AreEqual(3 * Tree, run.Start.Number);
        Assert.IsTrue(world.Allocator.Free(run).IsSuccess);
        OwnedFrameRange longer = world.Allocator.AllocateContiguous((2 * Tree) + 1, Any.WithNode(1)).Value;
        Assert.AreEqual(Tree, longer.Start.Number, "no node has as much: the lowest place");

        // Two pieces of node 1 with one of node 0 between them.
        using var striped = new FrameWorld(Two with { Nodes = [(Tree, Tree, 1), (3 * Tree, Tree, 1)] }, fill: false);
        ulong[] starts = [.. Enumerable.Range(0, 3).Select(_ => striped.Allocator.AllocateContiguous(2500, Any.WithNode(1)).Value.Start.Number)];
        CollectionAssert.AreEqual(new[] { Tree, 3 * Tree, 2 * Tree }, starts);
    }

    [TestMethod]
    public void A_request_for_a_node_is_served_by_node_and_then_by_zone_but_DMA_memory_last()
    {
        // DMA memory and half of the normal memory are on node 0, and high memory on both.
        FramePlan plan = new()
        {
            Usable = [(0, 100), (Tree, 200), (2 * Tree, 300), (3 * Tree, 400), (4 * Tree, 500)],
            DmaEnd = Tree,
            NormalEnd = 3 * Tree,
            Nodes = [(2 * Tree, 2 * Tree, 1)],
        };
        (FrameRequest, ulong[])[] cases =
        [
            (Any.WithNode(0), [1, 4, 2, 3, 0]),
            (Any.WithNode(1), [2, 3, 1, 4, 0]),
            (Any.WithNode(1).WithZone(MemoryZone.HighMem), [3, 2, 4, 1, 0]),
            (Any.WithNode(1).WithExactZone(true), [2, 1]),
            (Any.WithNode(0).WithZone(MemoryZone.Dma), [0]),
            (Any.WithNode(1).WithZone(MemoryZone.Dma), [0]),
            (Any.WithNode(7), [1, 2, 4, 3, 0]),
            (Any, [1, 2, 4, 3, 0]),
        ];
        foreach ((FrameRequest request, ulong[] expected) in cases)
        {
            using var world = new FrameWorld(plan, fill: false);
            ulong[] trees = [.. TakeAll(world, request).Select(start => start / Tree).Aggregate(new List<ulong>(), AddIfNew)];
            Assert.AreEqual(string.Join(' ', expected), string.Join(' ', trees), $"{new FrameWish(request)}");
        }
    }

    [TestMethod]
    public void Single_frames_of_another_node_do_not_get_to_hand()
    {
        using var world = new FrameWorld(Two, fill: false);
        FrameCache* cache = world.Allocator.Books->Cache(0, Normal);
        OwnedFrame[] own = [.. Enumerable.Range(0, 70).Select(_ => world.Allocator.Allocate(FrameUse.User).Value)];
        uint kept = cache->CountKept();
        for (int count = 0; count < 200; count++)
            Assert.AreEqual(1, world.Allocator.NodeOf(world.Allocator.Allocate(Any.WithNode(1)).Value.Start));

        Assert.AreEqual(kept, cache->CountKept());
        for (int count = 0; count < 200; count++)
            Assert.AreEqual(0, world.Allocator.NodeOf(world.Allocator.Allocate(Any).Value.Start));

        // Those of home do.
        uint before = cache->CountKept();
        Assert.IsTrue(world.Allocator.Allocate(Any.WithNode(0)).IsSuccess);
        Assert.AreEqual(before - 1, cache->CountKept());
        world.FreeAll(own);
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void What_this_CPU_keeps_is_found_for_a_node_and_what_another_one_keeps_is_not()
    {
        foreach (int freer in new[] { 0, 1 })
        {
            using var world = new FrameWorld(Two, fill: false);
            List<OwnedFrame> there = [];
            while (world.Allocator.FreeFramesOfNode(1) != 0)
                there.Add(world.Allocator.Allocate(Any.WithNode(1)).Value);

            using (world.Machine.Enter(freer))
                Assert.IsTrue(world.Allocator.Free(there[1000]).IsSuccess);

            Assert.AreEqual(1U, world.Allocator.Books->Cache(freer, Normal)->CountKept(), "the frame waits for its neighbours");
            OwnedFrame frame = world.Allocator.Allocate(Any.WithNode(1)).Value;
            Assert.AreEqual(freer == 0, frame.Start == there[1000].Start);
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    [TestMethod]
    public void A_huge_frame_that_is_freed_on_another_node_does_not_go_to_the_next_request()
    {
        using var world = new FrameWorld(Two, fill: false);
        OwnedFrame far = world.Allocator.Allocate(Any.WithOrder(9).WithNode(1)).Value;
        OwnedFrame near = world.Allocator.Allocate(Any.WithOrder(9)).Value;
        Assert.IsTrue(world.Allocator.Free(far).IsSuccess);
        Assert.AreEqual(0, world.Allocator.NodeOf(world.Allocator.Allocate(Any.WithOrder(9)).Value.Start));
        Assert.IsTrue(world.Allocator.Free(near).IsSuccess);
        Assert.AreEqual(near.Start, world.Allocator.Allocate(Any.WithOrder(9)).Value.Start);
    }

    [TestMethod]
    public void An_NMI_handler_is_at_home_where_its_CPU_is()
    {
        using var world = new FrameWorld(Two, fill: false);
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(1);
        LocalFrameAllocator<SimulatedPlatform> nmi = world.Allocator.EnterNmi();
        foreach (int order in Orders)
        {
            Assert.AreEqual(1, NodeOf(nmi.Allocate(Any.WithOrder(order))), $"order {order}");
            Assert.AreEqual(0, NodeOf(nmi.Allocate(Any.WithOrder(order).WithNode(0))), $"order {order}");
            Assert.AreEqual(1, NodeOf(nmi.Allocate(Any.WithOrder(order).WithNode(2))), $"order {order}");
        }

        nmi.Leave();
        Assert.IsTrue(world.Allocator.Validate());

        int NodeOf(Result<OwnedFrame, FrameError> block) => world.Allocator.NodeOf(block.Value.Start);
    }

    [TestMethod]
    public void With_little_left_the_home_node_still_comes_first()
    {
        // Less than the low mark is free: nothing is at hand.
        using var world = new FrameWorld(Two, fill: false);
        world.Allocator.SetWatermarks(MemoryZone.Normal, new Watermarks { Min = 10, Low = 1 << 20, High = 1 << 20 }, null, null);
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(1);
        List<ulong> taken = TakeAll(world, Any);
        CollectionAssert.AreEqual(new[] { 1, 0 }, NodesOf(world, taken));
        Assert.HasCount((4 * (int)Tree) - 10, taken);
        Assert.AreEqual(FrameError.OutOfMemory, world.Allocator.Allocate(Any.WithNode(0)).Error, "a wish for a node opens no reserve");
        Assert.IsTrue(world.Allocator.Allocate(Any.WithNode(0).WithEmergency(true)).IsSuccess);
    }

    [TestMethod]
    public void Memory_that_is_added_belongs_to_the_node_that_was_said_before()
    {
        using var world = new FrameWorld(Two with { Limit = 7 * Tree }, fill: false);
        FrameRange<Size4KiB> added = FrameWorld.Range(5 * Tree, Tree);
        world.Allocator.AssignNode(added, 63);
        Assert.AreEqual((0UL, 63, 0), (world.Allocator.FreeFramesOfNode(63), Node(world, 5 * Tree), Node(world, 6 * Tree)));
        Assert.IsTrue(world.Allocator.AddMemory(added).IsSuccess);
        Assert.AreEqual(Tree, world.Allocator.FreeFramesOfNode(63));
        List<ulong> taken = TakeAll(world, Any.WithNode(63));
        Assert.IsTrue(taken.Take((int)Tree).All(start => start >= 5 * Tree));

        for (ulong number = 5 * Tree; number < 6 * Tree; number++)
            Assert.IsTrue(world.Allocator.Free(FrameWorld.At(number), FrameUse.User).IsSuccess);

        Assert.IsTrue(world.Allocator.RemoveMemory(added).IsSuccess);
        Assert.AreEqual((0UL, 63), (world.Allocator.FreeFramesOfNode(63), Node(world, 5 * Tree)), "the place is still there");
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void All_16_MiB_that_a_range_touches_are_of_its_node_until_another_range_touches_them()
    {
        FramePlan plan = new() { Usable = [(0, 6 * Tree)], DmaEnd = 1000, NormalEnd = (3 * Tree) + 50 };
        using var world = new FrameWorld(plan, fill: false);
        FrameAllocator<SimulatedPlatform> frames = world.Allocator;
        frames.AssignNode(FrameWorld.Range(Tree + 9, 1), 5);
        Check((0, 0), (Tree - 1, 0), (Tree, 5), (2 * Tree - 1, 5), (2 * Tree, 0));
        frames.AssignNode(FrameWorld.Range(2 * Tree - 1, 2), 7);
        Check((Tree - 1, 0), (Tree, 7), (3 * Tree - 1, 7), (3 * Tree, 0));

        // A border between zones is a border of what is rounded, too.
        frames.AssignNode(FrameWorld.Range(0, 1000), 1);
        Check((0, 1), (999, 1), (1000, 0), (Tree - 1, 0));
        frames.AssignNode(FrameWorld.Range((3 * Tree) + 50, 1), 2);
        Check(((3 * Tree) + 49, 0), ((3 * Tree) + 50, 2), (4 * Tree - 1, 2), (4 * Tree, 0));

        // Firmware tells of memory that is not there, or will not be used.
        frames.AssignNode(FrameWorld.Range(6 * Tree, 1UL << 30), 3);
        Check((6 * Tree - 1, 0), (6 * Tree, 0), (1UL << 39, 0));
        frames.AssignNode(FrameWorld.Range(0, 1UL << 39), 4);
        Check((0, 4), (999, 4), (1000, 4), (3 * Tree, 4), (6 * Tree - 1, 4), (6 * Tree, 0));
        frames.AssignNode(FrameWorld.Range(0, 0), 6);
        Check((0, 4));
        Assert.AreEqual(6 * Tree - 1, frames.FreeFramesOfNode(4), "frame 0 is never given out");
        Assert.IsTrue(frames.Validate());

        void Check(params (ulong Number, int Node)[] expected)
        {
            foreach ((ulong number, int node) in expected)
                Assert.AreEqual(node, Node(world, number), $"frame {number}");
        }
    }

    [TestMethod]
    public void A_CPU_can_move()
    {
        using var world = new FrameWorld(Two, fill: false);
        Assert.AreEqual(0, world.Allocator.NodeOf(world.Allocator.Allocate(Any).Value.Start));
        Assert.AreEqual(0, world.Allocator.NodeOf(world.Allocator.Allocate(Any.WithOrder(2)).Value.Start));
        world.Allocator.SetHomeNode(new CpuId(0), 1);
        for (int count = 0; count < 64; count++)
            Assert.IsTrue(world.Allocator.Allocate(Any).IsSuccess, "what was at hand is used up");

        Assert.AreEqual(1, world.Allocator.NodeOf(world.Allocator.Allocate(Any).Value.Start));
        Assert.AreEqual(1, world.Allocator.NodeOf(world.Allocator.Allocate(Any.WithOrder(2)).Value.Start));
    }

    [TestMethod]
    public void Numbers_of_no_node_or_CPU_panic()
    {
        using var world = new FrameWorld(Two, fill: false);
        foreach (int node in new[] { -1, 64, int.MinValue, int.MaxValue })
        {
            Assert.ThrowsExactly<PanicException>(() => world.Allocator.AssignNode(FrameWorld.Range(Tree, 1), node));
            Assert.ThrowsExactly<PanicException>(() => world.Allocator.SetHomeNode(new CpuId(0), node));
            Assert.ThrowsExactly<PanicException>(() => world.Allocator.FreeFramesOfNode(node));
        }

        Assert.ThrowsExactly<PanicException>(() => world.Allocator.SetHomeNode(new CpuId(4), 0));
        Assert.ThrowsExactly<PanicException>(() => world.Allocator.SetHomeNode(new CpuId(-1), 0));
    }

    private static int Node(FrameWorld world, ulong number) => world.Allocator.NodeOf(FrameWorld.At(number));

    private static List<ulong> TakeAll(FrameWorld world, FrameRequest request)
    {
        List<ulong> starts = [];
        while (world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
        {
            starts.Add(block.Start.Number);
            Assert.AreEqual(FrameError.None, error);
        }

        return starts;
    }

    // The nodes of blocks in the order in which they came, each named again when it comes again.
    private static int[] NodesOf(FrameWorld world, List<ulong> starts) =>
        [.. starts.Select(start => Node(world, start)).Aggregate(new List<int>(), AddIfNew)];

    private static List<T> AddIfNew<T>(List<T> list, T next)
    {
        if (list.Count == 0 || !EqualityComparer<T>.Default.Equals(list[^1], next))
            list.Add(next);

        return list;
    }
}
