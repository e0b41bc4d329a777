using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed class Multiboot2ReaderTests
{
    private static readonly (ulong Start, ulong Length, uint Type)[] OneEntry = [(0x1000, 0x1000, 1)];

    private static PhysicalImage Full => Multiboot2Image.Create(
        RawMaps.Q35With256MiB, "console=ttyS0 la57", [(0x40_0000, 0x40_1234, "initrd"), (0xFFFF_F000, 0xFFFF_F000, null)]);

    [TestMethod]
    [DataRow(24)]
    [DataRow(32)]
    [DataRow(1024)]
    public void Everything_is_read_as_it_was_laid_out(int entryBytes)
    {
        foreach (bool guardStart in new[] { false, true })
        {
            PhysicalImage image = Multiboot2Image.Create(
                RawMaps.Q35With256MiB, "quiet", [(0x40_0000, 0x40_1234, "initrd"), (0xFFFF_F000, 0xFFFF_F000, null)], entryBytes);
            using ShownMemory memory = image.Show(guardStart: guardStart);
            BootInformation boot = Read(memory).Value;
            Assert.AreEqual(BootProtocol.Multiboot2, boot.Protocol);
            CollectionAssert.AreEqual(RawMaps.Q35With256MiB, BootReading.Entries(boot));
            Assert.IsTrue(boot.CommandLine.SequenceEqual("quiet"u8));
            CollectionAssert.AreEqual(
                new[] { (0x40_0000UL, 0x1234UL, "initrd"), (0xFFFF_F000UL, 0UL, "") }, BootReading.Modules(boot));
            Assert.AreEqual(memory.Window.Range, boot.Storage);
            Assert.IsTrue(memory.Window.TryGetBytes(PhysRange.Create(boot.Rsdp, 8), out ReadOnlySpan<byte> signature));
            Assert.IsTrue(signature.SequenceEqual("RSD PTR "u8));
            Assert.AreEqual(0, boot.UefiMap.Count);
            BootReading.Exercise(boot, memory.Window.Range);
        }
    }

    [TestMethod]
    public void The_front_door_leads_here()
    {
        using ShownMemory memory = Full.Show();
        BootInformation boot =
            BootInformation.Read(BootProtocol.Multiboot2, memory.Window, PhysAddr.Create(Multiboot2Image.Info)).Value;
        Assert.AreEqual(BootProtocol.Multiboot2, boot.Protocol);
        Assert.AreEqual(
            BootInformationError.BadMagic,
            Multiboot2Reader.Read(memory.Window, Multiboot1Reader.Magic, PhysAddr.Create(Multiboot2Image.Info)).Error);
    }

    [TestMethod]
    public void What_is_absent_reads_as_empty()
    {
        using ShownMemory memory = new Multiboot2Image().Map(OneEntry).Finish().Show();
        BootInformation boot = Read(memory).Value;
        Assert.AreEqual((0, 0, 1, 0), (boot.CommandLine.Length, boot.Modules.Count, boot.Map.Count, boot.UefiMap.Count));
        Assert.AreEqual(PhysAddr.Zero, boot.Rsdp);
        BootReading.Exercise(boot, memory.Window.Range);
    }

    [TestMethod]
    public void The_map_is_the_best_that_there_is()
    {
        Multiboot2Image limits = new Multiboot2Image().Limits(639, 1024);
        using ShownMemory two = limits.Finish().Show();
        CollectionAssert.AreEqual(
            new[] { (0UL, 639UL * 1024, 1u), (0x10_0000UL, 0x10_0000UL, 1u) }, BootReading.Entries(Read(two).Value));

        using ShownMemory uefi = new Multiboot2Image().Limits(639, 1024).UefiMap(UefiImage.Typical).Finish().Show();
        Assert.AreEqual(UefiImage.Typical.Length, Read(uefi).Value.Map.Count);
        Assert.AreEqual(UefiImage.Typical.Length, Read(uefi).Value.UefiMap.Count);

        using ShownMemory both = new Multiboot2Image().Limits(639, 1024).UefiMap(UefiImage.Typical, 40).Map(OneEntry).Finish().Show();
        CollectionAssert.AreEqual(OneEntry, BootReading.Entries(Read(both).Value));
        Assert.AreEqual(UefiImage.Typical.Length, Read(both).Value.UefiMap.Count);

        using ShownMemory none = new Multiboot2Image().Text(1, "quiet").Finish().Show();
        Assert.AreEqual(BootInformationError.NoMemoryMap, Read(none).Error);
    }

    [TestMethod]
    public void Of_two_alike_the_first_counts_and_the_newer_root_pointer_before_the_older()
    {
        Multiboot2Image image = new Multiboot2Image().Text(1, "first").Text(1, "second").Map(OneEntry).Map([(0x5000, 0x1000, 1)]).Rsdp(0);
        ulong old = image.Last + 8;
        using ShownMemory before = image.Finish().Show();
        Assert.AreEqual(old, Read(before).Value.Rsdp.Value);

        image = new Multiboot2Image().Text(1, "first").Text(1, "second").Map(OneEntry).Map([(0x5000, 0x1000, 1)]).Rsdp(0).Rsdp(2);
        ulong newer = image.Last + 8;
        using ShownMemory memory = image.Finish().Show();
        BootInformation boot = Read(memory).Value;
        Assert.AreEqual(newer, boot.Rsdp.Value);
        Assert.IsTrue(boot.CommandLine.SequenceEqual("first"u8));
        CollectionAssert.AreEqual(OneEntry, BootReading.Entries(boot));
    }

    [TestMethod]
    [DataRow(0u, BootInformationError.InfoMalformed)]
    [DataRow(7u, BootInformationError.InfoMalformed)]
    [DataRow(8u, BootInformationError.InfoMalformed)]
    [DataRow(15u, BootInformationError.InfoMalformed)]
    [DataRow(0xFFFF_FFFFu, BootInformationError.InfoOutsideWindow)]
    public void A_bad_total_size_is_told(uint size, BootInformationError expected)
    {
        PhysicalImage image = Full;
        image.Put32(Multiboot2Image.Info, size);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window));
    }

    [TestMethod]
    public void Every_smaller_and_larger_total_size_is_told()
    {
        PhysicalImage image = Full;
        uint whole = (uint)image.Bytes.Length;
        for (uint size = 0; size < whole + 20; size++)
        {
            image.Put32(Multiboot2Image.Info, size);
            using ShownMemory memory = image.Show();
            BootInformationError expected = size < whole ? BootInformationError.InfoMalformed
                : size > whole ? BootInformationError.InfoOutsideWindow
                : BootInformationError.None;
            Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window), $"size {size} of {whole}");
        }
    }

    [TestMethod]
    public void A_structure_too_large_to_be_one_is_told()
    {
        PhysicalImage image = new(Multiboot2Image.Info, BootLimits.InformationBytes + 8);
        new Multiboot2Image().Map(OneEntry).Finish().Bytes.CopyTo(image.Bytes);
        image.Put32(Multiboot2Image.Info, BootLimits.InformationBytes);
        using ShownMemory largest = image.Show();
        Assert.AreEqual(1, Read(largest).Value.Map.Count);
        image.Put32(Multiboot2Image.Info, BootLimits.InformationBytes + 8);
        using ShownMemory tooLarge = image.Show();
        Assert.AreEqual(BootInformationError.InfoMalformed, Read(tooLarge).Error);
    }

    [TestMethod]
    [DataRow(0u)]
    [DataRow(7u)]
    [DataRow(0x7FFF_FFFFu)]
    [DataRow(0xFFFF_FFF9u)]
    [DataRow(0xFFFF_FFFFu)]
    public void A_tag_of_impossible_size_is_told(uint size)
    {
        Multiboot2Image tags = new Multiboot2Image().Map(OneEntry).Tag(100, 1, 2, 3);
        ulong tag = tags.Last;
        PhysicalImage image = tags.Finish();
        image.Put32(tag + 4, size);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(BootInformationError.InfoMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void A_structure_without_an_end_tag_is_told()
    {
        using ShownMemory memory = new Multiboot2Image().Map(OneEntry).Unfinished().Show();
        Assert.AreEqual(BootInformationError.InfoMalformed, Read(memory).Error);
    }

    [TestMethod]
    [DataRow(0u, BootInformationError.BadEntrySize)]
    [DataRow(8u, BootInformationError.BadEntrySize)]
    [DataRow(20u, BootInformationError.BadEntrySize)]
    [DataRow(28u, BootInformationError.BadEntrySize)]
    [DataRow(1032u, BootInformationError.BadEntrySize)]
    [DataRow(0xFFFF_FFF8u, BootInformationError.BadEntrySize)]
    [DataRow(32u, BootInformationError.MapMalformed)] // 9 * 24 bytes are no multiple of it
    [DataRow(24u, BootInformationError.None)]
    [DataRow(72u, BootInformationError.None)]
    public void A_bad_entry_size_is_told(uint entryBytes, BootInformationError expected)
    {
        Multiboot2Image tags = new Multiboot2Image().Map(RawMaps.Q35With256MiB);
        ulong tag = tags.Last;
        PhysicalImage image = tags.Finish();
        image.Put32(tag + 8, entryBytes);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window));
    }

    [TestMethod]
    [DataRow(6u, 0, BootInformationError.MapMalformed)]
    [DataRow(6u, 4, BootInformationError.MapMalformed)]
    [DataRow(17u, 4, BootInformationError.MapMalformed)]
    [DataRow(15u, 35, BootInformationError.RsdpMalformed)]
    [DataRow(14u, 19, BootInformationError.RsdpMalformed)]
    [DataRow(14u, 20, BootInformationError.None)]
    [DataRow(3u, 4, BootInformationError.ModuleMalformed)]
    [DataRow(1u, 0, BootInformationError.CommandLineUnreadable)]
    [DataRow(1u, 1, BootInformationError.None)]
    public void A_tag_cut_short_is_told(uint type, int contentBytes, BootInformationError expected)
    {
        using ShownMemory memory = new Multiboot2Image().Tag(type, new byte[contentBytes]).Map(OneEntry).Finish().Show();
        Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window));
    }

    [TestMethod]
    public void Limits_cut_short_and_empty_maps_are_told()
    {
        using ShownMemory limits = new Multiboot2Image().Tag(4, 1, 0, 0, 0).Finish().Show();
        Assert.AreEqual(BootInformationError.MapMalformed, Read(limits).Error);
        using ShownMemory map = new Multiboot2Image().Limits(640, 1024).Map([]).Finish().Show();
        Assert.AreEqual(BootInformationError.NoMemoryMap, Read(map).Error);
        using ShownMemory uefi = new Multiboot2Image().Map(OneEntry).UefiMap([]).Finish().Show();
        Assert.AreEqual(BootInformationError.NoMemoryMap, Read(uefi).Error);
    }

    [TestMethod]
    [DataRow(0u, 1u, BootInformationError.BadEntrySize)]
    [DataRow(44u, 1u, BootInformationError.BadEntrySize)]
    [DataRow(0xFFFF_FFF8u, 1u, BootInformationError.BadEntrySize)]
    [DataRow(48u, 0u, BootInformationError.UnknownMapVersion)]
    [DataRow(40u, 1u, BootInformationError.MapMalformed)]
    public void A_bad_uefi_map_is_told_even_beside_a_good_map(uint descriptorBytes, uint version, BootInformationError expected)
    {
        Multiboot2Image tags = new Multiboot2Image().Map(OneEntry).UefiMap(UefiImage.Typical);
        ulong tag = tags.Last;
        PhysicalImage image = tags.Finish();
        image.Put32(tag + 8, descriptorBytes);
        image.Put32(tag + 12, version);
        using ShownMemory memory = image.Show();
        Assert.AreEqual(expected, BootReading.Error(Read(memory), memory.Window));
    }

    [TestMethod]
    public void A_string_ends_inside_its_tag_or_is_told()
    {
        // Zeros follow in the next tag, so a reader that looks for them beyond the tag finds one.
        using ShownMemory line = new Multiboot2Image().Tag(1, [.. "12345678"u8]).Map(OneEntry).Finish().Show();
        Assert.AreEqual(BootInformationError.CommandLineUnreadable, Read(line).Error);

        byte[] module = [.. Multiboot2Image.Words(0x1000, 0x2000), .. "12345678"u8];
        using ShownMemory text = new Multiboot2Image().Tag(3, module).Map(OneEntry).Finish().Show();
        Assert.AreEqual(BootInformationError.ModuleMalformed, Read(text).Error);
    }

    [TestMethod]
    public void A_module_that_ends_before_it_starts_is_told()
    {
        using ShownMemory memory = new Multiboot2Image().Module(0x2000, 0x1FFF, "a").Map(OneEntry).Finish().Show();
        Assert.AreEqual(BootInformationError.ModuleMalformed, Read(memory).Error);
    }

    [TestMethod]
    public void As_many_modules_as_there_may_be()
    {
        Multiboot2Image most = new Multiboot2Image().Map(OneEntry);
        for (uint index = 0; index < BootLimits.Modules; index++)
            most.Module(index << 12, (index << 12) + 1, "m" + index);

        using ShownMemory memory = most.Finish().Show();
        List<(ulong Start, ulong Length, string Text)> modules = BootReading.Modules(Read(memory).Value);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, BootLimits.Modules).Select(index => ((ulong)index << 12, 1UL, "m" + index)).ToList(), modules);

        Multiboot2Image more = new Multiboot2Image().Map(OneEntry);
        for (uint index = 0; index <= BootLimits.Modules; index++)
            more.Module(0, 0, null);

        using ShownMemory tooMany = more.Finish().Show();
        Assert.AreEqual(BootInformationError.TooManyModules, Read(tooMany).Error);
    }

    [TestMethod]
    public void A_structure_anywhere_but_wholly_in_the_window_is_refused()
    {
        PhysicalImage image = Full;
        using ShownMemory memory = image.Show();
        ulong end = Multiboot2Image.Info + (ulong)image.Bytes.Length;
        foreach (ulong address in new ulong[] { 0, Multiboot2Image.Info - 1, end - 3, PhysAddr.Limit - 1 })
        {
            Assert.AreEqual(
                BootInformationError.InfoOutsideWindow,
                Multiboot2Reader.Read(memory.Window, Multiboot2Reader.Magic, PhysAddr.Create(address)).Error);
        }

        Assert.AreEqual(
            BootInformationError.InfoOutsideWindow, Multiboot2Reader.Read(default, Multiboot2Reader.Magic, PhysAddr.Zero).Error);
    }

    private static Result<BootInformation, BootInformationError> Read(ShownMemory memory) =>
        Multiboot2Reader.Read(memory.Window, Multiboot2Reader.Magic, PhysAddr.Create(Multiboot2Image.Info));
}
