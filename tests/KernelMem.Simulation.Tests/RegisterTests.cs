using System;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Control and model-specific registers, CPUID and INVPCID refuse and tell what the features say.</summary>
[TestClass]
public sealed class RegisterTests
{
    private const ulong Pcide = 1UL << 17;

    private static readonly MmuFeatures Bare = new()
    {
        GigabytePages = false,
        Nx = false,
        Pge = false,
        Pcid = false,
        InvPcid = false,
        Smep = false,
        Smap = false,
        Umip = false,
        Pku = false,
        Pks = false,
        La57 = false,
    };

    [TestMethod]
    [DataRow(7)]
    [DataRow(11)]
    [DataRow(12)]
    [DataRow(17)]
    [DataRow(20)]
    [DataRow(21)]
    [DataRow(22)]
    [DataRow(24)]
    public void A_CR4_bit_of_an_absent_feature_is_refused(int bit)
    {
        using SimulatedMachine machine = new(1 << 20, features: Bare);
        using SimulatedMachine full = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr4 = 0x20;
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr4 |= 1UL << bit);
        Assert.AreEqual(0x20UL, cpu.Cr4);
        full.Cpus[0].Cr4 |= 1UL << bit;
    }

    [TestMethod]
    [DataRow(15)]
    [DataRow(23)]
    [DataRow(28)]
    [DataRow(63)]
    public void A_CR4_bit_that_is_reserved_or_not_simulated_is_refused(int bit)
    {
        using SimulatedMachine machine = new(1 << 20);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => machine.Cpus[0].Cr4 |= 1UL << bit);
    }

    [TestMethod]
    public void Registers_of_absent_features_are_refused()
    {
        using SimulatedMachine machine = new(1 << 20, features: Bare);
        SimulatedCpu cpu = machine.Cpus[0];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Efer = 0xD00);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.WriteMsr(0xC000_0080, 0xD00));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Pkru = 0);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.WriteMsr(0x6E1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.InvalidateContext(2, 0, VirtAddr.Zero));
        cpu.Efer = 0x500;
    }

    /// <summary>A machine with nothing starts without what it lacks.</summary>
    [TestMethod]
    public void A_machine_starts_with_what_it_has()
    {
        using SimulatedMachine machine = new(1 << 20, features: Bare);
        Assert.AreEqual((0x20UL, 0x500UL), (machine.Cpus[0].Cr4, machine.Cpus[0].Efer));
        using SimulatedMachine full = new(1 << 20);
        Assert.AreEqual((0xA0UL, 0xD00UL), (full.Cpus[0].Cr4, full.Cpus[0].Efer));
    }

    [TestMethod]
    public void Process_context_identifiers_are_turned_on_with_the_first_one()
    {
        using SimulatedMachine machine = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        cpu.Cr3 = Root | 5;
        Assert.AreEqual(0, cpu.Registers.ContextIdentifier, "PCIDE is off");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr4 |= Pcide);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr3 = Root | (1UL << 63), "bit 63 is reserved without PCIDE");
        cpu.Cr3 = Root;
        cpu.Cr4 |= Pcide;
        cpu.Cr3 = Root | 0xABC | (1UL << 63);
        Assert.AreEqual((Root | 0xABC, 0xABC), (cpu.Cr3, cpu.Registers.ContextIdentifier));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr0 &= ~(1UL << 31));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr3 = Root | (1UL << 62));
    }

    [TestMethod]
    public void CR0_needs_protected_mode_and_has_32_bits()
    {
        using SimulatedMachine machine = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr0 = 1UL << 31);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.Cr0 |= 1UL << 32);
        cpu.Cr0 = 0x8000_0001;
    }

    [TestMethod]
    public void CR3_takes_the_encryption_bit_and_no_other_beyond_the_address()
    {
        using SimulatedMachine machine = new(1 << 20, features: new MmuFeatures { EncryptionBit = 47 });
        machine.Cpus[0].Cr3 = Root | (1UL << 47);
        Assert.AreEqual(Root | (1UL << 47), machine.Cpus[0].Cr3);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => machine.Cpus[0].Cr3 = Root | (1UL << 48));
    }

    [TestMethod]
    public void PAT_takes_memory_types_only()
    {
        using SimulatedMachine machine = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        Assert.AreEqual(0x0007_0406_0007_0406UL, cpu.ReadMsr(0x277));
        foreach (ulong wrong in new ulong[] { 2, 3, 8, 0x10, 0xFF })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.WriteMsr(0x277, wrong << 24));
        cpu.WriteMsr(0x277, 0x0706_0504_0100_0001);
        Assert.AreEqual((0x0706_0504_0100_0001UL, 0x0706_0504_0100_0001UL), (cpu.ReadMsr(0x277), cpu.Registers.Pat));
        cpu.WriteMsr(0x6E1, 0xFFFF_FFFF);
        Assert.AreEqual((0xFFFF_FFFFUL, uint.MaxValue), (cpu.ReadMsr(0x6E1), cpu.Registers.Pkrs));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.WriteMsr(0x6E1, 1UL << 32));
    }

    [TestMethod]
    public void INVPCID_refuses_what_the_instruction_refuses()
    {
        using SimulatedMachine machine = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        VirtAddr hole = VirtAddr.CreateUnchecked(0x0000_8000_0000_0000);
        foreach ((int type, int context, VirtAddr address) in new[]
        {
            (4, 0, VirtAddr.Zero), (-1, 0, VirtAddr.Zero), (0, 1, VirtAddr.Zero), (1, 1, VirtAddr.Zero), (0, 0, hole), (2, 4096, VirtAddr.Zero),
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cpu.InvalidateContext(type, context, address), $"type {type}");
        }

        cpu.InvalidateContext(1, 0, hole);
        cpu.InvalidateContext(2, 1, hole);
        cpu.Cr4 |= 1UL << 12; // LA57: now it is canonical
        cpu.InvalidateContext(0, 0, hole);
        cpu.Cr4 |= Pcide;
        cpu.InvalidateContext(1, 4095, hole);
    }

    /// <summary>Leaf, register (0 EAX … 3 EDX), bit.</summary>
    [TestMethod]
    [DataRow(nameof(MmuFeatures.Pcid), 1U, 2, 17)]
    [DataRow(nameof(MmuFeatures.Pge), 1U, 3, 13)]
    [DataRow(nameof(MmuFeatures.Smep), 7U, 1, 7)]
    [DataRow(nameof(MmuFeatures.InvPcid), 7U, 1, 10)]
    [DataRow(nameof(MmuFeatures.Smap), 7U, 1, 20)]
    [DataRow(nameof(MmuFeatures.Umip), 7U, 2, 2)]
    [DataRow(nameof(MmuFeatures.Pku), 7U, 2, 3)]
    [DataRow(nameof(MmuFeatures.La57), 7U, 2, 16)]
    [DataRow(nameof(MmuFeatures.Pks), 7U, 2, 31)]
    [DataRow(nameof(MmuFeatures.Nx), 0x8000_0001U, 3, 20)]
    [DataRow(nameof(MmuFeatures.GigabytePages), 0x8000_0001U, 3, 26)]
    public void CPUID_tells_each_feature(string feature, uint leaf, int register, int bit)
    {
        MmuFeatures one = With(feature);
        using SimulatedMachine has = new(1 << 20, features: one);
        using SimulatedMachine lacks = new(1 << 20, features: Bare);
        Assert.AreEqual(1U << bit, Register(has) & ~Register(lacks));
        Assert.AreEqual(0U, Register(lacks) & (1U << bit));

        uint Register(SimulatedMachine machine)
        {
            (uint eax, uint ebx, uint ecx, uint edx) = machine.Cpus[0].ReadCpuId(leaf, 0);
            return register switch { 0 => eax, 1 => ebx, 2 => ecx, _ => edx };
        }
    }

    [TestMethod]
    public void CPUID_tells_address_sizes_and_encryption()
    {
        using SimulatedMachine plain = new(1 << 20, features: new MmuFeatures { PhysicalAddressBits = 43 });
        Assert.AreEqual((43U | (57U << 8), 0U, 0U, 0U), plain.Cpus[0].ReadCpuId(0x8000_0008, 0));
        Assert.AreEqual(default, plain.Cpus[0].ReadCpuId(0x8000_001F, 0));
        using SimulatedMachine narrow = new(1 << 20, features: Bare);
        Assert.AreEqual(46U | (48U << 8), narrow.Cpus[0].ReadCpuId(0x8000_0008, 0).Eax);

        using SimulatedMachine secret = new(1 << 20, features: new MmuFeatures { PhysicalAddressBits = 43, EncryptionBit = 47 });
        Assert.AreEqual((1U, 47U | (5U << 6), 0U, 0U), secret.Cpus[0].ReadCpuId(0x8000_001F, 0));
        Assert.AreEqual(48U, secret.Cpus[0].ReadCpuId(0x8000_0008, 0).Eax & 0xFF, "48 address bits, 5 of which encryption takes");
    }

    [TestMethod]
    public void CPUID_tells_whether_keys_are_on_and_knows_its_leaves()
    {
        using SimulatedMachine machine = new(1 << 20);
        SimulatedCpu cpu = machine.Cpus[0];
        Assert.AreEqual(0U, cpu.ReadCpuId(7, 0).Ecx & 0x10);
        cpu.Cr4 |= 1UL << 22;
        Assert.AreEqual(0x10U, cpu.ReadCpuId(7, 0).Ecx & 0x10);
        Assert.AreEqual(default, cpu.ReadCpuId(7, 1));
        Assert.AreEqual((7U, 0x8000_0008U), (cpu.ReadCpuId(0, 0).Eax, cpu.ReadCpuId(0x8000_0000, 0).Eax));
    }

    private static MmuFeatures With(string feature)
    {
        MmuFeatures features = Bare with { };
        typeof(MmuFeatures).GetProperty(feature)!.SetValue(features, true);
        return features;
    }
}
