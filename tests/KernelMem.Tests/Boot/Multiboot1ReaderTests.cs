using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed class Multiboot1ReaderTests
{
    private static readonly uint[] Sizes = [20, 24, 20, 21, 52, 20, 20, 33, 20];

    private static PhysicalImage Full => MultibootImage.Create(
        RawMaps.Q35With256MiB, "root=/dev/ram0", [(0x40_0000, 0x40_1234, "initrd"), (uint.MaxValue, uint.MaxValue, null)], Sizes);

    [TestMethod]
    public void Everything_is_read_as_it_was_laid_out()
    {
        foreach (bool guardStart in new[] { false, true })
        {
            using ShownMemory memory = Full.Show(guardStart: guardStart);
            BootInformation boot = Read(memory).Value;

            Assert.AreEqual(BootProtocol.Multiboot1, boot.Protocol);
            CollectionAssert.AreEqual(RawMaps.Q35With256MiB, BootReading.Entries(boot));
            Assert.IsTrue(boot.CommandLine.SequenceEqual("root=/dev/ram0"u8));
            Assert.AreEqual(PhysAddr.Zero, boot.Rsdp);
            CollectionAssert.AreEqual(
                new[] { (0x40_0000UL, 0x1234UL, "initrd"), ((ulong)uint.MaxValue, 0UL, "") }, BootReading.Modules(boot));
            Assert.AreEqual(MultibootImage.Info, boot.Storage.Start.Value);
            Assert.AreEqual(116UL, boot.Storage.Length);
            Assert.AreEqual(MultibootImage.Map, boot.Map.Storage.Start.Value);
            Assert.AreEqual((ulong)Sizes.Sum(size => size + 4), boot.Map.Storage.Length);
            Assert.AreEqual(MultibootImage.Modules, boot.Modules.Storage.Start.Value);
            Assert.AreEqual(2 * 16UL, boot.Modules.Storage.Length);
        }
    }

    [TestMethod]
    public void What_is_not_flagged_is_not_read()
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Info, MultibootImage.HasMap);
        image.Put32(MultibootImage.Info + 16, 1);
        image.Put32(MultibootImage.Info + 20, uint.MaxValue);
        image.Put32(MultibootImage.Info + 24, 1);
        using ShownMemory memory = image.Show();
        BootInformation boot = Read(memory).Value;
        Assert.AreEqual(0, boot.CommandLine.Length);
        Assert.AreEqual(0, boot.Modules.Count);
        Assert.AreEqual(9, boot.Map.Count);
    }

    [TestMethod]
    [DataRow(639u, 31744u, 639u)]
    [DataRow(0u, 0u, 0u)]
    [DataRow(640u, uint.MaxValue, 640u)]
    [DataRow(641u, 1u, 640u)]
    [DataRow(uint.MaxValue, 1u, 640u)]
    public void Without_a_map_the_two_limits_are_the_map(uint lower, uint upper, uint lowerBelieved)
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Info, MultibootImage.HasLimits);
        image.Put32(MultibootImage.Info + 4, lower);
        image.Put32(MultibootImage.Info + 8, upper);
        using ShownMemory memory = image.Show();
        BootInformation boot = Read(memory).Value;
        CollectionAssert.AreEqual(
            new[] { (0UL, lowerBelieved * 1024UL, 1u), (0x10_0000UL, upper * 1024UL, 1u) }, BootReading.Entries(boot));
        Assert.IsTrue(boot.Map.Storage.IsEmpty);
    }

    [TestMethod]
    public void With_a_map_the_limits_are_not_used()
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Info + 44, 23);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.MapMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void With_neither_there_is_no_map()
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Info, ~(MultibootImage.HasMap | MultibootImage.HasLimits));
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.NoMemoryMap, Read(memory).Error);
    }

    [TestMethod]
    [DataRow(16UL, 1u, BootInformationError.CommandLineUnreadable)]
    [DataRow(16UL, uint.MaxValue, BootInformationError.CommandLineUnreadable)]
    [DataRow(16UL, 0u, BootInformationError.None)]
    [DataRow(20UL, 1025u, BootInformationError.TooManyModules)]
    [DataRow(20UL, uint.MaxValue, BootInformationError.TooManyModules)]
    [DataRow(20UL, 1000u, BootInformationError.ModulesOutsideWindow)]
    [DataRow(24UL, 0u, BootInformationError.ModulesOutsideWindow)]
    [DataRow(24UL, uint.MaxValue, BootInformationError.ModulesOutsideWindow)]
    [DataRow(44UL, 0u, BootInformationError.NoMemoryMap)]
    [DataRow(44UL, 1u, BootInformationError.MapMalformed)]
    [DataRow(44UL, 23u, BootInformationError.MapMalformed)]
    [DataRow(44UL, 24u, BootInformationError.None)]
    [DataRow(44UL, 25u, BootInformationError.MapMalformed)]
    [DataRow(44UL, uint.MaxValue, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, 0u, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, uint.MaxValue, BootInformationError.MapOutsideWindow)]
    [DataRow(48UL, (uint)MultibootImage.Map + 1, BootInformationError.MapOutsideWindow)]
    public void A_bad_field_is_told(ulong offset, uint value, BootInformationError expected)
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Info + offset, value);
        using ShownMemory memory = image.Show();
        if (Read(memory).TryGet(out BootInformation boot, out BootInformationError error))
            BootReading.Exercise(boot, memory.Window.Range);

        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    [DataRow(0u)]
    [DataRow(19u)]
    [DataRow(0xFFFF_FFFCu)] // size + 4 is 0 in 32 bits: a walk that adds in 32 bits never ends
    [DataRow(uint.MaxValue)]
    public void An_entry_of_a_bad_size_is_told(uint size)
    {
        foreach (ulong entry in new[] { MultibootImage.Map, MultibootImage.Map + 24 + 28 })
        {
            PhysicalImage image = Full;
            image.Put32(entry, size);
            using ShownMemory memory = image.Show();
            Assert.AreEqual(BootInformationError.MapMalformed, Read(memory).Error);
        }
    }

    [TestMethod]
    [DataRow(19u, BootInformationError.MapMalformed)]
    [DataRow(20u, BootInformationError.None)]
    public void An_entry_needs_twenty_bytes_even_if_table_and_window_would_allow_less(uint size, BootInformationError expected)
    {
        PhysicalImage image = new(MultibootImage.Base, 0x1000);
        MultibootImage.Create([(0, 1, 1)]).Bytes.CopyTo(image.Bytes);
        image.Put32(MultibootImage.Map, size);
        image.Put32(MultibootImage.Info + 44, size + 4);
        using ShownMemory memory = image.Show();
        _ = Read(memory).TryGet(out _, out BootInformationError error);
        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    public void An_entry_that_runs_over_the_end_of_the_table_is_told_even_inside_the_window()
    {
        PhysicalImage image = new(MultibootImage.Base, 0x1000);
        MultibootImage.Create([(0, 1, 1), (1, 1, 1)]).Bytes.CopyTo(image.Bytes);
        image.Put32(MultibootImage.Map + 24, 21);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.MapMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void A_module_that_ends_before_it_starts_is_told()
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Modules + 4, 0x3F_FFFF);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.ModuleMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void A_module_whose_string_is_elsewhere_is_told()
    {
        PhysicalImage image = Full;
        image.Put32(MultibootImage.Modules + 8, 1);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.ModuleMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void Another_magic_number_is_another_protocol()
    {
        using ShownMemory memory = Full.Show();
        Assert.AreEqual(
            BootInformationError.BadMagic,
            Multiboot1Reader.Read(memory.Window, Multiboot1Reader.Magic + 1, PhysAddr.Create(MultibootImage.Info)).Error);
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
    public void A_structure_cut_short_after_the_map_fields_is_enough()
    {
        PhysicalImage image = new(0x5000, 24 + 52);
        ulong info = 0x5000 + 24;
        MultibootImage.Create([(0, 0x1000, 1)]).Bytes[(int)(MultibootImage.Map - MultibootImage.Base)..].CopyTo(image.Bytes);
        image.Put32(info, MultibootImage.HasMap);
        image.Put32(info + 44, 24);
        image.Put32(info + 48, 0x5000);
        using ShownMemory memory = image.Show();
        BootInformation boot = Multiboot1Reader.Read(memory.Window, Multiboot1Reader.Magic, PhysAddr.Create(info)).Value;
        Assert.AreEqual(1, boot.Map.Count);
        BootReading.Exercise(boot, memory.Window.Range);
    }

    [TestMethod]
    public void Ten_thousand_entries_of_many_sizes_are_read_and_more_than_the_limit_are_not()
    {
        (ulong, ulong, uint)[] map = Enumerable.Range(0, 10_000).Select(at => ((ulong)at << 13, 0x1000UL, (uint)at % 9)).ToArray();
        uint[] sizes = Enumerable.Range(0, 10_000).Select(at => 20 + (uint)at % 7).ToArray();
        using ShownMemory memory = MultibootImage.Create(map, sizes: sizes).Show();
        CollectionAssert.AreEqual(map, BootReading.Entries(Read(memory).Value));

        using ShownMemory most = MultibootImage.Create(new (ulong, ulong, uint)[BootLimits.MapEntries]).Show();
        Assert.AreEqual(BootLimits.MapEntries, Read(most).Value.Map.Count);

        using ShownMemory tooMany = MultibootImage.Create(new (ulong, ulong, uint)[BootLimits.MapEntries + 1]).Show();
        Assert.AreEqual(BootInformationError.TooManyMapEntries, Read(tooMany).Error);
    }

    private static Result<BootInformation, BootInformationError> Read(ShownMemory memory) =>
        Multiboot1Reader.Read(memory.Window, Multiboot1Reader.Magic, PhysAddr.Create(MultibootImage.Info));
}
