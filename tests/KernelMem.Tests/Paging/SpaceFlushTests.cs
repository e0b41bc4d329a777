using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Platform;
using static KernelMem.Tests.Paging.TlbWorld;

namespace KernelMem.Tests.Paging;

/// <summary>
/// Flushes that name their space, on CPUs that forget nothing by themselves: who is interrupted, what is kept, and that nobody uses what
/// was flushed.
/// </summary>
[TestClass]
public sealed unsafe class SpaceFlushTests
{
    private const int KernelPage = 64;

    [TestMethod]
    [DataRow(TlbFeatures.None)]
    [DataRow(TlbFeatures.Global)]
    [DataRow(TlbFeatures.Global | TlbFeatures.Identifiers)]
    public void Only_CPUs_that_run_the_space_are_interrupted(TlbFeatures features)
    {
        using TlbWorld world = new(cpus: 4, spaces: 2, features);
        world.Activate(0, 1);
        world.Activate(1, 1);
        world.Activate(2, 2);
        UseEverywhere(world, 0, 1, 2);
        world.Change(1, page: 0);
        world.Flush(1, tablesFreed: false, 0);
        CollectionAssert.AreEqual(new[] { 0, 1, 0, 0 }, Interrupts(world));
        Assert.AreEqual(world.Truth(1, 0), world.Use(0, 0));
        Assert.AreEqual(world.Truth(1, 0), world.Use(1, 0));
        Assert.AreEqual(2, world.Context(1)->ActiveCpus);

        world.Change(Kernel, KernelPage);
        world.Flush(Kernel, tablesFreed: false, KernelPage);
        CollectionAssert.AreEqual(new[] { 0, 2, 1, 1 }, Interrupts(world), "the kernel's part is everyone's");
        for (int cpu = 0; cpu < 4; cpu++)
            Assert.AreEqual(world.Truth(Kernel, KernelPage), world.Use(cpu, KernelPage));
    }

    [TestMethod]
    public void A_space_keeps_its_translations_while_another_runs_and_flushes_what_changed_when_it_runs_again()
    {
        using TlbWorld world = new(cpus: 2, spaces: 2, TlbFeatures.Global | TlbFeatures.Identifiers);
        Assert.IsTrue(world.Tlb.UsesIdentifiers);
        world.Activate(1, 1);
        int frame = world.Use(1, 0);
        world.Activate(1, 2);
        world.Use(1, 0);
        world.Activate(1, 1);
        int cached = world.Cpus[1].Pages.Count(entry => entry.Key.Identifier == world.Cpus[1].Identifier);
        Assert.AreEqual(1, cached, "kept");
        Assert.AreEqual(frame, world.Use(1, 0));

        world.Activate(1, 2);
        world.Change(1, 0);
        world.Flush(1, tablesFreed: false, 0);
        Assert.AreEqual(0, world.Cpus[1].Interrupts, "it runs another space");
        Assert.AreEqual(0UL, world.Tlb.Statistics.Deferred);
        world.Activate(1, 1);
        Assert.AreEqual(world.Truth(1, 0), world.Use(1, 0));
        Assert.AreEqual(1UL, world.Tlb.Statistics.Deferred);
    }

    [TestMethod]
    public void Without_identifiers_a_space_that_runs_again_starts_anew()
    {
        using TlbWorld world = new(cpus: 1, spaces: 2, TlbFeatures.Global);
        Assert.IsFalse(world.Tlb.UsesIdentifiers);
        world.Activate(0, 1);
        world.Use(0, 0);
        world.Activate(0, 2);
        Assert.IsEmpty(world.Cpus[0].Pages);
    }

    [TestMethod]
    [DataRow(TlbFeatures.None)]
    [DataRow(TlbFeatures.Identifiers)]
    public void A_lazy_CPU_is_not_interrupted_and_catches_up(TlbFeatures features)
    {
        using TlbWorld world = new(cpus: 2, spaces: 1, features);
        world.Activate(1, 1);
        int stale = world.Use(1, 0);
        world.On(1, world.Tlb.EnterLazy);
        world.Change(1, 0);
        world.Flush(1, tablesFreed: false, 0);
        Assert.AreEqual((0, stale), (world.Cpus[1].Interrupts, world.Use(1, 0)), "it holds the stale translation, and does not use it");
        Assert.AreEqual(1UL, world.Tlb.Statistics.Skipped);
        world.On(1, world.Tlb.LeaveLazy);
        Assert.AreEqual(world.Truth(1, 0), world.Use(1, 0));

        world.Change(1, 0);
        world.Flush(1, tablesFreed: false, 0);
        Assert.AreEqual(1, world.Cpus[1].Interrupts, "it is not lazy any more");

        world.On(1, world.Tlb.EnterLazy);
        world.Change(1, 0);
        world.Flush(1, tablesFreed: false, 0);
        world.Activate(1, 1);
        Assert.AreEqual(world.Truth(1, 0), world.Use(1, 0), "to activate it again is to be lazy no more");
        world.Change(1, 0);
        world.Flush(1, tablesFreed: false, 0);
        Assert.AreEqual((2, world.Truth(1, 0)), (world.Cpus[1].Interrupts, world.Use(1, 0)));
    }

