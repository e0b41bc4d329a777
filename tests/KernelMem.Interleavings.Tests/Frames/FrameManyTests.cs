using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Many frames in one call, with another CPU at work.</summary>
[TestClass]
public sealed class FrameManyTests
{
    private const int Eight = 8;

    [TestMethod]
    public void Many_are_taken_while_another_takes_and_gives_back() => TakeManyBesideOne(Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void Many_are_taken_while_another_takes_and_gives_back_at_length() => TakeManyBesideOne(Bounds.UpTo(4)).ExpectNoFailure();

    /// <summary>One CPU wants three of four frames, the other one two: if three fails, it has none, and the other gets its two.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void All_are_taken_or_none(int keeper) => TakeAllOrNone(keeper, Bounds.UpTo(2)).ExpectOutcomes("all, and one", "none, and two");

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(0)]
    [DataRow(1)]
    public void All_are_taken_or_none_at_length(int keeper) =>
        TakeAllOrNone(keeper, Bounds.UpTo(3)).ExpectOutcomes("all, and one", "none, and two");

    /// <summary>What one CPU takes many of at hand is just what another calls in.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Many_are_taken_at_hand_while_another_calls_in(bool fencesRemotely) =>
        TakeManyCalledIn(fencesRemotely, Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(true)]
    [DataRow(false)]
    public void Many_are_taken_at_hand_while_another_calls_in_at_length(bool fencesRemotely) =>
        TakeManyCalledIn(fencesRemotely, Bounds.UpTo(3)).ExpectNoFailure();

    [TestMethod]
    public void Many_taken_at_hand_without_fences_are_found() =>
        TakeManyCalledIn(fencesRemotely: true, Bounds.UpTo(3) with { Fault = Fault.NoFences }).ExpectFailure();

    /// <summary>Eight marks go in one compare-exchange; another frees one of the eight: it is freed once, as are those before it.</summary>
    [TestMethod]
    [DataRow(0, false)]
    [DataRow(3, true)]
    [DataRow(7, false)]
    public void Eight_are_freed_together_while_another_frees_one_of_them(int which, bool byToken) =>
        FreeTogether(which, byToken, Bounds.UpTo(3)).ExpectOutcomes("8", $"{which}");

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(0, true)]
    [DataRow(3, false)]
    [DataRow(7, true)]
    public void Eight_are_freed_together_while_another_frees_one_of_them_at_length(int which, bool byToken) =>
        FreeTogether(which, byToken, Bounds.UpTo(5)).ExpectOutcomes("8", $"{which}");

    [TestMethod]
    public void Eight_marks_that_are_not_exchanged_at_once_are_found() =>
        FreeTogether(3, byToken: false, Bounds.UpTo(2) with { Fault = Fault.SplitLocked }).ExpectFailure();

    /// <summary>Who frees all eight and who takes frames one by one: the marks of those that are taken again are not touched.</summary>
    [TestMethod]
    public void Eight_are_freed_together_while_another_takes_them_again() => FreeAndTakeAgain(Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void Eight_are_freed_together_while_another_takes_them_again_at_length() => FreeAndTakeAgain(Bounds.UpTo(3)).ExpectNoFailure();

    private static Exploration TakeManyBesideOne(Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 6));
        frames.Program.Cpus =
        [
            () => Assert.IsTrue(frames.TryTakeMany(5), "no memory"),
            () => frames.Free(frames.Take()),
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration TakeAllOrNone(int keeper, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 6));
        frames.TakeAllBut(keeper, 4);
        bool all = false;
        bool two = false;
        frames.Program.Outcome = () => $"{(all ? "all" : "none")}, and {(two ? "two" : "one")}";
        frames.Program.Cpus =
        [
            () => all = frames.TryTakeMany(3),
            () =>
            {
                frames.Take();
                two = frames.TryTake(0, out _);
            },
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration TakeManyCalledIn(bool fencesRemotely, Bounds bounds)
    {
        using FrameProgram frames = new(2, fencesRemotely, (512, 6));

        // The first one that comes back after exhaustion goes to the pool, the others stay with the CPU.
        frames.TakeAllBut(0, 5);
        frames.Before(1, () => frames.Take());
        Assert.AreEqual(4U, frames.CountKept(0));
        frames.Program.Cpus = [() => Assert.IsTrue(frames.TryTakeMany(3), "no memory"), () => frames.Take()];
        return Explorer.Run(frames.Program, bounds with { PlainData = true });
    }

    private static Exploration FreeTogether(int which, bool byToken, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, Eight));
        OwnedFrame[] blocks = new OwnedFrame[Eight];
        Frame[] starts = new Frame[Eight];
        frames.Before(0, () => TakeEight(frames, blocks, starts));
        int freed = 0;
        bool wins = false;
        frames.InEachRun(
            () => (freed, wins) = (0, false),
            () =>
            {
                Assert.AreEqual(freed == Eight, !wins, "freed twice, or never");
                for (int index = 0; index < Eight; index++)
                {
                    bool gone = index < freed || (index == which && wins);
                    FrameState state = frames.Allocator.GetInfo(starts[index]).State;
                    Assert.AreEqual(gone ? FrameState.Free : FrameState.Allocated, state, $"{index}");
                    if (gone)
                        frames.LetGo(blocks[index].Range, blocks[index].Generation);
                }
            });
        frames.Program.Outcome = () => $"{freed}";
        frames.Program.Cpus =
        [
            () =>
            {
                Result<FrameError> result = frames.Allocator.FreeMany(starts, FrameUse.User, out freed);
                Assert.AreEqual(freed == Eight, result.IsSuccess);
                Assert.IsTrue(result.IsSuccess || result.Error == FrameError.NotAllocated);
            },
            () => wins = byToken
                ? frames.Allocator.Free(blocks[which]).IsSuccess
                : frames.Allocator.Free(starts[which], FrameUse.User).IsSuccess,
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration FreeAndTakeAgain(Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, Eight + 2));
        OwnedFrame[] blocks = new OwnedFrame[Eight];
        Frame[] starts = new Frame[Eight];
        frames.Before(0, () => TakeEight(frames, blocks, starts));
        frames.Program.Cpus =
        [
            () =>
            {
                foreach (OwnedFrame block in blocks)
                    frames.LetGo(block.Range, block.Generation);

                Assert.IsTrue(frames.Allocator.FreeMany(starts, FrameUse.User, out _).IsSuccess);
            },
            () =>
            {
                frames.Take();
                frames.Take();
                frames.TryTake(0, out _);
                frames.TryTake(1, out _);
            },
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    // The first eight of memory, which have their marks in one word.
    private static void TakeEight(FrameProgram frames, OwnedFrame[] blocks, Frame[] starts)
    {
        for (int index = 0; index < Eight; index++)
        {
            blocks[index] = frames.Take();
            starts[index] = blocks[index].Start;
            Assert.AreEqual(512UL + (ulong)index, starts[index].Number);
        }
    }
}
