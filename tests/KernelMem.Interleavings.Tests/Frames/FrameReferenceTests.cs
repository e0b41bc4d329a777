using System;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Blocks that have several holders, who come and go on two CPUs.</summary>
[TestClass]
public sealed class FrameReferenceTests
{
    /// <summary>Of two who drop the references that there are, the last frees the block, whoever it is.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void The_last_reference_frees(int order)
    {
        using Shared shared = new(order, references: 2);
        shared.Frames.Program.Cpus = [shared.Drop, shared.Drop];
        shared.Expect(references: 0);
        Explorer.Run(shared.Frames.Program, Bounds.UpTo(4)).ExpectNoFailure();
        Explorer.Run(shared.Frames.Program, Bounds.UpTo(3) with { Fault = Fault.SplitLocked }).ExpectFailure();
    }

    /// <summary>Of a single frame that nobody shared before, both make the mark point to the table.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void Both_add_a_reference(int order)
    {
        using Shared shared = new(order, references: 1);
        shared.Frames.Program.Cpus = [shared.Add, shared.Add];
        shared.Expect(references: 3);
        Explorer.Run(shared.Frames.Program, Bounds.UpTo(4)).ExpectNoFailure();
        Explorer.Run(shared.Frames.Program, Bounds.UpTo(3) with { Fault = Fault.SplitLocked }).ExpectFailure();
    }

    /// <summary>A reference that is dropped while another is added, or dropped, is not lost, nor are two dropped for one.</summary>
    [TestMethod]
    public void One_adds_and_drops_while_another_drops() => AddAndDrop(Bounds.UpTo(4)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void One_adds_and_drops_while_another_drops_at_length() => AddAndDrop(Bounds.Unbounded).ExpectNoFailure();

    [TestMethod]
    public void Two_of_three_references_are_dropped_and_one_is_left() => DropTwoOfThree(Bounds.UpTo(4)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void Two_of_three_references_are_dropped_and_one_is_left_at_length() => DropTwoOfThree(Bounds.Unbounded).ExpectNoFailure();

    /// <summary>The owner tries to free while the other holder drops: refused until then, accepted afterwards.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void The_owner_frees_when_the_other_has_dropped(int order)
    {
        using Shared shared = new(order, references: 2);
        bool freed = false;
        shared.Frames.InEachRun(() => freed = false, () => shared.ExpectReferences(freed ? 0U : 1));
        shared.Frames.Program.Outcome = () => freed ? "freed" : "refused";
        shared.Frames.Program.Cpus =
        [
            () =>
            {
                freed = shared.Frames.Allocator.Free(shared.Start, FrameUse.User).IsSuccess;
                if (freed)
                    shared.LetGo();
            },
            shared.Drop,
        ];
        Explorer.Run(shared.Frames.Program, Bounds.UpTo(2)).ExpectOutcomes("freed", "refused");
    }

    private static Exploration AddAndDrop(Bounds bounds)
    {
        using Shared shared = new(order: 0, references: 3);
        shared.Frames.Program.Cpus =
        [
            () =>
            {
                shared.Add();
                shared.Drop();
            },
            () =>
            {
                shared.Drop();
                shared.Add();
            },
        ];
        shared.Expect(references: 3);
        return Explorer.Run(shared.Frames.Program, bounds);
    }

    private static Exploration DropTwoOfThree(Bounds bounds)
    {
        using Shared shared = new(order: 2, references: 3);
        shared.Frames.Program.Cpus = [shared.Drop, shared.Drop];
        shared.Expect(references: 1);
        return Explorer.Run(shared.Frames.Program, bounds);
    }

    /// <summary>A block that has some references when the program starts.</summary>
    private sealed class Shared : IDisposable
    {
        private OwnedFrame _block;

        public Shared(int order, int references)
        {
            Frames.Before(0, () => _block = Frames.Take(order));
            Frames.Before(0, () =>
            {
                for (int further = 1; further < references; further++)
                    Add();
            });
        }

        public FrameProgram Frames { get; } = new(2, true, (512, 16));

        public Frame Start => _block.Start;

        public void Add() => Assert.IsTrue(Frames.Allocator.AddReference(Start, FrameUse.User).IsSuccess, "refused");

        public void Drop()
        {
            Assert.IsTrue(Frames.Allocator.DropReference(Start, FrameUse.User).TryGet(out bool last), "refused");
            if (last)
                LetGo();
        }

        public void LetGo() => Frames.LetGo(_block.Range, _block.Generation);

        public void Expect(uint references) => Frames.InEachRun(() => { }, () => ExpectReferences(references));

        public void ExpectReferences(uint references)
        {
            FrameInfo info = Frames.Allocator.GetInfo(Start);
            Assert.AreEqual((references, references == 0), (info.References, info.State == FrameState.Free));
        }

        public void Dispose() => Frames.Dispose();
    }
}
