using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Manager;

/// <summary>Which pages keep their translation when a CPU changes to another address space: the kernel's, and no other.</summary>
[TestClass]
public sealed class ManagerGlobalPagesTests
{
    private const ulong PageBytes = ManagerWorld.PageBytes;
    private const ulong Cr4Pge = 1UL << 7;

    [TestMethod]
    [DataRow(AddressWidth.Bits48, true)]
    [DataRow(AddressWidth.Bits57, true)]
    [DataRow(AddressWidth.Bits48, false)]
    public void All_pages_of_the_kernel_are_global_if_CR4_PGE_is_on_and_nothing_else_is(AddressWidth width, bool isOn)
    {
        using ManagerWorld world = new(MemoryManagerState.None, width: width);
        world.Cpu.Cr4 = isOn ? world.Cpu.Cr4 | Cr4Pge : world.Cpu.Cr4 & ~Cr4Pge;
        world.Start(MemoryManagerState.Ready);
        MemoryManager<SimulatedPlatform> manager = world.Manager;
        Assert.AreEqual(isOn, manager.Tlb.KernelPagesAreGlobal);

        AddressSpace<SimulatedPlatform> program = manager.CreateAddressSpace().Value;
        VirtAddr stack = manager.AllocateMemory(PageBytes, RegionKind.KernelStack, Protection.KernelData).Value.Start;
        VirtAddr onDemand = manager.AllocateMemory(PageBytes, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value.Start;
        VirtRange code = manager.AllocateMemory(2 * PageBytes, RegionKind.KernelCode, Protection.KernelData).Value;
        VirtAddr device = manager.MapDevice(PhysRange.Create(PhysAddr.Create(0xA_0000), PageBytes)).Value.Start;
        VirtAddr heap = manager.AllocateHeap(100).Value;
        VirtAddr identity = manager.MapIdentity(PhysRange.Create(PhysAddr.Create(0xB_0000), PageBytes), Protection.KernelData).Value.Start;
        world.Cpu.WriteByte(onDemand, 1);
        ManagerWorld.Succeed(manager.ProtectMemory(code, Protection.KernelCode));
        manager.KernelSpace.Mapper.Protect<Size4KiB>(Page.Containing(stack), Protection.KernelReadOnly).Value.Flush(manager.Tlb);
        program.Activate();
        VirtAddr user = manager.AllocateMemory(PageBytes, RegionKind.UserData, Protection.UserData).Value.Start;

        foreach (VirtAddr address in (VirtAddr[])[stack, onDemand, code.Start, device, heap, manager.KernelSpace.Layout.DirectMap.Start + ManagerWorld.MiB])
            Assert.AreEqual(isOn, IsGlobal(manager.KernelSpace.Mapper, address), $"{address}");
        Assert.IsFalse(IsGlobal(manager.KernelSpace.Mapper, identity), "it is in the kernel's own root only");
        Assert.IsFalse(IsGlobal(program.Mapper, user), "another program has another page there");

        MappedPages<SimulatedPlatform> pages = manager.KernelSpace.Mapper.Query(AddressLayout.KernelHalf);
        while (pages.TryGetNext(out MappedRange run))
            Assert.AreEqual(isOn, run.Protection.IsGlobal, $"{run.Range}");
    }

    [TestMethod]
    public void A_large_page_stays_global_when_it_is_split_and_what_was_split_off_is_protected()
    {
        using ManagerWorld world = new(MemoryManagerState.None);
        world.Cpu.Cr4 |= Cr4Pge;
        world.Start(MemoryManagerState.Ready);
        VirtRange map = world.Manager.KernelSpace.Layout.DirectMap;
        VirtAddr page = map.Start + (16 * ManagerWorld.MiB);
        Assert.AreEqual(PageTableLevel.Pd, Translate(world.Manager.KernelSpace.Mapper, page).Level);
        Assert.IsTrue(world.Manager.KernelSpace.Protect(VirtRange.Create(page + PageBytes, PageBytes), Protection.KernelReadOnly).IsSuccess);

        foreach (ulong offset in (ulong[])[0, PageBytes, 2 * PageBytes])
        {
            Translation part = Translate(world.Manager.KernelSpace.Mapper, page + offset);
            Assert.AreEqual((PageTableLevel.Pt, true, offset != PageBytes), (part.Level, part.Protection.IsGlobal, part.Protection.IsWritable));
        }
    }

    [TestMethod]
    public void Of_adopted_tables_it_is_not_said()
    {
        using ManagerWorld world = new(MemoryManagerState.Frames);
        world.Cpu.Cr4 |= Cr4Pge;
        world.Cpu.Cr3 = 0xA_0000; // memory that is nobody's: an empty root
        ManagerWorld.Succeed(world.Manager.AdoptPaging(world.Options));
        Assert.IsFalse(world.Manager.Tlb.KernelPagesAreGlobal, "there may be others' pages among them");
        VirtRange data = world.Manager.AllocateMemory(PageBytes, RegionKind.KernelData).Value;
        Assert.IsFalse(IsGlobal(world.Manager.KernelSpace.Mapper, data.Start));
        Assert.ThrowsExactly<PanicException>(world.Manager.KernelSpace.Mapper.SetKernelPagesGlobal);
    }

    private static bool IsGlobal(PageMapper<SimulatedPlatform> mapper, VirtAddr address) => Translate(mapper, address).Protection.IsGlobal;

    private static Translation Translate(PageMapper<SimulatedPlatform> mapper, VirtAddr address)
    {
        Assert.IsTrue(mapper.TryTranslate(address, out Translation translation), $"{address}");
        return translation;
    }
}
