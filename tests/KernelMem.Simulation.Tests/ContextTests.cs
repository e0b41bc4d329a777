using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Process-context identifiers and global pages (Intel SDM Vol. 3A §4.10.1, §4.10.2.4).</summary>
[TestClass]
public sealed class ContextTests : IDisposable
{
    private const ulong Address = 0x1000_0000;
    private const ulong OtherRoot = 0x60_0000;
    private const ulong KeepBit = 1UL << 63;
    private readonly SimulatedMachine _machine = new(16 << 20);
    private readonly Tables _tables;

    public ContextTests()
    {
        // Two address spaces: the same address holds 1 in the first and 2 in the second.
        _tables = new Tables(_machine.Memory);
        _tables.Map(Address, 0x10_0000 | P | W);
        var other = new Tables(_machine.Memory, root: OtherRoot);
        other.Map(Address, 0x20_0000 | P | W);
        _machine.Memory.Write(PhysAddr.Create(0x10_0000), (byte)1);
        _machine.Memory.Write(PhysAddr.Create(0x20_0000), (byte)2);
        Cpu.Cr3 = Root;
        Cpu.Cr4 |= 1UL << 17;
        Cpu.Cr3 = Root | 1;
    }

    private SimulatedCpu Cpu => _machine.Cpus[0];

    public void Dispose() => _machine.Dispose();

    [TestMethod]
    public void Contexts_keep_their_translations_apart_and_over_switches()
    {
        Assert.AreEqual(1, Read());
        Cpu.Cr3 = OtherRoot | 2 | KeepBit;
        Assert.AreEqual(2, Read());
        long walks = Cpu.Statistics.Walks;
        Cpu.Cr3 = Root | 1 | KeepBit;
        Assert.AreEqual(1, Read());
        Cpu.Cr3 = OtherRoot | 2 | KeepBit;
        Assert.AreEqual(2, Read());
        Assert.AreEqual(walks, Cpu.Statistics.Walks, "both were cached");
        Cpu.Cr3 = Root | 1;
        Assert.AreEqual(1, Read());
        Assert.AreEqual(walks + 1, Cpu.Statistics.Walks, "the write without bit 63 dropped it");
    }

    [TestMethod]
    public void An_identifier_used_again_without_a_flush_shows_the_old_space()
    {
        Assert.AreEqual(1, Read());
        Cpu.Cr3 = OtherRoot | 1 | KeepBit;
        Assert.AreEqual(1, Read());
        Cpu.InvalidateContext(1, 1, VirtAddr.Zero);
        Assert.AreEqual(2, Read());
    }

    [TestMethod]
    public void A_global_translation_is_used_in_every_context()
    {
        _tables.Map(Address, 0x10_0000 | P | W | G);
        Assert.AreEqual(1, Read());
        Cpu.Cr3 = OtherRoot | 2;
        Assert.AreEqual(1, Read());
        Cpu.InvalidateContext(3, 0, VirtAddr.Zero);
        Assert.AreEqual(1, Read());
        Cpu.InvalidatePage(VirtAddr.Create(Address));
        Assert.AreEqual(2, Read());
    }

    [TestMethod]
    public void Without_identifiers_there_is_one_context()
    {
        Cpu.Cr4 &= ~(1UL << 17);
        Cpu.Cr3 = Root | 1;
        Assert.AreEqual(1, Read());
        Assert.IsTrue(Cpu.Holds(VirtAddr.Create(Address), contextIdentifier: 0));
        Cpu.Cr3 = OtherRoot | 2;
        Assert.AreEqual(2, Read());
    }

    private byte Read() => Cpu.ReadByte(VirtAddr.Create(Address));
}
