using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

[TestClass]
public sealed class WalkTests : IDisposable
{
    private readonly SimulatedMemory _memory = new(64UL << 30);

    public void Dispose() => _memory.Dispose();

    [TestMethod]
    [DataRow(4, 0x0000_1234_5678_9ABCUL, 1, 0x0000_000A_BCDE_F000UL, 0x0000_000A_BCDE_FABCUL)]
    [DataRow(4, 0xFFFF_8000_1234_5678UL, 1, 0x0000_0000_0000_7000UL, 0x0000_0000_0000_7678UL)]
    [DataRow(4, 0x0000_7FFF_FFFF_FFFFUL, 2, 0x0000_0001_2340_0000UL, 0x0000_0001_235F_FFFFUL)]
    [DataRow(4, 0xFFFF_FFFF_C123_4567UL, 3, 0x0000_0003_4000_0000UL, 0x0000_0003_4123_4567UL)]
    [DataRow(5, 0x00AB_CDEF_0123_4567UL, 1, 0x0000_0003_FFFF_F000UL, 0x0000_0003_FFFF_F567UL)]
    [DataRow(5, 0xFF12_3456_789A_BCDEUL, 2, 0x0000_0000_0060_0000UL, 0x0000_0000_007A_BCDEUL)]
    [DataRow(5, 0x0000_0000_4000_0001UL, 3, 0x0000_0002_8000_0000UL, 0x0000_0002_8000_0001UL)]
    public void A_page_is_where_the_entries_say(int levels, ulong address, int level, ulong frame, ulong expected)
    {
        var tables = new Tables(_memory, levels);
        ulong pageSize = level > 1 ? PS : 0;
        tables.Map(address, frame | P | W | pageSize, level);
        MmuResult result = Mmu().Translate(tables.Registers, At(address), MemoryAccess.Read, Privilege.Supervisor);
        Assert.AreEqual(MmuOutcome.Translated, result.Outcome);
        Assert.AreEqual(expected, result.Translation.Address.Value);
        Assert.AreEqual(Span(level), result.Translation.PageBytes);
        Assert.AreEqual(new PageRights(Writable: true, User: false, Executable: true), result.Translation.Rights);
    }

    [TestMethod]
    [DataRow(4, 0x0000_8000_0000_0000UL)]
    [DataRow(4, 0xFFFF_7FFF_FFFF_FFFFUL)]
    [DataRow(4, 0x00AB_CDEF_0123_4567UL)]
    [DataRow(5, 0x0100_0000_0000_0000UL)]
    [DataRow(5, 0xFEFF_FFFF_FFFF_FFFFUL)]
    public void An_address_that_is_not_canonical_is_no_page_fault(int levels, ulong address) => Assert.AreEqual(
        MmuResult.GeneralProtection,
        Mmu().Translate(new Tables(_memory, levels).Registers, At(address), MemoryAccess.Read, Privilege.Supervisor));

    [TestMethod]
    public void The_error_code_tells_the_access_and_the_cause()
    {
        const ulong Absent = 0x5000;
        const ulong ReadOnly = 0x6000;
        const ulong Reserved = 0x7000;
        var tables = new Tables(_memory);
        tables.Map(ReadOnly, 0x9000 | P | XD);
        tables.Map(Reserved, 0x9000 | P | W | U | (1UL << 51));
        foreach ((ulong address, MemoryAccess access, Privilege privilege, ulong code) in new[]
        {
            (Absent, MemoryAccess.Read, Privilege.Supervisor, 0x00UL),
            (Absent, MemoryAccess.Write, Privilege.Supervisor, 0x02UL),
            (Absent, MemoryAccess.Execute, Privilege.Supervisor, 0x10UL),
            (Absent, MemoryAccess.Read, Privilege.User, 0x04UL),
            (Absent, MemoryAccess.Write, Privilege.User, 0x06UL),
            (Absent, MemoryAccess.Execute, Privilege.User, 0x14UL),
            (ReadOnly, MemoryAccess.Write, Privilege.Supervisor, 0x03UL),
            (ReadOnly, MemoryAccess.Execute, Privilege.Supervisor, 0x11UL),
            (ReadOnly, MemoryAccess.Read, Privilege.User, 0x05UL),
            (ReadOnly, MemoryAccess.Write, Privilege.User, 0x07UL),
            (ReadOnly, MemoryAccess.Execute, Privilege.User, 0x15UL),
            (Reserved, MemoryAccess.Read, Privilege.Supervisor, 0x09UL),
            (Reserved, MemoryAccess.Write, Privilege.User, 0x0FUL),
            (Reserved, MemoryAccess.Execute, Privilege.User, 0x1DUL),
        })
        {
            MmuResult result = Mmu().Translate(tables.Registers, At(address), access, privilege);
            Assert.AreEqual(MmuResult.Failure(new SimulatedPageFault(At(address), code)), result, $"{access} {privilege} 0x{address:X}");
        }
    }

