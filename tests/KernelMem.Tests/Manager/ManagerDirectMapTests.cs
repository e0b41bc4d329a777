using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;

namespace KernelMem.Tests.Manager;

/// <summary>The direct map, page by page, as the MMU of the simulated machine sees it.</summary>
[TestClass]
public sealed class ManagerDirectMapTests
{
    private const ulong MiB = ManagerWorld.MiB;
    private const ulong Bytes = 24 * MiB;

    private static readonly RawEntry[] Raw =
    [
        new(0x1000, 0x9_E000, MemoryRegionKind.Usable),
        new(0x9_F000, 0x400, MemoryRegionKind.BootData), // this and the next share a page
        new(0x9_F400, 0x800, MemoryRegionKind.AcpiReclaimable),
        new(0x9_FC00, 0x400, MemoryRegionKind.Reserved),
        new(0xF_0000, 0x1_0000, MemoryRegionKind.Reserved),
        new(MiB, MiB, MemoryRegionKind.Usable),
        new(2 * MiB, MiB + 0x800, MemoryRegionKind.KernelImage), // ends inside a page
        new((3 * MiB) + 0x800, 0x1800, MemoryRegionKind.BootData),
        new((3 * MiB) + 0x2000, (5 * MiB) - 0x2000, MemoryRegionKind.Usable),
        new(8 * MiB, 2 * MiB, MemoryRegionKind.AcpiNvs),
        new(10 * MiB, 14 * MiB, MemoryRegionKind.Usable),
    ];

    private static readonly MemoryRegionKind[] Memory =
        [MemoryRegionKind.Usable, MemoryRegionKind.BootData, MemoryRegionKind.AcpiReclaimable, MemoryRegionKind.KernelImage];

    [TestMethod]
    [DataRow(0UL, 0UL)]
    [DataRow((2 * MiB) + 0x1000, 0x4_2000UL)]
    [DataRow((2 * MiB) + 0x1800, 0x4_2000UL)] // whole frames around it
    [DataRow(10 * MiB, 4 * MiB)]
    [DataRow(0x9_0000UL, 2 * MiB)] // from one region into others
    public void Every_page_of_memory_is_there_with_its_rights_and_no_other(ulong readOnlyStart, ulong readOnlyBytes)
    {
        using ManagerWorld world = new(MemoryManagerState.Paging, Bytes, map: Raw);
        PhysRange readOnly = PhysRange.Create(PhysAddr.Create(readOnlyStart), readOnlyBytes);
        ManagerWorld.Succeed(world.Manager.MapDirectMap(world.Map, readOnly));
        AddressSpace<SimulatedPlatform> space = world.Manager.KernelSpace;
        VirtAddr start = space.Layout.DirectMap.Start;

        ulong large = 0;
        for (ulong page = 0; page < Bytes + MiB; page += 4096)
        {
            bool memory = Raw.Any(entry => Memory.Contains(entry.Kind) && entry.Start < page + 4096 && page < entry.Start + entry.Length);
            bool frozen = readOnlyBytes != 0 && page + 4096 > readOnlyStart && page < readOnlyStart + readOnlyBytes;
            string expected = !memory ? "---" : frozen ? "r--" : "rw-";
            Assert.AreEqual(expected, world.Rights(space, start + page), $"the page at 0x{page:x}");
            Assert.AreEqual("---", world.Rights(space, start + page, Privilege.User), $"the page at 0x{page:x} for programs");
            if (!memory)
                continue;
            SimulatedTranslation translation = world.Probe(space, start + page, MemoryAccess.Read).Translation;
            Assert.AreEqual(page, translation.Address.Value);
            large += translation.PageBytes == 2 * MiB ? 1UL : 0;
        }

        // Whole large pages of usable memory with one kind of rights: 4 to 8, 10 to 24 MiB.
        Assert.AreEqual(18 * MiB / 4096, large);
        Assert.AreEqual(9UL, world.Manager.GetMemoryStats().Tables.LargePages);
    }

    [TestMethod]
    public void It_is_mapped_once_and_stays()
    {
        using ManagerWorld world = new(MemoryManagerState.Paging, Bytes, map: Raw);
        ManagerWorld.Succeed(world.Manager.MapDirectMap(world.Map, default));
        Assert.IsTrue(world.Manager.MapDirectMap(world.Map, default).Error == AddressSpaceError.Overlaps);
        ManagerWorld.Succeed(world.Manager.Activate(world.Machine.Memory.DirectMap));
        world.Start(MemoryManagerState.Ready);
        string before = world.Picture();
        VirtRange part = VirtRange.Create(world.Manager.KernelSpace.Layout.DirectMap.Start + (10 * MiB), 2 * MiB);
        Assert.IsTrue(world.Manager.DeallocateMemory(part).Error == AddressSpaceError.InvalidRequest);
        Assert.AreEqual(before, world.Picture());
    }
}
