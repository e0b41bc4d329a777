using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <content>NUMA nodes: what is promised of them before a request, and held afterwards.</content>
internal sealed unsafe partial class FrameRun
{
    private const int NodeCount = 3;

    // A zone that has to serve the request from the node that it names; or the zones that, if they serve it, do so from the CPU's home.
    private readonly record struct NodeDuty(MemoryZone? Zone, MemoryZone[] Near, int Node)
    {
        public bool OnNode => Zone is not null;
    }

    /// <summary>How often a node had to serve.</summary>
    public int NodeDuties { get; private set; }

    private int Home
    {
        get
        {
            int cpu = world.Machine.CurrentCpu.Id.Value;
            return cpu < world.Plan.Homes.Length ? world.Plan.Homes[cpu] : 0;
        }
    }

    private int OwnSlot => world.Machine.CurrentCpu.Id.Value + (_door == FrameDoor.Nmi ? world.Plan.Cpus : 0);

    private int AnyNode() => random.Next(30) switch
    {
        0 => 64,
        1 => -2,
        2 => NodeCount,
        3 => -1,
        _ => random.Next(NodeCount),
    };

    private NodeDuty DutyOf(FrameWish wish, List<MemoryZone> zones)
    {
        // What other CPUs keep is not called in for the sake of a node.
        if (wish.Request.Node >= 0)
            return new NodeDuty(_model.ServingOn(wish.Request.Node, wish, Hidden(exceptOwn: true)), [], wish.Request.Node);

        bool searched = wish.Run is not null;
        Func<ulong, bool> isHidden = Hidden(exceptOwn: searched);
        MemoryZone[] near = [.. zones.Where(zone => (searched || IsHomely(zone, wish.Request.Order)) && _model.HasRoomOn(Home, zone, wish, isHidden))];
        return new NodeDuty(null, near, Home);
    }

    // What a CPU has at hand it uses up first, and a tree elsewhere that it had to take it leaves after a while only.
    private bool IsHomely(MemoryZone zone, int order)
    {
        FrameCache* cache = world.Allocator.Books->Cache(OwnSlot, (int)zone);
        uint tree = order == 0 ? cache->Tree : cache->BlockTree;
        return !cache->IsAway(order)
            && (order != 0 || cache->CountKept() == 0)
            && (order >= 9 || tree == FrameCache.NoTree || _model.NodeOf(Math.Max(tree * 4096UL, StartOf(zone))) == Home);
    }

    private ulong StartOf(MemoryZone zone) => world.Allocator.Books->Pools[(int)zone].Start;

    private void CheckNode(NodeDuty duty, Token token, FrameWish wish)
    {
        MemoryZone zone = _model.ZoneOf(token.Start);
        if (duty.Zone is { } due)
            Assert.AreEqual(due, zone, $"{_where}: {wish} at {token.Start}");
        else if (duty.Near is null || !duty.Near.Contains(zone))
            return;

        NodeDuties++;
        for (ulong number = token.Start; number < token.Start + wish.Count; number++)
            Assert.AreEqual(duty.Node, _model.NodeOf(number), $"{_where}: {wish} at {token.Start}");
    }

    private void CheckNodes()
    {
        for (ulong number = 0; number < world.Plan.TableEnd; number++)
        {
            if (_model.NodeOf(number) != world.Allocator.NodeOf(FrameWorld.At(number)))
                Assert.Fail($"{_where}: frame {number} is not of node {_model.NodeOf(number)}");
        }

        for (int node = 0; node < NodeCount; node++)
        {
            ulong free = 0;
            for (ulong number = 0; number < world.Plan.TableEnd; number++)
                free += _model.UseOf(number) == FrameUse.None && _model.NodeOf(number) == node ? 1UL : 0;

            Assert.AreEqual(free, world.Allocator.FreeFramesOfNode(node), $"{_where}: node {node}");
        }
    }

    // The frames that CPUs keep.
    private Func<ulong, bool> Hidden(bool exceptOwn)
    {
        ulong[] rows = new ulong[(world.Plan.TableEnd / 64) + 1];
        for (int slot = 0; slot < 2 * world.Plan.Cpus; slot++)
        {
            for (int zone = 0; zone < 3 && !(exceptOwn && slot == OwnSlot); zone++)
            {
                FrameCache* cache = world.Allocator.Books->Cache(slot, zone);
                for (int row = 0; row < rows.Length; row++)
                    rows[row] |= cache->KeptOf((uint)row);
            }
        }

        return number => (rows[number / 64] >> (int)(number % 64) & 1) != 0;
    }
}