    /// <summary>The I/D bit is told only with NXE or SMEP.</summary>
    [TestMethod]
    [DataRow(0x500UL, 0x0UL, 0x00UL)]
    [DataRow(0xD00UL, 0x0UL, 0x10UL)]
    [DataRow(0x500UL, 0x10_0000UL, 0x10UL)]
    public void A_fetch_is_told_when_it_can_be_forbidden(ulong efer, ulong smep, ulong code)
    {
        MmuRegisters registers = new Tables(_memory).Registers;
        registers = registers with { Efer = efer, Cr4 = registers.Cr4 | smep };
        Assert.AreEqual(code, Mmu().Translate(registers, At(0x5000), MemoryAccess.Execute, Privilege.Supervisor).Fault.ErrorCode);
    }

    [TestMethod]
    [DataRow(4, 4, 7)]
    [DataRow(5, 5, 7)]
    [DataRow(5, 4, 7)]
    [DataRow(4, 3, 13)]
    [DataRow(4, 3, 29)]
    [DataRow(4, 2, 13)]
    [DataRow(4, 2, 20)]
    public void A_reserved_bit_faults(int levels, int level, int bit)
    {
        var tables = new Tables(_memory, levels);
        ulong pageSize = level is 2 or 3 ? PS : 0;
        ulong frame = level >= 4 ? 0UL : 0x4000_0000; // no bit that would be reserved in a page of 512 GiB
        ulong place = tables.Map(0x4000_0000, frame | P | W | pageSize, level);
        tables.Write(place, tables.Read(place) | (1UL << bit));
        AssertReserved(tables.Registers);
        tables.Write(place, tables.Read(place) & ~(1UL << bit));
        Assert.AreNotEqual(9UL, Read(tables.Registers).Fault.ErrorCode);
    }

    [TestMethod]
    public void Address_bits_that_the_processor_lacks_are_reserved_at_every_level()
    {
        for (int level = 1; level <= 5; level++)
        {
            foreach (int bits in new[] { 36, 46, 52 })
            {
                for (int bit = 34; bit < 52; bit++)
                {
                    using var memory = new SimulatedMemory(1UL << 20);
                    var tables = new Tables(memory, levels: 5);
                    tables.Map(0x4000_0000, 0x9000 | P);
                    ulong place = tables.Place(0x4000_0000, level);
                    tables.Write(place, tables.Read(place) | (1UL << bit));
                    var mmu = new SoftwareMmu(memory, new MmuFeatures { PhysicalAddressBits = bits });
                    MmuResult result = mmu.Probe(tables.Registers, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor);

                    // A table beyond the end of memory is all ones, and so has reserved bits too: only the last level tells.
                    if (bit >= bits)
                        Assert.AreEqual(9UL, result.Fault.ErrorCode, $"level {level}, bit {bit} of {bits}");
                    else if (level == 1)
                        Assert.AreEqual(0x9000 | (1UL << bit), result.Translation.Address.Value);
                }
            }
        }
    }

