using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Tlb;

/// <summary>
/// The protocol of the TLB shootdown: whoever changes a table and flushes may free what was there, whatever the other CPUs do at that
/// moment. Each has a control that fails: the page is used without the flush, or without what the flush rests on.
/// </summary>
[TestClass]
public sealed class ShootdownTests
{
    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void A_CPU_that_makes_a_space_current_is_asked_or_catches_up(bool identifiers, bool ranBefore)
    {
        using TlbProgram program = new(2, identifiers);
        if (ranBefore)
        {
            TlbProgram.Before(1, () =>
            {
                program.Activate(1);
                program.Use(0);
                program.Activate(2);
            });
        }

        program.SetCpus(
            () => program.Change(1, 0),
            () =>
            {
                program.Activate(1);
                program.Use(0);
                program.TakeInterrupt();
                program.Use(0);
            });
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_CPU_that_changes_to_another_space_and_back_catches_up(bool identifiers)
    {
        using TlbProgram program = new(2, identifiers);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
        });
        program.SetCpus(
            () => program.Change(1, 0),
            () =>
            {
                program.Activate(2);
                program.TakeInterrupt();
                program.Activate(1);
                program.Use(0);
            });
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    /// <summary>Answered in the other order than they were counted, perhaps with a change of spaces between: nothing may count as dropped that was not.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Two_flushes_of_one_space_at_once_are_both_heeded(bool identifiers) => FlushTwice(identifiers, preemptions: 1);

