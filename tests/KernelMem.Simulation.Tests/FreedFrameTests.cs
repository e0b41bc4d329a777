using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Frames that were freed and are reached all the same, and the flushes whose absence lets it happen.</summary>
[TestClass]
public sealed class FreedFrameTests : IDisposable
{
    private const ulong X = 0x1000_0000;
    private const ulong Far = 0x0000_4444_4444_0000;
    private const ulong Frame = 0x20_0000;
    private const ulong Pcide = 1UL << 17;
    private const ulong KeepBit = 1UL << 63;
    private readonly SimulatedMachine _machine = new(16 << 20);
    private readonly Tables _tables;

    public FreedFrameTests()
    {
        _tables = new Tables(_machine.Memory);
        Cpu.Cr3 = Root;
    }

    private SimulatedCpu Cpu => _machine.Cpus[0];

    private FreedFrames Freed => _machine.FreedFrames;

    public void Dispose() => _machine.Dispose();

    [TestMethod]
    public void A_translation_cached_before_its_frame_was_freed_is_seen_also_when_the_frame_is_used_again()
    {
        ulong place = _tables.Map(X, Frame | P | W);
        _ = Cpu.ReadByte(At(X));
        _tables.Write(place, 0);
        Freed.Add(PhysAddr.Create(Frame));
        Assert.AreEqual(0, Freed.Count);
        _ = Cpu.ReadByte(At(X + 5));
        Assert.AreEqual(
            new FreedFrameAccess(Cpu.Id, At(X + 5), PhysAddr.Create(Frame + 5), AsTable: false, CacheLevel.Translation, Speculative: false, 0, null),
            Freed.Accesses.Single());
        Freed.Remove(PhysAddr.Create(Frame));
        Assert.IsFalse(Freed.Contains(PhysAddr.Create(Frame)));
        _ = Cpu.ReadByte(At(X));
        Assert.AreEqual(2, Freed.Count, "the frame has a new owner now");

        Cpu.InvalidatePage(At(X));
        _tables.Write(place, Frame | P | W);
        _ = Cpu.ReadByte(At(X));
        _ = Cpu.ReadByte(At(X)); // by the TLB
        Assert.AreEqual(2, Freed.Count, "and this is the new owner's");
    }

    [TestMethod]
    public void Tables_that_lead_to_a_freed_frame_are_seen()
    {
        _tables.Map(X, Frame | P | W);
        _tables.Map(0x4000_0000, 0x40_0000 | P | PS, level: 2);
        Freed.Add(PhysAddr.Create(Frame), 0x2000);
        Freed.Add(PhysAddr.Create(0x50_0000));
        _ = Cpu.ReadByte(At(X));
        _ = Cpu.ReadByte(At(0x4000_0000));
        Assert.AreEqual(1, Freed.Count, "another frame of the large page");
        _ = Cpu.ReadByte(At(0x4010_0000));
        Assert.AreEqual((CacheLevel.None, Frame), (Freed.Accesses[0].Source, Freed.Accesses[0].Place.Value));
        Assert.AreEqual((CacheLevel.Translation, 0x50_0000UL), (Freed.Accesses[1].Source, Freed.Accesses[1].Place.Value));
    }

