using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Tests.Boot;

/// <summary>The whole way, as a kernel goes it, and the small parts beside it.</summary>
[TestClass]
public sealed unsafe class BootFloorTests
{
    [TestMethod]
    public void From_pvh_start_info_to_the_early_allocator()
    {
        PhysicalImage image = PvhImage.Create(RawMaps.Q35With256MiB, "quiet", (0x20_0800, 0x1234, "initrd"));
        using ShownMemory memory = image.Show();
        CheckTheWay(PvhReader.Read(memory.Window, PhysAddr.Create(PvhImage.Info)).Value, PvhImage.Info, PvhImage.CommandLine);
    }

    [TestMethod]
    public void From_multiboot_information_to_the_early_allocator()
    {
        PhysicalImage image = MultibootImage.Create(RawMaps.Q35With256MiB, "quiet", [(0x20_0800, 0x20_1A34, "initrd")]);
        using ShownMemory memory = image.Show();
        BootInformation boot =
            Multiboot1Reader.Read(memory.Window, Multiboot1Reader.Magic, PhysAddr.Create(MultibootImage.Info)).Value;
        CheckTheWay(boot, MultibootImage.Info, MultibootImage.CommandLine);
    }

    [TestMethod]
    public void Types_of_firmware_mean_what_the_specification_says()
    {
        MemoryRegionKind[] kinds = Enumerable.Range(0, 14).Select(type => MemoryRegionKinds.FromE820((uint)type)).ToArray();
        MemoryRegionKind[] expected = Enumerable.Repeat(MemoryRegionKind.Reserved, 14).ToArray();
        expected[1] = MemoryRegionKind.Usable;
        expected[3] = MemoryRegionKind.AcpiReclaimable;
        expected[4] = MemoryRegionKind.AcpiNvs;
        expected[5] = MemoryRegionKind.BadMemory;
        expected[7] = MemoryRegionKind.Persistent;
        CollectionAssert.AreEqual(expected, kinds);
        Assert.AreEqual(MemoryRegionKind.Reserved, MemoryRegionKinds.FromE820(uint.MaxValue));
    }

    [TestMethod]
    public void Kinds_that_come_back_are_RAM_and_the_rest_is_not()
    {
        MemoryRegionKind[] reclaimable =
            [MemoryRegionKind.FirmwareBoot, MemoryRegionKind.BootData, MemoryRegionKind.AcpiReclaimable, MemoryRegionKind.Unaccepted];
        CollectionAssert.AreEqual(reclaimable, Enum.GetValues<MemoryRegionKind>().Where(MemoryRegionKinds.IsReclaimable).ToArray());

        // Unaccepted memory must not be touched.
        MemoryRegionKind[] memory =
        [
            MemoryRegionKind.Usable,
            MemoryRegionKind.FirmwareBoot,
            MemoryRegionKind.BootData,
            MemoryRegionKind.AcpiReclaimable,
            MemoryRegionKind.KernelImage,
        ];
        CollectionAssert.AreEqual(memory, Enum.GetValues<MemoryRegionKind>().Where(MemoryRegionKinds.IsMemory).ToArray());
    }

    [TestMethod]
    public void Every_error_and_kind_has_words_of_its_own()
    {
        AssertDistinct(Enum.GetValues<BootInformationError>().Append((BootInformationError)255).Select(BootErrors.Message));
        AssertDistinct(Enum.GetValues<MemoryMapError>().Append((MemoryMapError)255).Select(BootErrors.Message));
        AssertDistinct(Enum.GetValues<EarlyAllocatorError>().Append((EarlyAllocatorError)255).Select(BootErrors.Message));
        AssertDistinct(Enum.GetValues<MemoryRegionKind>().Select(MemoryRegionKinds.Name));
        AssertDistinct(Enum.GetValues<MemoryZone>().Select(ZoneLayout.Name));
        Assert.HasCount(MemoryRegionKinds.Count, Enum.GetValues<MemoryRegionKind>());
        Assert.HasCount(ZoneLayout.ZoneCount, Enum.GetValues<MemoryZone>());
    }

