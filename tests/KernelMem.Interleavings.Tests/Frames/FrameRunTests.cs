using System;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Runs of frames, with another CPU at work on the frames beside them, and inside.</summary>
[TestClass]
public sealed class FrameRunTests
{
    /// <summary>
    /// Inside a row, across two rows, and across two huge frames. Wherever the frame lies that the other takes, there is room beside it.
    /// </summary>
    [TestMethod]
    [DataRow(512UL, 8UL, 3UL)]
    [DataRow(572UL, 40UL, 19UL)]
    [DataRow(1020UL, 40UL, 19UL)]
    public void A_run_is_taken_while_another_takes_and_gives_back(ulong start, ulong count, ulong length) =>
        TakeRunBesideOne(start, count, length, Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(512UL, 8UL, 3UL)]
    [DataRow(1020UL, 40UL, 19UL)]
    public void A_run_is_taken_while_another_takes_and_gives_back_at_length(ulong start, ulong count, ulong length) =>
        TakeRunBesideOne(start, count, length, Bounds.UpTo(4)).ExpectNoFailure();

    /// <summary>All is taken; the frames that make a run come back meanwhile, from both sides of one that is free.</summary>
    [TestMethod]
    public void A_run_is_taken_while_its_frames_come_back() => TakeRunOfFreed(Bounds.UpTo(2)).ExpectOutcomes("none", "taken");

    [TestMethod]
    [TestCategory("Long")]
    public void A_run_is_taken_while_its_frames_come_back_at_length() => TakeRunOfFreed(Bounds.UpTo(4)).ExpectOutcomes("none", "taken");

    /// <summary>Two runs that have room for one only: they share some frames wherever they lie.</summary>
    [TestMethod]
    [DataRow(512UL)]
    [DataRow(572UL)]
    [DataRow(1020UL)]
    public void Of_two_runs_one_finds_room(ulong start) => TakeTwoRuns(start, Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(512UL)]
    [DataRow(572UL)]
    [DataRow(1020UL)]
    public void Of_two_runs_one_finds_room_at_length(ulong start) => TakeTwoRuns(start, Bounds.UpTo(4)).ExpectNoFailure();

    /// <summary>A run's second frame holds its length, and no inner frame is marked: nobody frees them, at whatever moment.</summary>
    [TestMethod]
    [DataRow(1UL)]
    [DataRow(2UL)]
    public void No_frame_inside_a_run_is_freed(ulong inside) => FreeInside(inside, Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(1UL)]
    [DataRow(2UL)]
    public void No_frame_inside_a_run_is_freed_at_length(ulong inside) => FreeInside(inside, Bounds.UpTo(4)).ExpectNoFailure();

    private static Exploration TakeRunBesideOne(ulong start, ulong count, ulong length, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (start, count));
        frames.Program.Cpus =
        [
            () => Assert.IsTrue(frames.TryTakeRun(length, out _), "no memory"),
            () => frames.Free(frames.Take()),
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration TakeRunOfFreed(Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 7));
        OwnedFrame[] blocks = new OwnedFrame[7];
        frames.Before(0, () =>
        {
            for (int index = 0; index < blocks.Length; index++)
                blocks[index] = frames.Take();

            frames.Free(blocks[3]);
        });
        bool taken = false;
        frames.Program.Outcome = () => taken ? "taken" : "none";
        frames.Program.Cpus =
        [
            () => taken = frames.TryTakeRun(3, out _),
            () =>
            {
                frames.Free(blocks[2]);
                frames.Free(blocks[4]);
            },
        ];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration TakeTwoRuns(ulong start, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (start, 8));
        int taken = 0;
        frames.InEachRun(() => taken = 0, () => Assert.AreEqual(1, taken));
        Action take = () =>
        {
            if (frames.TryTakeRun(5, out _))
                taken++;
        };
        frames.Program.Cpus = [take, take];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration FreeInside(ulong inside, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 4));
        frames.Program.Cpus =
        [
            () =>
            {
                Assert.IsTrue(frames.TryTakeRun(4, out OwnedFrameRange run), "no memory");
                frames.Free(run);
            },
            () =>
            {
                Result<FrameError> result = frames.Allocator.Free(Frame.FromNumber(512 + inside), FrameUse.User);
                Assert.IsTrue(!result.IsSuccess && result.Error is FrameError.NotABlock or FrameError.NotAllocated, $"{result.Error}");
            },
        ];
        return Explorer.Run(frames.Program, bounds);
    }
}
