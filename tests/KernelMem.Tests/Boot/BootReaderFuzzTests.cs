using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>Good tables with random damage, in guarded memory: a reader answers, and never leaves the window.</summary>
[TestClass]
public sealed unsafe class BootReaderFuzzTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(10_000);

    // Numbers that break readers, among them addresses inside the tables themselves.
    private static Gen<ulong> Value => Gen.OneOf(
        Gen.Elements<ulong>(0, 1, 19, 20, 24, 0x7FFF_FFFF, 0xFFFF_FFFC, 0xFFFF_FFFF, 1UL << 52, 1UL << 63, ulong.MaxValue),
        Gen.Choose(0x7FF0, 0x9800).Select(at => (ulong)at),
        Gen.Choose(0, 300).Select(count => (ulong)count));

    private static Gen<Damage> AnyDamage =>
        from at in Gen.OneOf(Gen.Choose(0, 0x48), Gen.Choose(0x200, 0x240), Gen.Choose(0x600, 0x700), Gen.Choose(0, 0x6FF))
        from value in Value
        from bytes in Gen.Elements(1, 4, 8)
        select new Damage(at, value, bytes);

    private static Arbitrary<(Damage[] Damages, int Cut)> Damaged => (
        from damages in AnyDamage.ArrayOf()
        from cut in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 0x700)))
        select (damages.Take(5).ToArray(), cut)).ToArbitrary();

    [TestMethod]
    public void Pvh() => Check(
        PvhImage.Create(RawMaps.Q35With256MiB, "quiet", (0x40_0000, 0x1000, "a"), (0x50_0000, 0x1000, "b")),
        window => PvhReader.Read(window, PhysAddr.Create(PvhImage.Info)).TryGet(out BootInformation boot) ? boot : null);

    [TestMethod]
    public void Multiboot1() => Check(
        MultibootImage.Create(RawMaps.Q35With256MiB, "quiet", [(0x40_0000, 0x40_1000, "a"), (0x50_0000, 0x50_1000, "b")]),
        window => Multiboot1Reader.Read(window, Multiboot1Reader.Magic, PhysAddr.Create(MultibootImage.Info))
            .TryGet(out BootInformation boot) ? boot : null);

    private static void Check(PhysicalImage good, Func<PhysicalMemoryView, BootInformation?> read)
    {
        int whole = 0;
        byte[] pristine = good.Bytes.ToArray();
        Prop.ForAll(Damaged, damaged =>
        {
            pristine.CopyTo(good.Bytes);
            foreach (Damage damage in damaged.Damages)
                damage.Apply(good);

            int length = pristine.Length - (damaged.Cut < pristine.Length ? damaged.Cut : 0);
            using ShownMemory memory = good.Show(length, guardStart: damaged.Cut % 2 == 1);
            if (read(memory.Window) is not { } boot)
                return;

            whole++;
            BootReading.Exercise(boot, memory.Window.Range);
            AssertMapIsMade(boot);
        }).Check(Thousands);

        Assert.IsGreaterThan(100, whole, "the damage is so heavy that nothing is ever read");
    }

    // Whatever was read, the normaliser makes the right map of it, in the buffer said to be enough.
    private static void AssertMapIsMade(BootInformation boot)
    {
        List<RawEntry> expected = [];
        foreach (FirmwareRegion region in boot.Map)
            expected.Add(new RawEntry(region.Start, region.Length, region.Kind));

        int reservations = 4 + 2 * boot.Modules.Count;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(boot.Map.Count + reservations));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        builder.ReserveBootData(boot);
        MemoryMap map = builder.Build().Value;
        Assert.IsTrue(map.Validate());
        ulong usable = (ulong)NormaliserOracle.Normalise(expected)
            .Where(region => region.Kind == MemoryRegionKind.Usable).Sum(region => (decimal)region.Length);
        Assert.IsLessThanOrEqualTo(usable, map.TotalBytes(MemoryRegionKind.Usable));
        Assert.AreNotEqual(MemoryRegionKind.Usable, map.KindAt(boot.Storage.Start));
    }

    private readonly record struct Damage(int At, ulong Value, int Bytes)
    {
        public void Apply(PhysicalImage image)
        {
            for (int index = 0; index < Bytes && At + index < image.Bytes.Length; index++)
                image.Bytes[At + index] = (byte)(Value >> (8 * index));
        }
    }
}
