using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Flushes: who forgets what, when frames come back, and that nobody waits for ever.</summary>
[TestClass]
public sealed unsafe class ShootdownTests
{
    private const int Rounds = 2_000;

    [TestMethod]
    public void Without_a_flush_CPUs_use_what_was_unmapped_and_with_one_they_do_not()
    {
        using PagingWorld world = Two();
        Frame first = world.Take(0x11);
        Frame second = world.Take(0x22);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), first, Protection.KernelData).IsSuccess);
        Touch(world, Dynamic);
        Unmapped<Size4KiB> unmapped = world.Kernel.Unmap(PageAt(Dynamic)).Value;
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), second, Protection.KernelReadOnly).IsSuccess);
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            Assert.AreEqual((first.Start.Value, "rw-"), Seen(cpu, Dynamic), "the negative control: it is stale");

        Assert.AreEqual((Frame<Size4KiB>)first, unmapped.Flush(world.Tlb));
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            Assert.AreEqual((second.Start.Value, "r--"), Seen(cpu, Dynamic));
    }

    [TestMethod]
    public void Rights_taken_away_are_gone_on_every_CPU_after_the_flush_and_not_before()
    {
        using PagingWorld world = Two();
        Assert.IsTrue(world.Kernel.Map(PageAt<Size2MiB>(Dynamic), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        Touch(world, Dynamic + 0x12_3456, MemoryAccess.Write);
        PendingFlush flush = world.Kernel.Protect(PageAt<Size2MiB>(Dynamic), Protection.KernelReadOnly).Value;
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            Assert.AreEqual(MmuOutcome.Translated, cpu.Translate(At(Dynamic), MemoryAccess.Write).Outcome, "the negative control");
        flush.Flush(world.Tlb);
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            Assert.AreEqual(MmuOutcome.PageFault, cpu.Translate(At(Dynamic), MemoryAccess.Write).Outcome);
    }

    [TestMethod]
    public void A_frame_is_withheld_until_the_last_CPU_has_answered()
    {
        using PagingWorld world = Two();
        Frame frame = world.Take();
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), frame, Protection.KernelData).IsSuccess);
        Touch(world, Dynamic);
        int asked = 0;
        world.Machine.InterruptHandler = (cpu, _) =>
        {
            asked++;
            Assert.AreEqual(1, cpu.Id.Value);
            Assert.AreEqual(frame.Start.Value, Seen(cpu, Dynamic).Physical, "it still uses it");
            Assert.AreEqual(FrameState.Allocated, world.Allocator.GetInfo(frame).State);
            world.Tlb.HandleInterrupt();
            Assert.IsFalse(ViewOf(cpu, Dynamic).IsMapped);
            Assert.AreEqual(FrameState.Allocated, world.Allocator.GetInfo(frame).State);
        };
        FlushBatch batch = default;
        batch.Add(world.Kernel.Unmap(PageAt(Dynamic)).Value, FrameUse.User);
        Assert.AreEqual(FrameState.Allocated, world.Allocator.GetInfo(frame).State);
        Assert.AreEqual(1, batch.Flush(world.Tlb, world.Allocator));
        Assert.AreEqual((1, FrameState.Free), (asked, world.Allocator.GetInfo(frame).State));
        Assert.AreEqual(0, batch.Count);
    }

    [TestMethod]
    [DataRow(1, true)]
    [DataRow(33, true)]
    [DataRow(34, false)]
    [DataRow(64, false)]
    public void Many_pages_are_flushed_by_dropping_everything(int pages, bool single)
    {
        using PagingWorld world = Two();
        ulong bystander = Dynamic + 0x40_0000;
        Assert.IsTrue(world.Kernel.Map(PageAt(bystander), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        FlushBatch batch = default;
        for (int i = 0; i < pages; i++)
        {
            Page<Size4KiB> page = PageAt(Dynamic + ((ulong)i << 12));
            Assert.IsTrue(world.Kernel.Map(page, FrameAt(0x1000), Protection.KernelData).IsSuccess);
            Touch(world, page.Start.Value);
        }

        Touch(world, bystander);
        for (int i = 0; i < pages; i++)
            batch.Add(world.Kernel.Unmap(PageAt(Dynamic + ((ulong)i << 12))).Value, FrameUse.None);
        FlushStatistics before = world.Tlb.Statistics;
        Assert.AreEqual(pages == FlushBatch.Capacity, batch.IsFull);
        Assert.AreEqual(0, batch.Flush(world.Tlb, world.Allocator), "no frame was the allocator's");
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
        {
            Assert.AreEqual(single ? 1 : 0, cpu.CachedTranslations, "the bystander");
            for (int i = 0; i < pages; i++)
                Assert.IsFalse(ViewOf(cpu, Dynamic + ((ulong)i << 12)).IsMapped);
        }

        FlushStatistics after = world.Tlb.Statistics;
        Assert.AreEqual((1UL, 1UL), (after.Requests - before.Requests, after.Shootdowns - before.Shootdowns));
        Assert.AreEqual(single ? ((ulong)pages * 2, 0UL) : (0UL, 2UL), (after.Pages - before.Pages, after.Everything - before.Everything));
    }

    [TestMethod]
    public void An_empty_batch_asks_nobody_and_a_full_one_takes_nothing()
    {
        using PagingWorld world = Two();
        FlushBatch batch = default;
        FlushStatistics before = world.Tlb.Statistics;
        Assert.AreEqual(0, batch.Flush(world.Tlb, world.Allocator));
        Assert.AreEqual(before, world.Tlb.Statistics);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        while (!batch.IsFull)
            batch.Add(world.Kernel.Protect(PageAt(Dynamic), Protection.KernelData).Value);
        PendingFlush another = world.Kernel.Protect(PageAt(Dynamic), Protection.KernelData).Value;
        Assert.ThrowsExactly<PanicException>(() => batch.Add(another));
        Assert.AreEqual(FlushBatch.Capacity, batch.Count);
        _ = batch.Flush(world.Tlb, world.Allocator);
    }

    [TestMethod]
    public void A_CPU_is_asked_from_joining_to_leaving()
    {
        using var world = new PagingWorld(cpus: 2);
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            cpu.Cr3 = world.Kernel.Root.Register;
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Touch(world, Dynamic);
        FlushOne(world);
        Assert.AreEqual((0UL, 1UL), (world.Tlb.Statistics.Shootdowns, world.Tlb.Statistics.Requests), "nobody joined");
        Assert.AreEqual(1, world.Machine.Cpus[1].CachedTranslations);

        using (world.Machine.Enter(1))
            world.Tlb.Join();
        Assert.AreEqual(0, world.Machine.Cpus[1].CachedTranslations, "joining drops everything");
        Touch(world, Dynamic);
        FlushOne(world);
        Assert.AreEqual(1UL, world.Tlb.Statistics.Shootdowns);
        Assert.AreEqual(0, world.Machine.Cpus[1].CachedTranslations);

        using (world.Machine.Enter(1))
            world.Tlb.Leave();
        Touch(world, Dynamic);
        FlushOne(world);
        Assert.AreEqual(1UL, world.Tlb.Statistics.Shootdowns, "it left");
        Assert.AreEqual((0, 1), (world.Machine.Cpus[0].CachedTranslations, world.Machine.Cpus[1].CachedTranslations));
        Assert.IsTrue(world.Machine.Cpus[0].InterruptsEnabled && world.Machine.Cpus[1].InterruptsEnabled);
    }

    [TestMethod]
    public void CPUs_that_ask_at_once_do_not_wait_for_each_other()
    {
        using var world = new PagingWorld(cpus: 4);
        Join(world, first: 1);
        ulong before = world.Tlb.Statistics.Requests;
        world.RunCpus(3, (_, _) =>
        {
            for (int round = 0; round < Rounds; round++)
                FlushOne(world);
        });
        Assert.AreEqual(3UL * Rounds, world.Tlb.Statistics.Requests - before);
        Assert.AreEqual(3UL * Rounds * 3, world.Tlb.Statistics.Pages, "each asked for one page, and every CPU dropped it");
    }

    [TestMethod]
    public void CPUs_may_come_and_go_while_others_ask()
    {
        using var world = new PagingWorld(cpus: 4);
        Join(world, first: 1);
        world.RunCpus(3, (_, number) =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (number == 0)
                {
                    world.Tlb.Leave();
                    world.Tlb.Join();
                }
                else
                {
                    FlushOne(world);
                }
            }
        });
        Assert.IsGreaterThan(0UL, world.Tlb.Statistics.Shootdowns);
    }

    [TestMethod]
    public void No_CPU_remembers_a_page_after_its_flush()
    {
        // CPU 1 writes the page over and over; CPU 2 maps it and takes it away.
        using var world = new PagingWorld(cpus: 3);
        Join(world, first: 1);
        Frame frame = world.Take();
        bool done = false;
        world.RunCpus(2, (cpu, number) =>
        {
            if (number == 0)
            {
                while (!System.Threading.Volatile.Read(ref done))
                {
                    _ = cpu.Translate(At(Dynamic), MemoryAccess.Write);
                    world.Machine.Platform.Pause();
                }

                return;
            }

            try
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), frame, Protection.KernelData).IsSuccess);
                    world.Machine.Platform.Pause();
                    _ = world.Kernel.Unmap(PageAt(Dynamic)).Value.Flush(world.Tlb);
                }
            }
            finally
            {
                System.Threading.Volatile.Write(ref done, true);
            }
        });
        foreach (SimulatedCpu joined in new[] { world.Machine.Cpus[1], world.Machine.Cpus[2] })
            Assert.IsFalse(ViewOf(joined, Dynamic).IsMapped);
    }

    private static PagingWorld Two()
    {
        var world = new PagingWorld(cpus: 2);
        Join(world);
        return world;
    }

    // The test's own thread is CPU 0: while it waits for threads it would not answer.
    private static void Join(PagingWorld world, int first = 0)
    {
        for (int cpu = first; cpu < world.Machine.Cpus.Count; cpu++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            world.Kernel.Activate(world.Machine.Platform);
            world.Tlb.Join();
        }
    }

    private static void Touch(PagingWorld world, ulong address, MemoryAccess access = MemoryAccess.Read)
    {
        foreach (SimulatedCpu cpu in world.Machine.Cpus)
            Assert.AreEqual(MmuOutcome.Translated, cpu.Translate(At(address), access).Outcome);
    }

    private static (ulong Physical, string Rights) Seen(SimulatedCpu cpu, ulong address)
    {
        MmuResult read = cpu.Translate(At(address), MemoryAccess.Read);
        return (read.Translation.Address.Value, read.Translation.Rights.Writable ? "rw-" : "r--");
    }

    private static void FlushOne(PagingWorld world)
    {
        VirtAddr page = At(Dynamic);
        world.Tlb.Flush(&page, 1);
    }
}
