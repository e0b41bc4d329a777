using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>The adversary uses everything that it may, and nothing else.</summary>
[TestClass]
public sealed class AdversaryTests
{
    private const ulong Address = 0x1000_0000;

    [TestMethod]
    public void The_seed_replays_the_run()
    {
        List<string> first = Run(seed: 5);
        CollectionAssert.AreEqual(first, Run(seed: 5));
        CollectionAssert.AreNotEqual(first, Run(seed: 6));

        static List<string> Run(ulong seed)
        {
            using var machine = new SimulatedMachine(16 << 20, cpuCount: 2, adversary: new AdversaryOptions { Seed = seed });
            var world = new TwoTables(machine, seed: 1);
            var results = new List<string>();
            for (int i = 0; i < 2000; i++)
            {
                world.Change();
                results.Add(world.Access().ToString());
            }

            results.AddRange(machine.StaleUses.Uses.Select(use => use.ToString()));
            results.Add($"{machine.StaleUses.Count} {machine.Adversary!.Step} {machine.Adversary.LookAheads}");
            return results;
        }
    }

    /// <summary>
    /// Against a model that knows, for each CPU and page, every translation that could have been cached since the last flush: pages come and
    /// go, page tables are exchanged, CPUs flush pages or everything.
    /// </summary>
    [TestMethod]
    public void Only_what_was_not_flushed_is_used_and_all_of_it_is()
    {
        long stalePages = 0;
        long staleTables = 0;
        long spurious = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            using var machine = new SimulatedMachine(16 << 20, cpuCount: 2, adversary: new AdversaryOptions { Seed = seed });
            var world = new TwoTables(machine, (int)seed);
            long stale = 0;
            for (int i = 0; i < 1500; i++)
            {
                world.Change();
                stale += world.Check($"seed {seed}, {i}") ? 1 : 0;
            }

            stalePages += machine.StaleUses.Uses.Count(use => use.Source == CacheLevel.Translation);
            staleTables += machine.StaleUses.Uses.Count(use => use.Source == CacheLevel.PageDirectoryEntry && !use.Speculative);
            spurious += world.SpuriousFaults;
            Assert.IsGreaterThanOrEqualTo(stale, machine.StaleUses.Count, "every stale result is on record");
        }