    [TestMethod]
    public void Bit_63_is_reserved_without_NXE()
    {
        for (int level = 1; level <= 4; level++)
        {
            using var memory = new SimulatedMemory(1UL << 20);
            var tables = new Tables(memory);
            tables.Map(0x4000_0000, 0x9000 | P);
            ulong place = tables.Place(0x4000_0000, level);
            tables.Write(place, tables.Read(place) | XD);
            var mmu = new SoftwareMmu(memory);
            MmuRegisters without = tables.Registers with { Efer = 0x500 };
            Assert.AreEqual(9UL, mmu.Probe(without, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor).Fault.ErrorCode);
            Assert.AreEqual(
                MmuOutcome.Translated, mmu.Probe(tables.Registers, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor).Outcome);
        }
    }

    [TestMethod]
    public void Without_pages_of_1_GiB_their_bit_is_reserved()
    {
        var tables = new Tables(_memory);
        tables.Map(0x4000_0000, 0x4000_0000 | P | PS, level: 3);
        Assert.AreEqual(MmuOutcome.Translated, Read(tables.Registers).Outcome);
        var mmu = new SoftwareMmu(_memory, new MmuFeatures { GigabytePages = false });
        Assert.AreEqual(9UL, mmu.Probe(tables.Registers, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor).Fault.ErrorCode);
    }

