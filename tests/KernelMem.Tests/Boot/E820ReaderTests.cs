using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class E820ReaderTests
{
    private static FirmwareEntry[] Q35 =>
        [.. RawMaps.Q35With256MiB.Select(entry => new FirmwareEntry(entry.Start, entry.Length, entry.Type, 1))];

    [TestMethod]
    [DataRow(20u)]
    [DataRow(24u)]
    public void Everything_is_read_as_it_was_laid_out(uint entryBytes)
    {
        foreach (bool guardStart in new[] { false, true })
        {
            using ShownMemory memory = E820Image.Create(Q35, (int)entryBytes).Show(guardStart: guardStart);
            BootInformation boot = E820Reader.Read(memory.Window, PhysAddr.Create(E820Image.Table), 9, entryBytes).Value;
            CollectionAssert.AreEqual(RawMaps.Q35With256MiB, BootReading.Entries(boot));
            Assert.AreEqual(BootProtocol.E820, boot.Protocol);
            Assert.AreEqual(memory.Window.Range, boot.Map.Storage);
            Assert.AreEqual((0, 0, 0UL), (boot.Modules.Count, boot.CommandLine.Length, boot.Storage.Length));
            Assert.AreEqual(0, boot.UefiMap.Count);
            Assert.AreEqual(PhysAddr.Zero, boot.Rsdp);
            BootReading.Exercise(boot, memory.Window.Range);
        }
    }

    [TestMethod]
    [DataRow(1u, 0u, MemoryRegionKind.None)] // to be ignored
    [DataRow(2u, 0u, MemoryRegionKind.None)]
    [DataRow(1u, 0xFFFF_FFFEu, MemoryRegionKind.None)]
    [DataRow(1u, 1u, MemoryRegionKind.Usable)]
    [DataRow(1u, 5u, MemoryRegionKind.Usable)] // slow
    [DataRow(1u, 3u, MemoryRegionKind.Persistent)]
    [DataRow(1u, 9u, MemoryRegionKind.Reserved)] // the log of the hardware's errors
    [DataRow(1u, 11u, MemoryRegionKind.Reserved)]
    [DataRow(3u, 9u, MemoryRegionKind.AcpiReclaimable)]
    [DataRow(5u, 3u, MemoryRegionKind.BadMemory)]
    public void Extended_attributes_are_respected_where_there_are_any(uint type, uint attributes, MemoryRegionKind expected)
    {
        FirmwareEntry[] table = [new(0x1000, 0x1000, type, attributes)];
        using ShownMemory extended = E820Image.Create(table, 24).Show();
        foreach (FirmwareRegion region in E820Reader.Read(extended.Window, PhysAddr.Create(E820Image.Table), 1, 24).Value.Map)
        {
            Assert.AreEqual(expected, region.Kind);
            Assert.AreEqual(attributes, region.Attributes);
        }

        using ShownMemory plain = E820Image.Create(table, 20).Show();
        foreach (FirmwareRegion region in E820Reader.Read(plain.Window, PhysAddr.Create(E820Image.Table), 1, 20).Value.Map)
        {
            Assert.AreEqual(MemoryRegionKinds.FromE820(type), region.Kind);
            Assert.AreEqual(0UL, region.Attributes);
        }
    }

    [TestMethod]
    public void An_entry_to_be_ignored_neither_gives_nor_takes()
    {
        FirmwareEntry[] table = [new(0x1000, 0x4000, 1, 1), new(0x2000, 0x1000, 2, 0), new(0x8000, 0x1000, 1, 0)];
        using ShownMemory memory = E820Image.Create(table, 24).Show();
        BootInformation boot = E820Reader.Read(memory.Window, PhysAddr.Create(E820Image.Table), 3, 24).Value;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(3));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        MemoryMap map = builder.Build().Value;
        Assert.AreEqual(2, builder.IgnoredEntries);
        Assert.AreEqual(0x4000UL, map.TotalBytes(MemoryRegionKind.Usable));
        Assert.AreEqual(MemoryRegionKind.None, map.KindAt(PhysAddr.Create(0x8000)));
    }

    [TestMethod]
    [DataRow(E820Image.Table, 9u, 0u, BootInformationError.BadEntrySize)]
    [DataRow(E820Image.Table, 9u, 19u, BootInformationError.BadEntrySize)]
    [DataRow(E820Image.Table, 9u, 22u, BootInformationError.BadEntrySize)]
    [DataRow(E820Image.Table, 9u, 48u, BootInformationError.BadEntrySize)]
    [DataRow(E820Image.Table, 9u, 0xFFFF_FFFFu, BootInformationError.BadEntrySize)]
    [DataRow(E820Image.Table, 0u, 24u, BootInformationError.NoMemoryMap)]
    [DataRow(E820Image.Table, 10u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow(E820Image.Table, 65536u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow(E820Image.Table, 65537u, 24u, BootInformationError.TooManyMapEntries)]
    [DataRow(E820Image.Table, 0xFFFF_FFFFu, 20u, BootInformationError.TooManyMapEntries)]
    [DataRow(E820Image.Table - 1, 9u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow(E820Image.Table + 1, 9u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow(0UL, 1u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow((1UL << 52) - 1, 1u, 24u, BootInformationError.MapOutsideWindow)]
    [DataRow(E820Image.Table + 1, 8u, 24u, BootInformationError.None)]
    public void A_bad_measure_is_told(ulong table, uint count, uint entryBytes, BootInformationError expected)
    {
        using ShownMemory memory = E820Image.Create(Q35, 24).Show();
        Assert.AreEqual(
            expected, BootReading.Error(E820Reader.Read(memory.Window, PhysAddr.Create(table), count, entryBytes), memory.Window));
    }

    [TestMethod]
    public void Entries_are_given_as_raw_as_they_are()
    {
        (ulong, ulong, uint)[] map = [(ulong.MaxValue, ulong.MaxValue, uint.MaxValue), (0, 0, 0), (1UL << 63, 1UL << 63, 1)];
        FirmwareEntry[] table = [.. map.Select(entry => new FirmwareEntry(entry.Item1, entry.Item2, entry.Item3))];
        using ShownMemory memory = E820Image.Create(table, 20).Show();
        CollectionAssert.AreEqual(map, BootReading.Entries(E820Reader.Read(memory.Window, PhysAddr.Create(E820Image.Table), 3, 20).Value));
    }
}
