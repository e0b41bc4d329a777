using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Paging-structure caches (Intel SDM Vol. 3A §4.10.3): what they keep, for how long, and what a walk from them gives.</summary>
[TestClass]
public sealed class UpperEntryTests : IDisposable
{
    private const ulong Address = 0x1000_0000;
    private const ulong OldTable = 0x40_0000;
    private const ulong NewTable = 0x41_0000;
    private readonly SimulatedMachine _machine = new(16 << 20, cpuCount: 2);
    private readonly Tables _tables;

    public UpperEntryTests()
    {
        _tables = new Tables(_machine.Memory);
        foreach (SimulatedCpu cpu in _machine.Cpus)
            cpu.Cr3 = Root;

        // Two page tables for the same 2 MiB: pages of the old one hold 1, those of the new one 2.
        for (ulong page = 0; page < 8; page++)
        {
            _tables.Write(OldTable + page * 8, 0x10_0000 | P | W);
            _tables.Write(NewTable + page * 8, 0x20_0000 | P | W);
        }

        _machine.Memory.Write(PhysAddr.Create(0x10_0000), (byte)1);
        _machine.Memory.Write(PhysAddr.Create(0x20_0000), (byte)2);
        Refer(OldTable | P | W | U);
    }

    private SimulatedCpu Cpu => _machine.Cpus[0];

    public void Dispose() => _machine.Dispose();

    [TestMethod]
    public void A_stale_table_is_used_for_pages_that_were_never_touched_until_any_page_is_invalidated()
    {
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
        Refer(NewTable | P | W | U);
        Assert.AreEqual(1, Cpu.ReadByte(At(Address + 0x1000)), "by the old table");
        Assert.AreEqual(2, _machine.Cpus[1].ReadByte(At(Address + 0x1000)), "the other CPU never knew it");
        _machine.Cpus[1].InvalidatePage(At(Address));
        Assert.AreEqual(1, Cpu.ReadByte(At(Address + 0x2000)), "another CPU");
        Cpu.InvalidatePage(At(0xFFFF_8000_0000_0000));
        Assert.AreEqual(2, Cpu.ReadByte(At(Address + 0x3000)), "INVLPG of any page drops all upper entries");
        Assert.AreEqual(1, Cpu.ReadByte(At(Address + 0x2000)), "and only its own translation");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void An_entry_of_any_level_is_kept(int level)
    {
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
        ulong place = _tables.Place(Address, level);
        _tables.Write(place, 0);
        Assert.AreEqual(1, Cpu.ReadByte(At(Address + 0x1000)));
        Assert.AreEqual(0UL, Assert.ThrowsExactly<SimulatedFaultException>(() => _machine.Cpus[1].ReadByte(At(Address))).Fault.ErrorCode);
        Cpu.InvalidatePage(At(Address));
        Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.ReadByte(At(Address + 0x2000)));
    }

    [TestMethod]
    public void A_table_that_was_freed_and_used_for_something_else_is_still_walked()
    {
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
        Refer(0);
        _tables.Write(OldTable + 5 * 8, 0x20_0000 | P | W); // its new owner's data
        Assert.AreEqual(2, Cpu.ReadByte(At(Address + 0x5000)));
        Assert.AreEqual(0x20_0000 | P | W | A, _tables.Read(OldTable + 5 * 8), "and changed by the walk");
    }

    [TestMethod]
    public void Rights_of_a_cached_entry_are_those_it_had()
    {
        _ = Cpu.ReadByte(At(Address));
        Refer(OldTable | P);
        Cpu.WriteByte(At(Address + 0x1000), 1);
        Assert.AreEqual(3UL, Assert.ThrowsExactly<SimulatedFaultException>(() => _machine.Cpus[1].WriteByte(At(Address + 0x1000), 1)).Fault.ErrorCode);
        Refer(OldTable | P | W);
        Cpu.InvalidatePage(At(Address));
        _machine.Cpus[1].WriteByte(At(Address + 0x1000), 1);
    }