    [TestMethod]
    public void PAT_and_ignored_bits_are_not_reserved()
    {
        var tables = new Tables(_memory);
        tables.Map(0x4000_0000, 0x4000_0000 | P | PS | (1UL << 12) | (0x7FFUL << 52) | 0xE18, level: 2);
        Assert.AreEqual(0x4000_0000UL, Read(tables.Registers).Translation.Address.Value);
        tables.Map(0x4000_0000, 0x4000_0000 | P | PS | (1UL << 12) | (0x7FFUL << 52) | 0xE18, level: 3);
        Assert.AreEqual(0x4000_0000UL, Read(tables.Registers).Translation.Address.Value);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Accessed_is_set_in_every_entry_used_and_dirty_in_the_last_on_a_write(int level)
    {
        var tables = new Tables(_memory);
        ulong last = tables.Map(0x4000_0000, 0x4000_0000 | P | W | (level > 1 ? PS : 0), level);
        ulong neighbour = tables.Map(0x4000_0000 + Span(level), 0x8000_0000 | P | W | (level > 1 ? PS : 0), level);
        SoftwareMmu mmu = Mmu();

        mmu.Probe(tables.Registers, At(0x4000_0000), MemoryAccess.Write, Privilege.Supervisor);
        Assert.AreEqual(0UL, tables.Read(last) & (A | D), "a probe changes nothing");
        mmu.Translate(tables.Registers, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor);
        Assert.AreEqual(A, tables.Read(last) & (A | D));
        mmu.Translate(tables.Registers, At(0x4000_0000), MemoryAccess.Write, Privilege.Supervisor);
        Assert.AreEqual(A | D, tables.Read(last) & (A | D));
        for (int upper = level + 1; upper <= 4; upper++)
            Assert.AreEqual(A, tables.Read(tables.Place(0x4000_0000, upper)) & (A | D), $"level {upper}");
        Assert.AreEqual(0UL, tables.Read(neighbour) & (A | D));
    }

    [TestMethod]
    public void A_first_write_sets_both_flags()
    {
        var tables = new Tables(_memory);
        ulong place = tables.Map(0x5000, 0x9000 | P | W);
        Mmu().Translate(tables.Registers, At(0x5000), MemoryAccess.Write, Privilege.Supervisor);
        Assert.AreEqual(A | D, tables.Read(place) & (A | D));
        Assert.AreEqual(A, tables.Read(tables.Place(0x5000, 2)) & (A | D));
    }

    [TestMethod]
    public void A_fault_sets_no_flag()
    {
        var tables = new Tables(_memory);
        tables.Map(0x5000, 0x9000 | P);
        tables.Map(0x6000, 0);
        Mmu().Translate(tables.Registers, At(0x5000), MemoryAccess.Write, Privilege.Supervisor);
        Mmu().Translate(tables.Registers, At(0x6000), MemoryAccess.Read, Privilege.Supervisor);
        for (int level = 1; level <= 4; level++)
            Assert.AreEqual(0UL, tables.Read(tables.Place(0x5000, level)) & (A | D), $"level {level}");
    }

    /// <summary>A recursive entry is used on several levels of one walk, and changes under it.</summary>
    [TestMethod]
    public void A_recursive_walk_ends()
    {
        var tables = new Tables(_memory);
        tables.Write(Root + 511 * 8, Root | P | W);
        MmuResult result = Mmu().Translate(tables.Registers, At(0xFFFF_FFFF_FFFF_FFF8), MemoryAccess.Write, Privilege.Supervisor);
        Assert.AreEqual(Root + 511 * 8, result.Translation.Address.Value);
        Assert.AreEqual(Root | P | W | A | D, tables.Read(Root + 511 * 8));
    }

    [TestMethod]
    public void Tables_of_random_bits_neither_loop_nor_leave_memory()
    {
        const int Seed = 20_260_101;
        var random = new Random(Seed);
        using var memory = new SimulatedMemory(64 * 4096);
        int translated = 0;
        int faults = 0;
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(memory.Bytes(PhysAddr.Zero, 64 * 4096));
            for (ulong place = 0; place < 64 * 4096; place += 8)
            {
                // Mostly present, mostly near the end of memory, now and then wild.
                ulong entry = memory.Read<ulong>(PhysAddr.Create(place));
                if (random.Next(8) != 0)
                    memory.Write(PhysAddr.Create(place), (entry & 0x8000_0000_0004_FFFF & ~(random.Next(4) != 0 ? PS : 0)) | P);
            }

            var mmu = new SoftwareMmu(memory, new MmuFeatures { PhysicalAddressBits = round % 2 == 0 ? 52 : 40 });
            for (int i = 0; i < 500; i++)
            {
                var registers = new MmuRegisters(0x8001_0001, (ulong)random.Next(80) << 12, round % 3 == 0 ? 0x10A0UL : 0xA0, 0xD00);
                VirtAddr address = VirtAddr.CreateTruncated((ulong)random.NextInt64());
                var access = (MemoryAccess)random.Next(3);
                MmuResult result = mmu.Translate(registers, address, access, (Privilege)random.Next(2));
                translated += result.Outcome == MmuOutcome.Translated ? 1 : 0;
                faults += result.Outcome == MmuOutcome.PageFault ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(1000, translated, $"seed {Seed}");
        Assert.IsGreaterThan(1000, faults, $"seed {Seed}");
    }

    [TestMethod]
    [DataRow(0x0001_0001UL, 0xA0UL, 0xD00UL)]
    [DataRow(0x8001_0001UL, 0x80UL, 0xD00UL)]
    [DataRow(0x8001_0001UL, 0xA0UL, 0x900UL)]
    [DataRow(0x8001_0001UL, 0x80_00A0UL, 0xD00UL)] // CET
    [DataRow(0x8001_0001UL, 0x1000_00A0UL, 0xD00UL)] // LAM_SUP
    public void What_is_not_simulated_is_refused(ulong cr0, ulong cr4, ulong efer) => Assert.ThrowsExactly<ArgumentException>(
        () => Mmu().Probe(new MmuRegisters(cr0, 0x1000, cr4, efer), At(0), MemoryAccess.Read, Privilege.Supervisor));

    private SoftwareMmu Mmu() => new(_memory);

    private MmuResult Read(MmuRegisters registers) => Mmu().Probe(registers, At(0x4000_0000), MemoryAccess.Read, Privilege.Supervisor);

    private void AssertReserved(MmuRegisters registers) => Assert.AreEqual(9UL, Read(registers).Fault.ErrorCode);

    private static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);
}
