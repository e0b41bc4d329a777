using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>Maps of real machines, from the table to the early allocator: right by the oracle, and of the size that the machine has.</summary>
[TestClass]
public sealed unsafe class RealMachineTests
{
    public static IEnumerable<object[]> Names => RealMachines.All.Select(machine => new object[] { machine.Name });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_map_is_what_the_oracle_says_and_as_large_as_the_machine(string name)
    {
        (_, string text, ulong mebibytes) = RealMachines.All.Single(machine => machine.Name == name);
        FirmwareEntry[] entries = RealMachines.Entries(text);
        List<RawEntry> expected = NormaliserOracle.Normalise(entries.Select(FirmwareOracle.E820).OfType<RawEntry>());
        foreach (FirmwareFormat format in FirmwareFormats.All.Where(format => format.Oracle == FirmwareOracle.E820 || format.Oracle == FirmwareOracle.E820Extended))
        {
            using ShownMemory memory = format.Lay(entries).Show();
            BootInformation boot = format.Read(memory.Window).Value;
            using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(entries.Length));
            MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
            builder.AddFirmware(boot.Map);
            MemoryMap map = builder.Build().Value;
            CollectionAssert.AreEqual(expected, BuiltMap.Listed(map), format.Name);
            Assert.IsTrue(map.Validate());
            Assert.AreEqual((0, 0, 0, 0), (builder.EmptyEntries, builder.IgnoredEntries, builder.ClippedEntries, builder.RefusedEntries));
            AssertSane(map, mebibytes << 20);
        }
    }

    [TestMethod]
    public void Where_entries_overlap_usable_memory_does_not_grow()
    {
        (_, string text, _) = RealMachines.All.Single(machine => machine.Name.StartsWith("Overlapping", System.StringComparison.Ordinal));
        using BuiltMap built = BuiltMap.From([.. RealMachines.Entries(text).Select(FirmwareOracle.E820).OfType<RawEntry>()]);
        Assert.AreEqual(MemoryRegionKind.Usable, built.Map.KindAt(PhysAddr.Create(0x3_7FFF_FFFF)));
        Assert.AreEqual(MemoryRegionKind.Reserved, built.Map.KindAt(PhysAddr.Create(0x3_8000_0000)));
        Assert.AreEqual(MemoryRegionKind.Reserved, built.Map.KindAt(PhysAddr.Create(0x4_7FFF_FFFF)));
    }

    // Usable memory is no more than is built in, and most of it: the overlapping machine has a quarter set aside.
    private void AssertSane(MemoryMap map, ulong installed)
    {
        ulong usable = map.TotalBytes(MemoryRegionKind.Usable);
        ulong zones = 0;
        for (MemoryZone zone = MemoryZone.Dma; zone <= MemoryZone.HighMem; zone++)
            zones += map.TotalBytes(MemoryRegionKind.Usable, ZoneLayout.Standard.RangeOf(zone));

        TestContext.WriteLine(string.Join(", ", System.Enum.GetValues<MemoryRegionKind>()
            .Where(kind => map.TotalBytes(kind) != 0)
            .Select(kind => $"{MemoryRegionKinds.Name(kind)}: {map.TotalBytes(kind) / 1024} KiB")));
        Assert.IsLessThanOrEqualTo(installed, usable);
        Assert.IsGreaterThanOrEqualTo(installed / 3 * 2, usable);
        Assert.AreEqual(usable, zones);

        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(map.Count));
        EarlyAllocator early = EarlyAllocator.Create(map, metadata.Start, (ulong)metadata.Length).Value;
        Assert.AreEqual(usable / 4096, early.UsableFrames);
        Assert.AreEqual(map.UsableEnd, early.Allocate(1).Value.Bytes.EndExclusive);
        Assert.IsTrue(early.Validate());
    }
}
