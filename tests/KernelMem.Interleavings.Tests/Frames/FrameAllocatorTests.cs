using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>The frame allocator with two or three CPUs in it at once.</summary>
[TestClass]
public sealed class FrameAllocatorTests
{
    /// <summary>Orders above 6 take several words of bits: where a peer gave the same frames out twice.</summary>
    [TestMethod]
    [DataRow(0, 2, 2)]
    [DataRow(0, 3, 1)]
    [DataRow(3, 2, 2)]
    [DataRow(6, 2, 2)]
    [DataRow(7, 2, 2)]
    [DataRow(8, 2, 2)]
    [DataRow(9, 2, 2)]
    [DataRow(10, 2, 2)]
    public void All_take(int order, int cpus, int preemptions) => AllTake(order, cpus, Bounds.UpTo(preemptions)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(0, 2, 3)]
    [DataRow(0, 3, 2)]
    [DataRow(7, 3, 2)]
    [DataRow(9, 3, 3)]
    public void All_take_at_length(int order, int cpus, int preemptions)
        => AllTake(order, cpus, Bounds.UpTo(preemptions)).ExpectNoFailure();

    /// <summary>The peer's bug itself: a claim that returns success although its compare-exchange failed.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    public void A_claim_that_takes_failure_for_success_is_found(int order)
        => AllTake(order, 2, Bounds.UpTo(2) with { Fault = Fault.FailedExchangeSaysYes }).ExpectFailure();

    [TestMethod]
    [DataRow(0)]
    [DataRow(9)]
    public void Claims_that_are_not_locked_are_found(int order)
        => AllTake(order, 2, Bounds.UpTo(2) with { Fault = Fault.SplitLocked }).ExpectFailure();

    /// <summary>Blocks of different sizes out of the same two huge frames.</summary>
    [TestMethod]
    [DataRow(0, 9)]
    [DataRow(7, 8)]
    [DataRow(4, 10)]
    [DataRow(9, 10)]
    public void One_takes_small_one_takes_large(int small, int large)
    {
        using FrameProgram frames = new(2, true, (1024, 1024));
        frames.Program.Cpus = [() => frames.TryTake(small, out _), () => frames.TryTake(large, out _)];
        Explorer.Run(frames.Program).ExpectNoFailure();
    }

    /// <summary>One gives back what it has; another takes.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(9)]
    public void One_gives_back_one_takes(int order)
    {
        using FrameProgram frames = new(2, true, (512, order == 0 ? 64UL : 1024));
        OwnedFrame block = default;
        frames.Before(0, () => block = frames.Take(order));
        frames.Program.Cpus = [() => frames.Free(block), () => frames.Free(frames.Take(order))];
        Explorer.Run(frames.Program).ExpectNoFailure();
    }