    [TestMethod]
    public void A_window_that_would_wrap_around_is_a_defect() =>
        Assert.ThrowsExactly<PanicException>(
            () => _ = PhysicalMemoryView.Create((byte*)(ulong.MaxValue - 0xFFE), PhysRange.Create(PhysAddr.Zero, 0x1000)));

    [TestMethod]
    public void A_window_on_a_direct_map_begins_at_physical_zero_and_ends_with_the_map()
    {
        using GuardedMemory memory = GuardedMemory.AgainstEnd(0x2000);
        memory.Bytes[0x1FFF] = 0x5A;
        PhysicalMemoryView window = PhysicalMemoryView.Create(DirectMap.Create(VirtAddr.Create((ulong)memory.Start), 0x2000));
        Assert.AreEqual(Range(0, 0x2000), window.Range);
        Assert.IsTrue(window.TryGetBytes(Range(0x1FFF, 1), out ReadOnlySpan<byte> last));
        Assert.AreEqual((byte)0x5A, last[0]);
        Assert.IsFalse(window.TryGetBytes(Range(0x1FFF, 2), out _));
    }

    [TestMethod]
    public void A_window_gives_the_bytes_inside_it_and_no_others()
    {
        PhysicalImage image = new(0x5000, 0x1000);
        image.Put32(0x5FFC, 0x11223344);
        using ShownMemory memory = image.Show();
        Assert.IsTrue(memory.Window.TryGetBytes(Range(0x5FFC, 4), out ReadOnlySpan<byte> bytes));
        Assert.IsTrue(bytes.SequenceEqual(new byte[] { 0x44, 0x33, 0x22, 0x11 }));
        Assert.IsTrue(memory.Window.TryGetBytes(Range(0x6000, 0), out _));
        Assert.IsFalse(memory.Window.TryGetBytes(Range(0x5FFD, 4), out _));
        Assert.IsFalse(memory.Window.TryGetBytes(Range(0x4FFF, 4), out _));
        Assert.IsFalse(memory.Window.TryGetBytes(Range(0, 0x10_0000), out _));
        Assert.IsFalse(default(PhysicalMemoryView).TryGetBytes(Range(0, 1), out _));
    }

    private static void CheckTheWay(BootInformation boot, ulong info, ulong commandLine)
    {
        PhysRange kernel = Range(0x10_0000, 0x5_0010);
        using GuardedMemory mapBuffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(boot.Map.Count + 7));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(mapBuffer.Start, (ulong)mapBuffer.Length).Value;
        builder.AddFirmware(boot.Map);
        builder.ReserveBootData(boot);
        builder.Reserve(kernel, MemoryRegionKind.KernelImage);
        MemoryMap map = builder.Build().Value;

        Assert.IsTrue(map.Validate());
        Assert.AreEqual(MemoryRegionKind.KernelImage, map.KindAt(PhysAddr.Create(0x10_0000)));
        Assert.AreEqual(MemoryRegionKind.KernelImage, map.KindAt(PhysAddr.Create(0x15_000F)));
        Assert.AreEqual(MemoryRegionKind.KernelImage, map.KindAt(PhysAddr.Create(0x15_0010))); // the rest of its last frame
        Assert.AreEqual(MemoryRegionKind.Usable, map.KindAt(PhysAddr.Create(0x15_1000)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(0x20_0800)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(0x20_1A33)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(0x20_1A34)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(info)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(commandLine + 5))); // the terminator
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(boot.Modules.Storage.Start));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(boot.Map.Storage.Start));

        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(16));
        EarlyAllocator early = EarlyAllocator.Create(map, metadata.Start, (ulong)metadata.Length).Value;
        FrameRange<Size4KiB> table = early.Allocate(1).Value;
        Assert.AreEqual(0xFFDE_000UL, table.Start.Start.Value);
        Assert.IsTrue(early.Validate());
        Assert.AreEqual(early.UsableFrames - 1, early.FreeFrames);
    }

    private static PhysRange Range(ulong start, ulong length) => PhysRange.Create(PhysAddr.Create(start), length);

    private static void AssertDistinct(IEnumerable<string> words)
    {
        string[] all = words.ToArray();
        Assert.HasCount(all.Length, all.Distinct(StringComparer.Ordinal));
        Assert.IsTrue(all.All(word => word.Length > 2));
    }
}
