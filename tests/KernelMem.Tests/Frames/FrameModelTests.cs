using System;
using System.Collections.Generic;
using System.Linq;

namespace KernelMem.Tests.Frames;

/// <summary>
/// Random machines and random runs, each step against the model: whenever the model can satisfy a request, so does the allocator, from
/// the right zone and with every constraint honoured; no frame is given twice; and all counts agree after every step. The seed in a
/// failure's message replays it.
/// </summary>
[TestClass]
public sealed class FrameModelTests
{
    private const int Steps = 1200;

    public static IEnumerable<object[]> Seeds => Enumerable.Range(1, 6).Select(seed => new object[] { seed });

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Any_run_of_one_CPU_does_what_the_model_does(int seed) => Run(new FrameRunKind(), seed, cpus: 1);

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Any_run_with_watermarks_does_what_the_model_does(int seed) => Run(new FrameRunKind { Marks = true }, seed, cpus: 1);

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Any_run_of_several_CPUs_in_turns_does_what_the_model_does(int seed) => Run(new FrameRunKind { ManyCpus = true }, seed, cpus: 4);

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Any_run_with_NMI_handlers_does_what_the_model_does(int seed) =>
        Run(new FrameRunKind { ManyCpus = true, Nmi = true, Marks = seed % 2 == 0 }, seed, cpus: 2);

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Any_run_with_nodes_does_what_the_model_does(int seed)
    {
        bool many = seed % 2 == 0;
        FrameRun run = Run(new FrameRunKind { Nodes = true, ManyCpus = many, Nmi = seed % 3 == 0, Marks = seed % 6 == 1 }, seed, many ? 4 : 1);
        Assert.IsGreaterThan(Steps / 60, run.NodeDuties, "the run is too weak");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Any_run_does_what_the_model_does_for_minutes()
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromMinutes(3);
        for (int seed = 1000; DateTime.UtcNow < end; seed++)
        {
            bool many = seed % 3 != 0;
            Run(new FrameRunKind { ManyCpus = many, Nmi = seed % 5 == 0, Marks = seed % 2 == 0, Nodes = seed % 7 < 3 }, seed, many ? 3 : 1);
        }
    }

    private static FrameRun Run(FrameRunKind kind, int seed, int cpus)
    {
        var random = new Random(seed);
        FramePlan plan = (kind.Nodes ? AnyPlanWithNodes(random, cpus) : AnyPlan(random)) with { Cpus = cpus };
        using var world = new FrameWorld(plan);
        var run = new FrameRun(world, kind, random, $"seed {seed} of {kind}");
        for (int step = 0; step < (kind.Nodes ? Steps / 2 : Steps); step++)
            run.Step(step);

        run.FreeEverything();
        return run;
    }

    /// <summary>A little memory in each of some trees, on three nodes whose borders are anywhere.</summary>
    private static FramePlan AnyPlanWithNodes(Random random, int cpus)
    {
        const int TreeFrames = 4096;
        int trees = random.Next(3, 6);
        List<(ulong Start, ulong Count)> usable = [];
        List<(ulong Start, ulong Count, int Node)> nodes = [];
        for (int tree = 0; tree < trees; tree++)
        {
            ulong start = (ulong)((tree * TreeFrames) + (random.Next(3) == 0 ? 1 : random.Next(1, 2000)));
            usable.Add((start, (ulong)random.Next(1, random.Next(2) == 0 ? 2000 : 200)));
            nodes.Add(((ulong)(tree * TreeFrames), TreeFrames, random.Next(3)));
        }

        // Here and there a tree is not all of one node.
        int end = trees * TreeFrames;
        for (int left = random.Next(3); left > 0; left--)
            nodes.Add(((ulong)random.Next(end), (ulong)random.Next(1, end), random.Next(3)));

        ulong[] borders = [(ulong)random.Next(end), (ulong)random.Next(end)];
        return new FramePlan
        {
            Usable = [.. usable],
            Nodes = [.. nodes],
            Homes = [.. Enumerable.Range(0, cpus).Select(_ => random.Next(3))],
            DmaEnd = random.Next(2) == 0 ? 0 : borders.Min(),
            NormalEnd = random.Next(2) == 0 ? (ulong)end : borders.Max(),
            Reach = random.Next(3) == 0 ? (ulong)random.Next(1, end) : null,
            Limit = random.Next(2) == 0 ? (ulong)end : 0,
        };
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
            Limit = random.Next(2) == 0 ? at + (ulong)random.Next(0, 1500) : 0,
        };
    }
}