    [TestMethod]
    public void A_freed_page_table_is_seen_when_it_is_walked_and_is_left_alone()
    {
        ulong place = _tables.Map(X, Frame | P | W);
        _tables.Map(X + 0x1000, Frame | P | W);
        _ = Cpu.ReadByte(At(X));
        ulong table = place & ~0xFFFUL;
        _tables.Write(_tables.Place(X, 2), 0);
        Freed.Add(PhysAddr.Create(table));
        Freed.Remove(PhysAddr.Create(table)); // used again at once
        _ = Cpu.ReadByte(At(X));
        Assert.AreEqual(0, Freed.Count, "the page itself is fine");
        _ = Cpu.ReadByte(At(X + 0x1000));
        FreedFrameAccess access = Freed.Accesses.Single();
        Assert.AreEqual((true, CacheLevel.PageDirectoryEntry, table + 8), (access.AsTable, access.Source, access.Place.Value));
        Assert.AreEqual(0UL, _tables.Read(table + 8) & A, "the new owner's data are as they were");
        Assert.Contains("as a page table", access.ToString(), StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_freed_root_table_is_seen()
    {
        _tables.Map(X, Frame | P | W);
        Freed.Add(PhysAddr.Create(Root));
        _ = Cpu.ReadByte(At(X));
        Assert.AreEqual((true, CacheLevel.None), (Freed.Accesses.Single().AsTable, Freed.Accesses.Single().Source));
    }

    [TestMethod]
    public void The_direct_map_may_lead_to_free_frames()
    {
        _tables.Map(X, Frame | P | W);
        Freed.Add(PhysAddr.Create(Frame));
        Freed.Exempt(VirtRange.Create(At(X), 0x1000));
        _ = Cpu.ReadByte(At(X));
        Assert.AreEqual(0, Freed.Count);
        _tables.Map(X + 0x1000, Frame | P | W);
        _ = Cpu.ReadByte(At(X + 0x1000));
        Assert.AreEqual(1, Freed.Count);
        Freed.Clear();
        _ = Cpu.ReadByte(At(X + 0x1000));
        Assert.AreEqual(0, Freed.Count);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Freed.Add(PhysAddr.Create(1)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Freed.Remove(PhysAddr.Create(0), 5));
    }

    /// <summary>A page, global or not, or a page table is taken away; then comes the flush, then the frame is freed.</summary>
    private static readonly Dictionary<string, (Victim Victim, Action<SimulatedMachine> Flush, bool IsEnough)> Flushes = new()
    {
        ["page: INVLPG"] = (Victim.Page, machine => machine.Cpus[0].InvalidatePage(At(X)), true),
        ["page: INVPCID, address"] = (Victim.Page, machine => machine.Cpus[0].InvalidateContext(0, 1, At(X)), true),
        ["page: INVPCID, context"] = (Victim.Page, machine => machine.Cpus[0].InvalidateContext(1, 1, At(0)), true),
        ["page: CR3"] = (Victim.Page, machine => machine.Cpus[0].Cr3 = Root | 1, true),
        ["page: none"] = (Victim.Page, _ => { }, false),
        ["page: another"] = (Victim.Page, machine => machine.Cpus[0].InvalidatePage(At(X + 0x1000)), false),
        ["page: INVPCID, another context"] = (Victim.Page, machine => machine.Cpus[0].InvalidateContext(0, 2, At(X)), false),
        ["page: CR3 with bit 63"] = (Victim.Page, machine => machine.Cpus[0].Cr3 = Root | 1 | KeepBit, false),

        ["global: INVLPG"] = (Victim.GlobalPage, machine => machine.Cpus[0].InvalidatePage(At(X)), true),
        ["global: INVPCID, everything"] = (Victim.GlobalPage, machine => machine.Cpus[0].InvalidateContext(2, 0, At(0)), true),
        ["global: PGE off and on"] = (Victim.GlobalPage, machine => { machine.Cpus[0].Cr4 &= ~0x80UL; machine.Cpus[0].Cr4 |= 0x80; }, true),
        ["global: CR3"] = (Victim.GlobalPage, machine => machine.Cpus[0].Cr3 = Root | 1, false),
        ["global: INVPCID, address"] = (Victim.GlobalPage, machine => machine.Cpus[0].InvalidateContext(0, 1, At(X)), false),
        ["global: INVPCID, all but global"] = (Victim.GlobalPage, machine => machine.Cpus[0].InvalidateContext(3, 0, At(0)), false),

        ["two contexts: INVPCID of both"] = (Victim.PageInTwoContexts, machine => FlushContexts(machine, 1, 2), true),
        ["two contexts: INVLPG in one"] = (Victim.PageInTwoContexts, machine => machine.Cpus[0].InvalidatePage(At(X)), false),
        ["two contexts: INVPCID of the other"] = (Victim.PageInTwoContexts, machine => FlushContexts(machine, 2), false),

        ["table: INVLPG of any page"] = (Victim.Table, machine => machine.Cpus[0].InvalidatePage(At(Far)), true),
        ["table: INVPCID, an address under it"] = (Victim.Table, machine => machine.Cpus[0].InvalidateContext(0, 1, At(X + 0x5000)), true),
        ["table: CR3"] = (Victim.Table, machine => machine.Cpus[0].Cr3 = Root | 1, true),
        ["table: none"] = (Victim.Table, _ => { }, false),
        ["table: INVPCID, an address not under it"] = (Victim.Table, machine => machine.Cpus[0].InvalidateContext(0, 1, At(Far)), false),

        ["two CPUs: both"] = (Victim.PageOfTwoCpus, machine => { machine.Cpus[0].InvalidatePage(At(X)); machine.Cpus[1].InvalidatePage(At(X)); }, true),
        ["two CPUs: one"] = (Victim.PageOfTwoCpus, machine => machine.Cpus[0].InvalidatePage(At(X)), false),
    };

    public static IEnumerable<object[]> FlushNames => Flushes.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(FlushNames))]
    public void A_missing_flush_is_found_and_its_seed_replays_it(string name)
    {
        (Victim victim, Action<SimulatedMachine> flush, bool isEnough) = Flushes[name];
        var caught = new List<ulong>();
        for (ulong seed = 1; seed <= 100; seed++)
        {
            string report = Run(seed, victim, flush, out long staleUses);
            if (report.Length == 0)
                continue;
            Assert.IsFalse(isEnough, report);
            Assert.IsGreaterThan(0, staleUses, "the stale entry was really used");
            Assert.Contains($"seed {seed},", report, StringComparison.Ordinal);
            Assert.AreEqual(report, Run(seed, victim, flush, out _), "the seed replays it");
            caught.Add(seed);
        }

        if (!isEnough)
            Assert.IsGreaterThan(25, caught.Count, "a fault drops the entry, so not all seeds find it");
    }

