using System;
using System.Linq;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Manager;

namespace KernelMem.Tests.Docs;

/// <summary>The guides of the floors from paging up: their examples run, and their tables are complete.</summary>
[TestClass]
[DoNotParallelize] // one serial port
public sealed unsafe class MemoryGuideTests
{
    [TestMethod]
    public void Manager_started_as_the_guide_says()
    {
        using ManagerWorld world = new(MemoryManagerState.None);
        DirectMap whole = world.Machine.Memory.DirectMap;
        DirectMap boot = DirectMap.Create(whole.Base, whole.Length - (4 << 20));
        PhysRange image = PhysRange.Create(PhysAddr.Create(2 << 20), 0x3000);
        world.Manager = ManagerExamples.Start(world.Machine.Platform, world.Map, world.Early, boot, whole, image);
        Assert.IsTrue(world.Manager.IsReady && world.Manager.Validate());
        Assert.AreEqual("r-x", world.Rights(world.Manager.KernelSpace, VirtAddr.Create(0xFFFF_FFFF_8020_2000)));
        Assert.AreEqual("r--", world.Rights(world.Manager.KernelSpace, VirtAddr.Create(0xFFFF_8000_0020_2000)), "no way round");
        Assert.ThrowsExactly<PanicException>(() => ManagerExamples.Check(world.Manager.StartHeap()));
    }

