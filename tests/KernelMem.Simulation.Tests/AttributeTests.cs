using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>What entries say besides address and rights: memory type, global, key, encryption.</summary>
[TestClass]
public sealed class AttributeTests : IDisposable
{
    private const ulong Address = 0x4000_0000;
    private const ulong Pwt = 1 << 3;
    private const ulong Pcd = 1 << 4;
    private readonly SimulatedMemory _memory = new(1UL << 20);

    public void Dispose() => _memory.Dispose();

    /// <summary>PAT is bit 7 in a page table's entry and bit 12 in a larger page's (§4.9.2).</summary>
    [TestMethod]
    [DataRow(1, 1UL << 7)]
    [DataRow(2, 1UL << 12)]
    [DataRow(3, 1UL << 12)]
    public void The_memory_type_is_chosen_by_PAT_PCD_and_PWT(int level, ulong pat)
    {
        // Eight bytes, the first one last: WC, WT, WP, UC-, UC, WB, WC, WT for 7 to 0.
        const ulong Types = 0x01_04_05_07_00_06_01_04;
        var expected = new[]
        {
            SimulatedMemoryType.WriteThrough, SimulatedMemoryType.WriteCombining, SimulatedMemoryType.WriteBack,
            SimulatedMemoryType.Uncacheable, SimulatedMemoryType.UncacheableMinus, SimulatedMemoryType.WriteProtected,
            SimulatedMemoryType.WriteThrough, SimulatedMemoryType.WriteCombining,
        };
        var tables = new Tables(_memory);
        for (int index = 0; index < 8; index++)
        {
            ulong bits = ((index & 4) != 0 ? pat : 0) | ((index & 2) != 0 ? Pcd : 0) | ((index & 1) != 0 ? Pwt : 0);
            tables.Map(Address, 0x4000_0000 | P | bits | (level > 1 ? PS : 0), level);
            SimulatedTranslation translation = Probe(tables.Registers with { Pat = Types }).Translation;
            Assert.AreEqual((index, expected[index]), (translation.PatIndex, translation.MemoryType));
            Assert.AreEqual(0x4000_0000UL, translation.Address.Value);
        }
    }

    [TestMethod]
    public void After_reset_the_types_are_WB_WT_UCminus_UC()
    {
        var tables = new Tables(_memory);
        foreach ((ulong bits, SimulatedMemoryType type) in new[]
        {
            (0UL, SimulatedMemoryType.WriteBack), (Pwt, SimulatedMemoryType.WriteThrough),
            (Pcd, SimulatedMemoryType.UncacheableMinus), (Pcd | Pwt, SimulatedMemoryType.Uncacheable),
            (PS, SimulatedMemoryType.WriteBack),
        })
        {
            tables.Map(Address, 0x9000 | P | bits);
            Assert.AreEqual(type, Probe(tables.Registers).Translation.MemoryType);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Key_and_global_come_from_the_last_entry(int level)
    {
        var tables = new Tables(_memory);
        tables.Map(Address, 0x4000_0000 | P | G | (11UL << 59) | (level > 1 ? PS : 0), level, upper: P | W | U | (6UL << 59));
        SimulatedTranslation translation = Probe(tables.Registers).Translation;
        Assert.AreEqual((11, true), (translation.ProtectionKey, translation.IsGlobal));
        Assert.IsFalse(Probe(tables.Registers with { Cr4 = 0x20 }).Translation.IsGlobal, "without PGE");
    }

    /// <summary>A C-bit in upper entries, in the last one and in CR3 is no address; the other absent address bits stay reserved.</summary>
    [TestMethod]
    [DataRow(40, 47)]
    [DataRow(46, 46)]
    [DataRow(43, 51)]
    [DataRow(51, 51)]
    public void The_encryption_bit_is_neither_reserved_nor_address(int physicalBits, int encryptionBit)
    {
        ulong encrypted = 1UL << encryptionBit;
        for (int level = 1; level <= 3; level++)
        {
            using var memory = new SimulatedMemory(1UL << 20);
            var tables = new Tables(memory);
            var mmu = new SoftwareMmu(memory, new MmuFeatures { PhysicalAddressBits = physicalBits, EncryptionBit = encryptionBit });
            ulong place = tables.Map(Address, 0x4000_0000 | P | encrypted | (level > 1 ? PS : 0), level, upper: P | W | U | encrypted);
            MmuRegisters registers = tables.Registers with { Cr3 = Root | encrypted };
            MmuResult result = mmu.Translate(registers, VirtAddr.Create(Address), MemoryAccess.Read, Privilege.Supervisor);
            Assert.AreEqual((MmuOutcome.Translated, 0x4000_0000UL, true), (result.Outcome, result.Translation.Address.Value, result.Translation.IsEncrypted));
            Assert.AreEqual(A | encrypted, tables.Read(place) & (A | encrypted), "the flag is set beside it");

            tables.Write(place, tables.Read(place) & ~encrypted);
            Assert.IsFalse(mmu.Probe(registers, VirtAddr.Create(Address), MemoryAccess.Read, Privilege.Supervisor).Translation.IsEncrypted);
            for (int bit = physicalBits; bit < 52; bit++)
            {
                if (bit == encryptionBit)
                    continue;
                tables.Write(place, 0x4000_0000 | P | (1UL << bit) | (level > 1 ? PS : 0));
                result = mmu.Probe(registers, VirtAddr.Create(Address), MemoryAccess.Read, Privilege.Supervisor);
                Assert.AreEqual(9UL, result.Fault.ErrorCode, $"level {level}, bit {bit}");
            }
        }
    }

    [TestMethod]
    [DataRow(46, 45)]
    [DataRow(46, 52)]
    public void An_encryption_bit_among_the_address_bits_is_refused(int physicalBits, int encryptionBit)
    {
        var features = new MmuFeatures { PhysicalAddressBits = physicalBits, EncryptionBit = encryptionBit };
        Assert.ThrowsExactly<InvalidOperationException>(() => new SoftwareMmu(_memory, features));
    }

    private MmuResult Probe(MmuRegisters registers) =>
        new SoftwareMmu(_memory).Probe(registers, VirtAddr.Create(Address), MemoryAccess.Read, Privilege.Supervisor);
}