    [TestMethod]
    [TestCategory("Long")]
    public void Two_flushes_of_one_space_at_once_are_both_heeded_at_length() => FlushTwice(identifiers: true, preemptions: 2);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_lazy_CPU_is_spared_or_catches_up(bool identifiers)
    {
        using TlbProgram program = new(2, identifiers);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
        });
        program.SetCpus(
            () => program.Change(1, 0),
            () =>
            {
                program.Use(0);
                program.Tlb.EnterLazy();
                program.TakeInterrupt();
                program.Tlb.LeaveLazy();
                program.Use(0);
            });
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    [TestMethod]
    public void A_CPU_that_stays_lazy_does_not_keep_a_flush_waiting()
    {
        using TlbProgram program = new(2, identifiers: true);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
            program.Tlb.EnterLazy();
        });
        program.Program.Cpus = [() => program.Change(1, 0)];
        program.Run(Bounds.UpTo(2)).ExpectNoFailure();
    }

    [TestMethod]
    public void The_kernels_part_is_flushed_under_every_identifier()
    {
        using TlbProgram program = new(2, identifiers: true);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.UseKernel();
            program.Activate(2);
            program.UseKernel();
        });
        program.SetCpus(
            program.ChangeKernel,
            () =>
            {
                program.UseKernel();
                program.Activate(1);
                program.UseKernel();
                program.TakeInterrupt();
                program.Activate(2);
                program.UseKernel();
            });
        program.Run(Bounds.UpTo(2)).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(1)]
    public void CPUs_that_ask_at_once_answer_each_other(int preemptions)
    {
        using TlbProgram program = new(3, identifiers: true);
        TlbProgram.Before(0, () => program.Activate(1));
        TlbProgram.Before(1, () => program.Activate(1));
        program.SetCpus(
            () =>
            {
                program.Use(0);
                program.ChangeKernel();
                program.Use(0);
            },
            () =>
            {
                program.UseKernel();
                program.ChangeAll(1);
                program.UseKernel();
            },
            program.UseKernel);
        program.Run(Bounds.UpTo(preemptions)).ExpectNoFailure();
    }

    [TestMethod]
    public void A_CPU_that_joins_is_asked_or_drops_what_it_had()
    {
        using TlbProgram program = new(2, identifiers: false, joined: 1);
        TlbProgram.Before(1, program.UseKernel);
        program.SetCpus(
            program.ChangeKernel,
            () =>
            {
                program.Tlb.Join();
                program.UseKernel();
                program.TakeInterrupt();
                program.UseKernel();
            });
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
        program.Run(Bounds.UpTo(3) with { Fault = Fault.NoFences }).ExpectFailure("after it was freed");
    }

    /// <summary>It takes no interrupt after that: who still waits for it waits for ever.</summary>
    [TestMethod]
    public void A_CPU_that_leaves_keeps_nobody_waiting()
    {
        using TlbProgram program = new(2, identifiers: false);
        TlbProgram.Before(1, program.UseKernel);
        program.Program.Cpus =
        [
            () =>
            {
                program.ChangeKernel();
                program.ChangeKernel();
            },
            () =>
            {
                program.UseKernel();
                program.Tlb.Leave();
            },
        ];
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    [TestMethod]
    public void Tables_are_freed_after_every_walk_with_interrupts_off_has_ended()
    {
        using TlbProgram program = new(2, identifiers: true);
        program.SetCpus(() => program.Change(1, 0, tablesFreed: true), () => program.Walk(1, 0));
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    /// <summary>The control: the space is current nowhere, so nobody is asked.</summary>
    [TestMethod]
    public void Pages_are_freed_without_waiting_for_walks()
    {
        using TlbProgram program = new(2, identifiers: true);
        program.SetCpus(() => program.Change(1, 0), () => program.Walk(1, 0));
        program.Run(Bounds.UpTo(3)).ExpectFailure("under a walk");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_space_that_ends_is_current_nowhere(bool identifiers)
    {
        using TlbProgram program = new(2, identifiers);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
            program.Tlb.EnterLazy();
        });
        program.SetCpus(() => program.Retire(1), () => program.Activate(2));
        program.Run(Bounds.UpTo(3)).ExpectNoFailure();
    }

    /// <summary>A handler that comes with interrupts off may answer as well, in the middle of a change of spaces or of another answer.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_answer_may_come_in_the_middle_of_a_change(bool identifiers)
    {
        using TlbProgram program = new(2, identifiers);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
        });
        program.Program.Interrupts = [Interrupt.NonMaskable(1, "NMI", program.Tlb.HandleInterrupt)];
        program.SetCpus(
            () => program.Change(1, 0),
            () =>
            {
                program.Activate(2);
                program.Activate(1);
                program.Use(0);
            });
        program.Run(Bounds.UpTo(2)).ExpectNoFailure();
    }

    [TestMethod]
    public void A_second_request_is_not_taken_for_the_first()
    {
        using TlbProgram program = new(2, identifiers: false);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
            program.Use(1);
        });
        program.Program.Interrupts = [Interrupt.NonMaskable(1, "NMI", program.Tlb.HandleInterrupt)];
        program.SetCpus(
            () =>
            {
                program.Change(1, 0);
                program.Change(1, 1);
            },
            () =>
            {
                program.TakeInterrupt();
                program.Use(0);
                program.Use(1);
            });
        program.Run(Bounds.UpTo(2)).ExpectNoFailure();
    }

    [TestMethod]
    public void A_page_that_is_not_flushed_is_used_after_its_frame_was_freed()
    {
        using TlbProgram program = new(2, identifiers: true);
        TlbProgram.Before(1, () =>
        {
            program.Activate(1);
            program.Use(0);
            program.Tlb.EnterLazy();
        });
        program.SetCpus(() => program.Change(1, 0), () => program.Use(0));
        program.Run(Bounds.UpTo(2)).ExpectFailure("after it was freed");
    }

    private static void FlushTwice(bool identifiers, int preemptions)
    {
        using TlbProgram program = new(3, identifiers);
        TlbProgram.Before(2, () =>
        {
            program.Activate(1);
            program.Use(0);
            program.Use(1);
        });
        program.SetCpus(
            () => program.Change(1, 0),
            () => program.Change(1, 1),
            () =>
            {
                program.TakeInterrupt();
                program.Activate(2);
                program.Activate(1);
                program.Use(0);
                program.Use(1);
            });
        program.Run(Bounds.UpTo(preemptions)).ExpectNoFailure();
    }
}
