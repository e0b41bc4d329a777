using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Simulation;

namespace KernelMem.Tests.Frames;

/// <summary>Every bit of the books that can be wrong, wrong once.</summary>
[TestClass]
public sealed unsafe class FrameValidationTests
{
    private const int GenerationOffset = 8;
    private const int EntryBytes = 16;

    private static int TableStart => (int)FrameAllocator<SimulatedPlatform>.MetadataSize(default(MemoryMap));

    [TestMethod]
    public void Validate_sees_every_wrong_bit_of_the_table()
    {
        using FrameWorld world = Busy();
        HashSet<EntryState> states = [];
        FrameEntry* table = (FrameEntry*)(world.Metadata.Start + TableStart);
        for (int frame = 0; frame < (int)world.Plan.End; frame++)
        {
            states.Add(table[frame].State);
            bool managed = table[frame].State != EntryState.NotManaged;
            for (int offset = 0; offset < EntryBytes; offset++)
            {
                // A managed frame may be of any generation.
                if (!managed || offset is < GenerationOffset or >= GenerationOffset + sizeof(uint))
                    Spoil(world, TableStart + frame * EntryBytes + offset, $"frame {frame}, offset {offset}");
            }
        }

        Assert.HasCount(4, states, "the test met every state");
    }

    [TestMethod]
    [DataRow("_freeFrames", sizeof(ulong))]
    [DataRow("_totalFrames", sizeof(ulong))]
    [DataRow("_allocations", sizeof(ulong))]
    [DataRow("_frees", sizeof(ulong))]
    [DataRow("_freeOrders", sizeof(uint))]
    [DataRow("_freeLists", sizeof(uint) * (FrameRequest.MaxOrder + 1))]
    [DataRow("_framesByUse", sizeof(ulong) * FrameUses.Count)]
    public void Validate_sees_every_wrong_bit_of_a_zones_counters_and_lists(string field, int bytes)
    {
        using FrameWorld world = Busy();
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            int start = TableStart - (ZoneLayout.ZoneCount - zone) * sizeof(FrameZone) + (int)Marshal.OffsetOf<FrameZone>(field);
            for (int offset = 0; offset < bytes; offset++)
                Spoil(world, start + offset, $"zone {zone}, {field} + {offset}");
        }
    }

    [TestMethod]
    public void Validate_sees_two_buddies_apart()
    {
        using var world = new FrameWorld(new FramePlan { Usable = [(2, 2)] });
        FrameEntry* table = (FrameEntry*)(world.Metadata.Start + TableStart);
        Assert.AreEqual((EntryState.FreeBlock, 1), (table[2].State, table[2].Order));
        List<OwnedFrame> both = world.TakeAll();
        FrameZone* zone = (FrameZone*)(world.Metadata.Start + TableStart) - 2;
        Assert.IsTrue(world.Allocator.Free(both[0]).IsSuccess);

        // Hide the first from the second, so that they are not joined.
        uint first = (uint)both[0].Start.Number;
        table[first].Order = 5;
        Assert.IsTrue(world.Allocator.Free(both[1]).IsSuccess);
        table[first].Order = 0;
        Assert.AreEqual(0, zone->LargestFreeOrder);
        Assert.IsFalse(world.Allocator.Validate());
    }

    // Three zones with blocks of several orders and uses, free and allocated.
    private static FrameWorld Busy()
    {
        var world = new FrameWorld(new FramePlan { Usable = [(1, 40), (50, 60)], DmaEnd = 21, NormalEnd = 80, Early = [(5, 2), (70, 1)] });
        List<OwnedFrame> live = [];
        foreach (MemoryZone zone in new[] { MemoryZone.Dma, MemoryZone.Normal, MemoryZone.HighMem })
        {
            foreach (int order in new[] { 0, 0, 1, 2, 0 })
                live.Add(world.Allocator.Allocate(FrameRequest.For((FrameUse)(order + 1)).WithZone(zone).WithOrder(order)).Value);
        }

        world.FreeAll(live.Where((_, index) => index % 5 is 1 or 3));
        Assert.IsTrue(world.Allocator.Validate());
        return world;
    }

    private static void Spoil(FrameWorld world, int offset, string where)
    {
        byte* place = world.Metadata.Start + offset;
        byte kept = *place;
        for (int bit = 0; bit < 8; bit++)
        {
            *place = (byte)(kept ^ (1 << bit));
            Assert.IsFalse(world.Allocator.Validate(), $"{where}, bit {bit}");
        }

        *place = kept;
        Assert.IsTrue(world.Allocator.Validate(), where);
    }
}