    [TestMethod]
    public void A_stale_upper_entry_faults_once_for_each_address()
    {
        Refer(OldTable | P);
        _ = Cpu.ReadByte(At(Address));
        Refer(OldTable | P | W);
        Assert.AreEqual(3UL, Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.WriteByte(At(Address + 0x1000), 1)).Fault.ErrorCode);
        Cpu.WriteByte(At(Address + 0x1000), 1);
    }

    [TestMethod]
    public void A_stale_table_may_know_less_and_the_fault_drops_it()
    {
        _tables.Write(OldTable + 0x1000 / 0x1000 * 8, 0);
        _ = Cpu.ReadByte(At(Address));
        Refer(NewTable | P | W | U);
        Assert.AreEqual(0UL, Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.ReadByte(At(Address + 0x1000))).Fault.ErrorCode);
        Assert.AreEqual(2, Cpu.ReadByte(At(Address + 0x1000)));
    }

    [TestMethod]
    public void What_is_not_present_or_has_reserved_bits_is_not_cached()
    {
        foreach (ulong bad in new[] { 0UL, NewTable, OldTable | P | (1UL << 51) })
        {
            Refer(bad);
            Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.ReadByte(At(Address)));
            Assert.IsFalse(Cpu.Holds(At(Address), CacheLevel.PageDirectoryEntry), $"0x{bad:X}");
            Refer(NewTable | P | W | U);
            Assert.AreEqual(2, Cpu.ReadByte(At(Address)), "at once, without a flush");
            Cpu.FlushAll();
        }
    }

    [TestMethod]
    public void An_entry_of_a_page_is_no_upper_entry()
    {
        _tables.Map(0x4000_0000, 0x20_0000 | P | PS, level: 2);
        _ = Cpu.ReadByte(At(0x4000_0000));
        Assert.IsFalse(Cpu.Holds(At(0x4000_0000), CacheLevel.PageDirectoryEntry));
        Assert.IsTrue(Cpu.Holds(At(0x4000_0000), CacheLevel.DirectoryPointerEntry));
        Assert.IsTrue(Cpu.Holds(At(0x4000_0000), CacheLevel.Level4Entry));
        Assert.IsTrue(Cpu.Holds(At(0x7FFF_FFFF), CacheLevel.DirectoryPointerEntry), "the same 1 GiB");
        Assert.IsFalse(Cpu.Holds(At(0x8000_0000), CacheLevel.DirectoryPointerEntry));
    }

    [TestMethod]
    public void With_five_levels_there_is_one_cache_more()
    {
        using var machine = new SimulatedMachine(16 << 20);
        var tables = new Tables(machine.Memory, levels: 5);
        tables.Map(Address, 0x10_0000 | P);
        tables.Map(Address + 0x80_0000_0000, 0x20_0000 | P); // the next entry of the same PML4 table
        machine.Memory.Write(PhysAddr.Create(0x20_0000), (byte)2);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr4 |= 1UL << 12;
        cpu.Cr3 = Root;
        _ = cpu.ReadByte(At(Address));
        tables.Write(tables.Place(Address, 5), 0);
        Assert.AreEqual(2, cpu.ReadByte(At(Address + 0x80_0000_0000)), "by the PML5E cache");
        cpu.InvalidatePage(At(0));
        Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.ReadByte(At(Address + 0x80_0000_1000)));
    }

    /// <summary>As long as the tables do not change, caches do not show.</summary>
    [TestMethod]
    [DataRow(4)]
    [DataRow(5)]
    public void Walks_from_upper_entries_give_what_walks_from_the_root_give(int levels)
    {
        const int Seed = 77;
        var random = new Random(Seed);
        int translated = 0;
        for (int round = 0; round < 300; round++)
        {
            using var machine = new SimulatedMachine(1 << 20);
            var tables = new Tables(machine.Memory, levels);
            for (ulong page = 0; page < 4; page++)
                tables.Map(Address + page * 0x1000, 0x9000 | Flags());
            for (int level = 2; level <= levels; level++)
            {
                ulong place = tables.Place(Address, level);
                tables.Write(place, (tables.Read(place) & 0xF_F000) | Flags() | P);
            }

            SimulatedCpu cpu = machine.Cpus[0];
            cpu.Cr4 = tables.Registers.Cr4 | (round % 2 == 0 ? 3UL << 20 : 0);
            cpu.Cr3 = Root;
            for (int i = 0; i < 40; i++)
            {
                VirtAddr address = At(Address + (ulong)random.Next(4) * 0x1000);
                var access = (MemoryAccess)random.Next(3);
                cpu.Privilege = (Privilege)random.Next(2);
                MmuResult expected = machine.Mmu.Probe(cpu.Registers, address, access, cpu.Privilege);
                MmuResult actual = cpu.Translate(address, access);
                Assert.AreEqual(expected, actual, $"seed {Seed}, round {round}, {i}");
                translated += actual.Outcome == MmuOutcome.Translated ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(1000, translated);

        ulong Flags() => (random.Next(8) == 0 ? 0 : P) | (random.Next(3) == 0 ? 0 : W) | (random.Next(3) == 0 ? 0 : U) | (random.Next(3) == 0 ? XD : 0);
    }

    private void Refer(ulong entry) => _tables.Write(_tables.Place(Address, 2), entry);

    private static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);
}
