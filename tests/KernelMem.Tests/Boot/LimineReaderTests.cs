using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class LimineReaderTests
{
    // Limine's numbers: 0 usable, 1 reserved, 5 what the loader leaves, 6 the kernel and its modules.
    private static readonly FirmwareEntry[] Map =
    [
        new(0x1000, 0x5_1000, 0), new(0x5_2000, 0x4_D000, 5), new(0x10_0000, 0x30_0000, 0), new(0x40_0000, 0x20_0000, 6), new(0xFFFC_0000, 0x4_0000, 1),
    ];

    private static PhysicalImage Full => LimineImage.Create(Map, "quiet", (0x40_0000, 0x1234, "initrd"), (0x50_0000, 0, null));

    [TestMethod]
    public void Everything_is_read_as_it_was_laid_out()
    {
        foreach (bool guardStart in new[] { false, true })
        {
            PhysicalImage image = Full;
            using ShownMemory memory = image.Show(guardStart: guardStart);
            BootInformation boot = Read(memory).Value;
            Assert.AreEqual(BootProtocol.Limine, boot.Protocol);
            CollectionAssert.AreEqual(Map.Select(entry => (entry.Start, entry.Length, (uint)entry.Type)).ToList(), BootReading.Entries(boot));
            CollectionAssert.AreEqual(new[] { (0x40_0000UL, 0x1234UL, "initrd"), (0x50_0000UL, 0UL, "") }, BootReading.Modules(boot));
            Assert.IsTrue(boot.CommandLine.SequenceEqual("quiet"u8));
            Assert.AreEqual(LimineImage.Rsdp, boot.Rsdp.Value);
            AssertRange(LimineImage.MapResponse, LimineImage.MapResponse + 24, boot.Storage);
            AssertRange(LimineImage.MapList, LimineImage.Base + (ulong)image.Bytes.Length, boot.Map.Storage);
            AssertRange(LimineImage.ModuleList, LimineImage.Files + 112 + 40, boot.Modules.Storage);
            BootReading.Exercise(boot, memory.Window.Range);
        }
    }

    [TestMethod]
    public void What_was_not_answered_reads_as_empty()
    {
        using ShownMemory memory = Full.Show();
        LimineResponses responses = LimineImage.Responses(modules: false, commandLine: false, rsdp: false);
        BootInformation boot = LimineReader.Read(memory.Window, LimineImage.DirectMapStart, responses).Value;
        Assert.AreEqual((0, 0, 0), (boot.CommandLine.Length, boot.Modules.Count, boot.UefiMap.Count));
        Assert.AreEqual(PhysAddr.Zero, boot.Rsdp);
        Assert.AreEqual(
            BootInformationError.NoMemoryMap, LimineReader.Read(memory.Window, LimineImage.DirectMapStart, default).Error);
    }

    [TestMethod]
    public void The_root_pointer_may_be_a_physical_address()
    {
        PhysicalImage image = Full;
        image.Put64(LimineImage.RsdpResponse + 8, LimineImage.Rsdp);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(LimineImage.Rsdp, Read(memory).Value.Rsdp.Value);
    }

    [TestMethod]
    [DataRow(LimineImage.MapResponse + 8, 0UL, BootInformationError.NoMemoryMap)]
    [DataRow(LimineImage.MapResponse + 8, 65537UL, BootInformationError.TooManyMapEntries)]
    [DataRow(LimineImage.MapResponse + 8, ulong.MaxValue, BootInformationError.TooManyMapEntries)]
    [DataRow(LimineImage.MapResponse + 8, 65536UL, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapResponse + 8, 6UL, BootInformationError.MapOutsideWindow)] // what follows is no pointer
    [DataRow(LimineImage.MapResponse + 16, 0UL, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapResponse + 16, LimineImage.MapList, BootInformationError.MapOutsideWindow)] // physical
    [DataRow(LimineImage.MapResponse + 16, LimineImage.DirectMap - 8, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapResponse + 16, LimineImage.DirectMap, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapResponse + 16, ulong.MaxValue, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapList, 0UL, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapList + 32, LimineImage.DirectMap, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.MapList + 32, ulong.MaxValue, BootInformationError.MapOutsideWindow)]
    [DataRow(LimineImage.ModulesResponse + 8, 0UL, BootInformationError.None)]
    [DataRow(LimineImage.ModulesResponse + 8, 3UL, BootInformationError.ModulesOutsideWindow)]
    [DataRow(LimineImage.ModulesResponse + 8, 1025UL, BootInformationError.TooManyModules)]
    [DataRow(LimineImage.ModulesResponse + 16, 0UL, BootInformationError.ModulesOutsideWindow)]
    [DataRow(LimineImage.ModuleList + 8, 0UL, BootInformationError.ModulesOutsideWindow)]
    [DataRow(LimineImage.Files + 8, 0x40_0000UL, BootInformationError.ModuleMalformed)] // content at a physical address
    [DataRow(LimineImage.Files + 16, 1UL << 52, BootInformationError.ModuleMalformed)]
    [DataRow(LimineImage.Files + 32, 8UL, BootInformationError.ModuleMalformed)]
    [DataRow(LimineImage.Files + 32, ulong.MaxValue, BootInformationError.ModuleMalformed)]
    [DataRow(LimineImage.CommandLineResponse + 8, 0UL, BootInformationError.CommandLineUnreadable)]
    [DataRow(LimineImage.CommandLineResponse + 8, ulong.MaxValue, BootInformationError.CommandLineUnreadable)]
    [DataRow(LimineImage.RsdpResponse + 8, 1UL << 52, BootInformationError.RsdpMalformed)]
    [DataRow(LimineImage.RsdpResponse + 8, LimineImage.DirectMap - 1, BootInformationError.RsdpMalformed)]
    public void A_bad_field_is_told(ulong at, ulong value, BootInformationError expected)
    {
        PhysicalImage image = Full;
        image.Put64(at, value);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window));
    }

    [TestMethod]
    public void An_answer_that_is_not_in_the_direct_map_is_told()
    {
        using ShownMemory memory = Full.Show();
        foreach (ulong pointer in new ulong[] { 1, LimineImage.MapResponse, LimineImage.DirectMap, LimineImage.DirectMap - 1, ulong.MaxValue })
        {
            LimineResponses good = LimineImage.Responses();
            Assert.AreEqual(BootInformationError.InfoOutsideWindow, Error(new() { MemoryMap = pointer }));
            Assert.AreEqual(BootInformationError.ModulesOutsideWindow, Error(new() { MemoryMap = good.MemoryMap, Modules = pointer }));
            Assert.AreEqual(BootInformationError.CommandLineUnreadable, Error(new() { MemoryMap = good.MemoryMap, CommandLine = pointer }));
            Assert.AreEqual(BootInformationError.RsdpMalformed, Error(new() { MemoryMap = good.MemoryMap, Rsdp = pointer }));
        }

        BootInformationError Error(LimineResponses responses) =>
            LimineReader.Read(memory.Window, LimineImage.DirectMapStart, responses).Error;
    }

    [TestMethod]
    public void The_tables_are_never_usable_even_where_the_map_says_so()
    {
        // Scattered over memory that is said to be usable: the first entry lies far behind the others.
        FirmwareEntry[] map = [new(0x1000, 0x10_0000, 0), new(0x20_0000, 0x10_0000, 0)];
        PhysicalImage image = new(LimineImage.Base, 0x6000);
        LimineImage.Create(map, "quiet").Bytes.CopyTo(image.Bytes);
        ulong far = LimineImage.Base + 0x5000;
        image.Put64(LimineImage.MapList, LimineImage.DirectMap + far);
        image.Put64(far, 0x1000);
        image.Put64(far + 8, 0x10_0000);
        using ShownMemory memory = image.Show();
        BootInformation boot = Read(memory).Value;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(8));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        builder.ReserveBootData(boot);
        MemoryMap made = builder.Build().Value;
        foreach (ulong at in new[] { LimineImage.MapResponse, LimineImage.MapList, LimineImage.Entries(2), far, far + 23, LimineImage.CommandLine })
            Assert.AreEqual(MemoryRegionKind.BootData, made.KindAt(PhysAddr.Create(at)));
    }

    private static Result<BootInformation, BootInformationError> Read(ShownMemory memory) =>
        LimineReader.Read(memory.Window, LimineImage.DirectMapStart, LimineImage.Responses());

    private static void AssertRange(ulong start, ulong end, PhysRange actual) =>
        Assert.AreEqual((start, end), (actual.Start.Value, actual.EndExclusive));
}
