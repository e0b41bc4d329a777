using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>A mapper on a processor whose memory is encrypted page by page (AMD APM Vol. 2 §7.10): the simulated one, with the bit 47.</summary>
[TestClass]
public sealed class EncryptionTests
{
    private const ulong Bit = 1UL << 47;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Tables_and_pages_that_ask_for_it_are_encrypted(AddressWidth width)
    {
        using var world = new PagingWorld(width, features: new MmuFeatures { PhysicalAddressBits = 46, EncryptionBit = 47 });
        EntryFormat format = EntryFormat.Detect(world.Machine.Platform).WithEncryption(47);
        PageMapper<SimulatedPlatform> mapper = world.CreateKernel(format).Value;
        Assert.IsTrue(mapper.Map(PageAt(Dynamic), FrameAt(0x5000), Protection.KernelData.WithEncryption(true)).IsSuccess);
        Assert.IsTrue(mapper.Map(PageAt(Dynamic + 0x1000), FrameAt(0x6000), Protection.KernelData).IsSuccess);
        mapper.Activate(world.Machine.Platform);
        Assert.AreEqual(Bit, world.Machine.Cpus[0].Cr3 & Bit);

        SimulatedTranslation secret = world.Machine.Cpus[0].Translate(At(Dynamic), MemoryAccess.Write).Translation;
        SimulatedTranslation plain = world.Machine.Cpus[0].Translate(At(Dynamic + 0x1000), MemoryAccess.Write).Translation;
        Assert.AreEqual((0x5000UL, true), (secret.Address.Value, secret.IsEncrypted));
        Assert.AreEqual((0x6000UL, false), (plain.Address.Value, plain.IsEncrypted));
        ulong table = mapper.Root.Register & ~Bit;
        for (int level = world.Levels; level > 1; level--)
        {
            ulong entry = world.Read(table + (((Dynamic >> (3 + (9 * level))) & 511) * 8));
            Assert.AreEqual(Bit, entry & Bit, $"level {level}");
            table = entry & 0x7FFF_FFFF_F000;
        }

        Assert.IsTrue(mapper.TryTranslate(At(Dynamic), out Translation found) && found.Protection.IsEncrypted && found.Address.Value == 0x5000);
        Assert.IsTrue(mapper.TryTranslate(At(Dynamic + 0x1000), out found) && !found.Protection.IsEncrypted);

        // What the register says is taken over with the bit.
        PageMapper<SimulatedPlatform> adopted = world.Adopt(mapper.Root.Register, format).Value;
        Assert.AreEqual(mapper.Root, adopted.Root);
        Assert.IsTrue(adopted.TryTranslate(At(Dynamic), out found) && found.Protection.IsEncrypted);
        Assert.AreEqual(MapError.NotSupported, adopted.Map(PageAt(Dynamic + 0x2000), FrameAt(Bit), Protection.KernelData).Error.Code, "no address has the bit");
    }

    [TestMethod]
    public void The_bit_is_one_of_32_to_51()
    {
        EntryFormat format = EntryFormat.Create(46, gigabytePages: true);
        Assert.IsFalse(format.HasEncryption);
        Assert.AreEqual(47, format.WithEncryption(51).WithEncryption(47).EncryptionBit);
        Assert.AreEqual(EntryFormat.Create(46, gigabytePages: true, encryptionBit: 47), format.WithEncryption(47));
        Assert.ThrowsExactly<PanicException>(() => format.WithEncryption(31));
        Assert.ThrowsExactly<PanicException>(() => format.WithEncryption(52));
    }
}
