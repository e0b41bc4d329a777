using System;

namespace KernelMem.Tests.Frames;

/// <summary>Real threads; see <see cref="FrameTorture"/> and <see cref="FramePromise"/>. The long versions take minutes and are not part of <c>./test.sh</c>.</summary>
[TestClass]
public sealed class FrameTortureTests
{
    // Three zones, borders inside huge frames and rows, not much of each.
    private static readonly FramePlan Small = new() { Usable = [(1, 3000)], DmaEnd = 900, NormalEnd = 2100 };

    // Several trees in the middle zone, on two nodes.
    private static readonly FramePlan Large = new()
    {
        Usable = [(1, 20_000)],
        DmaEnd = 1024,
        NormalEnd = 18_000,
        Nodes = [(8192, 20_000, 1)],
        Homes = [0, 1, 0, 1],
    };

    [TestMethod]
    [DataRow(2, true, true)]
    [DataRow(3, true, false)]
    [DataRow(4, true, true)]
    [DataRow(2, false, true)]
    [DataRow(4, false, false)]
    public void No_frame_has_two_owners_and_all_come_back(int threads, bool fences, bool many)
    {
        Torture(Small, threads, fences, many, seed: 1, rounds: 5, steps: 1500);
        Torture(Large, threads, fences, many, seed: 2, rounds: 2, steps: 1500);
    }

    [TestMethod]
    [DataRow(2, true)]
    [DataRow(3, true)]
    [DataRow(4, true)]
    [DataRow(2, false)]
    [DataRow(3, false)]
    public void No_single_frame_is_refused_while_one_is_free(int threads, bool fences)
    {
        new FramePromise(frames: 300, spare: 1, threads, fences, seed: 1).Run(steps: 15_000);
        new FramePromise(frames: 9000, spare: threads + 1, threads, fences, seed: 2).Run(steps: 15_000);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void No_frame_has_two_owners_for_minutes() => ForMinutes(seed =>
        Torture(seed % 3 == 0 ? Large : Small, 2 + (seed % 3), seed % 4 != 0, seed % 2 == 0, seed, rounds: 10, steps: 4000));

    [TestMethod]
    [TestCategory("Long")]
    public void No_single_frame_is_refused_while_one_is_free_for_minutes() => ForMinutes(seed =>
        new FramePromise(seed % 2 == 0 ? 300 : 5000, 1 + (seed % 5), 2 + (seed % 3), seed % 4 != 0, seed).Run(steps: 100_000));

    private static void Torture(FramePlan plan, int threads, bool fences, bool many, int seed, int rounds, int steps)
    {
        using var torture = new FrameTorture(plan, threads, fences, many, seed);
        torture.Run(rounds, steps);
        Assert.IsGreaterThan(0UL, torture.Failures, "memory never ran out: the test is too weak");
        torture.GiveAllBack();
    }

    private static void ForMinutes(Action<int> run)
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromMinutes(2);
        for (int seed = 100; DateTime.UtcNow < end; seed++)
            run(seed);
    }
}
