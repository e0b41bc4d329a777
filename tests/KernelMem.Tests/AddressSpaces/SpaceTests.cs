using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using KernelMem.Tests.Paging;
using static KernelMem.Tests.AddressSpaces.SpaceWorld;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>Making, placing, protecting and releasing regions; every refusal, and that it changed nothing.</summary>
[TestClass]
public sealed unsafe class SpaceTests
{
    private const ulong User = PagingWorld.User;
    private const ulong Dynamic = PagingWorld.Dynamic;
    private const ulong Devices = PagingWorld.Devices;
    private static readonly Protection Everything = Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute);

    [TestMethod]
    public void A_kernel_stack_is_never_on_demand()
    {
        using var world = new SpaceWorld();
        Assert.AreEqual(AddressSpaceError.InvalidRequest, world.Kernel.Allocate(0x4000, RegionKind.KernelStack, Protection.KernelData, RegionBacking.OnDemand).Error);
        Assert.AreEqual(0, world.Kernel.RegionCount);
    }

    [TestMethod]
    public void Nothing_is_placed_behind_the_top_of_the_address_space()
    {
        VirtRange top = VirtRange.Create(VirtAddr.Create(0xFFFF_FFFF_FFFF_0000), 0x1_0000);
        AddressLayout usual = AddressLayout.Standard;
        Assert.IsTrue(AddressLayout.TryCreate(usual.User, usual.KernelHeap, usual.DirectMap, usual.Devices, top, out AddressLayout layout));
        using var world = new SpaceWorld(layout: layout);
        VirtRange last = VirtRange.Create(top.Last - 0xFFF, 0x1000);
        Assert.IsTrue(world.Kernel.AllocateAt(last, RegionKind.KernelData, Protection.KernelData, RegionBacking.Manual).IsSuccess);
        Assert.AreEqual(AddressSpaceError.NoRoom, world.Kernel.Allocate(0x1_0000, RegionKind.KernelData, Protection.KernelData, RegionBacking.Manual).Error);
        Assert.IsTrue(world.Kernel.Release(last).IsSuccess);
    }

    [TestMethod]
    public void A_protection_that_adopted_tables_forbid_is_an_error_and_changes_nothing()
    {
        using var world = new SpaceWorld();
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(0);

        // Whoever made these tables allows no writes in the slot of the dynamic range: bit 1 of its PML4 entry.
        PhysAddr entry = world.Kernel.Root.Table.Start + ((world.Kernel.Layout.KernelRegions.Start.Value >> 39 & 511) * 8);
        world.Machine.Memory.Write(entry, world.Machine.Memory.Read<ulong>(entry) & ~2UL);
        ulong bytes = AddressSpace<SimulatedPlatform>.KernelMetadataSize(world.Machine.Platform.CpuLimit);
        AddressSpace<SimulatedPlatform> adopted;
        unsafe
        {
            adopted = AddressSpace<SimulatedPlatform>.AdoptKernel(
                world.Machine.Platform, world.Frames, world.Paging.DirectMap, AddressLayout.Standard, AddressWidth.Bits48, world.Paging.Tlb, world.Paging.Buffer(bytes), bytes).Value;
        }

        VirtRange range = adopted.Allocate(3 * Size4KiB.Bytes, RegionKind.KernelData, Protection.KernelReadOnly).Value;
        VirtRange part = VirtRange.Create(range.Start, 2 * Size4KiB.Bytes);
        Assert.AreEqual(AddressSpaceError.MappingRefused, adopted.Protect(part, Protection.KernelData).Error);
        Assert.AreEqual(1, adopted.RegionCount);
        Assert.IsTrue(adopted.TryFindRegion(range.Start, out Region region) && region.Protection == Protection.KernelReadOnly && region.Range == range);
        Assert.IsTrue(adopted.Protect(part, Protection.KernelCode).IsSuccess, "the slot lets everything else through");
        Assert.AreEqual(2, adopted.RegionCount);
    }

    [TestMethod]
    public void A_refused_region_changes_nothing()
    {
        using var world = new SpaceWorld();
        AddressSpace<SimulatedPlatform> kernel = world.Kernel;
        VirtRange taken = kernel.AllocateAt(Range(Dynamic + 0x8000, 0x2000), RegionKind.KernelData, Protection.KernelData).Value;
        Refuse(AddressSpaceError.InvalidRequest, () => kernel.Allocate(0, RegionKind.KernelData, Protection.KernelData));
        Refuse(AddressSpaceError.InvalidRequest, () => kernel.Allocate(ulong.MaxValue, RegionKind.KernelData, Protection.KernelData));
        foreach (RegionKind kind in new[] { RegionKind.None, RegionKind.Identity, RegionKind.DirectMap, RegionKind.KernelImage, RegionKind.KernelHeap, (RegionKind)99 })
            Refuse(AddressSpaceError.InvalidRequest, () => kernel.Allocate(1, kind, Protection.KernelData));
        foreach (RegionKind kind in new[] { RegionKind.None, RegionKind.Identity, RegionKind.DirectMap, RegionKind.KernelImage, (RegionKind)99 })
            Refuse(AddressSpaceError.InvalidRequest, () => kernel.AllocateAt(Range(Dynamic, 0x1000), kind, Protection.KernelData));
        foreach (RegionBacking backing in new[] { RegionBacking.Fixed, (RegionBacking)9 })
        {
            Refuse(AddressSpaceError.InvalidRequest, () => kernel.Allocate(1, RegionKind.KernelData, Protection.KernelData, backing));
            Refuse(AddressSpaceError.InvalidRequest, () => kernel.AllocateAt(Range(Dynamic, 0x1000), RegionKind.KernelData, Protection.KernelData, backing));
        }

        Refuse(AddressSpaceError.InvalidProtection, () => kernel.Allocate(1, RegionKind.KernelData, Protection.UserData));
        Refuse(AddressSpaceError.InvalidProtection, () => kernel.Allocate(1, RegionKind.UserData, Protection.KernelData));
        Refuse(AddressSpaceError.InvalidProtection, () => kernel.Allocate(1, RegionKind.KernelData, Protection.NoAccess));
        Refuse(AddressSpaceError.WritableAndExecutable, () => kernel.Allocate(1, RegionKind.KernelCode, Everything));
        Refuse(AddressSpaceError.Misaligned, () => kernel.AllocateAt(Range(Dynamic + 1, 0x1000), RegionKind.KernelData, Protection.KernelData));
        Refuse(AddressSpaceError.Misaligned, () => kernel.AllocateAt(Range(Dynamic, 0x1001), RegionKind.KernelData, Protection.KernelData));
        foreach (ulong place in new ulong[] { 0, 0x1000, User, 0x9000_0000, PagingWorld.HeapStart, Devices, 0xFFFF_8000_0000_0000, Dynamic + (64UL << 30) - 0x1000 })
            Refuse(AddressSpaceError.OutsideLayout, () => kernel.AllocateAt(Range(place, 0x2000), RegionKind.KernelData, Protection.KernelData));
        foreach (ulong place in new ulong[] { User - 0x1000, 0x7FFF_F000, Dynamic })
            Refuse(AddressSpaceError.OutsideLayout, () => kernel.AllocateAt(Range(place, 0x2000), RegionKind.UserData, Protection.UserData));
        foreach (ulong place in new[] { Dynamic + 0x7000, Dynamic + 0x8000, Dynamic + 0x9000 })
            Refuse(AddressSpaceError.Overlaps, () => kernel.AllocateAt(Range(place, 0x2000), RegionKind.KernelData, Protection.KernelData));
        Refuse(AddressSpaceError.NoRoom, () => kernel.Allocate(64UL << 30, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand));
        Refuse(AddressSpaceError.OutOfMemory, () => kernel.Allocate(64UL << 20, RegionKind.KernelData, Protection.KernelData));

        PhysAddr device = PhysAddr.Create(0xFEE0_0000);
        Refuse(AddressSpaceError.InvalidRequest, () => kernel.MapDevice(PhysRange.Create(device, 0), Protection.DeviceMemory));
        Refuse(AddressSpaceError.InvalidProtection, () => kernel.MapDevice(PhysRange.Create(device, 1), Protection.UserData));
        Refuse(AddressSpaceError.InvalidRequest, () => kernel.MapAt(Range(Devices, 0x1000), device, RegionKind.KernelData, Protection.KernelData));
        Refuse(AddressSpaceError.Misaligned, () => kernel.MapAt(Range(Devices, 0x1000), device + 8, RegionKind.Device, Protection.DeviceMemory));
        Refuse(AddressSpaceError.OutsideLayout, () => kernel.MapAt(Range(Dynamic, 0x1000), device, RegionKind.Device, Protection.DeviceMemory));
        Refuse(AddressSpaceError.OutsideLayout, () => kernel.MapAt(Range(0x8000_0000, 0x1000), device, RegionKind.Identity, Protection.KernelData));
        Refuse(AddressSpaceError.OutsideLayout, () => kernel.MapAt(Range(0xFFFF_8000_0000_1000, 0x1000), device, RegionKind.DirectMap, Protection.KernelData));
        Refuse(AddressSpaceError.OutsideLayout, () => kernel.MapAt(Range(Dynamic, 0x1000), device, RegionKind.KernelImage, Protection.KernelData));
        foreach (ulong place in new ulong[] { 0, User, 0x7FFF_F000, PagingWorld.HeapStart, 1UL << 50 })
            Refuse(AddressSpaceError.OutsideLayout, () => kernel.MapIdentity(PhysRange.Create(PhysAddr.Create(place), 0x1000), Protection.KernelData));
        Refuse(AddressSpaceError.Misaligned, () => kernel.MapIdentity(PhysRange.Create(PhysAddr.Create(0x9000_0000), 0x800), Protection.KernelData));

        foreach (Func<VirtRange, Result<AddressSpaceError>> change in new Func<VirtRange, Result<AddressSpaceError>>[]
        {
            kernel.Release, range => kernel.Protect(range, Protection.KernelReadOnly),
        })
        {
            RefuseChange(AddressSpaceError.InvalidRequest, () => change(Range(Dynamic + 0x8000, 0)));
            RefuseChange(AddressSpaceError.Misaligned, () => change(Range(Dynamic + 0x8001, 0x1000)));
            RefuseChange(AddressSpaceError.Misaligned, () => change(Range(Dynamic + 0x8000, 0x800)));
            RefuseChange(AddressSpaceError.NoRegion, () => change(Range(Dynamic + 0x7000, 0x2000)));
            RefuseChange(AddressSpaceError.NoRegion, () => change(Range(Dynamic + 0x9000, 0x2000)));
        }

        RefuseChange(AddressSpaceError.InvalidProtection, () => kernel.Protect(taken, Protection.UserData));
        RefuseChange(AddressSpaceError.WritableAndExecutable, () => kernel.Protect(taken, Everything));

        void Refuse(AddressSpaceError expected, Func<Result<VirtRange, AddressSpaceError>> call) => RefuseChange(
            expected, () => call().TryGetError(out AddressSpaceError error) ? error : Result<AddressSpaceError>.Success);

        void RefuseChange(AddressSpaceError expected, Func<Result<AddressSpaceError>> call)
        {
            string before = world.Snapshot(kernel);
            Assert.AreEqual(expected, ErrorOf(call()));
            Assert.AreEqual(before, world.Snapshot(kernel), $"{expected}");
        }
    }

    [TestMethod]
    public void What_is_being_changed_is_busy_and_what_is_being_released_is_gone()
    {
        using var world = new SpaceWorld(cpus: 2);
        VirtRange range = world.Kernel.Allocate(0x2000, RegionKind.KernelData, Protection.KernelData).Value;
        List<AddressSpaceError> seen = [];
        world.Machine.InterruptHandler = (_, _) =>
        {
            // CPU 1, while CPU 0 waits for its answer.
            seen.Add(ErrorOf(world.Kernel.Protect(range, Protection.KernelData)));
            seen.Add(ErrorOf(world.Kernel.Release(Range(range.Start.Value, 0x1000))));
            world.Paging.Tlb.HandleInterrupt();
        };
        Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelReadOnly).IsSuccess);
        CollectionAssert.AreEqual(new[] { AddressSpaceError.Busy, AddressSpaceError.Busy }, seen);
        Assert.IsTrue(world.Kernel.TryFindRegion(range.Start, out Region region));
        Assert.AreEqual((range, Protection.KernelReadOnly), (region.Range, region.Protection));

        seen.Clear();
        Assert.IsTrue(world.Kernel.Release(range).IsSuccess);
        Assert.IsNotEmpty(seen);
        Assert.IsTrue(seen.TrueForAll(error => error == AddressSpaceError.NoRegion));
        Assert.AreEqual(0, world.Kernel.RegionCount);
    }

    [TestMethod]
    public void What_the_page_tables_refuse_changes_nothing()
    {
        using var world = new SpaceWorld();
        _ = world.CreateUser(); // seals the root: what was not prepared cannot be had any more
        _ = world.Kernel.Allocate(1, RegionKind.KernelStack, Protection.KernelData).Value; // the first region brings its table
        string before = world.Snapshot(world.Kernel);
        VirtRange image = Range(0xFFFF_FFFF_8000_0000, 0x1000);
        Assert.AreEqual(
            AddressSpaceError.MappingRefused, ErrorOf(world.Kernel.MapAt(image, PhysAddr.Create(0x5000), RegionKind.KernelImage, Protection.KernelCode)));
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
    }

    [TestMethod]
    public void Metadata_is_checked_and_each_error_has_its_own_sentence()
    {
        using var world = new SpaceWorld();
        ulong bytes = AddressSpace<SimulatedPlatform>.MetadataSize;
        Assert.IsLessThanOrEqualTo(4096UL, bytes);
        byte* buffer = world.Paging.Buffer(bytes + 8);
        Assert.AreEqual(MapError.BadMetadata, world.Kernel.CreateUser(null, bytes).Error);
        Assert.AreEqual(MapError.BadMetadata, world.Kernel.CreateUser(buffer + 4, bytes).Error);
        Assert.AreEqual(MapError.BadMetadata, world.Kernel.CreateUser(buffer, bytes - 1).Error);
        HashSet<string> sentences = [];
        foreach (AddressSpaceError error in Enum.GetValues<AddressSpaceError>())
            Assert.IsTrue(sentences.Add(AddressSpaceErrors.Message(error)), $"{error}");
        Assert.ThrowsExactly<PanicException>(() => world.Kernel.Destroy());
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Committed_memory_is_there_zeroed_and_protected(AddressWidth width)
    {
        using var world = new SpaceWorld(width);
        foreach (OwnedFrame frame in world.Paging.Frames.TakeAll())
        {
            world.Paging.Frames.Memory(frame.Range).Fill(0xA5);
            Assert.IsTrue(world.Frames.Free(frame).IsSuccess);
        }

        VirtRange range = world.Kernel.Allocate(0x2001, RegionKind.KernelStack, Protection.KernelData).Value;
        Assert.AreEqual(0x3000UL, range.Length);
        for (ulong offset = 0; offset < range.Length; offset += 8)
            Assert.AreEqual(0UL, world.Cpu.Read<ulong>(range.Start + offset));
        Assert.AreEqual("rw-", world.View(range.Start.Value).Supervisor);
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(range.Start.Value - 1, MemoryAccess.Write), "the guard below the stack");
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(range.Last.Value + 1, MemoryAccess.Read));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(range.Start.Value, MemoryAccess.Execute));
        Assert.AreEqual(3UL, world.Frames.FramesInUse(FrameUse.Kernel));
        world.Cpu.WriteByte(range.Start, 0x77);
        Assert.IsTrue(world.Kernel.Release(range).IsSuccess);
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(range.Start.Value, MemoryAccess.Read), "use after release");
        Assert.AreEqual((0UL, 0), (world.Frames.FramesInUse(FrameUse.Kernel), world.Kernel.RegionCount));
        Assert.AreEqual(AddressSpaceError.NoRegion, ErrorOf(world.Kernel.Release(range)), "twice");
    }

    [TestMethod]
    public void A_page_stays_free_between_placed_regions_whatever_was_released()
    {
        using var world = new SpaceWorld();
        var random = new Random(11);
        List<VirtRange> live = [];
        for (int step = 0; step < 300; step++)
        {
            if (live.Count > 12 || (live.Count > 0 && random.Next(2) == 0))
            {
                int index = random.Next(live.Count);
                Assert.IsTrue(world.Kernel.Release(live[index]).IsSuccess);
                live.RemoveAt(index);
                continue;
            }

            VirtRange range = world.Kernel.Allocate((ulong)random.Next(1, 5) << 12, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
            Assert.IsGreaterThan(Dynamic, range.Start.Value, "before the first one, too");
            foreach (VirtRange other in live)
                Assert.IsFalse(VirtRange.Create(range.Start - 0x1000, range.Length + 0x2000).Overlaps(other), $"step {step}: {range} and {other}");
            live.Add(range);
        }
    }

    [TestMethod]
    public void Each_kind_is_placed_where_the_layout_says()
    {
        using var world = new SpaceWorld();
        AddressLayout layout = world.Kernel.Layout;
        foreach (RegionKind kind in new[] { RegionKind.KernelCode, RegionKind.KernelData, RegionKind.KernelStack, RegionKind.Device, RegionKind.UserCode, RegionKind.UserData, RegionKind.UserStack })
        {
            VirtRange range = world.Kernel.Allocate(1, kind, RegionKinds.DefaultProtection(kind)).Value;
            VirtRange window = RegionKinds.IsUser(kind) ? layout.User : kind == RegionKind.Device ? layout.Devices : layout.KernelRegions;
            Assert.IsTrue(window.Contains(range), $"{kind}");
            Assert.IsTrue(world.Kernel.TryFindRegion(range.Last, out Region region));
            Assert.AreEqual((range, kind, RegionBacking.Committed), (region.Range, region.Kind, region.Backing));
            Assert.AreEqual((1, 0x1000UL), (world.Kernel.GetStatistics(kind).Count, world.Kernel.GetStatistics(kind).Bytes));
            Assert.AreEqual(RegionKinds.IsUser(kind), world.View(range.Start.Value).User != "---", $"{kind}");
        }

        Assert.AreEqual(7, world.Kernel.GetStatistics().Regions);
        Assert.IsFalse(world.Kernel.TryFindRegion(At(0), out _) || world.Kernel.TryGetRegion(7, out _) || world.Kernel.TryGetRegion(-1, out _));
    }

    [TestMethod]
    [DataRow(70UL)]
    [DataRow(130UL)]
    [DataRow(192UL)]
    public void A_long_request_that_fails_half_way_gives_everything_back(ulong frames)
    {
        using var world = new SpaceWorld();
        Assert.IsTrue(world.Kernel.Allocate(0x1000, RegionKind.KernelData, Protection.KernelData).IsSuccess, "tables and books are there");
        world.Paging.LeaveFrames(frames);
        string before = world.Snapshot(world.Kernel);
        Assert.AreEqual(AddressSpaceError.OutOfMemory, ErrorOf(world.Kernel.Allocate(200 * 0x1000, RegionKind.KernelData, Protection.KernelData)));
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
    }

    [TestMethod]
    public void Given_memory_appears_in_large_pages_where_it_fits_and_stays_whose_it_was()
    {
        using var world = new SpaceWorld();
        VirtRange device = world.Kernel.MapDevice(PhysRange.Create(PhysAddr.Create(0xFEE0_0F00), 0x200), Protection.DeviceMemory).Value;
        Assert.AreEqual((0xF00UL, 0x200UL), (device.Start.Value & 0xFFF, device.Length));
        Assert.AreEqual(new MmuView(0xFEE0_0F00, 4096, "rw-", "---"), world.View(device.Start.Value));
        Assert.AreEqual(0xFEE0_1000UL, world.View(device.Start.Value + 0x100).Physical);

        VirtRange large = world.Kernel.MapDevice(PhysRange.Create(PhysAddr.Create(0x8000_0000), 0x40_1000), Protection.DeviceMemory).Value;
        Assert.AreEqual(new MmuView(0x8020_0000, 2UL << 20, "rw-", "---"), world.View(large.Start.Value + 0x20_0000));
        Assert.AreEqual(new MmuView(0x8040_0FFF, 4096, "rw-", "---"), world.View(large.Last.Value));
        Assert.IsTrue(world.Kernel.Protect(Range(large.Start.Value + 0x1000, 0x20_0000), Protection.DeviceMemory.WithAccess(PageAccess.Read)).IsSuccess);
        Assert.AreEqual(new MmuView(0x8000_0000, 4096, "rw-", "---"), world.View(large.Start.Value), "split where the range begins");
        Assert.AreEqual(new MmuView(0x8000_1000, 4096, "r--", "---"), world.View(large.Start.Value + 0x1000));
        Assert.AreEqual(new MmuView(0x8020_1000, 4096, "rw-", "---"), world.View(large.Start.Value + 0x20_1000), "and where it ends");
        Assert.IsTrue(world.Kernel.Release(Range(large.Start.Value, 0x1000)).IsSuccess);
        Assert.IsFalse(world.View(large.Start.Value).IsMapped);
        Assert.IsTrue(world.View(large.Start.Value + 0x1000).IsMapped);

        VirtRange identity = world.Kernel.MapIdentity(PhysRange.Create(PhysAddr.Create(0x1F_F000), 0x20_1000), Protection.KernelData).Value;
        Assert.AreEqual(new MmuView(0x1F_F000, 4096, "rw-", "---"), world.View(0x1F_F000));
        Assert.AreEqual(new MmuView(0x3F_FFFF, 2UL << 20, "rw-", "---"), world.View(0x3F_FFFF));
        Assert.IsTrue(world.Kernel.MapAt(Range(0xFFFF_8000_0020_0000, 0x20_0000), PhysAddr.Create(0x20_0000), RegionKind.DirectMap, Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.MapAt(Range(0xFFFF_FFFF_FFFF_F000, 0x1000), PhysAddr.Create(0x5000), RegionKind.KernelImage, Protection.KernelCode).IsSuccess);
        Assert.AreEqual("r-x", world.View(0xFFFF_FFFF_FFFF_FFFF).Supervisor);

        ulong kernelFrames = world.Frames.FramesInUse(FrameUse.Kernel);
        foreach (VirtRange range in new[] { identity, Range(0xFFFF_8000_0020_0000, 0x20_0000), Range(0xFFFF_FFFF_FFFF_F000, 0x1000) })
            Assert.IsTrue(world.Kernel.Release(range).IsSuccess);
        Assert.AreEqual(kernelFrames, world.Frames.FramesInUse(FrameUse.Kernel), "not its frames");
        Assert.IsTrue(world.Frames.Validate());
    }

    [TestMethod]
    public void Parts_of_regions_are_protected_and_released_and_joined_again()
    {
        using var world = new SpaceWorld();
        VirtRange range = world.Kernel.AllocateAt(Range(Dynamic + 0x10_0000, 0x6000), RegionKind.KernelData, Protection.KernelData).Value;
        VirtRange middle = Range(range.Start.Value + 0x2000, 0x2000);
        Assert.AreEqual(FaultOutcome.AccessDenied, Writes(middle.Start.Value, Protection.KernelReadOnly, middle));
        Assert.AreEqual(3, world.Kernel.RegionCount);
        Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Write));
        Assert.IsNull(world.Try(range.Last.Value, MemoryAccess.Write));
        Assert.IsNull(Writes(middle.Last.Value, Protection.KernelData, middle));
        Assert.AreEqual(1, world.Kernel.RegionCount, "alike again, so one again");

        Assert.IsTrue(world.Kernel.Release(middle).IsSuccess);
        Assert.AreEqual((2, 4UL), (world.Kernel.RegionCount, world.Frames.FramesInUse(FrameUse.Kernel)));
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(middle.Start.Value, MemoryAccess.Read));
        Assert.AreEqual(AddressSpaceError.NoRegion, ErrorOf(world.Kernel.Protect(range, Protection.KernelReadOnly)), "a hole");
        Assert.IsTrue(world.Kernel.AllocateAt(middle, RegionKind.KernelData, Protection.KernelReadOnly).IsSuccess);
        Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelReadOnly).IsSuccess, "over three regions");
        Assert.AreEqual(1, world.Kernel.RegionCount);
        Assert.IsTrue(world.Kernel.Release(range).IsSuccess);
        Assert.AreEqual((0, 0UL), (world.Kernel.RegionCount, world.Frames.FramesInUse(FrameUse.Kernel)));

        FaultOutcome? Writes(ulong address, Protection protection, VirtRange part)
        {
            _ = world.Try(address, MemoryAccess.Write); // so that the TLB knows it as writable, if it is
            Assert.IsTrue(world.Kernel.Protect(part, protection).IsSuccess);
            return world.Try(address, MemoryAccess.Write);
        }
    }

    [TestMethod]
    public void Manual_regions_are_mapped_page_by_page()
    {
        using var world = new SpaceWorld();
        VirtRange heap = world.Kernel.AllocateAt(Range(PagingWorld.HeapStart, 0x10_0000), RegionKind.KernelHeap, Protection.KernelData, RegionBacking.Manual).Value;
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(heap.Start.Value, MemoryAccess.Read), "no page on demand");
        Assert.IsTrue(world.Kernel.MapPages(Pages(heap.Start.Value, 2)).IsSuccess);
        Assert.IsNull(world.Try(heap.Start.Value + 0x1FFF, MemoryAccess.Write));
        string before = world.Snapshot(world.Kernel);
        Assert.AreEqual(AddressSpaceError.WrongPages, ErrorOf(world.Kernel.MapPages(Pages(heap.Start.Value + 0x1000, 2))));
        Assert.AreEqual(AddressSpaceError.WrongPages, ErrorOf(world.Kernel.MapPages(Pages(heap.Start.Value, 1))));
        Assert.AreEqual(AddressSpaceError.NoRegion, ErrorOf(world.Kernel.MapPages(Pages(heap.Last.Value - 0xFFF, 2))));
        Assert.AreEqual(AddressSpaceError.InvalidRequest, ErrorOf(world.Kernel.MapPages(Pages(heap.Start.Value, 0))));
        Assert.AreEqual(AddressSpaceError.NoRegion, ErrorOf(world.Kernel.UnmapPages(Pages(Dynamic, 1))));
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
        VirtRange other = world.Kernel.Allocate(1, RegionKind.KernelData, Protection.KernelData).Value;
        Assert.AreEqual(AddressSpaceError.InvalidRequest, ErrorOf(world.Kernel.MapPages(Pages(other.Start.Value, 1))));
        Assert.AreEqual(AddressSpaceError.InvalidRequest, ErrorOf(world.Kernel.UnmapPages(Pages(other.Start.Value, 1))));
        Assert.IsTrue(world.Kernel.UnmapPages(Pages(heap.Start.Value + 0x1000, 3)).IsSuccess, "those that are not there are left alone");
        Assert.AreEqual(1UL, world.Frames.FramesInUse(FrameUse.Heap));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(heap.Start.Value + 0x1000, MemoryAccess.Read));
        Assert.IsTrue(world.Kernel.Release(heap).IsSuccess);
        Assert.AreEqual(0UL, world.Frames.FramesInUse(FrameUse.Heap));

        static PageRange<Size4KiB> Pages(ulong start, ulong count) => PageRange<Size4KiB>.Create(PagingWorld.PageAt(start), count);
    }

    [TestMethod]
    public void Access_is_checked_against_the_regions()
    {
        using var world = new SpaceWorld();
        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        Assert.IsTrue(program.AllocateAt(Range(User, 0x2000), RegionKind.UserCode, Protection.UserCode).IsSuccess);
        Assert.IsTrue(program.AllocateAt(Range(User + 0x2000, 0x2000), RegionKind.UserData, Protection.UserData, RegionBacking.OnDemand).IsSuccess);
        foreach ((ulong start, ulong length, PageAccess access, AddressSpaceError expected) in new[]
        {
            (User, 0x4000UL, PageAccess.Read, AddressSpaceError.None),
            (User + 0x3FFF, 1UL, PageAccess.Write, AddressSpaceError.None),
            (User + 0x1FFF, 1UL, PageAccess.Read | PageAccess.Execute, AddressSpaceError.None),
            (User, 0x4001UL, PageAccess.Read, AddressSpaceError.NoRegion),
            (User - 1, 2UL, PageAccess.Read, AddressSpaceError.NoRegion),
            (User + 0x1FFF, 2UL, PageAccess.Write, AddressSpaceError.AccessDenied),
            (User + 0x1FFF, 2UL, PageAccess.Execute, AddressSpaceError.AccessDenied),
            (User, 0UL, PageAccess.Read, AddressSpaceError.InvalidRequest),
            (User, 1UL, PageAccess.None, AddressSpaceError.InvalidRequest),
            (Dynamic, 1UL, PageAccess.Read, AddressSpaceError.NoRegion),
        })
        {
            Assert.AreEqual(expected, ErrorOf(program.CheckAccess(Range(start, length), access, user: true)), $"{start:X}, {length}, {access}");
        }

        VirtRange secret = world.Kernel.Allocate(1, RegionKind.KernelData, Protection.KernelData).Value;
        Assert.AreEqual(AddressSpaceError.None, ErrorOf(world.Kernel.CheckAccess(secret, PageAccess.Write, user: false)));
        Assert.AreEqual(AddressSpaceError.AccessDenied, ErrorOf(world.Kernel.CheckAccess(secret, PageAccess.Read, user: true)));
    }

    [TestMethod]
    public void Running_out_of_frames_at_any_point_leaves_everything_as_it_was()
    {
        int failures = 0;
        for (ulong left = 0; left < 14; left++)
        {
            Inject(left, space => ErrorOf(space.Allocate(0x4000, RegionKind.KernelData, Protection.KernelData)));
            Inject(left, space => ErrorOf(space.Allocate(0x4000, RegionKind.UserData, Protection.UserData)));
            Inject(left, space => ErrorOf(space.AllocateAt(Range(Dynamic + (1UL << 30) - 0x2000, 0x4000), RegionKind.KernelData, Protection.KernelData)));
            Inject(left, space => ErrorOf(space.MapDevice(PhysRange.Create(PhysAddr.Create(0x801F_F000), 0x60_2000), Protection.DeviceMemory)));
            Inject(left, space => ErrorOf(space.MapIdentity(PhysRange.Create(PhysAddr.Create(0xBFFF_F000), 0x2000), Protection.KernelData)));
        }

        Assert.IsGreaterThan(10, failures);

        void Inject(ulong left, Func<AddressSpace<SimulatedPlatform>, AddressSpaceError> call)
        {
            using var world = new SpaceWorld(frames: 255);
            _ = world.Kernel.Allocate(1, RegionKind.KernelStack, Protection.KernelData).Value; // the first region brings its table
            world.Paging.LeaveFrames(left);
            string before = world.Snapshot(world.Kernel);
            AddressSpaceError error = call(world.Kernel);
            failures += error == AddressSpaceError.OutOfMemory ? 1 : 0;
            Assert.IsTrue(error is AddressSpaceError.None or AddressSpaceError.OutOfMemory, $"{left} left: {error}");
            if (error != AddressSpaceError.None)
                Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{left} left");
            Assert.IsTrue(world.Frames.Validate());
        }
    }

    [TestMethod]
    public void Whole_regions_can_be_released_when_there_is_no_memory_left()
    {
        using var world = new SpaceWorld();
        int fits = 4096 / sizeof(Region);
        List<VirtRange> ranges = [];
        for (int i = 0; i < fits; i++)
            ranges.Add(world.Kernel.Allocate(0x3000, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value);
        world.Paging.LeaveFrames(0);
        Assert.AreEqual(AddressSpaceError.OutOfMemory, ErrorOf(world.Kernel.Release(Range(ranges[1].Start.Value + 0x1000, 0x1000))), "a hole needs room in the books");
        Assert.IsTrue(world.Kernel.Release(ranges[0]).IsSuccess);
        Assert.AreEqual(fits - 1, world.Kernel.RegionCount);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Destroying_a_programs_space_gives_back_every_frame(AddressWidth width)
    {
        using var world = new SpaceWorld(width);
        ulong free = world.FreeFrames;
        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        Assert.AreEqual(AddressSpaceError.OutsideLayout, ErrorOf(program.Allocate(1, RegionKind.KernelData, Protection.KernelData)), "the kernel's space has the kernel's");
        Assert.AreEqual(AddressSpaceError.OutsideLayout, ErrorOf(program.MapIdentity(PhysRange.Create(PhysAddr.Create(0x1000), 0x1000), Protection.KernelData)));
        world.Use(program);
        VirtRange code = program.Allocate(0x5000, RegionKind.UserCode, Protection.UserCode).Value;
        VirtRange data = program.Allocate(0x80_0000, RegionKind.UserData, Protection.UserData, RegionBacking.OnDemand).Value;
        Assert.IsNull(world.Try(code.Start.Value, MemoryAccess.Execute, Privilege.User));
        for (ulong offset = 0; offset < data.Length; offset += 0x12_3000)
            Assert.IsNull(world.Try(data.Start.Value + offset, MemoryAccess.Write, Privilege.User));
        Assert.IsTrue(program.Protect(Range(data.Start.Value + 0x1000, 0x2000), Protection.UserReadOnly).IsSuccess);
        world.Use(world.Kernel);
        Assert.IsTrue(program.Destroy().IsSuccess);
        Assert.AreEqual(free, world.FreeFrames);
        Assert.IsTrue(world.Frames.Validate());
    }
}
