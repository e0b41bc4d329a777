using System;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Fences;

/// <summary>
/// The machine layer's remote fence, in the programs that it is for: one CPU stores, has the others pass a barrier and loads; another one
/// stores and loads with no barrier between. That neither sees the other's store must not happen.
/// </summary>
[TestClass]
public sealed unsafe class RemoteFenceTests
{
    [TestMethod]
    public void A_CPU_that_does_not_fence_itself_is_fenced()
        => Meet(static cpu => cpu.Fence()).ExpectNoFailure();

    [TestMethod]
    public void A_fence_of_ones_own_is_not_enough()
        => Meet(static _ => Atomic.Fence()).ExpectFailure("neither saw the other");

    [TestMethod]
    public void One_that_fences_twice_draws_another_ticket() => Meet(static cpu =>
    {
        cpu.Fence();
        cpu.Fence();
    }).ExpectNoFailure();

    /// <summary>They answer each other while they wait, and the third answers both, perhaps at once.</summary>
    [TestMethod]
    [DataRow(1)]
    public void Two_fence_at_the_same_time(int preemptions) => MeetTwo(Bounds.UpTo(preemptions)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(2)]
    public void Two_fence_at_the_same_time_at_length(int preemptions) => MeetTwo(Bounds.UpTo(preemptions)).ExpectNoFailure();

    [TestMethod]
    public void Tickets_that_are_not_drawn_in_one_step_are_found()
        => MeetTwo(Bounds.UpTo(2) with { Fault = Fault.SplitLocked }).ExpectFailure();

    [TestMethod]
    public void A_CPU_that_comes_up_is_asked_or_sees_what_was_written_before()
        => MeetNewcomer(barrier: true).ExpectNoFailure();

    [TestMethod]
    public void A_CPU_that_comes_up_without_a_barrier_is_found()
        => MeetNewcomer(barrier: false).ExpectFailure("neither saw the other");

    /// <summary>
    /// The kernel's interrupt may come first and answer for the fence, whose own then finds nothing to do; or be one with it; or come last.
    /// </summary>
    [TestMethod]
    public void An_interrupt_of_the_kernels_own_costs_no_fence_its_cause()
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 3);
        program.Cpus =
        [
            () => Run(shared, 0, 3, static cpu => cpu.Fence()),
            () => Run(shared, 1, 3, static _ => { }),
            () => Run(shared, 2, 3, static cpu => cpu.Interrupt(1)),
        ];
        Explorer.Run(program, Bounds.UpTo(2)).ExpectNoFailure();
    }

    [TestMethod]
    public void An_interrupt_without_a_cause_is_told_from_those_of_fences()
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 2);
        program.Cpus =
        [
            () => Run(shared, 0, 2, static cpu =>
            {
                cpu.Fence();
                cpu.SendNonMaskable(1);
            }),
            () => Run(shared, 1, 2, static _ => { }),
        ];
        Explorer.Run(program).ExpectFailure("an interrupt without a cause");
    }

    /// <summary>Two that did would wait for each other.</summary>
    [TestMethod]
    public void A_handler_that_fences_panics()
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 2);
        program.Cpus = [() => Run(shared, 0, 2, static cpu => cpu.FenceInInterrupt()), () => Run(shared, 1, 2, static _ => { })];
        Explorer.Run(program).ExpectFailure("must not fence remotely");
    }

    private static Exploration Meet(Action<FenceCpu> fence)
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 2);
        ulong* first = program.Place<ulong>("first"), second = program.Place<ulong>("second");
        ulong seenByFirst = 0, seenBySecond = 0;
        program.Cpus =
        [
            () => Run(shared, 0, 2, cpu => seenByFirst = Visit(first, second, () => fence(cpu))),
            () => Run(shared, 1, 2, cpu => seenBySecond = Visit(second, first, cpu.TakeInterrupt)),
        ];
        program.Check = () => Assert.AreNotEqual(0UL, seenByFirst | seenBySecond, "neither saw the other");
        return Explorer.Run(program, Bounds.UpTo(3));
    }

    private static Exploration MeetTwo(Bounds bounds)
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 3);
        ulong* first = program.Place<ulong>("first"), second = program.Place<ulong>("second"), third = program.Place<ulong>("third");
        ulong seenByFirst = 0, seenBySecond = 0, firstSeenByThird = 0, secondSeenByThird = 0;
        program.Cpus =
        [
            () => Run(shared, 0, 3, cpu => seenByFirst = Visit(first, third, cpu.Fence)),
            () => Run(shared, 1, 3, cpu => seenBySecond = Visit(second, third, cpu.Fence)),
            () => Run(shared, 2, 3, cpu =>
            {
                firstSeenByThird = Visit(third, first, cpu.TakeInterrupt);
                secondSeenByThird = Atomic.Load(in *second);
            }),
        ];
        program.Check = () =>
        {
            Assert.AreNotEqual(0UL, seenByFirst | firstSeenByThird, "neither saw the other");
            Assert.AreNotEqual(0UL, seenBySecond | secondSeenByThird, "neither saw the other");
        };
        return Explorer.Run(program, bounds with { ByValue = true });
    }

    private static Exploration MeetNewcomer(bool barrier)
    {
        using ConcurrentProgram program = new();
        FenceShared* shared = Share(program, up: 1);
        ulong* first = program.Place<ulong>("first"), second = program.Place<ulong>("second");
        ulong seenByFirst = 0, seenBySecond = 0;
        program.Cpus =
        [
            () => Run(shared, 0, 2, cpu => seenByFirst = Visit(first, second, cpu.Fence)),
            () => Run(shared, 1, 2, cpu =>
            {
                cpu.ComeUp(barrier);
                seenBySecond = Visit(second, first, cpu.TakeInterrupt);
            }),
        ];
        program.Check = () => Assert.AreNotEqual(0UL, seenByFirst | seenBySecond, "neither saw the other");
        return Explorer.Run(program, Bounds.UpTo(3));
    }

    private static FenceShared* Share(ConcurrentProgram program, int up) =>
        program.Place("fence", new FenceShared { Count = (ulong)up });

    // Each CPU takes interrupts until all have done their work.
    private static void Run(FenceShared* shared, int self, int cpus, Action<FenceCpu> work)
    {
        FenceCpu cpu = new(shared, self);
        work(cpu);
        cpu.End(cpus);
    }

    // Stores, and loads: an interrupt may come before, between, and after.
    private static ulong Visit(ulong* mine, ulong* others, Action between)
    {
        Atomic.Store(ref *mine, 1UL);
        between();
        return Atomic.Load(in *others);
    }
}