    /// <summary>Of those who free the same block, one wins, by its token or by its bare frame.</summary>
    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(5, 2)]
    [DataRow(9, 2)]
    [DataRow(0, 3)]
    public void All_free_the_same_block(int order, int cpus)
    {
        using FrameProgram frames = new(cpus, true, (512, 512));
        OwnedFrame block = default;
        int wins = 0;
        frames.Before(0, () => block = frames.Take(order));
        void Free()
        {
            if (frames.TryFree(block))
                wins++;
        }

        frames.InEachRun(() => wins = 0, () => Assert.AreEqual(1, wins));
        frames.Program.Cpus = [.. Enumerable.Repeat(Free, cpus)];
        Explorer.Run(frames.Program, Bounds.UpTo(cpus == 2 ? 3 : 2)).ExpectNoFailure();
        Explorer.Run(frames.Program, Bounds.UpTo(2) with { Fault = Fault.SplitLocked }).ExpectFailure();
    }

    /// <summary>A frame is freed twice while another takes it in between: the second owner keeps it.</summary>
    [TestMethod]
    public void A_stale_token_frees_nothing()
    {
        using FrameProgram frames = new(2, true, (512, 8));
        frames.TakeAllBut(0, 1);
        OwnedFrame block = default;
        frames.Before(0, () => block = frames.Take());
        frames.Program.Cpus =
        [
            () =>
            {
                frames.TryFree(block);
                frames.TryFree(block);
            },
            () => frames.TryTake(0, out _),
        ];
        Explorer.Run(frames.Program, Bounds.UpTo(2)).ExpectNoFailure();
    }

    /// <summary>
    /// Where a peer fails: all that is free lies in another CPU's cache, while that CPU takes and gives back. One frame is free throughout,
    /// so nobody may be told that there is none.
    /// </summary>
    [TestMethod]
    [DataRow(true, 2)]
    [DataRow(false, 2)]
    public void None_is_refused_while_another_CPU_keeps_a_free_frame(bool fencesRemotely, int preemptions)
        => CallIn(fencesRemotely, Bounds.UpTo(preemptions) with { PlainData = true }).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(true)]
    [DataRow(false)]
    public void None_is_refused_while_another_CPU_keeps_a_free_frame_at_length(bool fencesRemotely)
        => CallIn(fencesRemotely, Bounds.UpTo(3) with { PlainData = true }).ExpectNoFailure();

    /// <summary>
    /// Who looks for two frames side by side where there are none takes single ones off the counter for a moment: nobody may be told
    /// then that there are none at all.
    /// </summary>
    [TestMethod]
    public void None_is_refused_while_another_looks_for_a_larger_block()
    {
        using FrameProgram frames = new(2, true, (512, 4));
        OwnedFrame[] all = new OwnedFrame[4];
        frames.Before(0, () =>
        {
            for (int frame = 0; frame < all.Length; frame++)
                all[frame] = frames.Take();
            frames.Free(all[0]);
            frames.Free(all[2]);

            // This one calls all frames in to the pool.
            Assert.IsFalse(frames.TryTake(1, out _));
        });
        frames.Program.Cpus = [() => frames.TryTake(1, out _), () => frames.Take()];
        Explorer.Run(frames.Program, Bounds.UpTo(2)).ExpectNoFailure();
    }

    /// <summary>The same with blocks, which a CPU keeps in another place than frames.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void None_is_refused_while_another_CPU_keeps_a_free_block(bool fencesRemotely)
    {
        using FrameProgram frames = new(2, fencesRemotely, (512, 6));
        frames.Before(0, () =>
        {
            OwnedFrame[] blocks = [frames.Take(1), frames.Take(1), frames.Take(1)];
            frames.Free(blocks[0]);
            frames.Free(blocks[1]);
        });
        Assert.AreEqual(4U, frames.CountKept(0));
        frames.Program.Cpus = [() => frames.Free(frames.Take(1)), () => frames.Take(1)];
        Explorer.Run(frames.Program, Bounds.UpTo(2) with { PlainData = true }).ExpectNoFailure();
    }

    /// <summary>The cache's lock has no locked instruction on the owner's side: all hangs on the fences.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_cache_without_fences_is_found(bool fencesRemotely)
        => CallIn(fencesRemotely, Bounds.UpTo(3) with { PlainData = true, Fault = Fault.NoFences }).ExpectFailure();

    /// <summary>Two CPUs want another tree, and there is one; the frames of the tree that is left stay within reach.</summary>
    [TestMethod]
    public void Both_change_trees()
    {
        using FrameProgram frames = new(2, true, (512, 2), (4096, 2), (8192, 2));
        frames.Before(0, () => frames.Take());
        frames.Before(1, () => frames.Take());
        Action take = () =>
        {
            frames.Take();
            frames.TryTake(0, out _);
        };
        frames.Program.Cpus = [take, take];
        Explorer.Run(frames.Program, Bounds.UpTo(1)).ExpectNoFailure();
    }

    /// <summary>One is at home where the memory is, and another asks for it from elsewhere; neither is refused while there is some.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(9)]
    public void Both_want_the_memory_of_one_node(int order)
    {
        using FrameProgram frames = new(2, true, (512, order == 9 ? 512UL : 2), (4096, order == 9 ? 1024UL : 4));
        frames.Allocator.AssignNode(FrameRange<Size4KiB>.Create(Frame.FromNumber(4096), 4096), 1);
        frames.Allocator.SetHomeNode(new CpuId(1), 1);
        frames.Program.Cpus =
        [
            () => frames.Take(FrameRequest.For(FrameUse.User).WithOrder(order).WithNode(1)),
            () => frames.Free(frames.Take(order)),
        ];
        Explorer.Run(frames.Program, Bounds.UpTo(2)).ExpectNoFailure();
    }

    /// <summary>The code that a handler interrupts may be anywhere in the allocator.</summary>
    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(7, 0)]
    [DataRow(0, 9)]
    public void A_handler_takes_and_gives_back(int order, int handlersOrder)
    {
        using FrameProgram frames = new(2, true, (512, 1024));
        frames.Program.Cpus = [() => frames.Free(frames.Take(order)), () => frames.Take(order)];
        frames.Program.Interrupts = [Interrupt.On(0, "timer", () => frames.Free(frames.Take(handlersOrder)))];
        Explorer.Run(frames.Program, Bounds.UpTo(1)).ExpectNoFailure();
    }

    /// <summary>An NMI comes even where interrupts are off, inside the per-CPU cache.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(9)]
    public void An_NMI_handler_takes_and_gives_back(int order)
    {
        using FrameProgram frames = new(2, true, (512, 1536));
        frames.Program.Cpus = [() => frames.Free(frames.Take(order)), () => frames.Take(order)];
        frames.Program.Interrupts = [Interrupt.NonMaskable(0, "NMI", frames.TakeAndFreeInNmi)];
        Explorer.Run(frames.Program, Bounds.UpTo(1) with { PlainData = true }).ExpectNoFailure();
    }

    /// <summary>The ordinary calls are not for NMI handlers: what the handler interrupts may be in the middle of the CPU's cache.</summary>
    [TestMethod]
    public void An_NMI_handler_that_makes_the_ordinary_calls_is_found()
    {
        using FrameProgram frames = new(1, true, (512, 64));
        frames.Before(0, () => frames.Free(frames.Take()));
        frames.Program.Cpus = [() => frames.Free(frames.Take())];
        frames.Program.Interrupts = [Interrupt.NonMaskable(0, "NMI", () => frames.Free(frames.Take()))];
        Explorer.Run(frames.Program, Bounds.UpTo(0) with { PlainData = true }).ExpectFailure();
    }

    /// <summary>More than can be tried: by chance.</summary>
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, true)]
    public void Three_CPUs_and_an_interrupt_at_random(int seed, bool fencesRemotely)
    {
        using FrameProgram frames = new(3, fencesRemotely, (512, 64), (4096, 8));
        frames.TakeAllBut(0, 6);
        void Work()
        {
            if (frames.TryTake(0, out OwnedFrame first))
                frames.Free(first);
            bool taken = frames.TryTake(1, out OwnedFrame second);
            frames.TryTake(0, out _);
            if (taken)
                frames.Free(second);
        }

        frames.Program.Cpus = [Work, Work, Work];
        frames.Program.Interrupts = [Interrupt.On(1, "timer", Work), Interrupt.NonMaskable(2, "NMI", frames.TakeAndFreeInNmi)];
        Explorer.RunRandomly(frames.Program, seed, 1000, Bounds.Default with { PlainData = true }).ExpectNoFailure();
    }

    [TestMethod]
    public void A_bare_frame_and_its_token_are_freed_once()
    {
        using FrameProgram frames = new(2, true, (512, 64));
        OwnedFrame block = default;
        frames.Before(0, () => block = frames.Take());
        Frame start = block.Start;
        int wins = 0;
        void Count(bool won) => wins += won ? 1 : 0;
        frames.Program.Setup = () => wins = 0;
        frames.Program.Cpus =
        [
            () => Count(frames.Allocator.Free(block).IsSuccess),
            () => Count(frames.Allocator.Free(start, FrameUse.User).IsSuccess),
        ];
        frames.Program.Check = () =>
        {
            Assert.AreEqual(1, wins);
            Assert.IsTrue(frames.Allocator.Validate());
        };
        Explorer.Run(frames.Program, Bounds.UpTo(3)).ExpectNoFailure();
    }

    private static Exploration AllTake(int order, int cpus, Bounds bounds)
    {
        using FrameProgram frames = order < 7 ? new(cpus, true, (512, 128)) : new(cpus, true, (1024, order == 10 ? 2048UL : 1536));
        frames.Program.Cpus = [.. Enumerable.Repeat<Action>(() => frames.Take(order), cpus)];
        return Explorer.Run(frames.Program, bounds);
    }

    private static Exploration CallIn(bool fencesRemotely, Bounds bounds)
    {
        using FrameProgram frames = new(2, fencesRemotely, (512, 6));

        // The first one that comes back after exhaustion goes to the pool, the others stay with the CPU.
        frames.TakeAllBut(0, 3);
        frames.Before(1, () => frames.Take());
        Assert.AreEqual(2U, frames.CountKept(0));
        frames.Program.Cpus = [() => frames.Free(frames.Take()), () => frames.Take()];
        return Explorer.Run(frames.Program, bounds);
    }
}
