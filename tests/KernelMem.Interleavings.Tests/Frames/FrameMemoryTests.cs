using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Memory that comes and goes, and blocks that have several holders, with other CPUs at work.</summary>
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

    /// <summary>Of two who drop the references that there are, the last frees the block, whoever it is.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void The_last_reference_frees(int order)
    {
        using FrameProgram frames = new(2, true, (512, 64));
        Frame start = default;
        frames.Before(0, () => start = frames.Take(order).Start);
        frames.Before(0, () => Assert.IsTrue(frames.Allocator.AddReference(start, FrameUse.User).IsSuccess));
        int freed = 0;
        void Drop()
        {
            Assert.IsTrue(frames.Allocator.DropReference(start, FrameUse.User).TryGet(out bool last), "refused");
            if (last)
                freed++;
        }

        frames.Program.Setup = () => freed = 0;
        frames.Program.Cpus = [Drop, Drop];
        frames.Program.Check = () =>
        {
            Assert.AreEqual(1, freed);
            Assert.IsTrue(frames.Allocator.Validate());
        };
        Explorer.Run(frames.Program, Bounds.UpTo(3)).ExpectNoFailure();
        Explorer.Run(frames.Program, Bounds.UpTo(3) with { Fault = Fault.SplitLocked }).ExpectFailure();
    }
}