    private enum Victim
    {
        Page,
        GlobalPage,
        PageInTwoContexts,
        PageOfTwoCpus,
        Table,
    }

    private static string Run(ulong seed, Victim victim, Action<SimulatedMachine> flush, out long staleUses)
    {
        using var machine = new SimulatedMachine(16 << 20, cpuCount: 2, adversary: new AdversaryOptions { Seed = seed });
        var tables = new Tables(machine.Memory);
        ulong place = tables.Map(X, Frame | P | W | (victim == Victim.GlobalPage ? G : 0));
        tables.Map(X + 0x1000, 0x30_0000 | P | W);
        tables.Map(Far, 0x31_0000 | P | W);
        SimulatedCpu cpu = machine.Cpus[0];
        foreach (SimulatedCpu each in machine.Cpus)
        {
            each.Cr3 = Root;
            each.Cr4 |= Pcide;
            each.Cr3 = Root | 1;
        }

        Use();
        if (victim == Victim.Table)
        {
            // Its pages go first, properly; then the table does.
            tables.Write(place, 0);
            tables.Write(place + 8, 0);
            cpu.InvalidatePage(At(X));
            cpu.InvalidatePage(At(X + 0x1000));
            machine.Cpus[1].FlushAll();
            machine.Adversary!.LookAhead(10);
            tables.Write(tables.Place(X, 2), 0);
            machine.Cpus[1].FlushAll();
        }
        else
        {
            tables.Write(place, 0);
            if (victim != Victim.PageOfTwoCpus)
                machine.Cpus[1].FlushAll();
        }

        machine.StaleUses.Clear();
        flush(machine);
        machine.FreedFrames.Add(PhysAddr.Create(victim == Victim.Table ? place & ~0xFFFUL : Frame));
        Use();
        staleUses = machine.StaleUses.Count;
        return machine.FreedFrames.ToString();

        void Use()
        {
            for (int i = 0; i < 10; i++)
            {
                foreach (SimulatedCpu each in machine.Cpus)
                    each.Translate(At(X + 0x1000 * ((ulong)i % 2)), MemoryAccess.Read);
                cpu.Translate(At(Far), MemoryAccess.Read);
                if (victim == Victim.PageInTwoContexts)
                    cpu.Cr3 = Root | (ulong)(1 + i / 2 % 2) | KeepBit;
            }
        }
    }

    private static void FlushContexts(SimulatedMachine machine, params ReadOnlySpan<int> contexts)
    {
        foreach (int context in contexts)
            machine.Cpus[0].InvalidateContext(0, context, At(X));
    }

    private static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);
}