    [TestMethod]
    public void Before_tables_are_freed_every_CPU_answers_lazy_ones_too()
    {
        using TlbWorld world = new(cpus: 4, spaces: 2, TlbFeatures.Identifiers);
        world.Activate(1, 1);
        world.Activate(2, 1);
        world.Use(1, 0);
        world.Use(2, 0);
        world.On(1, world.Tlb.EnterLazy);
        world.Activate(2, 2);
        int table = world.ReplaceTable(1);
        world.Flush(1, tablesFreed: true, 0);
        world.Free(table);
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 1 }, Interrupts(world));
        world.Use(1, 1); // as the processor may, of itself
        world.Activate(2, 1);
        world.Use(2, 1);
    }

    [TestMethod]
    public void Tables_without_a_page_are_forgotten_too()
    {
        using TlbWorld world = new(cpus: 2, spaces: 1, TlbFeatures.None);
        world.Activate(1, 1);
        world.Use(1, 0);
        int table = world.ReplaceTable(1);
        world.Flush(1, tablesFreed: true);
        world.Free(table);
        world.Use(1, 1);
        world.Tlb.Synchronize();
        Assert.AreEqual(2, world.Cpus[1].Interrupts);
        Assert.HasCount(1, world.Cpus[1].Pages, "to meet drops nothing");
    }

    [TestMethod]
    [DataRow(33, 33UL, 0UL)]
    [DataRow(34, 0UL, 1UL)]
    public void Many_pages_of_a_space_are_flushed_by_dropping_the_space(int pages, ulong single, ulong contexts)
    {
        using TlbWorld world = new(cpus: 1, spaces: 2, TlbFeatures.Global | TlbFeatures.Identifiers);
        world.Activate(0, 2);
        world.Use(0, 0);
        world.Activate(0, 1);
        world.Use(0, KernelPage);
        world.Use(0, 50);
        int[] changed = [.. Enumerable.Range(0, pages)];
        foreach (int page in changed)
        {
            world.Use(0, page);
            world.Change(1, page);
        }

        FlushStatistics before = world.Tlb.Statistics;
        world.Flush(1, tablesFreed: false, changed);
        foreach (int page in changed)
            Assert.AreEqual(world.Truth(1, page), world.Use(0, page));
        FlushStatistics after = world.Tlb.Statistics;
        Assert.AreEqual((single, contexts, 0UL), (after.Pages - before.Pages, after.Contexts - before.Contexts, after.Everything - before.Everything));

        // A range comes to the same.
        world.Change(1, pages - 1);
        world.Tlb.FlushRange(world.Context(1), VirtRange.Create(AddressOf(0), (ulong)pages << 12), Size4KiB.Bytes);
        Assert.AreEqual(world.Truth(1, pages - 1), world.Use(0, pages - 1));
        Assert.AreEqual((single, contexts), (world.Tlb.Statistics.Pages - after.Pages, world.Tlb.Statistics.Contexts - after.Contexts));
        int other = world.Cpus[0].Pages.Count(entry => entry.Key.Identifier != world.Cpus[0].Identifier);
        Assert.AreEqual(1, other, "the other space's is kept");
    }

    [TestMethod]
    public void A_range_is_flushed_in_steps_of_its_pages()
    {
        using TlbWorld world = new(cpus: 1, spaces: 1, TlbFeatures.None);
        world.Activate(0, 1);
        foreach (int page in new[] { 0, 1, 2, 3, 4 })
            world.Use(0, page);
        world.Tlb.FlushRange(world.Context(1), VirtRange.Create(AddressOf(0), 3 << 12), 2 * Size4KiB.Bytes);
        CollectionAssert.AreEquivalent(new[] { 1, 3, 4 }, world.Cpus[0].Pages.Keys.Select(key => key.Page).ToArray());
    }

    [TestMethod]
    [DataRow(TlbFeatures.None, false)]
    [DataRow(TlbFeatures.Global, true)]
    [DataRow(TlbFeatures.Global | TlbFeatures.Identifiers, true)]
    public void All_of_the_kernels_part_goes_global_ones_too(TlbFeatures features, bool global)
    {
        using TlbWorld world = new(cpus: 2, spaces: 2, features, global);
        world.Activate(1, 1);
        world.Use(1, KernelPage);
        world.Use(1, 0);
        world.Activate(1, 2);
        world.Use(1, KernelPage + 1);
        world.Change(Kernel, KernelPage);
        world.Change(Kernel, KernelPage + 1);
        world.Tlb.FlushAll(null);
        foreach (int space in new[] { 2, 1 })
        {
            world.Activate(1, space);
            Assert.AreEqual(world.Truth(Kernel, KernelPage), world.Use(1, KernelPage));
            Assert.AreEqual(world.Truth(Kernel, KernelPage + 1), world.Use(1, KernelPage + 1));
        }

        Assert.IsTrue(world.Cpus[1].GlobalPages || global == false, "CR4.PGE is on again");
    }

    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(true, false, true)]
    [DataRow(true, true, false)]
    public void What_other_spaces_cached_stays_where_the_kernels_pages_are_global_and_its_tables_are_kept(bool global, bool tablesFreed, bool kept)
    {
        using TlbWorld world = new(cpus: 1, spaces: 2, TlbFeatures.Global | TlbFeatures.Identifiers, global);
        world.Activate(0, 1);
        world.Use(0, 0);
        world.Activate(0, 2);
        world.Flush(Kernel, tablesFreed, KernelPage);
        world.Activate(0, 1);
        Assert.AreEqual(kept, world.Cpus[0].Pages.ContainsKey((world.Cpus[0].Identifier, 0)));
    }

    [TestMethod]
    public void What_only_the_kernels_own_root_has_is_not_global_and_is_forgotten_under_its_identifier()
    {
        using TlbWorld world = new(cpus: 2, spaces: 1, TlbFeatures.Global | TlbFeatures.Identifiers, kernelIsGlobal: true);
        world.Activate(1, Kernel);
        world.Use(1, 0);
        world.Activate(1, 1);
        world.Change(Kernel, 0);
        world.Flush(Kernel, tablesFreed: false, 0);
        world.Activate(1, Kernel);
        Assert.AreEqual(world.Truth(Kernel, 0), world.Use(1, 0));
    }

    [TestMethod]
    public void More_spaces_than_identifiers_take_turns()
    {
        using TlbWorld world = new(cpus: 1, spaces: 9, TlbFeatures.Identifiers);
        for (int round = 0; round < 3; round++)
        {
            for (int space = 1; space <= 9; space++)
            {
                world.Activate(0, space);
                Assert.AreEqual(world.Truth(space, 0), world.Use(0, 0));
                Assert.IsTrue(world.Cpus[0].Identifier is >= 1 and <= 6);
            }
        }

        world.Activate(0, Kernel);
        Assert.AreEqual(0, world.Cpus[0].Identifier);
    }

    [TestMethod]
    public void A_new_space_in_the_place_of_one_that_ended_is_another()
    {
        using TlbWorld world = new(cpus: 2, spaces: 1, TlbFeatures.Identifiers);
        world.Activate(1, 1);
        world.Use(1, 0);
        world.Activate(1, Kernel);
        world.Renew(1);
        world.Activate(1, 1);
        Assert.AreEqual(world.Truth(1, 0), world.Use(1, 0));
    }

    [TestMethod]
    public void Another_root_of_the_kernel_starts_anew()
    {
        using TlbWorld world = new(cpus: 1, spaces: 2, TlbFeatures.Identifiers);
        world.Activate(0, Kernel);
        world.Use(0, 0);
        world.Activate(0, 1);
        world.Activate(0, Kernel);
        Assert.IsTrue(world.Cpus[0].Pages.ContainsKey((0, 0)), "kept under the same root");
        world.Tlb.Activate(null, PageTableRoot.Create(Frame.FromNumber(3)));
        Assert.AreEqual(world.Truth(2, 0), world.Use(0, 0));
    }

    [TestMethod]
    public void Spaces_are_retired_where_CPUs_are_lazy_in_them_and_not_where_they_run()
    {
        using TlbWorld world = new(cpus: 3, spaces: 1, TlbFeatures.Identifiers);
        PageTableRoot kernel = PageTableRoot.Create(Frame.FromNumber(1));
        world.Activate(0, 1);
        world.Activate(1, 1);
        world.On(1, world.Tlb.EnterLazy);
        world.Tlb.Retire(world.Context(1), kernel);
        Assert.AreEqual((0, 0, 0), (world.Context(1)->ActiveCpus, world.Cpus[0].Root, world.Cpus[1].Root));
        Assert.AreEqual(0, world.Cpus[2].Interrupts);

        world.Activate(1, 1);
        Assert.ThrowsExactly<PanicException>(() => world.Tlb.Retire(world.Context(1), kernel));
    }

    [TestMethod]
    public void A_program_runs_on_CPUs_that_have_joined_and_they_do_not_leave_while_it_does()
    {
        using TlbWorld world = new(cpus: 2, spaces: 1, TlbFeatures.None, join: false);
        Assert.ThrowsExactly<PanicException>(() => world.Activate(0, 1));
        world.Activate(1, Kernel);
        world.On(1, world.Tlb.Join);
        world.Activate(1, 1);
        Assert.ThrowsExactly<PanicException>(() => world.On(1, world.Tlb.Leave));
    }

    [TestMethod]
    [DataRow(TlbFeatures.None, false)]
    [DataRow(TlbFeatures.Global, false)]
    [DataRow(TlbFeatures.Global, true)]
    [DataRow(TlbFeatures.Identifiers, false)]
    [DataRow(TlbFeatures.Global | TlbFeatures.Identifiers, false)]
    [DataRow(TlbFeatures.Global | TlbFeatures.Identifiers, true)]
    public void Whatever_happens_in_whatever_order_nobody_uses_what_was_flushed(TlbFeatures features, bool global)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            try
            {
                RunRandomly(features, global, seed);
            }
            catch (Exception failure)
            {
                throw new AssertFailedException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }

    private static void RunRandomly(TlbFeatures features, bool global, int seed)
    {
        const int CpuCount = 4;
        const int Spaces = 9;
        Random random = new(seed);
        using TlbWorld world = new(CpuCount, Spaces, features, global);
        int[] running = new int[CpuCount];
        bool[] lazy = new bool[CpuCount];
        for (int step = 0; step < 400; step++)
        {
            int cpu = random.Next(CpuCount);
            int space = random.Next(1, Spaces + 1);
            switch (random.Next(12))
            {
                case 0 or 1:
                    running[cpu] = random.Next(Spaces + 1);
                    lazy[cpu] = false;
                    world.Activate(cpu, running[cpu]);
                    break;
                case 2:
                    lazy[cpu] = true;
                    world.On(cpu, world.Tlb.EnterLazy);
                    break;
                case 3:
                    lazy[cpu] = false;
                    world.On(cpu, world.Tlb.LeaveLazy);
                    break;
                case 4 or 5:
                    ChangeAndFlush(world, random, cpu, space, firstPage: 0);
                    break;
                case 6:
                    ChangeAndFlush(world, random, cpu, Kernel, firstPage: KernelPage);
                    break;
                case 7:
                    ChangeAndFlush(world, random, cpu, Kernel, firstPage: 0);
                    break;
                case 8:
                    int owner = random.Next(4) == 0 ? Kernel : space;
                    int table = world.ReplaceTable(owner);
                    world.On(cpu, () => world.Flush(owner, tablesFreed: true, owner == Kernel ? [KernelPage, KernelPage + 1, KernelPage + 2, 0, 1, 2] : [0, 1, 2]));
                    world.Free(table);
                    break;
                default:
                    break;
            }

            // Every CPU remembers what it can, and what it may use is as the tables say.
            for (int each = 0; each < CpuCount; each++)
            {
                for (int page = 0; page < 3; page++)
                {
                    int own = world.Use(each, page);
                    if (!lazy[each] || running[each] == Kernel)
                        Assert.AreEqual(world.Truth(running[each], page), own, $"step {step}, CPU {each}, page {page}");
                    Assert.AreEqual(world.Truth(Kernel, KernelPage + page), world.Use(each, KernelPage + page), $"step {step}, CPU {each}, the kernel's page {page}");
                }
            }
        }
    }

    private static void ChangeAndFlush(TlbWorld world, Random random, int cpu, int space, int firstPage)
    {
        List<int> pages = [.. Enumerable.Range(firstPage, 3).Where(_ => random.Next(2) == 0)];
        foreach (int page in pages)
            world.Change(space, page);
        world.On(cpu, () =>
        {
            int how = random.Next(4);
            if (how == 0)
                world.Tlb.FlushAll(world.Context(space));
            else if (how == 1)
                world.Tlb.FlushRange(world.Context(space), VirtRange.Create(AddressOf(firstPage), 3 << 12), Size4KiB.Bytes);
            else
                world.Flush(space, tablesFreed: false, [.. pages]);
        });
    }

    private static void UseEverywhere(TlbWorld world, params int[] cpus)
    {
        foreach (int cpu in cpus)
        {
            world.Use(cpu, 0);
            world.Use(cpu, KernelPage);
        }
    }

    private static int[] Interrupts(TlbWorld world) => [.. world.Cpus.Select(cpu => cpu.Interrupts)];
}
