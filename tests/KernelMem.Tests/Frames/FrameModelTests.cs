using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>Random machines and random runs, each step against the model. The seed in a failure's message replays it.</summary>
[TestClass]
public sealed class FrameModelTests
{
    private const int Steps = 1200;
    private const int FullCheckEvery = 40;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(10)]
    public void Any_run_does_what_the_model_does(int seed)
    {
        var random = new Random(seed);
        FramePlan plan = AnyPlan(random);
        using var world = new FrameWorld(plan);
        var run = new Run(world, random, seed);
        for (int step = 0; step < Steps; step++)
            run.Step(step);

        run.FreeEverything();
    }

    /// <summary>Some stretches with holes between, zone borders and early allocations anywhere.</summary>
    private static FramePlan AnyPlan(Random random)
    {
        List<(ulong Start, ulong Count)> usable = [];
        List<(ulong Start, ulong Count)> early = [];
        ulong at = 1;
        for (int left = random.Next(1, 6); left > 0; left--)
        {
            ulong start = at + (ulong)random.Next(0, 100);
            ulong count = (ulong)random.Next(1, random.Next(4) == 0 ? 2500 : 300);
            usable.Add((start, count));
            at = start + count + 1;
            ulong taken = (ulong)random.Next(0, 20);
            if (taken != 0 && taken < count)
                early.Add((start + (ulong)random.Next(0, (int)(count - taken)), taken));
        }

        ulong[] borders = [(ulong)random.Next(0, (int)at + 10), (ulong)random.Next(0, (int)at + 10)];
        return new FramePlan
        {
            Usable = [.. usable],
            Early = [.. early],
            DmaEnd = borders.Min(),
            NormalEnd = borders.Max(),
            Reach = random.Next(3) == 0 ? (ulong)random.Next(1, (int)at - 1) : null,
        };
    }

    private sealed class Run(FrameWorld world, Random random, int seed)
    {
        private readonly FrameModel _model = new(world.Plan);
        private readonly List<OwnedFrame> _live = [];
        private readonly List<OwnedFrame> _past = [];
        private string _where = "";

        public void Step(int step)
        {
            _where = $"seed {seed}, step {step}";

            // Phases of growth and of decline, so that memory runs out, and comes back.
            bool growing = step / 200 % 2 == 0;
            int choice = random.Next(100);
            if (choice < 10)
                FreeAnything();
            else if (choice < 18 && _past.Count != 0)
                FreeByToken(_past[random.Next(_past.Count)]);
            else if (_live.Count != 0 && choice < (growing ? 38 : 70))
                FreeByToken(_live[random.Next(_live.Count)]);
            else
                Allocate();

            CheckZones();
            if (step % FullCheckEvery == 0)
                CheckFrames();
        }

        public void FreeEverything()
        {
            _where = $"seed {seed}, end";
            while (_live.Count != 0)
                FreeByToken(_live[^1]);

            CheckZones();
            CheckFrames();
            FrameStatistics end = world.Allocator.GetStatistics();
            Assert.AreEqual(end.TotalFrames - world.Allocator.FramesInUse(FrameUse.Reserved), end.FreeFrames, _where);
        }

        private void Allocate()
        {
            FrameRequest request = AnyRequest();
            (MemoryZone? zone, FrameError expected) = _model.Serves(request);
            if (!world.Allocator.Allocate(request).TryGet(out OwnedFrame block, out FrameError error))
            {
                Assert.AreEqual(expected, error, $"{_where}: order {request.Order} of {request.Zone}");
                return;
            }

            Assert.AreEqual(FrameError.None, expected, $"{_where}: order {request.Order} of {request.Zone} served");
            Assert.AreEqual((request.Use, request.Order), (block.Use, block.Order), _where);
            Assert.IsNull(_model.Take(request, zone!.Value, block.Start.Number, block.Generation), _where);
            Span<byte> memory = world.Memory(block.Range);
            Assert.IsFalse(memory.ContainsAnyExcept(request.Zeroed ? (byte)0 : FrameWorld.Filler), $"{_where}: contents");
            memory.Fill(FrameWorld.Filler);
            _live.Add(block);
        }

        private FrameRequest AnyRequest()
        {
            FrameUse use = random.Next(50) == 0 ? FrameUse.Reserved : (FrameUse)random.Next(1, (int)FrameUse.Reserved);
            int order = random.Next(3) == 0 ? random.Next(-1, 12) : random.Next(0, 4);
            return FrameRequest.For(use)
                .WithZone((MemoryZone)random.Next(3))
                .WithOrder(order)
                .WithExactZone(random.Next(3) == 0)
                .WithZeroed(random.Next(4) == 0);
        }

        private void FreeByToken(OwnedFrame token)
        {
            FrameError expected = _model.Frees(token);
            FrameError error = world.Allocator.Free(token).TryGetError(out FrameError failure) ? failure : FrameError.None;
            Assert.AreEqual(expected, error, $"{_where}: token of {token.Start.Number}");
            if (error == FrameError.None)
                Forget(token.Start.Number);
        }

        private void FreeAnything()
        {
            ulong number = (ulong)random.Next(0, (int)world.Plan.End + 3);
            if (random.Next(2) == 0 && _live.Count != 0)
                number = _live[random.Next(_live.Count)].Start.Number;

            FrameUse use = (FrameUse)random.Next(FrameUses.Count);
            FrameError expected = _model.Frees(number, use);
            bool refused = world.Allocator.Free(FrameWorld.At(number), use).TryGetError(out FrameError failure);
            FrameError error = refused ? failure : FrameError.None;
            Assert.AreEqual(expected, error, $"{_where}: frame {number} as {use}");
            if (error == FrameError.None)
                Forget(number);
        }

        private void Forget(ulong start)
        {
            _model.Give(start);
            int index = _live.FindIndex(block => block.Start.Number == start);
            _past.Add(_live[index]);
            _live.RemoveAt(index);
        }

        private void CheckZones()
        {
            foreach ((MemoryZone zone, FrameModel.ZoneCounts counts) in _model.Zones)
            {
                ZoneStatistics found = world.Allocator.GetStatistics(zone);
                Assert.AreEqual(zone, found.Zone);
                Assert.AreEqual((_model.Total(zone), _model.Free(zone)), (found.TotalFrames, found.FreeFrames), $"{_where}: {zone}");
                Assert.AreEqual(
                    (counts.Allocations, counts.Frees, counts.Failures, counts.Fallbacks),
                    (found.Allocations, found.Frees, found.Failures, found.Fallbacks),
                    $"{_where}: {zone}");
            }
        }

        private void CheckFrames()
        {
            Assert.IsTrue(world.Allocator.Validate(), _where);
            foreach (MemoryZone zone in _model.Zones.Keys)
                Assert.AreEqual(_model.LargestFreeOrder(zone), world.Allocator.GetFreeBlocks(zone).LargestOrder, $"{_where}: {zone}");

            foreach (FrameUse use in Enum.GetValues<FrameUse>())
                Assert.AreEqual(_model.InUse(use), world.Allocator.FramesInUse(use), $"{_where}: {use}");

            for (ulong number = 0; number < world.Plan.End + 2; number++)
            {
                FrameInfo info = world.Allocator.GetInfo(FrameWorld.At(number));
                FrameUse? use = _model.UseOf(number);
                Assert.AreEqual((use is not null, use ?? FrameUse.None), (info.IsManaged, info.Use), $"{_where}: frame {number}");
                if (_model.BlockAt(number) is { } block)
                {
                    Assert.AreEqual(
                        (block.Start, block.Order, block.Generation),
                        (info.Block.Number, info.Order, info.Generation),
                        $"{_where}: frame {number}");
                }
            }
        }
    }
}
