using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>From random tables of every format to the normalised map, against the specifications' oracle and the normaliser's.</summary>
[TestClass]
public sealed unsafe class ReaderOracleTests
{
    public static IEnumerable<object[]> Formats => FirmwareFormats.All.Select(format => new object[] { format.Name });

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void Any_table_of_a_format_gives_the_map_that_the_oracle_gives(string name)
    {
        FirmwareFormat format = Find(name);
        int usable = 0;
        Prop.ForAll(Tables(format), table =>
        {
            using ShownMemory memory = format.Lay(table).Show();
            BootInformation boot = format.Read(memory.Window).Value;
            Assert.AreEqual(table.Length, boot.Map.Count);
            RawEntry[] expected = [.. table.Select(format.Oracle).OfType<RawEntry>()];

            using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(table.Length));
            MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
            builder.AddFirmware(boot.Map);
            MemoryMap map = builder.Build().Value;
            List<RawEntry> regions = BuiltMap.Listed(map);
            CollectionAssert.AreEqual(NormaliserOracle.Normalise(expected), regions);
            Assert.AreEqual(table.Length - expected.Length, builder.IgnoredEntries);
            Assert.IsTrue(map.Validate());
            usable += map.TotalBytes(MemoryRegionKind.Usable) > 0 ? 1 : 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(40));

        Assert.IsGreaterThan(100, usable, "hardly any of the maps had usable memory: the test says little");
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void A_window_of_any_length_is_never_left(string name)
    {
        FirmwareFormat format = Find(name);
        PhysicalImage image = format.Lay([.. RawMaps.Q35With256MiB.Select(entry => new FirmwareEntry(entry.Start, entry.Length, entry.Type, format.Ordinary))]);
        for (int length = 0; length <= image.Bytes.Length; length++)
        {
            foreach (bool guardStart in new[] { false, true })
            {
                using ShownMemory memory = image.Show(length, guardStart);
                if (format.Read(memory.Window).TryGet(out BootInformation boot, out BootInformationError error))
                    BootReading.Exercise(boot, memory.Window.Range);
                else
                    Assert.AreNotEqual(BootInformationError.None, error);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void Ten_thousand_unsorted_overlapping_entries_make_a_sound_map(string name)
    {
        FirmwareFormat format = Find(name);
        Random random = new(10_000);
        FirmwareEntry[] table = [.. Enumerable.Range(0, 10_000).Select(_ => new FirmwareEntry(
            (ulong)random.NextInt64(1L << 36) & ~0xFFFUL,
            (ulong)random.Next(1, 200) * 4096,
            format.Types[random.Next(format.Types.Length)],
            format.Ordinary))];
        using ShownMemory memory = format.Lay(table).Show();
        BootInformation boot = format.Read(memory.Window).Value;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(table.Length));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        MemoryMap map = builder.Build().Value;
        Assert.IsTrue(map.Validate());

        // All bounds are whole frames: count each frame by the most severe entry that covers it.
        MemoryRegionKind[] frames = new MemoryRegionKind[(1 << 24) + 200];
        frames[0] = MemoryRegionKind.Reserved;
        foreach (RawEntry entry in table.Select(format.Oracle).OfType<RawEntry>())
        {
            for (ulong frame = entry.Start / 4096; frame < (entry.Start + entry.Length) / 4096; frame++)
                frames[frame] = frames[frame] > entry.Kind ? frames[frame] : entry.Kind;
        }

        for (MemoryRegionKind kind = MemoryRegionKind.Usable; kind <= MemoryRegionKind.BadMemory; kind++)
            Assert.AreEqual((ulong)frames.Count(value => value == kind) * 4096, map.TotalBytes(kind), kind.ToString());
    }

    private static Arbitrary<FirmwareEntry[]> Tables(FirmwareFormat format) => (
        from raw in RawMaps.Arbitrary.Generator
        from types in Gen.Elements(format.Types).ArrayOf(raw.Length)
        from attributes in Gen.Frequency(
            (6, Gen.Constant(format.Ordinary)),
            (2, Gen.Choose(0, 15).Select(bits => (ulong)bits)),
            (1, Gen.Elements(0x8000_0000_0000_000F, 0x800FUL, 0x4_000FUL, 0UL, ulong.MaxValue))).ArrayOf(raw.Length)
        select raw.Append(new RawEntry(0x3000, 0x3000, MemoryRegionKind.Usable))
            .Select((entry, index) => new FirmwareEntry(
                entry.Start,
                entry.Length / format.PageBytes * format.PageBytes,
                index < raw.Length ? types[index] : format.Types[0],
                index < raw.Length ? attributes[index] : format.Ordinary))
            .ToArray()).ToArbitrary();

    private static FirmwareFormat Find(string name) => FirmwareFormats.All.Single(format => format.Name == name);
}
