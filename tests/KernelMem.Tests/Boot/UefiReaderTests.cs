using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class UefiReaderTests
{
    [TestMethod]
    [DataRow(40)]
    [DataRow(48)]
    [DataRow(56)]
    [DataRow(1024)]
    public void The_descriptor_size_is_respected(int descriptorBytes)
    {
        foreach (bool guardStart in new[] { false, true })
        {
            using ShownMemory memory = UefiImage.Create(UefiImage.Typical, descriptorBytes).Show(guardStart: guardStart);
            BootInformation boot = Read(memory.Window, memory.Window.Range, (ulong)descriptorBytes).Value;
            List<FirmwareEntry> read = [];
            foreach (FirmwareRegion region in boot.Map)
                read.Add(new FirmwareEntry(region.Start, region.Length, region.Type, region.Attributes));

            CollectionAssert.AreEqual(UefiImage.Typical, read);
            Assert.AreEqual(BootProtocol.Uefi, boot.Protocol);
            Assert.AreEqual(0xF_5A40UL, boot.Rsdp.Value);
            Assert.AreEqual(memory.Window.Range, boot.Map.Storage);
            Assert.AreEqual(boot.Map.Count, boot.UefiMap.Count);
            BootReading.Exercise(boot, memory.Window.Range);
        }
    }

    [TestMethod]
    [DataRow(0UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(1UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(32UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(39UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(44UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(1032UL, 1u, BootInformationError.BadEntrySize)]
    [DataRow(1UL << 32, 1u, BootInformationError.BadEntrySize)]
    [DataRow(1UL << 63, 1u, BootInformationError.BadEntrySize)]
    [DataRow(ulong.MaxValue - 7, 1u, BootInformationError.BadEntrySize)]
    [DataRow(40UL, 1u, BootInformationError.MapMalformed)] // 13 * 48 bytes are no multiple of it
    [DataRow(48UL, 0u, BootInformationError.UnknownMapVersion)]
    [DataRow(48UL, 2u, BootInformationError.UnknownMapVersion)]
    [DataRow(48UL, 1u, BootInformationError.None)]
    [DataRow(104UL, 1u, BootInformationError.None)] // 6 of 104 bytes: nothing says that they are not
    public void A_bad_measure_is_told(ulong descriptorBytes, uint version, BootInformationError expected)
    {
        using ShownMemory memory = UefiImage.Create(UefiImage.Typical, 48).Show();
        Result<BootInformation, BootInformationError> result =
            UefiReader.Read(memory.Window, memory.Window.Range, descriptorBytes, version, PhysAddr.Zero);
        Assert.AreEqual(expected, BootReading.Error(result, memory.Window));
    }

    [TestMethod]
    [DataRow(UefiImage.Map, 0UL, BootInformationError.NoMemoryMap)]
    [DataRow(UefiImage.Map, 1UL, BootInformationError.MapMalformed)]
    [DataRow(UefiImage.Map, 47UL, BootInformationError.MapMalformed)]
    [DataRow(UefiImage.Map, 13 * 48UL - 1, BootInformationError.MapMalformed)]
    [DataRow(UefiImage.Map, 14 * 48UL, BootInformationError.MapOutsideWindow)]
    [DataRow(UefiImage.Map - 48, 48UL, BootInformationError.MapOutsideWindow)]
    [DataRow(0UL, 1UL << 52, BootInformationError.MapOutsideWindow)]
    [DataRow(UefiImage.Map + 48, 48UL, BootInformationError.None)]
    public void A_map_that_is_not_where_it_should_be_is_told(ulong start, ulong bytes, BootInformationError expected)
    {
        using ShownMemory memory = UefiImage.Create(UefiImage.Typical, 48).Show();
        PhysRange map = PhysRange.Create(PhysAddr.Create(start), bytes);
        Assert.AreEqual(expected, BootReading.Error(Read(memory.Window, map, 48), memory.Window));
    }

    [TestMethod]
    public void Too_many_descriptors_are_told()
    {
        PhysicalImage image = new(UefiImage.Map, 65537 * 40);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.TooManyMapEntries, Read(memory.Window, memory.Window.Range, 40).Error);
        PhysRange most = PhysRange.Create(PhysAddr.Create(UefiImage.Map), 65536 * 40);
        Assert.AreEqual(65536, Read(memory.Window, most, 40).Value.Map.Count);
    }

    [TestMethod]
    public void Pages_without_end_wrap_nowhere()
    {
        foreach (ulong pages in new[] { ulong.MaxValue, 1UL << 52, (1UL << 52) - 1, 1UL << 40 })
        {
            foreach (ulong start in new[] { 0UL, 0x10_0000UL, (1UL << 52) - 4096, ulong.MaxValue - 4095 })
            {
                PhysicalImage image = UefiImage.Create([new(start, 4096, 7, 0xF), new(start, 4096, 4, 0xF)], 48);
                image.Put64(UefiImage.Map + 24, pages);
                image.Put64(UefiImage.Map + 48 + 24, pages);
                using ShownMemory memory = image.Show();
                BootInformation boot = Read(memory.Window, memory.Window.Range, 48).Value;
                using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(2));
                MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
                builder.AddFirmware(boot.Map);
                MemoryMap map = builder.Build().Value;
                bool fits = start == 0 && pages == 1UL << 40;
                Assert.AreEqual(fits ? 0 : 1, builder.RefusedEntries);
                Assert.AreEqual(0UL, map.TotalBytes(MemoryRegionKind.Usable));
                Assert.AreEqual(fits ? (1UL << 52) - 4096 : 0UL, map.TotalBytes(MemoryRegionKind.FirmwareBoot));
            }
        }
    }

    [TestMethod]
    public void What_comes_back_later_is_kept_apart()
    {
        using ShownMemory memory = UefiImage.Create(UefiImage.Typical, 48).Show();
        BootInformation boot = Read(memory.Window, memory.Window.Range, 48).Value;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(20));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        MemoryMap map = builder.Build().Value;
        Assert.AreEqual(0x9_F000UL + 0x70_0000 + 0x3000, map.TotalBytes(MemoryRegionKind.Usable));
        Assert.AreEqual(0x40_0000UL, map.TotalBytes(MemoryRegionKind.FirmwareBoot)); // frame 0 is not given back
        Assert.AreEqual(0x10_5000UL, map.TotalBytes(MemoryRegionKind.BootData));
        Assert.AreEqual(0x1_0000UL, map.TotalBytes(MemoryRegionKind.AcpiReclaimable));
        Assert.AreEqual(0x20_0000UL, map.TotalBytes(MemoryRegionKind.FirmwareRuntime));
        Assert.AreEqual(0x8000UL, map.TotalBytes(MemoryRegionKind.AcpiNvs));
    }

    private static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, PhysRange map, ulong descriptorBytes) =>
        UefiReader.Read(memory, map, descriptorBytes, 1, PhysAddr.Create(0xF_5A40));
}
