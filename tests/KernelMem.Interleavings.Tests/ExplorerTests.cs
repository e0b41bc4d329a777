using System.Linq;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests;

/// <summary>The explorer itself: how many schedules there are, and what a failure says.</summary>
[TestClass]
public sealed unsafe class ExplorerTests
{
    /// <summary>(2n)! / n!² ways to interleave n steps of each of two CPUs; (3n)! / n!³ of three.</summary>
    [TestMethod]
    [DataRow(2, 1, 2)]
    [DataRow(2, 2, 6)]
    [DataRow(2, 3, 20)]
    [DataRow(2, 5, 252)]
    [DataRow(3, 2, 90)]
    [DataRow(3, 3, 1680)]
    public void Every_interleaving_is_run_once(int cpus, int steps, int schedules)
    {
        using ConcurrentProgram program = Adders(cpus, steps, together: true);
        Assert.AreEqual(schedules, Explorer.Run(program, Bounds.Unbounded with { Reduction = false }).ExpectNoFailure().Schedules);
    }

    /// <summary>
    /// AABB and BBAA have no preemption; ABBA and BAAB one, because the change back comes when a CPU has ended; ABAB and BABA two.
    /// </summary>
    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(1, 4)]
    [DataRow(2, 6)]
    [DataRow(3, 6)]
    public void A_bound_leaves_out_what_has_more_preemptions(int preemptions, int schedules)
    {
        using ConcurrentProgram program = Adders(2, 2, together: true);
        Assert.AreEqual(schedules, Explorer.Run(program, Bounds.UpTo(preemptions) with { Reduction = false }).ExpectNoFailure().Schedules);
    }

    [TestMethod]
    public void Independent_accesses_are_not_interleaved()
    {
        using ConcurrentProgram program = Adders(3, 3, together: false);
        Assert.AreEqual(1680, Explorer.Run(program, Bounds.Unbounded with { Reduction = false }).ExpectNoFailure().Schedules);

        // Which CPU is next is still tried where one ends, once from each state: the first, three in the middle.
        Assert.IsLessThanOrEqualTo(10, Explorer.Run(program, Bounds.Unbounded).ExpectNoFailure().Schedules);
    }

    [TestMethod]
    public void What_is_found_to_be_shared_late_is_explored_too()
    {
        // y is touched by the second CPU only if that sees x between two steps of the first.
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint seen = 0;
        program.Setup = () => seen = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Exchange(ref *x, 1);
                Atomic.FetchAdd(ref *y, 1);
                Atomic.FetchAdd(ref *y, 1);
                Atomic.Exchange(ref *x, 0);
            },
            () =>
            {
                if (Atomic.Load(in *x) == 1)
                    seen = 1 + Atomic.Load(in *y);
            },
        ];
        program.Outcome = () => $"{seen}";
        Explorer.Run(program, Bounds.UpTo(1)).ExpectOutcomes("0", "1", "2", "3");
    }

    /// <summary>Before each of two steps, after them, or not at all.</summary>
    [TestMethod]
    public void An_interrupt_may_enter_before_each_step_or_not()
    {
        using ConcurrentProgram program = new();
        uint* seen = program.Place<uint>("seen", 9);
        uint* counter = program.Place<uint>("counter");
        program.Cpus =
        [
            () =>
            {
                Atomic.FetchAdd(ref *counter, 1);
                Atomic.FetchAdd(ref *counter, 1);
            },
        ];
        program.Interrupts = [Interrupt.On(0, "timer", () => *seen = Atomic.FetchAdd(ref *counter, 0))];
        program.Outcome = () => $"{*seen}";
        Exploration exploration = Explorer.Run(program, Bounds.UpTo(0) with { Reduction = false });
        exploration.ExpectOutcomes("0", "1", "2", "9");
        Assert.AreEqual(4, exploration.Schedules);
        Explorer.Run(program, Bounds.UpTo(0)).ExpectOutcomes("0", "1", "2", "9");
    }

    [TestMethod]
    public void An_interrupt_waits_until_interrupts_are_on_but_an_NMI_does_not()
    {
        using ConcurrentProgram program = new();
        ExplorerPlatform platform = new(1);
        uint* counter = program.Place<uint>("counter");
        uint* seen = program.Place<uint>("seen", 9);
        program.Cpus =
        [
            () =>
            {
                InterruptState before = platform.SaveInterrupts();
                Atomic.Store(ref *counter, 1);
                Atomic.Store(ref *counter, 2);
                platform.RestoreInterrupts(before);
            },
        ];
        program.Outcome = () => $"{*seen}";
        program.Interrupts = [Interrupt.On(0, "timer", () => *seen = Atomic.Load(in *counter))];
        Explorer.Run(program).ExpectOutcomes("0", "2", "9");
        Explorer.Run(program, Bounds.Default with { Fault = Fault.InterruptsStayOn }).ExpectOutcomes("0", "1", "2", "9");
        program.Interrupts = [Interrupt.NonMaskable(0, "NMI", () => *seen = Atomic.Load(in *counter))];
        Explorer.Run(program).ExpectOutcomes("0", "1", "2", "9");
    }

    [TestMethod]
    public void A_CPU_that_waits_goes_on_when_what_it_waits_for_is_written()
    {
        using ConcurrentProgram program = new();
        ExplorerPlatform platform = new(2);
        uint* flag = program.Place<uint>("flag");
        program.Cpus = [() => Await(platform, flag), () => Atomic.Store(ref *flag, 1)];
        Explorer.Run(program, Bounds.Unbounded).ExpectNoFailure();

        program.Cpus = [() => Await(platform, flag), () => Atomic.Store(ref *flag, 2)];
        Failure failure = Explorer.Run(program, Bounds.Unbounded).ExpectFailure("deadlock: CPU 0 waits for a change of flag");
        Assert.Contains("CPU 1            's store reaches flag = 0x2", failure.ToString(), System.StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_wait_that_gives_up_is_no_deadlock()
    {
        using ConcurrentProgram program = new();
        ExplorerPlatform platform = new(1);
        uint* flag = program.Place<uint>("flag");
        program.Cpus =
        [
            () =>
            {
                for (int look = 0; look < 100 && Atomic.Load(in *flag) == 0; look++)
                    platform.Pause();
            },
        ];
        Explorer.Run(program).ExpectNoFailure();
    }

    [TestMethod]
    public void A_loop_without_a_pause_that_waits_is_a_wait()
    {
        using ConcurrentProgram program = new();
        uint* flag = program.Place<uint>("flag");
        program.Cpus =
        [
            () =>
            {
                while (Atomic.Load(in *flag) == 0)
                {
                }
            },
            () => Atomic.Store(ref *flag, 1),
        ];
        Explorer.Run(program).ExpectNoFailure();
    }

    [TestMethod]
    public void A_run_without_end_is_a_failure()
    {
        using ConcurrentProgram program = new();
        uint* counter = program.Place<uint>("counter");
        program.Cpus =
        [
            () =>
            {
                while (Atomic.FetchAdd(ref *counter, 1) != uint.MaxValue)
                {
                }
            },
        ];
        Explorer.Run(program).ExpectFailure("no end after 20000 steps");
    }

    [TestMethod]
    public void A_failure_tells_its_schedule_and_can_be_replayed()
    {
        using ConcurrentProgram program = LostUpdate();
        Failure failure = Explorer.Run(program).ExpectFailure("in the end: ");
        string[] expected =
        [
            "    1  CPU 0            reads counter = 0x0",
            "    2  CPU 0            stores counter = 0x1 (buffered)",
            "    3  CPU 0            ends",
            "    4  CPU 1            reads counter = 0x0",
            "    5  CPU 1            stores counter = 0x1 (buffered)",
            "    6  CPU 1            ends",
            "    6  CPU 0            's store reaches counter = 0x1",
            "    6  CPU 1            's store reaches counter = 0x1",
        ];
        CollectionAssert.AreEqual(expected, failure.Steps.ToArray());

        Failure again = Explorer.Replay(program, failure.Replay).ExpectFailure("in the end: ");
        CollectionAssert.AreEqual(expected, again.Steps.ToArray());

        // Another schedule, in which nothing is lost.
        Explorer.Replay(program, "4:flush0").ExpectNoFailure();
    }

    [TestMethod]
    public void A_failure_of_a_random_run_can_be_replayed()
    {
        using ConcurrentProgram program = LostUpdate();
        Failure failure = Explorer.RunRandomly(program, seed: 1, runs: 100).ExpectFailure("in the end: ");
        Explorer.Replay(program, failure.Replay).ExpectFailure("in the end: ");
    }

    [TestMethod]
    public void A_program_that_depends_on_what_is_not_restored_is_refused()
    {
        using ConcurrentProgram program = new();
        uint* counter = program.Place<uint>("counter");
        uint run = 0;
        void Add()
        {
            Atomic.FetchAdd(ref *counter, ++run);
            Atomic.FetchAdd(ref *counter, run);
        }

        program.Cpus = [Add, Add];
        Explorer.Run(program).ExpectFailure("depends on something that is not restored");
    }

    [TestMethod]
    public void An_exploration_that_is_cut_off_says_so()
    {
        using ConcurrentProgram program = Adders(3, 3, together: true);
        Exploration exploration = Explorer.Run(program, Bounds.Unbounded with { MaxRuns = 100 });
        Assert.IsNull(exploration.Failure);
        Assert.IsFalse(exploration.IsComplete);
        Assert.AreEqual(100, exploration.Runs);
    }

    /// <summary>What lies between two accesses of the seam happens at once, unless it is said that there is plain data.</summary>
    [TestMethod]
    public void Plain_data_is_shared_only_if_the_bounds_say_so()
    {
        using ConcurrentProgram program = new();
        uint* seam = program.Place<uint>("seam");
        uint* plain = program.Place<uint>("plain");
        void Add()
        {
            uint before = *plain;
            _ = Atomic.Load(in *seam);
            *plain = before + 1;
        }

        program.Cpus = [Add, Add];
        program.Outcome = () => $"{*plain}";
        Explorer.Run(program).ExpectOutcomes("2");
        Explorer.Run(program, Bounds.Default with { PlainData = true }).ExpectOutcomes("1", "2");
    }

    [TestMethod]
    public void A_CPU_sees_its_own_stores_plainly_and_others_do_not()
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint seen = 0, others = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *x, 1);
                seen = *x;
                _ = Atomic.Load(in *y);
            },
            () =>
            {
                Atomic.Store(ref *y, 1);
                others = *x;
            },
        ];
        program.Outcome = () => $"{seen} {others}";
        Explorer.Run(program, Bounds.UpTo(1)).ExpectOutcomes("1 0");

        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *x, 1);
                *x = 2;
            },
        ];
        Explorer.Run(program).ExpectFailure("wrote plainly to what it had stored through the seam");
    }

    private static void Await(ExplorerPlatform platform, uint* flag)
    {
        while (Atomic.Load(in *flag) != 1)
            platform.Pause();
    }

    private static ConcurrentProgram LostUpdate()
    {
        ConcurrentProgram program = new();
        uint* counter = program.Place<uint>("counter");
        void Add() => Atomic.Store(ref *counter, Atomic.Load(in *counter) + 1);
        program.Cpus = [Add, Add];
        program.Check = () => Assert.AreEqual(2U, *counter);
        return program;
    }

    /// <summary>CPUs that add to a counter, or each to its own.</summary>
    private static ConcurrentProgram Adders(int cpus, int steps, bool together)
    {
        ConcurrentProgram program = new();
        uint* first = program.Place<uint>("first");
        program.Cpus = [.. Enumerable.Range(0, cpus).Select(cpu =>
        {
            uint* counter = together || cpu == 0 ? first : program.Place<uint>($"counter {cpu}");
            return (System.Action)(() =>
            {
                for (int step = 0; step < steps; step++)
                    Atomic.FetchAdd(ref *counter, 1);
            });
        })];
        program.Check = () => Assert.AreEqual((uint)(together ? cpus * steps : steps), *first);
        return program;
    }
}
