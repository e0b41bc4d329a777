using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>What the guides say their examples give, they give.</summary>
[TestClass]
[DoNotParallelize]
public sealed unsafe class GuideExamplesTests
{
    private const uint Ram = 1;

    [TestMethod]
    public void Addresses_constructors()
    {
        (PhysAddr image, bool canonical, VirtAddr kernel) = AddressExamples.Constructors();
        Assert.AreEqual(0x10_0000UL, image.Value);
        Assert.IsFalse(canonical);
        Assert.AreEqual(0xFFFF_8000_0000_0000, kernel.Value);
    }

    [TestMethod]
    public void Addresses_adding_and_stepping()
    {
        (bool added, bool stepped, VirtAddr next) = AddressExamples.AddingAndStepping();
        Assert.IsFalse(added);
        Assert.IsTrue(stepped);
        Assert.AreEqual(0xFFFF_8000_0000_0000, next.Value);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Create(0x7FFF_FFFF_FFFF) + 1);
    }

    [TestMethod]
    public void Addresses_of_57_bits()
    {
        (bool narrow, bool wide, VirtAddr next) = AddressExamples.WideArithmetic();
        Assert.IsFalse(narrow);
        Assert.IsTrue(wide);
        Assert.AreEqual(0x0080_0000_0000_1000UL, next.Value);
    }

    [TestMethod]
    public void Addresses_pages_and_ranges()
    {
        (Page page, Page<Size2MiB> large, ulong offset, int entry) = AddressExamples.PagesAndOffsets();
        Assert.AreEqual(0xFFFF_8000_0012_3000, page.Start.Value);
        Assert.AreEqual(0xFFFF_8000_0000_0000, large.Start.Value);
        Assert.AreEqual(0x456UL, offset);
        Assert.AreEqual(0x123, entry);

        Assert.AreEqual((1UL, 3UL, 0x3000UL), AddressExamples.PagesOfARange());
    }

    [TestMethod]
    public void Addresses_rounding()
    {
        (PhysAddr up, PhysAddr down, bool possible) = AddressExamples.Rounding();
        Assert.AreEqual(0x2000UL, up.Value);
        Assert.AreEqual(0x1000UL, down.Value);
        Assert.IsFalse(possible);
    }

    [TestMethod]
    public void Addresses_text()
    {
        SerialPort.Text.Clear();
        AddressExamples.WriteAddress(new TextOutput(&SerialPort.Write), VirtAddr.Create(0xFFFF_8000_0012_3456));
        Assert.AreEqual("0xFFFF_8000_0012_3456\n", SerialPort.Text.ToString());
    }

    [TestMethod]
    public void Failures_results_and_panic()
    {
        PhysRange range = PhysRange.Create(PhysAddr.Create(0x10_0000), 0x8000);
        Assert.AreEqual(0x4000UL, AddressExamples.UseStack(range));
        Assert.AreEqual(0UL, AddressExamples.UseStack(PhysRange.Create(range.Start, 0x1000)));

        delegate*<string, void> before = Panic.Handler;
        AddressExamples.InstallPanicHandler();
        delegate*<string, void> installed = Panic.Handler;
        Panic.Handler = before;
        SerialPort.Text.Clear();
        installed("the tables are gone");
        Assert.AreEqual("panic: the tables are gone\n", SerialPort.Text.ToString());
    }

    [TestMethod]
    public void Platform_locks()
    {
        FakePlatform platform = FakePlatform.Create();
        EventCounter counter = default;
        counter.Add(platform, 10);
        counter.Add(platform, 20);
        Assert.AreEqual(15UL, counter.Average);
        CollectionAssert.AreEqual(new[] { "save", "restore on", "save", "restore on" }, platform.Log);
    }

    [TestMethod]
    public void Platform_direct_map()
    {
        (VirtAddr text, bool mapped) = AddressExamples.ReachPhysicalMemory();
        Assert.AreEqual(0xFFFF_8000_000B_8000, text.Value);
        Assert.IsFalse(mapped);
    }

    [TestMethod]
    public void Platform_trace()
    {
        AddressExamples.StartTracing();
        AddressExamples.TraceTimer(4711);
        TraceSink.Handler = null;
        Assert.AreEqual(4711UL, AddressExamples.LatestTicks);
    }

    [TestMethod]
    public void Boot_from_the_loader_to_frames()
    {
        PhysicalImage image = PvhImage.Create(
            [(0, 0x9_FC00, Ram), (0x9_FC00, 0x400, 2), (0xF_0000, 0x1_0000, 2), (0x10_0000, 0x7F0_0000, Ram)],
            commandLine: "quiet",
            (0x60_0000, 0x1234, "initrd"));
        using ShownMemory memory = image.Show();
        BootInformation boot = BootExamples.Read(BootProtocol.Pvh, memory.Window, PhysAddr.Create(PvhImage.Info));
        MemoryMap map = BootExamples.Normalise(boot, PhysRange.Create(PhysAddr.Create(0x20_0000), 0x10_0000));

        Assert.IsTrue(map.Validate());
        Assert.AreEqual(MemoryRegionKind.KernelImage, map.KindAt(PhysAddr.Create(0x20_0000)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(0x60_1233)));
        Assert.AreEqual(MemoryRegionKind.BootData, map.KindAt(PhysAddr.Create(PvhImage.Map)));
        Assert.IsLessThan(16UL << 20, BootExamples.UsableDma(map));
        Assert.IsGreaterThan(13UL << 20, BootExamples.UsableDma(map));

        ulong bytes = EarlyAllocator.MetadataSize(16);
        void* buffer = NativeMemory.AlignedAlloc((nuint)bytes, 8);
        EarlyAllocator frames = BootExamples.CreateAllocator(map, buffer, bytes);
        (FrameRange<Size4KiB> table, FrameRange<Size4KiB> large, FrameRange<Size4KiB> dma) = BootExamples.Take(frames);
        Assert.AreEqual(0x7FF_F000UL, table.Start.Start.Value);
        Assert.IsTrue(large.Start.Start.IsAligned(Size2MiB.Bytes));
        Assert.AreEqual(512UL, large.Count);
        Assert.IsTrue(dma.Start.Start.IsAligned(64 * 1024));
        Assert.IsLessThanOrEqualTo(16UL << 20, dma.Bytes.EndExclusive);
        Assert.AreEqual(frames.UsableFrames - 1 - 512 - 16, BootExamples.HandOver(frames));
        Assert.AreEqual(EarlyAllocatorError.HandedOver, frames.Allocate(1).Error);
        NativeMemory.AlignedFree(buffer);
    }

    [TestMethod]
    public void Boot_by_multiboot()
    {
        PhysicalImage image = MultibootImage.Create([(0, 0x9_FC00, Ram), (0x10_0000, 0x7F0_0000, Ram)]);
        using ShownMemory memory = image.Show();
        BootInformation boot = BootExamples.Read(BootProtocol.Multiboot1, memory.Window, PhysAddr.Create(MultibootImage.Info));
        Assert.AreEqual(2, boot.Map.Count);
        Assert.ThrowsExactly<PanicException>(() => BootExamples.Read(BootProtocol.Pvh, default, PhysAddr.Create(MultibootImage.Info)));
    }

    [TestMethod]
    public void Boot_by_other_loaders()
    {
        using ShownMemory table = E820Image.Create([new(0x1000, 0x1000, Ram, 1), new(0x2000, 0x1000, Ram, 0)], 24).Show();
        Assert.AreEqual(2, BootExamples.ReadBiosTable(table.Window, PhysAddr.Create(E820Image.Table), 2).Map.Count);

        using ShownMemory uefi = UefiImage.Create(UefiImage.Typical, 48).Show();
        BootInformation boot = BootExamples.ReadUefiMap(uefi.Window, uefi.Window.Range, 48, 1, PhysAddr.Zero);
        Assert.AreEqual(UefiImage.Typical.Length, boot.Map.Count);
        Assert.ThrowsExactly<PanicException>(() => BootExamples.ReadUefiMap(default, default, 8, 1, PhysAddr.Zero));

        using ShownMemory limine = LimineImage.Create([new(0x1000, 0x1000, 0)], "", (0x40_0000, 0x1000, "initrd")).Show();
        LimineResponses responses = LimineImage.Responses();
        boot = BootExamples.ReadLimine(limine.Window, LimineImage.DirectMapStart, responses.MemoryMap, responses.Modules);
        Assert.AreEqual((1, 1), (boot.Map.Count, boot.Modules.Count));
    }

    [TestMethod]
    public void Boot_what_comes_back_later()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x2800, MemoryRegionKind.BootData), new RawEntry(0x12_800, 0x1800, MemoryRegionKind.AcpiReclaimable));
        Assert.AreEqual(4UL, BootExamples.GiveBack(built.Map));
    }

    [TestMethod]
    public void Boot_from_a_stated_range()
        => WithBuilder(builder =>
        {
            MemoryMap map = BootExamples.FromStatedRange(builder);
            Assert.AreEqual(0x7F0_0000UL, map.TotalBytes(MemoryRegionKind.Usable));
        });

    [TestMethod]
    public void Boot_out_of_nonsense()
        => WithBuilder(builder =>
        {
            MemoryMap map = BootExamples.Nonsense(builder);
            List<(ulong, ulong, MemoryRegionKind)> regions = [];
            foreach (MemoryRegion region in map)
                regions.Add((region.Start.Value, region.EndExclusive, region.Kind));

            CollectionAssert.AreEqual(
                new[]
                {
                    (0x0000UL, 0x1000UL, MemoryRegionKind.Reserved),
                    (0x1000UL, 0x3000UL, MemoryRegionKind.Usable),
                    (0x3000UL, 0x4000UL, MemoryRegionKind.Reserved),
                    (0x4000UL, 0x5000UL, MemoryRegionKind.Usable),
                },
                regions);
            Assert.AreEqual((1, 0, 1), (builder.EmptyEntries, builder.ClippedEntries, builder.RefusedEntries));
        });

    [TestMethod]
    public void Boot_a_printed_map()
        => WithBuilder(builder =>
        {
            SerialPort.Text.Clear();
            BootExamples.Print(BootExamples.FromStatedRange(builder), new TextOutput(&SerialPort.Write));
            Assert.AreEqual(
                """
                0x0000000000000     4.0 KiB  reserved
                0x0000000100000   127.0 MiB  usable

                """,
                SerialPort.Text.ToString());
        });

    [TestMethod]
    public void Layouts_a_register_of_ones_own()
    {
        Assert.AreEqual(0x1015U, LayoutExamples.StartTimer().Value);
        Assert.AreEqual(TimerMode.OneShot, LayoutExamples.StartTimer().Mode);
        Assert.ThrowsExactly<PanicException>(() => TimerControl.Initial.WithPrescaler(4));
        Assert.ThrowsExactly<PanicException>(() => TimerControl.Initial.WithMode((TimerMode)2));
        Assert.IsFalse(TimerControl.TryCreate(0x20, out _));
        Assert.AreEqual(0x30U, TimerControl.FromRaw(0x20).InvalidBits);
        Assert.AreEqual(TimerControl.PrescalerMask, TimerControl.Initial.WithPrescaler(3).Value - TimerControl.Initial.Value);
        Assert.AreEqual(1U << TimerControl.PrescalerShift, TimerControl.Initial.WithPrescaler(1).Value - TimerControl.Initial.Value);

        uint register = 0x8000_1015;
        LayoutExamples.StopTimer(&register);
        Assert.AreEqual(0x8000_1014, register);

        Assert.AreEqual(0x1234_5001UL, QueueBase.Initial.WithValid(true).WithQueue(Frame.FromNumber(0x1_2345)).Value);
    }

    [TestMethod]
    public void Layouts_page_tables()
    {
        // Five frames of pretended physical memory: a table of each level, and a second directory's page table.
        byte* memory = (byte*)NativeMemory.AlignedAlloc(5 * 4096, 4096);
        NativeMemory.Clear(memory, 5 * 4096);
        DirectMap map = DirectMap.Create(VirtAddr.FromPointer(memory), 5 * 4096);
        VirtAddr address = VirtAddr.Create(0xFFFF_8000_0012_3456);
        VirtAddr large = VirtAddr.Create(0xFFFF_8000_0020_1234);
        VirtAddr huge = VirtAddr.Create(0xFFFF_8000_4000_1234);

        Frame Table(ulong number) => Frame.FromNumber(number);
        PageTable<Pml4Entry> pml4 = PageTable<Pml4Entry>.Create(Table(0), map);
        PageTable<PdptAnyEntry> pdpt = PageTable<PdptAnyEntry>.Create(Table(1), map);
        PageTable<PdAnyEntry> directory = PageTable<PdAnyEntry>.Create(Table(2), map);
        PageTable<PtEntry> table = PageTable<PtEntry>.Create(Table(3), map);
        pml4[address.Pml4Index] = Pml4Entry.Initial.WithPresent(true).WithTable(Table(1));
        pdpt[address.PdptIndex] = PdptEntry.Initial.WithPresent(true).WithTable(Table(2));
        pdpt[huge.PdptIndex] = PdptPageEntry.Initial.WithPresent(true).WithFrame(Frame<Size1GiB>.FromNumber(5));
        directory[address.PdIndex] = PdEntry.Initial.WithPresent(true).WithTable(Table(3));
        LayoutExamples.MapLarge(directory, large, Frame<Size2MiB>.FromNumber(7));
        table[address.PtIndex] = LayoutExamples.MakeEntry(Frame.FromNumber(0xABCD));

        Assert.AreEqual(0x8000_0000_0ABC_D003UL, table[address.PtIndex].Value);
        Assert.AreEqual(0x0ABC_D456UL, Translate(address));
        Assert.AreEqual((7UL << 21) + 0x1234, Translate(large));
        Assert.AreEqual((5UL << 30) + 0x1234, Translate(huge));
        Assert.IsNull(Translate(address + 0x1000));
        Assert.IsNull(Translate(VirtAddr.Zero));

        LayoutExamples.WriteProtect(table, address.PtIndex);
        Assert.AreEqual(0x8000_0000_0ABC_D001UL, table[address.PtIndex].Value);
        NativeMemory.AlignedFree(memory);

        ulong? Translate(VirtAddr where) => LayoutExamples.TryTranslate(Table(0), where, map, out PhysAddr result) ? result.Value : null;
    }

    private static void WithBuilder(Action<MemoryMapBuilder> use)
    {
        ulong bytes = MemoryMapBuilder.MetadataSize(4);
        void* buffer = NativeMemory.AlignedAlloc((nuint)bytes, 8);
        use(MemoryMapBuilder.Create(buffer, bytes).Value);
        NativeMemory.AlignedFree(buffer);
    }
}
