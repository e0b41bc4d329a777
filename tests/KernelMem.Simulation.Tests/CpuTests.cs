using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

[TestClass]
public sealed class CpuTests : IDisposable
{
    private const ulong Address = 0x1000_0000;
    private readonly SimulatedMachine _machine = new(1UL << 30, cpuCount: 2);
    private readonly Tables _tables;

    public CpuTests()
    {
        _tables = new Tables(_machine.Memory);
        foreach (SimulatedCpu cpu in _machine.Cpus)
            cpu.Cr3 = Root;
        _machine.Memory.Write(PhysAddr.Create(0x10_0000), (byte)1);
        _machine.Memory.Write(PhysAddr.Create(0x20_0000), (byte)2);
    }

    private SimulatedCpu Cpu => _machine.Cpus[0];

    public void Dispose() => _machine.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_stale_translation_is_used_until_its_page_is_invalidated(bool global)
    {
        Remap(global);
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)), "stale");
        Assert.AreEqual(2, _machine.Cpus[1].ReadByte(At(Address)), "the other CPU never held it");
        Cpu.InvalidatePage(At(Address + 0x1000));
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)), "another page");
        _machine.Cpus[1].InvalidatePage(At(Address));
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)), "another CPU");
        Cpu.InvalidatePage(At(Address + 0xFFF));
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void A_write_of_CR3_drops_what_is_not_global()
    {
        Remap(global: false);
        Cpu.Cr3 = Root;
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void A_write_of_CR3_keeps_what_is_global_and_a_full_flush_does_not()
    {
        Remap(global: true);
        Cpu.Cr3 = Root;
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
        Cpu.FlushAll();
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void A_change_of_CR4_PGE_drops_everything_and_without_it_nothing_is_global()
    {
        Remap(global: true);
        Cpu.Cr4 &= ~0x80UL;
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
        _tables.Map(Address, 0x10_0000 | P | W | G);
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
        Cpu.Cr3 = Root;
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void SMEP_turned_on_drops_everything_and_turned_off_nothing()
    {
        Remap(global: true);
        Cpu.Cr4 |= 1UL << 20;
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
        _tables.Map(Address, 0x10_0000 | P | W);
        Cpu.Cr4 &= ~(1UL << 20);
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void A_CR3_with_reserved_bits_is_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Cpu.Cr3 = 1UL << 46);

    [TestMethod]
    public void A_large_page_is_held_and_dropped_as_one()
    {
        _tables.Map(Address, 0x20_0000 | P | W | PS, level: 2);
        Assert.AreEqual(2, Cpu.ReadByte(At(Address)));
        _ = Cpu.ReadByte(At(Address + 0x1F_F000));
        Assert.AreEqual(new CpuStatistics(Walks: 1, Hits: 1, Faults: 0, PageInvalidations: 0, Flushes: 1, Interrupts: 0), Cpu.Statistics);
        Cpu.InvalidatePage(At(Address + 0x12_3456));
        Assert.AreEqual(0, Cpu.CachedTranslations);
    }

    [TestMethod]
    public void The_first_write_after_reads_sets_dirty()
    {
        ulong place = _tables.Map(Address, 0x10_0000 | P | W);
        _ = Cpu.ReadByte(At(Address));
        Assert.AreEqual(A, _tables.Read(place) & (A | D));
        Cpu.WriteByte(At(Address), 7);
        Assert.AreEqual(A | D, _tables.Read(place) & (A | D));
        _tables.Write(place, 0x10_0000 | P | W);
        Cpu.WriteByte(At(Address), 8);
        Assert.AreEqual(0UL, _tables.Read(place) & (A | D), "a translation held as dirty is not walked again");
        Assert.AreEqual(8, _machine.Memory.Read<byte>(PhysAddr.Create(0x10_0000)));
    }

    [TestMethod]
    public void A_stale_entry_may_fault_once()
    {
        ulong place = _tables.Map(Address, 0x10_0000 | P);
        _ = Cpu.ReadByte(At(Address));
        _tables.Write(place, 0x10_0000 | P | W);
        SimulatedFaultException fault = Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.WriteByte(At(Address), 1));
        Assert.AreEqual(new SimulatedPageFault(At(Address), 3), fault.Fault);
        Cpu.WriteByte(At(Address), 1);
    }

    [TestMethod]
    public void A_page_fault_may_be_resolved_and_the_access_is_made_again()
    {
        Cpu.PageFaultHandler = (cpu, fault) =>
        {
            Assert.AreEqual(fault.Address.Value, cpu.Cr2);
            Assert.IsFalse(cpu.InterruptsEnabled);
            Assert.AreEqual(Privilege.Supervisor, cpu.Privilege);
            _tables.Map(fault.Address.Value & ~0xFFFUL, 0x10_0000 | P | W | U);
            return true;
        };
        Cpu.Privilege = Privilege.User;
        Cpu.Write(At(Address + 8), 0x1122_3344_5566_7788UL);
        Assert.AreEqual(Privilege.User, Cpu.Privilege);
        Assert.AreEqual(0x1122_3344_5566_7788UL, _machine.Memory.Read<ulong>(PhysAddr.Create(0x10_0008)));
        Assert.AreEqual(1, Cpu.Statistics.Faults);
    }

    [TestMethod]
    public void A_handler_that_resolves_nothing_does_not_hang()
    {
        Cpu.PageFaultHandler = (_, _) => true;
        Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.ReadByte(At(Address)));
    }

    [TestMethod]
    public void A_write_over_two_pages_happens_wholly_or_not_at_all()
    {
        _tables.Map(Address, 0x10_0000 | P | W);
        SimulatedFaultException fault = Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.Write(At(Address + 0xFFC), ulong.MaxValue));
        Assert.AreEqual(new SimulatedPageFault(At(Address + 0x1000), 2), fault.Fault);
        Assert.AreEqual(0U, _machine.Memory.Read<uint>(PhysAddr.Create(0x10_0FFC)));
        _tables.Map(Address + 0x1000, 0x30_0000 | P | W);
        Cpu.Write(At(Address + 0xFFC), 0x1122_3344_5566_7788UL);
        Assert.AreEqual(0x5566_7788U, _machine.Memory.Read<uint>(PhysAddr.Create(0x10_0FFC)));
        Assert.AreEqual(0x1122_3344U, _machine.Memory.Read<uint>(PhysAddr.Create(0x30_0000)));
        Assert.AreEqual(0x1122_3344_5566_7788UL, Cpu.Read<ulong>(At(Address + 0xFFC)));
    }

    [TestMethod]
    public void A_fetch_obeys_no_execute()
    {
        _tables.Map(Address, 0x10_0000 | P | XD);
        _tables.Map(Address + 0x1000, 0x10_0000 | P);
        Assert.AreEqual(0x11UL, Assert.ThrowsExactly<SimulatedFaultException>(() => Cpu.Fetch(At(Address))).Fault.ErrorCode);
        Assert.AreEqual(1, Cpu.Fetch(At(Address + 0x1000)));
    }

    [TestMethod]
    public void A_translation_out_of_physical_memory_is_loud()
    {
        _tables.Map(Address, 0x4000_0000 | P | W);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Cpu.ReadByte(At(Address)));
    }

    private void Remap(bool global)
    {
        ulong place = _tables.Map(Address, 0x10_0000 | P | W | (global ? G : 0));
        Assert.AreEqual(1, Cpu.ReadByte(At(Address)));
        _tables.Write(place, 0x20_0000 | P | W);
    }

    private static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);
}