    [TestMethod]
    public void Manager_from_a_stated_range_and_a_loaders_tables()
    {
        using SimulatedMachine machine = new(16 << 20);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        machine.CurrentCpu.Cr3 = 0x1000;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryManager<SimulatedPlatform>.ExplicitRangeBufferSize);
        MemoryManager<SimulatedPlatform> memory =
            ManagerExamples.StartHere(machine.Platform, machine.Memory.DirectMap, buffer.Start, (ulong)buffer.Length);
        Assert.IsTrue(memory.IsReady);
        Assert.AreEqual(0x1000UL, machine.CurrentCpu.Cr3);
    }

    [TestMethod]
    public void Manager_every_day()
    {
        using ManagerWorld world = new(cpus: 2);
        string before = world.Picture();
        ManagerExamples.Everyday(world.Manager);
        ManagerExamples.RunProgram(world.Manager);
        world.Manager.Heap.Trim();
        Assert.AreEqual(before, world.Picture());

        world.On(1, () => ManagerExamples.StartAnotherCpu(world.Manager));
        ManagerExamples.OnFlushInterrupt(world.Manager);
        VirtRange range = ManagerExamples.BufferFor(world.Manager, 4096)!.Value;
        Assert.IsNull(ManagerExamples.BufferFor(world.Manager, 1UL << 40));
        Assert.IsNull(ManagerExamples.BufferFor(world.Manager, 1UL << 30));
        Assert.ThrowsExactly<PanicException>(() => ManagerExamples.BufferFor(world.Manager, 0));
        ManagerExamples.Check(world.Manager.DeallocateMemory(range));
        Assert.AreEqual(1UL, Math.Min(1, world.Manager.GetMemoryStats().Flushes.Shootdowns));
    }

    [TestMethod]
    public void Manager_page_faults()
    {
        using ManagerWorld world = new();
        VirtRange range = world.Manager.AllocateMemory(4096, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
        Assert.IsTrue(ManagerExamples.OnPageFault(world.Manager, range.Start, PageFaultErrorCode.FromRaw(2)));
        Assert.IsTrue(ManagerExamples.OnPageFault(world.Manager, range.Start, PageFaultErrorCode.FromRaw(2)), "there by now");
        Assert.IsFalse(ManagerExamples.OnPageFault(world.Manager, range.Start, PageFaultErrorCode.FromRaw(5)), "a program");
        Assert.ThrowsExactly<PanicException>(() => ManagerExamples.OnPageFault(world.Manager, VirtAddr.Zero, default));
    }

    [TestMethod]
    public void Manager_report()
    {
        using ManagerWorld world = new();
        SerialPort.Text.Clear();
        ManagerExamples.Report(world.Manager, new TextOutput(&SerialPort.Write));
        string text = SerialPort.Text.ToString();
        Assert.StartsWith("Memory  ", text, StringComparison.Ordinal);
        Assert.Contains("\nDMA memory left: 15.6 MiB, all memory in use: ", text, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Paging_by_the_mapper_and_by_regions()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        PageMapper<SimulatedPlatform> mapper = world.Manager.KernelSpace.Mapper;
        Frame frame = world.Manager.AllocateFrame().Value.Release();
        Translation translation = PagingExamples.MapAndTranslate(mapper, frame)!.Value;
        Assert.AreEqual(frame.Start + 0x123, translation.Address);
        Assert.AreEqual((4096UL, Protection.KernelData.WithGlobal(true)), (translation.PageBytes, translation.Protection));
        Page page = Page.Create(VirtAddr.Create(0xFFFF_C000_0100_0000));
        Assert.AreEqual(frame, PagingExamples.Unmap(mapper, world.Manager.Tlb, page));
        Assert.IsTrue(world.Manager.Frames.Free(frame, FrameUse.Kernel).IsSuccess);

        PagingExamples.MapLarge(mapper, Frame<Size2MiB>.FromNumber(8));
        Assert.AreEqual("r--", world.Rights(world.Manager.KernelSpace, VirtAddr.Create(0xFFFF_C000_0210_0000)));
        _ = mapper.Unmap(Page<Size2MiB>.Create(VirtAddr.Create(0xFFFF_C000_0200_0000))).Value.Flush(world.Manager.Tlb);

        PageRange<Size4KiB> pages = PageRange<Size4KiB>.Create(page, 100);
        foreach (Page<Size4KiB> each in pages)
            mapper.Map(each, world.Manager.AllocateFrame().Value.Release(), Protection.KernelData).Expect("it is free");
        PagingExamples.UnmapMany(mapper, world.Manager.Tlb, world.Manager.Frames, pages);
        _ = mapper.ReclaimTables(VirtRange.Create(page.Start, 4 << 20 << 2)).Value.Flush(world.Manager.Tlb, FrameUse.None);

        VirtRange range = VirtRange.Create(VirtAddr.Create(0xFFFF_C000_0300_0000), 3 << 20);
        Assert.IsNull(PagingExamples.Ranges(mapper, world.Manager.Tlb, range, PhysRange.Create(PhysAddr.Create(0x20_0000), range.Length)));
        Assert.AreEqual(0, PagingExamples.CountDirty(mapper, pages));
        Assert.AreEqual(0UL, PagingExamples.CountCode(mapper));

        VirtRange rest = PagingExamples.Regions(world.Manager.KernelSpace);
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(rest));
        Assert.AreEqual(before, world.Picture());
        Assert.AreEqual(0x40_0000UL, PagingExamples.OwnLayout(entropy: 4711).User.Start.Value);
    }

    [TestMethod]
    public void Heaps_one_and_another()
    {
        using ManagerWorld world = new();
        HeapExamples.Use(world.Manager.Heap);
        VirtRange range = VirtRange.Create(VirtAddr.Create(0xFFFF_C000_0000_0000), 16 << 20);
        ulong bytes = KernelHeap<SimulatedPlatform, AddressSpaceHeapPages<SimulatedPlatform>>.MetadataSize(range);
        void* metadata = NativeMemory.AlignedAlloc((nuint)bytes, 16);
        KernelHeap<SimulatedPlatform, AddressSpaceHeapPages<SimulatedPlatform>> heap =
            HeapExamples.CreateOwn(world.Machine.Platform, world.Manager.KernelSpace, world.Manager.Frames, metadata, bytes);
        HeapExamples.Use(heap);
        Assert.IsTrue(heap.Validate() && world.Manager.KernelSpace.Layout.KernelRegions.Contains(heap.Range));
        NativeMemory.AlignedFree(metadata);
    }

    [TestMethod]
    public void Simulation_asks_the_mmu()
    {
        using SimulationExamples.TestKernel kernel = new();
        MmuResult result = SimulationExamples.AskTheMmu(kernel.Machine, kernel.Memory.KernelSpace, kernel.Memory.AllocateHeap(1).Value);
        Assert.AreEqual(MmuOutcome.PageFault, result.Outcome);
    }

    [TestMethod]
    [DataRow("memory-manager.md", typeof(MemoryManagerState))]
    [DataRow("memory-manager.md", typeof(MemoryFailureSource))]
    [DataRow("paging.md", typeof(MapError))]
    [DataRow("paging.md", typeof(AddressSpaceError))]
    [DataRow("paging.md", typeof(FaultOutcome))]
    [DataRow("paging.md", typeof(RegionKind))]
    [DataRow("paging.md", typeof(RegionBacking))]
    [DataRow("heap.md", typeof(HeapError))]
    public void Every_error_and_every_kind_has_its_row(string guide, Type members)
    {
        string text = GuideText.Guide(guide);
        foreach (string name in Enum.GetNames(members).Where(name => name != "None"))
            Assert.Contains("| `" + name + "`", text, StringComparison.Ordinal);
    }
}
