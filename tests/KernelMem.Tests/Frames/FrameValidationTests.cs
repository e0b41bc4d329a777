using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>Every bit of the books that can be wrong, wrong once.</summary>
[TestClass]
public sealed unsafe class FrameValidationTests
{
    [TestMethod]
    public void Validate_sees_every_wrong_bit_of_the_table()
    {
        using FrameWorld world = Busy();
        FrameTable table = world.Allocator.Books->Table;
        HashSet<byte> marks = [];
        for (uint frame = 0; frame < table.Count; frame++)
        {
            marks.Add(FrameMark.IsAllocated(table.Mark(frame)) ? (byte)FrameUse.User : table.Mark(frame));
            fixed (byte* mark = &table.Mark(frame))
            {
                // That the table has more to say of a single frame, namely nothing, is no mistake.
                bool isSingle = FrameMark.IsAllocated(*mark) && !FrameMark.HasDetail(*mark);
                Spoil(world, mark, sizeof(byte), $"mark of frame {frame}", isSingle ? 7 : 8);
            }

            fixed (uint* detail = &table.Detail(frame))
            {
                // References above the order may be any.
                bool isBlock = FrameMark.HasDetail(table.Mark(frame));
                Spoil(world, (byte*)detail, isBlock ? 1 : sizeof(uint), $"detail of frame {frame}", isBlock ? 5 : 8);
            }
        }

        Assert.HasCount(4, marks, "the test met every kind of mark");
    }

    [TestMethod]
    public void Validate_sees_every_wrong_bit_of_the_pools()
    {
        using FrameWorld world = Busy();
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            FramePool* pool = world.Allocator.Books->Pools + zone;
            Spoil(world, pool->BitsOf(0), (int)(FramePool.HugeFrames / 8), $"zone {zone}, bits");
            Spoil(world, pool->CounterOf(0), sizeof(uint), $"zone {zone}, counter");
            Spoil(world, (byte*)&pool->TotalFrames, sizeof(ulong), $"zone {zone}, total");
            Spoil(world, (byte*)&pool->ReservedFrames, sizeof(ulong), $"zone {zone}, reserved");
        }
    }

    [TestMethod]
    public void Validate_sees_every_wrong_bit_at_hand()
    {
        using FrameWorld world = Busy();
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            FrameCache* cache = world.Allocator.Books->Cache(0, zone);
            Assert.AreNotEqual(0U, cache->CountKept());
            Spoil(world, (byte*)&cache->Mask, sizeof(ulong), $"zone {zone}, row at hand");
        }
    }

    [TestMethod]
    public void Validate_sees_a_wrong_count()
    {
        using FrameWorld world = Busy();
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            FrameCache* cache = world.Allocator.Books->Cache(0, zone);
            FrameCache kept = *cache;
            cache->CountTaken(FrameUse.User);
            Assert.IsFalse(world.Allocator.Validate());
            *cache = kept;
            cache->CountGiven(FrameUse.Heap, 2, 4);
            Assert.IsFalse(world.Allocator.Validate());
            *cache = kept;
            Assert.IsTrue(world.Allocator.Validate());
        }
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

    private static void Spoil(FrameWorld world, byte* start, int bytes, string what, int bits = 8)
    {
        for (int offset = 0; offset < bytes; offset++)
        {
            byte kept = start[offset];
            for (int bit = 0; bit < bits; bit++)
            {
                start[offset] = (byte)(kept ^ (1 << bit));
                Assert.IsFalse(world.Allocator.Validate(), $"{what}, offset {offset}, bit {bit}");
            }

            start[offset] = kept;
        }

        Assert.IsTrue(world.Allocator.Validate(), what);
    }
}
