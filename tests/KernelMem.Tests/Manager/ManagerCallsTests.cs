using System.Linq;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Manager;

/// <summary>The everyday calls, seen by the CPU.</summary>
[TestClass]
public sealed class ManagerCallsTests
{
    private const ulong MiB = ManagerWorld.MiB;
    private const ulong Page = ManagerWorld.PageBytes;

    [TestMethod]
    public void Kernel_memory_comes_zeroed_changes_its_rights_and_goes()
    {
        using ManagerWorld world = new();
        world.Machine.Memory.Bytes(PhysAddr.Create(16 * MiB), (int)(2 * MiB)).Fill(0xA5);
        string before = world.Picture();
        VirtRange range = world.Manager.AllocateMemory((2 * Page) + 1, RegionKind.KernelData).Value;
        Assert.AreEqual(3 * Page, range.Length);
        Assert.IsTrue(world.Manager.KernelSpace.Layout.KernelRegions.Contains(range));
        for (ulong offset = 0; offset < range.Length; offset += 8)
            Assert.AreEqual(0UL, world.Cpu.Read<ulong>(range.Start + offset));
        world.Cpu.Write(range.Start + Page, 0x90UL);
        Assert.AreEqual(
            ("rw-", "---"),
            (world.Rights(world.Manager.KernelSpace, range.Start), world.Rights(world.Manager.KernelSpace, range.Start, Privilege.User)));

        VirtRange middle = VirtRange.Create(range.Start + Page, Page);
        Assert.IsTrue(
            world.Manager.ProtectMemory(middle, Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute)).Error
                == AddressSpaceError.WritableAndExecutable);
        ManagerWorld.Succeed(world.Manager.ProtectMemory(middle, Protection.KernelCode));
        Assert.AreEqual(0x90, world.Cpu.Fetch(middle.Start));
        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.WriteByte(middle.Start, 1));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.LastOutcome);
        world.Cpu.WriteByte(range.Start, 1);

        ManagerWorld.Succeed(world.Manager.DeallocateMemory(middle));
        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.ReadByte(middle.Start));
        Assert.AreEqual(FaultOutcome.NoRegion, world.LastOutcome);
        Assert.IsTrue(world.Manager.DeallocateMemory(range).Error == AddressSpaceError.NoRegion, "some of it is gone already");
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(VirtRange.Create(range.Start, Page)));
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(VirtRange.Create(range.Start + (2 * Page), Page)));
        Assert.AreEqual(before, world.Picture());
    }

    [TestMethod]
    public void Kinds_have_their_usual_protection()
    {
        using ManagerWorld world = new();
        Assert.AreEqual("r-x", Rights(RegionKind.KernelCode));
        Assert.AreEqual("rw-", Rights(RegionKind.KernelData));
        Assert.AreEqual("rw-", Rights(RegionKind.KernelStack));

        string Rights(RegionKind kind) => world.Rights(world.Manager.KernelSpace, world.Manager.AllocateMemory(1, kind).Value.Start);
    }

    [TestMethod]
    public void User_kinds_go_to_the_current_space()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        AddressSpace<SimulatedPlatform> first = world.Manager.CreateAddressSpace().Value;
        AddressSpace<SimulatedPlatform> second = world.Manager.CreateAddressSpace().Value;
        Assert.IsTrue(world.Manager.CurrentSpace.IsKernel);
        first.Activate();
        Assert.IsTrue(world.Manager.CurrentSpace.IsSameAs(first));
        VirtRange data = world.Manager.AllocateMemory(Page, RegionKind.UserData).Value;
        VirtRange shared = world.Manager.AllocateMemory(Page, RegionKind.KernelData).Value;
        world.Cpu.Write(data.Start, 1);
        world.Cpu.Write(shared.Start, 2);
        Assert.AreEqual((1, 0), (first.RegionCount, second.RegionCount));
        Assert.AreEqual(("rw-", "rw-"), (world.Rights(first, data.Start), world.Rights(first, data.Start, Privilege.User)));
        Assert.AreEqual("---", world.Rights(first, shared.Start, Privilege.User));
        Assert.AreEqual("---", world.Rights(second, data.Start));

        second.Activate();
        Assert.AreEqual(2, world.Cpu.Read<int>(shared.Start), "the kernel's memory is in every space");
        Assert.IsTrue(world.Manager.DeallocateMemory(data).Error == AddressSpaceError.NoRegion, "it is the other space's");
        VirtRange same = world.Manager.AllocateMemory(Page, RegionKind.UserData).Value;
        Assert.AreEqual(data, same, "each space has its own addresses");
        Assert.AreEqual(0, world.Cpu.Read<int>(same.Start));
        ManagerWorld.Succeed(world.Manager.ProtectMemory(same, Protection.UserReadOnly));
        Assert.AreEqual("rw-", world.Rights(first, data.Start));

        world.Manager.KernelSpace.Activate();
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(shared));
        ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(second), "with its memory");
        ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(first));
        Assert.AreEqual(before, world.Picture());
    }

    [TestMethod]
    public void Spaces_that_are_not_there_or_in_use_are_not_destroyed()
    {
        using ManagerWorld world = new();
        AddressSpace<SimulatedPlatform> space = world.Manager.CreateAddressSpace().Value;
        space.Activate();
        string before = world.Picture();
        Assert.ThrowsExactly<PanicException>(() => _ = world.Manager.DestroyAddressSpace(space), "it is current");
        Assert.ThrowsExactly<PanicException>(() => _ = world.Manager.DestroyAddressSpace(default));
        Assert.ThrowsExactly<PanicException>(() => _ = world.Manager.DestroyAddressSpace(world.Manager.KernelSpace));
        Assert.AreEqual(before, world.Picture());
        world.Manager.KernelSpace.Activate();
        ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(space));
        Assert.ThrowsExactly<PanicException>(() => _ = world.Manager.DestroyAddressSpace(space), "it is gone");
        Assert.IsTrue(world.Cpu.InterruptsEnabled, "no lock is left taken");
        Assert.AreEqual(1, world.Manager.GetMemoryStats().AddressSpaces);
    }

    [TestMethod]
    public void Physical_memory_is_mapped_at_its_own_address()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        PhysRange page = PhysRange.Create(PhysAddr.Create(0x8000), Page);
        VirtRange range = world.Manager.MapIdentity(page, Protection.KernelCode).Value;
        Assert.AreEqual(0x8000UL, range.Start.Value);
        Assert.AreEqual("r-x", world.Rights(world.Manager.KernelSpace, range.Start));
        Assert.AreEqual(0x8000UL, world.Probe(range.Start, MemoryAccess.Read).Translation.Address.Value);
        Assert.IsTrue(world.Manager.MapIdentity(page, Protection.KernelCode).Error == AddressSpaceError.Overlaps);
        Assert.IsTrue(world.Manager.MapIdentity(PhysRange.Create(PhysAddr.Zero, Page), Protection.KernelData).Error == AddressSpaceError.OutsideLayout);
        Assert.IsTrue(
            world.Manager.MapIdentity(PhysRange.Create(PhysAddr.Create(0x1000_0000), Page), Protection.KernelData).Error == AddressSpaceError.OutsideLayout,
            "programs are there");
        Assert.IsTrue(world.Manager.MapIdentity(page, Protection.UserCode).Error == AddressSpaceError.InvalidProtection);
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
        Assert.AreEqual(before, world.Picture());
    }

    [TestMethod]
    public void Devices_are_mapped_to_the_byte_and_uncached()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        VirtRange text = world.Manager.MapDevice(PhysRange.Create(PhysAddr.Create(0xB_8010), 4000)).Value;
        Assert.AreEqual((0x10UL, 4000UL), (text.Start.Value % Page, text.Length));
        Assert.IsTrue(world.Manager.KernelSpace.Layout.Devices.Contains(text));
        world.Cpu.Write(text.Start, (ushort)0x0741);
        Assert.AreEqual(0x0741, world.Machine.Memory.Read<ushort>(PhysAddr.Create(0xB_8010)));
        Assert.AreEqual(CacheType.Uncacheable, CacheAt(text));

        VirtRange large = world.Manager.MapDevice(PhysRange.Create(PhysAddr.Create(0x4000_0000), (4 * MiB) + 5), CacheType.WriteThrough).Value;
        Assert.AreEqual(CacheType.WriteThrough, CacheAt(large));
        Assert.AreEqual(2 * MiB, world.Probe(large.Start, MemoryAccess.Write).Translation.PageBytes);
        Assert.IsTrue(world.Manager.MapDevice(default).Error == AddressSpaceError.InvalidRequest);

        ManagerWorld.Succeed(world.Manager.DeallocateMemory(VirtRange.Create(text.Start - 0x10, Page)));
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(VirtRange.Create(large.Start, (4 * MiB) + Page)));
        Assert.AreEqual(before, world.Picture());

        CacheType CacheAt(VirtRange range) =>
            world.Manager.KernelSpace.TryTranslate(range.Start, out Translation translation) ? translation.Protection.Cache : default;
    }

    [TestMethod]
    public void Frames_come_from_zones()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        OwnedFrame normal = world.Manager.AllocateFrame().Value;
        OwnedFrame dma = world.Manager.AllocateFrame(MemoryZone.Dma).Value;
        Assert.IsTrue(normal.Start.Start.Value >= 16 * MiB && dma.Start.Start.Value < 16 * MiB);
        Assert.IsTrue(world.Manager.AllocateFrameInZone(MemoryZone.HighMem).Error == FrameError.OutOfMemory, "there is no such memory");
        OwnedFrame fallback = world.Manager.AllocateFrame(MemoryZone.HighMem).Value;
        Assert.AreEqual(1UL, world.Manager.GetZoneStats(MemoryZone.Normal).Fallbacks);
        OwnedFrame exact = world.Manager.AllocateFrameInZone(MemoryZone.Dma).Value;
        Assert.AreEqual(FrameUse.Kernel, exact.Use);
        foreach (OwnedFrame frame in (OwnedFrame[])[normal, dma, fallback, exact])
        {
            ManagerWorld.Succeed(world.Manager.FreeFrame(frame));
            Assert.IsTrue(world.Manager.FreeFrame(frame).Error == FrameError.NotAllocated, "a second free is refused");
        }

        Assert.AreEqual(before, world.Picture());
    }

    [TestMethod]
    public void Heap_blocks_come_move_and_go()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        VirtAddr block = world.Manager.AllocateHeap(100, 64).Value;
        Assert.IsTrue(world.Manager.KernelSpace.Layout.KernelHeap.Contains(block) && block.IsAligned(64));
        Assert.AreEqual(0x4444_4444_0000UL, world.Manager.Heap.Range.Start.Value);
        Assert.AreEqual(100 * MiB, world.Manager.Heap.Range.Length);
        world.Cpu.Write(block, 4711);
        VirtAddr moved = world.Manager.ReallocateHeap(block, 100_000).Value;
        Assert.AreEqual(4711, world.Cpu.Read<int>(moved));
        Assert.IsTrue(world.Manager.FreeHeap(block).Error == HeapError.NotAllocated);

        VirtAddr zeroed = world.Manager.AllocateHeapZeroed(5000, 4096).Value;
        Assert.AreEqual(0UL, Enumerable.Range(0, 5000 / 8).Aggregate(0UL, (sum, word) => sum | world.Cpu.Read<ulong>(zeroed + ((ulong)word * 8))));
        ManagerWorld.Succeed(world.Manager.FreeHeap(zeroed));
        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.ReadByte(zeroed));
        ManagerWorld.Succeed(world.Manager.FreeHeap(moved));
        Assert.IsTrue(world.Manager.FreeHeap(moved).Error == HeapError.NotAllocated);
        Assert.IsTrue(world.Manager.AllocateHeap(0).Error == HeapError.InvalidRequest);
        world.Manager.Heap.Trim();
        Assert.AreEqual(before, world.Picture());
        Assert.IsTrue(world.Manager.Validate());
    }

    [TestMethod]
    public void The_heaps_pages_are_not_memory_to_be_deallocated_or_protected()
    {
        using ManagerWorld world = new();
        VirtAddr block = world.Manager.AllocateHeap(3 * Page).Value;
        VirtRange pages = VirtRange.Create(block, 3 * Page);
        string before = world.Picture();
        Assert.IsTrue(world.Manager.DeallocateMemory(pages).Error == AddressSpaceError.InvalidRequest);
        Assert.IsTrue(world.Manager.ProtectMemory(pages, Protection.KernelReadOnly).Error == AddressSpaceError.InvalidRequest);
        Assert.AreEqual(before, world.Picture());
        world.Cpu.Write(block, 1);
        ManagerWorld.Succeed(world.Manager.FreeHeap(block));
    }
}