        Assert.IsGreaterThan(1000, stalePages);
        Assert.IsGreaterThan(1000, staleTables);
        Assert.IsGreaterThan(50, spurious);
    }

    [TestMethod]
    public void Old_and_new_translation_are_used_in_turn_until_the_flush()
    {
        using var machine = new SimulatedMachine(16 << 20, adversary: new AdversaryOptions { LookAheadPercent = 0 });
        var tables = new Tables(machine.Memory);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root;
        ulong place = tables.Map(Address, 0x10_0000 | P | W);
        Assert.AreEqual(0x10_0000UL, Locate(cpu));
        tables.Write(place, 0x20_0000 | P | W);
        var seen = Enumerable.Range(0, 100).Select(_ => Locate(cpu)).ToList();
        Assert.IsGreaterThan(10, seen.Count(at => at == 0x10_0000));
        Assert.IsGreaterThan(10, seen.Count(at => at == 0x20_0000));
        Assert.IsGreaterThan(seen.IndexOf(0x20_0000), seen.LastIndexOf(0x10_0000), "the old one after the new one");
        StaleUse use = machine.StaleUses.Uses[0];
        Assert.AreEqual((CacheLevel.Translation, StaleParts.Address, false), (use.Source, use.Parts, use.Speculative));
        Assert.AreEqual((0x10_0000UL, 0x20_0000UL), (use.Used.Translation.Address.Value, use.Now.Translation.Address.Value));
        cpu.InvalidatePage(VirtAddr.Create(Address));
        Assert.IsTrue(Enumerable.Range(0, 100).All(_ => Locate(cpu) == 0x20_0000));
    }

    [TestMethod]
    public void Old_and_new_table_are_used_in_turn_until_the_flush()
    {
        const ulong OldTable = 0x40_0000;
        const ulong NewTable = 0x41_0000;
        using var machine = new SimulatedMachine(16 << 20, adversary: new AdversaryOptions { LookAheadPercent = 0 });
        var tables = new Tables(machine.Memory);
        for (ulong page = 0; page < 512; page++)
        {
            tables.Write(OldTable + page * 8, 0x10_0000 | P);
            tables.Write(NewTable + page * 8, 0x20_0000 | P);
        }

        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root;
        ulong place = tables.Place(Address, 2);
        tables.Write(place, OldTable | P);
        int touched = 0;
        Assert.AreEqual(0x10_0000UL, Next());
        tables.Write(place, NewTable | P);
        var seen = Enumerable.Range(0, 100).Select(_ => Next()).ToList();
        Assert.IsGreaterThan(seen.IndexOf(0x20_0000) + 10, seen.LastIndexOf(0x10_0000), "the old one long after the new one");
        Assert.IsTrue(machine.StaleUses.Uses.All(use => use.Source == CacheLevel.PageDirectoryEntry && use.Parts == StaleParts.Table));
        cpu.InvalidatePage(VirtAddr.Zero);
        Assert.IsTrue(Enumerable.Range(0, 100).All(_ => Next() == 0x20_0000));

        // Each time another page, which the TLB does not know.
        ulong Next() => cpu.Translate(VirtAddr.Create(Address + (ulong)touched++ * 0x1000), MemoryAccess.Read).Translation.Address.Value;
    }

    /// <summary>What was never touched can be stale too (§4.10.2.3): the processor looked ahead. It sets accessed, and never dirty.</summary>
    [TestMethod]
    public void Pages_that_no_program_touches_are_cached()
    {
        using var machine = new SimulatedMachine(16 << 20, adversary: new AdversaryOptions());
        var tables = new Tables(machine.Memory);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root;
        ulong mapped = tables.Map(Address, 0x10_0000 | P | W);
        ulong unmapped = tables.Map(Address + 0x1000, 0x20_0000);
        ulong reserved = tables.Map(Address + 0x2000, 0x20_0000 | P | (1UL << 51));
        machine.Adversary!.Watch(VirtRange.Create(VirtAddr.Create(Address), 0x3000));
        machine.Adversary.LookAhead(200);
        Assert.AreEqual((P | W | A, 0UL, P), (tables.Read(mapped) & 0xFF, tables.Read(unmapped) & 0xFF, tables.Read(reserved) & 0xFF));
        Assert.IsTrue(cpu.Holds(VirtAddr.Create(Address)));
        Assert.AreEqual(1, cpu.CachedTranslations, "what is not present or has reserved bits is not cached");
        for (int level = 2; level <= 4; level++)
            Assert.AreEqual(A, tables.Read(tables.Place(Address, level)) & A, $"level {level}");

        tables.Write(mapped, 0);
        int stale = Enumerable.Range(0, 50).Count(_ => cpu.Translate(VirtAddr.Create(Address), MemoryAccess.Read).Outcome == MmuOutcome.Translated);
        Assert.IsGreaterThan(0, stale);
        Assert.IsTrue(machine.StaleUses.Uses.Any(use => use.Parts == StaleParts.NotMapped && use.Now.Outcome == MmuOutcome.PageFault));
    }

    /// <summary>Before an entry is cached its accessed flag is set, so an entry that is clear cannot be in use.</summary>
    [TestMethod]
    public void Nothing_is_cached_whose_accessed_flag_is_clear()
    {
        using var machine = new SimulatedMachine(16 << 20, adversary: new AdversaryOptions { Seed = 3, LookAheadPercent = 80 });
        var tables = new Tables(machine.Memory);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root;
        const ulong Pages = 64;
        for (ulong page = 0; page < Pages; page++)
            tables.Map(Address + (page << 17), 0x10_0000 | P); // over several page tables
        for (int i = 0; i < 30; i++)
            cpu.Translate(VirtAddr.Create(Address + (((ulong)i * 7 % Pages) << 17)), MemoryAccess.Read);
        int cached = 0;
        for (ulong page = 0; page < Pages; page++)
        {
            VirtAddr at = VirtAddr.Create(Address + (page << 17));
            for (int level = 1; level <= 4; level++)
            {
                if (!cpu.Holds(at, (CacheLevel)level))
                    continue;
                Assert.AreEqual(A, tables.Read(tables.Place(at.Value, level)) & A, $"{at}, level {level}");
                cached++;
            }
        }

        Assert.IsGreaterThan(50, cached);
    }

    /// <summary>Rights, size, memory type, global and dirty: each difference has its name.</summary>
    [TestMethod]
    [DataRow(0x10_0000 | P | W, 0x10_0000 | P, StaleParts.Rights)]
    [DataRow(0x10_0000 | P | W, 0x10_0000 | P | W | (1UL << 59), StaleParts.Rights)]
    [DataRow(0x10_0000 | P | W, 0x10_0000 | P | W | 0x18, StaleParts.MemoryType)]
    [DataRow(0x10_0000 | P | W | G, 0x10_0000 | P | W, StaleParts.Global)]
    [DataRow(0x10_0000 | P | W | D, 0x10_0000 | P | W, StaleParts.Dirty)]
    [DataRow(0x10_0000 | P | W, 0x10_0000 | P | W | D, StaleParts.None)]
    [DataRow(0x10_0000 | P | W, 0x20_0000 | P | XD, StaleParts.Address | StaleParts.Rights)]
    [DataRow(0x10_0000 | P | W, 0x10_0000UL, StaleParts.NotMapped)]
    public void A_stale_use_says_in_what_the_tables_differ(ulong before, ulong after, StaleParts expected)
    {
        using var machine = new SimulatedMachine(16 << 20);
        machine.StaleUses.IsRecording = true;
        var tables = new Tables(machine.Memory);
        machine.Cpus[0].Cr3 = Root;
        ulong place = tables.Map(Address, before);
        Locate(machine.Cpus[0]);
        Assert.AreEqual(0, machine.StaleUses.Count);
        tables.Write(place, after);
        Locate(machine.Cpus[0]);
        Assert.AreEqual(expected, machine.StaleUses.Uses.SingleOrDefault()?.Parts ?? StaleParts.None);
    }

    [TestMethod]
    public void Tables_of_random_bits_neither_loop_nor_leave_memory()
    {
        const int Seed = 20_260_102;
        const int Frames = 32;
        var random = new Random(Seed);
        int translated = 0;
        for (int round = 0; round < 60; round++)
        {
            using var machine = new SimulatedMachine(
                Frames * 4096,
                cpuCount: 2,
                new MmuFeatures { PhysicalAddressBits = round % 2 == 0 ? 52 : 40 },
                new AdversaryOptions { Seed = (ulong)round, LookAheadPercent = 60 });
            random.NextBytes(machine.Memory.Bytes(PhysAddr.Zero, Frames * 4096));
            for (ulong place = 0; place < Frames * 4096; place += 8)
            {
                // Mostly present, mostly within memory.
                ulong entry = machine.Memory.Read<ulong>(PhysAddr.Create(place));
                if (random.Next(8) != 0)
                    machine.Memory.Write(PhysAddr.Create(place), (entry & 0x8000_0000_0001_FFFF & ~(random.Next(4) != 0 ? PS : 0)) | P);
            }

            machine.FreedFrames.Add(PhysAddr.Create(5 * 4096), 4 * 4096);
            foreach (SimulatedCpu cpu in machine.Cpus)
            {
                cpu.Cr4 = round % 3 == 0 ? 0x4210A0UL : 0x2200A0;
                cpu.Cr3 = (ulong)random.Next(Frames + 2) << 12;
            }

            for (int i = 0; i < 1000; i++)
            {
                SimulatedCpu cpu = machine.Cpus[random.Next(2)];
                cpu.Privilege = (Privilege)random.Next(2);
                VirtAddr address = VirtAddr.CreateTruncated((ulong)random.NextInt64() & 0x00FF_00C0_3020_3000);
                translated += cpu.Translate(address, (MemoryAccess)random.Next(3)).Outcome == MmuOutcome.Translated ? 1 : 0;
                if (random.Next(50) == 0)
                    cpu.InvalidatePage(address);
            }
        }

        Assert.IsGreaterThan(1000, translated, $"seed {Seed}");
    }

    private static ulong Locate(SimulatedCpu cpu) => cpu.Translate(VirtAddr.Create(Address), MemoryAccess.Read).Translation.Address.Value;

    /// <summary>Two page tables take turns for the same pages, and each CPU has a model of what its caches may hold.</summary>
    private sealed class TwoTables
    {
        private const int Pages = 6;
        private const ulong FirstTable = 0x40_0000;
        private readonly SimulatedMachine _machine;
        private readonly Tables _tables;
        private readonly Random _random;
        private readonly ulong _directoryEntry;
        private readonly ulong[,] _frames = new ulong[2, Pages]; // 0: not present
        private readonly HashSet<ulong>[,] _mayBeUsed;
        private readonly HashSet<int>[] _mayBeWalked;
        private int _current;
        private ulong _nextFrame = 0x50_0000;

        public TwoTables(SimulatedMachine machine, int seed)
        {
            _machine = machine;
            _random = new Random(seed);
            _tables = new Tables(machine.Memory);
            _directoryEntry = _tables.Place(Address, 2);
            int cpus = machine.Cpus.Count;
            _mayBeUsed = new HashSet<ulong>[cpus, Pages];
            _mayBeWalked = new HashSet<int>[cpus];
            for (int cpu = 0; cpu < cpus; cpu++)
            {
                machine.Cpus[cpu].Cr3 = Root;
                _mayBeWalked[cpu] = [0];
                for (int page = 0; page < Pages; page++)
                    _mayBeUsed[cpu, page] = [];
            }

            _tables.Write(_directoryEntry, FirstTable | P | W | U);
        }

        public int SpuriousFaults { get; private set; }

        /// <summary>An entry, the table, or what a CPU caches changes; mostly nothing.</summary>
        public void Change()
        {
            int cpu = _random.Next(_machine.Cpus.Count);
            int page = _random.Next(Pages);
            switch (_random.Next(24))
            {
                case 0 or 1 or 2:
                    int table = _random.Next(2);
                    _frames[table, page] = _random.Next(3) == 0 ? 0 : _nextFrame;
                    _nextFrame = _nextFrame == 0x8F_F000 ? 0x50_0000 : _nextFrame + 0x1000;
                    _tables.Write(TableAt(table) + (ulong)page * 8, _frames[table, page] == 0 ? 0 : _frames[table, page] | P | W);
                    break;
                case 3:
                    _current = 1 - _current;
                    _tables.Write(_directoryEntry, TableAt(_current) | P | W | U);
                    foreach (HashSet<int> tables in _mayBeWalked)
                        tables.Add(_current);
                    break;
                case 4 or 5:
                    _machine.Cpus[cpu].InvalidatePage(At(page));
                    Forget(cpu, page);
                    break;
                case 6:
                    _machine.Cpus[cpu].Cr3 = Root;
                    for (int every = 0; every < Pages; every++)
                        Forget(cpu, every);
                    break;
            }

            for (int every = 0; every < _machine.Cpus.Count; every++)
                Learn(every);
        }

        public MmuResult Access() => _machine.Cpus[_random.Next(_machine.Cpus.Count)].Translate(At(_random.Next(Pages)), MemoryAccess.Read);

        /// <summary>Makes an access and checks it against the model.</summary>
        /// <returns>Whether it went elsewhere than the tables say.</returns>
        public bool Check(string what)
        {
            int cpu = _random.Next(_machine.Cpus.Count);
            int page = _random.Next(Pages);
            ulong now = _frames[_current, page];
            MmuResult result = _machine.Cpus[cpu].Translate(At(page), MemoryAccess.Read);
            if (result.Outcome == MmuOutcome.PageFault)
            {
                Assert.AreEqual(0UL, result.Fault.ErrorCode, what);
                Assert.IsTrue(_mayBeWalked[cpu].Any(table => _frames[table, page] == 0), what);
                SpuriousFaults += now == 0 ? 0 : 1;
                Forget(cpu, page);
                Learn(cpu);
                return now != 0;
            }

            Assert.Contains(result.Translation.Address.Value, _mayBeUsed[cpu, page], what);
            return result.Translation.Address.Value != now;
        }

        /// <summary>INVLPG and page faults drop the page's translations, and the one upper entry that all pages share.</summary>
        private void Forget(int cpu, int page)
        {
            _mayBeWalked[cpu] = [_current];
            _mayBeUsed[cpu, page] = [];
        }

        /// <summary>Whatever a walk would give now, the CPU may have cached.</summary>
        private void Learn(int cpu)
        {
            foreach (int table in _mayBeWalked[cpu])
            {
                for (int page = 0; page < Pages; page++)
                {
                    if (_frames[table, page] != 0)
                        _mayBeUsed[cpu, page].Add(_frames[table, page]);
                }
            }
        }

        private static ulong TableAt(int table) => FirstTable + (ulong)table * 0x1000;

        private static VirtAddr At(int page) => VirtAddr.Create(Address + (ulong)page * 0x1000);
    }
}
