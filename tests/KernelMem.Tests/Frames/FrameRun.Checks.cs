using System;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <content>What the allocator says of itself.</content>
internal sealed partial class FrameRun
{
    private void CheckZones()
    {
        foreach ((MemoryZone zone, FrameModel.ZoneCounts counts) in _model.Zones)
        {
            ZoneStatistics found = world.Allocator.GetStatistics(zone);
            Assert.AreEqual(zone, found.Zone);
            Assert.AreEqual((_model.Total(zone), _model.Free(zone)), (found.TotalFrames, found.FreeFrames), $"{_where}: {zone}");
            Assert.AreEqual(
                (Sum(counts.Allocations), Sum(counts.Frees), counts.Failures, counts.Fallbacks),
                (found.Allocations, found.Frees, found.Failures, found.Fallbacks),
                $"{_where}: {zone}");
            for (int order = 0; order < counts.Frees.Length; order++)
            {
                OrderStatistics each = world.Allocator.GetStatistics(zone, order);
                Assert.AreEqual((counts.Allocations[order], counts.Frees[order]), (each.Allocations, each.Frees), $"{_where}: {zone}, {order}");
            }

            CheckPressure(zone, counts.Marks);
        }
    }

    // An NMI handler tells nobody.
    private void CheckPressure(MemoryZone zone, Watermarks marks)
    {
        MemoryPressure expected = marks.Low == 0 ? MemoryPressure.None
            : _model.Free(zone) <= marks.Min ? MemoryPressure.Min : MemoryPressure.Low;
        if (!kind.Nmi)
            Assert.AreEqual(expected, world.Allocator.GetPressure(zone), $"{_where}: {zone}");
    }

    private void CheckFrames()
    {
        Assert.IsTrue(world.Allocator.Validate(), _where);
        foreach (FrameUse use in Enum.GetValues<FrameUse>())
            Assert.AreEqual(_model.InUse(use), world.Allocator.FramesInUse(use), $"{_where}: {use}");

        for (ulong number = 0; number < world.Plan.TableEnd + 2; number++)
            CheckFrame(number);

        CheckNodes();

        // This moves frames at hand to the pool: not always, so that not all of the run is without any.
        if (random.Next(2) == 0)
        {
            foreach (MemoryZone zone in _model.Zones.Keys)
                CheckFreeBlocks(zone);
        }
    }

    private void CheckFrame(ulong number)
    {
        FrameInfo info = world.Allocator.GetInfo(FrameWorld.At(number));
        if (_model.UseOf(number) is not { } use)
        {
            Assert.AreEqual(default, info, $"{_where}: frame {number}");
            return;
        }

        bool withdrawn = _model.IsWithdrawn(number);
        FrameState state = withdrawn ? FrameState.Withdrawn : use == FrameUse.None ? FrameState.Free : FrameState.Allocated;
        Assert.AreEqual((state, withdrawn ? FrameUse.None : use), (info.State, info.Use), $"{_where}: frame {number}");
        if (_model.BlockAt(number) is { } block)
        {
            Assert.AreEqual((block.Start, block.Order, block.Count), (info.Block.Number, info.Order, info.Count), $"{_where}: frame {number}");
            Assert.AreEqual((block.Generation, block.References), (info.Generation, info.References), $"{_where}: frame {number}");
            return;
        }

        Assert.AreEqual((number, 0, 1UL), (info.Block.Number, info.Order, info.Count), $"{_where}: frame {number}");
        Assert.AreEqual((_model.GenerationOf(number), 0U), (info.Generation, info.References), $"{_where}: frame {number}");
    }

    private void CheckFreeBlocks(MemoryZone zone)
    {
        (ulong[] expected, ulong longest) = _model.FreeBlocks(zone);
        ulong free = _model.Free(zone);
        FreeBlocks found = world.Allocator.GetFreeBlocks(zone);
        string counts = string.Join(' ', Enumerable.Range(0, 11).Select(order => found.Count(order)));
        Assert.AreEqual(string.Join(' ', expected), counts, $"{_where}: {zone}");
        Assert.AreEqual((free, longest), (found.FreeFrames, found.LongestRun), $"{_where}: {zone}");
        Assert.AreEqual(Array.FindLastIndex(expected, count => count != 0), found.LargestOrder, $"{_where}: {zone}");
        ulong small = 0;
        for (int order = 0; order <= 10; order++)
        {
            Assert.AreEqual(free == 0 ? 0 : small * 1000 / free, found.UnusablePermille(order), $"{_where}: {zone}, {order}");
            small += expected[order] << order;
        }
    }

    private static ulong Sum(ulong[] counts) => counts.Aggregate(0UL, (sum, count) => sum + count);
}
