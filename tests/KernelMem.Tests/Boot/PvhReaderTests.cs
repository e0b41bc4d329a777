using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed class PvhReaderTests
{
    private static PhysicalImage Full => PvhImage.Create(
        RawMaps.Q35With256MiB, "console=ttyS0 la57", (0x40_0000, 0x1234, "initrd"), (0xFF_FFFF_F000, 0, null));

    [TestMethod]
    public void Everything_is_read_as_it_was_laid_out()
    {
        foreach (bool guardStart in new[] { false, true })
        {
            using ShownMemory memory = Full.Show(guardStart: guardStart);
            BootInformation boot = Read(memory).Value;

            Assert.AreEqual(BootProtocol.Pvh, boot.Protocol);
            CollectionAssert.AreEqual(RawMaps.Q35With256MiB, BootReading.Entries(boot));
            Assert.IsTrue(boot.CommandLine.SequenceEqual("console=ttyS0 la57"u8));
            Assert.AreEqual(PvhImage.Rsdp, boot.Rsdp.Value);
            CollectionAssert.AreEqual(
                new[] { (0x40_0000UL, 0x1234UL, "initrd"), (0xFF_FFFF_F000UL, 0UL, "") }, BootReading.Modules(boot));
            AssertRange(PvhImage.Info, 56, boot.Storage);
            AssertRange(PvhImage.Map, 9 * 24, boot.Map.Storage);
            AssertRange(PvhImage.Modules, 2 * 32, boot.Modules.Storage);
        }
    }

    [TestMethod]
    public void What_is_absent_reads_as_empty()
    {
        PhysicalImage image = PvhImage.Create([(0, 0x1000, 1)]);
        image.Put64(PvhImage.Info + 32, 0);
        using ShownMemory memory = image.Show();
        BootInformation boot = Read(memory).Value;
        Assert.AreEqual(0, boot.CommandLine.Length);
        Assert.AreEqual(0, boot.Modules.Count);
        Assert.AreEqual(PhysAddr.Zero, boot.Rsdp);
        BootReading.Exercise(boot, memory.Window.Range);
    }

    [TestMethod]
    public void A_later_version_reads_like_version_one()
    {
        PhysicalImage image = Full;
        image.Put32(PvhImage.Info + 4, 7);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(9, Read(memory).Value.Map.Count);
    }

    [TestMethod]
    [DataRow(0UL, 4, 0x336EC579UL, BootInformationError.BadMagic)]
    [DataRow(4UL, 4, 0UL, BootInformationError.VersionWithoutMap)]
    [DataRow(12UL, 4, 1025UL, BootInformationError.TooManyModules)]
    [DataRow(12UL, 4, 0xFFFF_FFFFUL, BootInformationError.TooManyModules)]
    [DataRow(12UL, 4, 1000UL, BootInformationError.ModulesOutsideWindow)]
    [DataRow(12UL, 4, 3UL, BootInformationError.None)] // the third entry is zeros: an empty module at 0
    [DataRow(16UL, 8, 0UL, BootInformationError.None)]
    [DataRow(16UL, 8, 1UL, BootInformationError.ModulesOutsideWindow)]
    [DataRow(16UL, 8, ulong.MaxValue, BootInformationError.ModulesOutsideWindow)]
    [DataRow(16UL, 8, ulong.MaxValue - 31, BootInformationError.ModulesOutsideWindow)]
    [DataRow(24UL, 8, 0UL, BootInformationError.None)]
    [DataRow(24UL, 8, 1UL, BootInformationError.CommandLineUnreadable)]
    [DataRow(24UL, 8, ulong.MaxValue, BootInformationError.CommandLineUnreadable)]
    [DataRow(32UL, 8, 1UL << 52, BootInformationError.RsdpMalformed)]
    [DataRow(32UL, 8, (1UL << 52) - 1, BootInformationError.None)]
    [DataRow(40UL, 8, 0UL, BootInformationError.NoMemoryMap)]
    [DataRow(40UL, 8, 1UL, BootInformationError.MapOutsideWindow)]
    [DataRow(40UL, 8, PvhImage.Map + 1, BootInformationError.MapOutsideWindow)]
    [DataRow(40UL, 8, PvhImage.Map - 1, BootInformationError.None)]
    [DataRow(40UL, 8, ulong.MaxValue - 100, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, 4, 0UL, BootInformationError.NoMemoryMap)]
    [DataRow(48UL, 4, 10UL, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, 4, 65536UL, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, 4, 65537UL, BootInformationError.TooManyMapEntries)]
    [DataRow(48UL, 4, 0xFFFF_FFFFUL, BootInformationError.TooManyMapEntries)]
    public void A_bad_field_is_told(ulong offset, int size, ulong value, BootInformationError expected)
    {
        PhysicalImage image = Full;
        if (size == 4)
            image.Put32(PvhImage.Info + offset, (uint)value);
        else
            image.Put64(PvhImage.Info + offset, value);

        using ShownMemory memory = image.Show();
        Result<BootInformation, BootInformationError> result = Read(memory);
        if (result.TryGet(out BootInformation boot, out BootInformationError error))
            BootReading.Exercise(boot, memory.Window.Range);

        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    [DataRow(0UL, 1UL << 52)]
    [DataRow(0UL, ulong.MaxValue)]
    [DataRow(8UL, 1UL << 52)]
    [DataRow(8UL, ulong.MaxValue)]
    [DataRow(16UL, 1UL)]
    [DataRow(16UL, ulong.MaxValue)]
    public void A_bad_module_is_told(ulong offset, ulong value)
    {
        PhysicalImage image = Full;
        image.Put64(PvhImage.Modules + offset, value);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.ModuleMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void A_start_info_anywhere_but_wholly_in_the_window_is_refused()
    {
        using ShownMemory memory = Full.Show();
        foreach (ulong address in new ulong[] { 0, PvhImage.Base - 1, PvhImage.Base - 55, PhysAddr.Limit - 1, PvhImage.Map + 9 * 24 - 39 })
        {
            Assert.AreEqual(
                BootInformationError.InfoOutsideWindow, PvhReader.Read(memory.Window, PhysAddr.Create(address)).Error);
        }

        Assert.AreEqual(BootInformationError.InfoOutsideWindow, PvhReader.Read(default, PhysAddr.Zero).Error);
    }

    [TestMethod]
    public void A_version_zero_structure_needs_forty_bytes_and_a_later_one_fifty_six()
    {
        PhysicalImage old = new(PvhImage.Base, 40);
        old.Put32(PvhImage.Base, PvhReader.Magic);
        using ShownMemory memory = old.Show();
        Assert.AreEqual(
            BootInformationError.VersionWithoutMap, PvhReader.Read(memory.Window, PhysAddr.Create(PvhImage.Base)).Error);

        PhysicalImage cut = new(PvhImage.Base, 55);
        cut.Put32(PvhImage.Base, PvhReader.Magic);
        cut.Put32(PvhImage.Base + 4, 1);
        using ShownMemory cutMemory = cut.Show();
        Assert.AreEqual(
            BootInformationError.InfoOutsideWindow, PvhReader.Read(cutMemory.Window, PhysAddr.Create(PvhImage.Base)).Error);
    }

    [TestMethod]
    public void A_window_of_any_length_is_never_left()
    {
        PhysicalImage image = Full;
        for (int length = 0; length <= image.Bytes.Length; length++)
        {
            using ShownMemory memory = image.Show(length);
            bool whole = Read(memory).TryGet(out BootInformation boot);
            Assert.AreEqual(length == image.Bytes.Length, whole);
            if (whole)
                BootReading.Exercise(boot, memory.Window.Range);
        }
    }

    [TestMethod]
    public void A_command_line_without_an_end_is_told()
    {
        PhysicalImage image = new(PvhImage.Base, 0x20_000);
        PvhImage.Create([(0, 0x1000, 1)]).Bytes.CopyTo(image.Bytes);
        ulong line = PvhImage.Base + 0x1000;
        image.Put64(PvhImage.Info + 24, line);
        image.Bytes[0x1000..].Fill((byte)'x');
        using ShownMemory endless = image.Show();
        Assert.AreEqual(BootInformationError.CommandLineUnreadable, Read(endless).Error);

        image.Bytes[0x1000 + BootString.MaximumLength + 1] = 0;
        using ShownMemory tooLong = image.Show();
        Assert.AreEqual(BootInformationError.CommandLineUnreadable, Read(tooLong).Error);

        image.Bytes[0x1000 + BootString.MaximumLength] = 0;
        using ShownMemory longest = image.Show();
        Assert.AreEqual(BootString.MaximumLength, Read(longest).Value.CommandLine.Length);
    }

    [TestMethod]
    public void Ten_thousand_entries_are_read()
    {
        (ulong, ulong, uint)[] map = Enumerable.Range(0, 10_000).Select(at => ((ulong)at << 13, 0x1000UL, (uint)at % 9)).ToArray();
        using ShownMemory memory = PvhImage.Create(map).Show();
        CollectionAssert.AreEqual(map, BootReading.Entries(Read(memory).Value));
    }

    [TestMethod]
    public void Entries_are_given_as_raw_as_they_are()
    {
        (ulong, ulong, uint)[] map = [(ulong.MaxValue, ulong.MaxValue, uint.MaxValue), (0, 0, 0), (1UL << 63, 1UL << 63, 1)];
        using ShownMemory memory = PvhImage.Create(map).Show();
        CollectionAssert.AreEqual(map, BootReading.Entries(Read(memory).Value));
    }

    private static Result<BootInformation, BootInformationError> Read(ShownMemory memory) =>
        PvhReader.Read(memory.Window, PhysAddr.Create(PvhImage.Info));

    private static void AssertRange(ulong start, ulong length, PhysRange actual)
    {
        Assert.AreEqual(start, actual.Start.Value);
        Assert.AreEqual(length, actual.Length);
    }
}
