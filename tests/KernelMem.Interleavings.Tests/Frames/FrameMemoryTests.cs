using System;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Memory that comes and goes, with other CPUs at work.</summary>
[TestClass]
public sealed class FrameMemoryTests
{
    /// <summary>Either the memory goes, and nobody gets any of it, or somebody has some, and all of it stays.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void Memory_is_removed_while_another_takes_and_gives_back(int order)
    {
        using FrameProgram frames = new(2, true, (512, 8));
        frames.Before(1, () => frames.Free(frames.Take()));
        FrameRange<Size4KiB> range = FrameRange<Size4KiB>.Create(Frame.FromNumber(512), 4);
        bool removed = false;
        frames.Program.Outcome = () => removed ? "removed" : "stays";
        frames.Program.Cpus =
        [
            () =>
            {
                Result<FrameError> result = frames.Allocator.RemoveMemory(range);
                removed = result.IsSuccess;
                if (!removed)
                    Assert.AreEqual(FrameError.InUse, result.Error);
            },
            () =>
            {
                if (frames.TryTake(order, out OwnedFrame block))
                    frames.Free(block);
                frames.TryTake(order, out _);
            },
        ];
        Explorer.Run(frames.Program, Bounds.UpTo(1) with { PlainData = true }).ExpectOutcomes("removed", "stays");
    }

    [TestMethod]
    public void Memory_is_added_while_another_takes_all_there_is()
    {
        using FrameProgram frames = new(2, true, (512, 8));
        FrameRange<Size4KiB> range = FrameRange<Size4KiB>.Create(Frame.FromNumber(512), 4);
        frames.Before(0, () => Assert.IsTrue(frames.Allocator.RemoveMemory(range).IsSuccess));
        frames.Before(0, () =>
        {
            for (int frame = 0; frame < 3; frame++)
                frames.Take();
        });
        frames.Program.Cpus =
        [
            () => Assert.IsTrue(frames.Allocator.AddMemory(range).IsSuccess),
            () =>
            {
                frames.Take();
                frames.TryTake(0, out _);
            },
        ];
        Explorer.Run(frames.Program, Bounds.UpTo(1)).ExpectNoFailure();
    }

    /// <summary>A bad frame goes, or somebody has it: at hand of a CPU, in the pool, or just taken.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void A_frame_is_withdrawn_while_another_takes_all_there_is(int keeper) =>
        WithdrawWhileTaken(keeper, Bounds.UpTo(1)).ExpectOutcomes("stays", "withdrawn");

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(0)]
    [DataRow(1)]
    public void A_frame_is_withdrawn_while_another_takes_all_there_is_at_length(int keeper) =>
        WithdrawWhileTaken(keeper, Bounds.UpTo(2)).ExpectOutcomes("stays", "withdrawn");

    /// <summary>The frame is freed at the same time, twice: the first is accepted, whenever it comes, and the second never.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_frame_is_withdrawn_while_its_owner_frees_it(bool last) =>
        WithdrawWhileFreed(last, Bounds.UpTo(2)).ExpectOutcomes("stays", "withdrawn");

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(true)]
    [DataRow(false)]
    public void A_frame_is_withdrawn_while_its_owner_frees_it_at_length(bool last) =>
        WithdrawWhileFreed(last, Bounds.UpTo(3)).ExpectOutcomes("stays", "withdrawn");

    /// <summary>Memory in two huge frames goes while a frame of the second one comes back: all of it, or nothing.</summary>
    [TestMethod]
    public void Memory_is_removed_while_the_last_of_it_is_freed() => RemoveWhileFreed(Bounds.UpTo(1)).ExpectOutcomes("removed", "stays");

    [TestMethod]
    [TestCategory("Long")]
    public void Memory_is_removed_while_the_last_of_it_is_freed_at_length() =>
        RemoveWhileFreed(Bounds.UpTo(2)).ExpectOutcomes("removed", "stays");

    private static Exploration WithdrawWhileTaken(int keeper, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 3));
        frames.Before(keeper, () => frames.Free(frames.Take()));
        Frame bad = Frame.FromNumber(513);
        bool withdrawn = false;
        frames.Program.Outcome = () => withdrawn ? "withdrawn" : "stays";
        frames.Program.Cpus =
        [
            () => withdrawn = Withdraw(frames, bad),
            () =>
            {
                frames.Free(frames.Take());
                frames.Take();
                frames.Take();
                frames.TryTake(0, out _);
            },
        ];
        return Explorer.Run(frames.Program, bounds with { PlainData = true });
    }

    private static Exploration WithdrawWhileFreed(bool last, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 3));
        OwnedFrame block = default;
        frames.Before(1, () => block = frames.Take());
        if (last)
            frames.TakeAllBut(1, 0);

        bool withdrawn = false;
        frames.Program.Outcome = () => withdrawn ? "withdrawn" : "stays";
        frames.Program.Cpus =
        [
            () => withdrawn = Withdraw(frames, block.Start),
            () =>
            {
                frames.Free(block);
                Assert.IsFalse(frames.TryFree(block), "freed twice");
            },
        ];
        return Explorer.Run(frames.Program, bounds with { PlainData = true });
    }

    private static bool Withdraw(FrameProgram frames, Frame bad)
    {
        Result<FrameError> result = frames.Allocator.Withdraw(bad);
        Assert.IsTrue(result.IsSuccess || result.Error == FrameError.InUse);
        if (result.IsSuccess)
            frames.Hold(FrameRange<Size4KiB>.Create(bad, 1));

        return result.IsSuccess;
    }

    private static Exploration RemoveWhileFreed(Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (1020, 8));
        OwnedFrame[] blocks = new OwnedFrame[8];
        frames.Before(1, () =>
        {
            for (int index = 0; index < blocks.Length; index++)
                blocks[index] = frames.Take();

            foreach (OwnedFrame block in blocks)
            {
                if (block.Start.Number != 1026)
                    frames.Free(block);
            }
        });
        OwnedFrame rest = Array.Find(blocks, block => block.Start.Number == 1026);
        bool removed = false;
        frames.Program.Outcome = () => removed ? "removed" : "stays";
        frames.Program.Cpus =
        [
            () =>
            {
                Result<FrameError> result = frames.Allocator.RemoveMemory(FrameRange<Size4KiB>.Create(Frame.FromNumber(1020), 7));
                removed = result.IsSuccess;
                Assert.IsTrue(removed || result.Error == FrameError.InUse);
            },
            () =>
            {
                frames.Free(rest);
                frames.TryTake(0, out _);
            },
        ];
        return Explorer.Run(frames.Program, bounds with { PlainData = true });
    }
}
