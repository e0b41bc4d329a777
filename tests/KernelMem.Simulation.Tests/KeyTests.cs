using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Protection keys (Intel SDM Vol. 3A §4.6.2, §4.7), against a formulation of their own.</summary>
[TestClass]
public sealed class KeyTests
{
    private const ulong Page = 0x1000_0000;
    private const ulong Pke = 1UL << 22;
    private const ulong Pks = 1UL << 24;

    private static readonly MemoryAccess[] Accesses = [MemoryAccess.Read, MemoryAccess.Write, MemoryAccess.Execute];

    [TestMethod]
    public void Keys_forbid_what_the_manual_says_and_the_error_code_tells()
    {
        int denied = 0;
        using var memory = new SimulatedMemory(1UL << 20);
        var tables = new Tables(memory);
        var mmu = new SoftwareMmu(memory);
        for (int key = 0; key < 16; key++)
        {
            for (int flags = 0; flags < 4; flags++)
            {
                bool userPage = (flags & 1) != 0;
                bool writable = (flags & 2) != 0;
                tables.Map(Page, 0x9000 | P | (userPage ? U : 0) | (writable ? W : 0) | ((ulong)key << 59));
                for (int settings = 0; settings < 128; settings++)
                {
                    bool wp = (settings & 1) != 0;
                    bool pke = (settings & 2) != 0;
                    bool pks = (settings & 4) != 0;
                    uint userBits = (uint)(settings >> 3) & 3; // 1: no access, 2: no write
                    uint supervisorBits = (uint)(settings >> 5) & 3;
                    var registers = new MmuRegisters(
                        Cr0: wp ? 0x8001_0001UL : 0x8000_0001,
                        Cr3: Root,
                        Cr4: 0xA0 | (pke ? Pke : 0) | (pks ? Pks : 0),
                        Efer: 0xD00,
                        Pkru: userBits << (2 * key),
                        Pkrs: supervisorBits << (2 * key));
                    foreach (MemoryAccess access in Accesses)
                    {
                        for (int user = 0; user < 2; user++)
                        {
                            uint bits = userPage ? (pke ? userBits : 0) : (pks ? supervisorBits : 0);
                            bool write = access == MemoryAccess.Write;
                            bool byKey = access != MemoryAccess.Execute
                                && ((bits & 1) != 0 || ((bits & 2) != 0 && write && (user == 1 || wp)));
                            bool byRights = (user == 1 && !userPage) || (write && !writable && (user == 1 || wp));
                            ulong code = 1UL + (write ? 2UL : 0) + (user == 1 ? 4UL : 0)
                                + (access == MemoryAccess.Execute ? 16UL : 0) + (byKey ? 32UL : 0);
                            MmuResult result = mmu.Probe(registers, VirtAddr.Create(Page), access, (Privilege)user);
                            string what = $"key {key}, flags {flags}, settings {settings:X}, {access}, user {user}";
                            Assert.AreEqual(byKey || byRights ? MmuOutcome.PageFault : MmuOutcome.Translated, result.Outcome, what);
                            if (!byKey && !byRights)
                                continue;
                            Assert.AreEqual(code, result.Fault.ErrorCode, what);
                            Assert.AreEqual(byKey, result.Fault.IsProtectionKey, what);
                            denied++;
                        }
                    }
                }
            }
        }

        Assert.IsGreaterThan(10_000, denied);
    }

    [TestMethod]
    public void Another_keys_bits_do_not_count()
    {
        using var memory = new SimulatedMemory(1UL << 20);
        var tables = new Tables(memory);
        tables.Map(Page, 0x9000 | P | U | W | (5UL << 59));
        MmuRegisters registers = tables.Registers with { Cr4 = 0xA0 | Pke, Pkru = ~(3U << 10) };
        Assert.AreEqual(MmuOutcome.Translated, new SoftwareMmu(memory).Probe(registers, VirtAddr.Create(Page), MemoryAccess.Write, Privilege.User).Outcome);
        registers = registers with { Pkru = 2U << 10 };
        Assert.AreEqual(39UL, new SoftwareMmu(memory).Probe(registers, VirtAddr.Create(Page), MemoryAccess.Write, Privilege.User).Fault.ErrorCode);
    }

    /// <summary>Where there is no translation, there is no key.</summary>
    [TestMethod]
    public void A_page_that_is_not_there_or_reserved_has_no_key()
    {
        using var memory = new SimulatedMemory(1UL << 20);
        var tables = new Tables(memory);
        MmuRegisters registers = tables.Registers with { Cr4 = 0xA0 | Pke, Pkru = uint.MaxValue };
        tables.Map(Page, 0x9000 | U | W);
        Assert.AreEqual(4UL, new SoftwareMmu(memory).Probe(registers, VirtAddr.Create(Page), MemoryAccess.Read, Privilege.User).Fault.ErrorCode);
        tables.Map(Page, 0x9000 | P | U | W | (1UL << 51));
        Assert.AreEqual(13UL, new SoftwareMmu(memory).Probe(registers, VirtAddr.Create(Page), MemoryAccess.Read, Privilege.User).Fault.ErrorCode);
    }

    /// <summary>PKRU is no part of a cached translation: writing it needs no flush.</summary>
    [TestMethod]
    public void A_key_is_judged_anew_at_each_access()
    {
        using var machine = new SimulatedMachine(16 << 20);
        var tables = new Tables(machine.Memory);
        tables.Map(Page, 0x9000 | P | U | W | (3UL << 59));
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root;
        cpu.Cr4 |= Pke;
        cpu.Privilege = Privilege.User;
        cpu.WriteByte(VirtAddr.Create(Page), 1);
        cpu.Pkru = 2U << 6;
        Assert.AreEqual(1, cpu.ReadByte(VirtAddr.Create(Page)));
        Assert.AreEqual(39UL, Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.WriteByte(VirtAddr.Create(Page), 2)).Fault.ErrorCode);
        cpu.Pkru = 1U << 6;
        Assert.AreEqual(37UL, Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.ReadByte(VirtAddr.Create(Page))).Fault.ErrorCode);
        cpu.Pkru = 0;
        cpu.WriteByte(VirtAddr.Create(Page), 2);
    }
}
