using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Paging;

/// <summary>Where tables show that reference themselves: judged by a simulated MMU, which walks to the slots' addresses like to any other.</summary>
[TestClass]
public sealed class RecursiveSlotTests
{
    private const ulong Physical = ((1UL << 40) - 1) << 12;

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 511)]
    [DataRow(AddressWidth.Bits48, 400)]
    [DataRow(AddressWidth.Bits48, 3)]
    [DataRow(AddressWidth.Bits57, 510)]
    [DataRow(AddressWidth.Bits57, 256)]
    [DataRow(AddressWidth.Bits57, 1)]
    public void A_walk_to_where_an_entry_shows_ends_at_the_entry(AddressWidth width, int index)
    {
        using var world = new PagingWorld(width);
        ulong root = world.Kernel.Root.Table.Start.Value;
        world.Machine.Memory.Write(PhysAddr.Create(root + ((ulong)index * 8)), root | 3);
        MapSome(world);
        var slot = RecursiveSlot.Create(index, width);
        foreach (ulong address in Addresses())
        {
            foreach ((int level, ulong place) in PathOf(world, address))
            {
                ulong shown = slot.TableAt((PageTableLevel)level, VirtAddr.CreateLa57(address)).Value + (place & 0xFFF);
                Assert.IsTrue(slot.Range.Contains(VirtAddr.CreateLa57(shown)), $"{shown:x}");
                MmuResult result = world.Machine.Cpus[0].Translate(VirtAddr.CreateLa57(shown), MemoryAccess.Read);
                Assert.AreEqual(MmuOutcome.Translated, result.Outcome, $"{address:x}, level {level}");
                Assert.AreEqual(place, result.Translation.Address.Value, $"{address:x}, level {level}");
            }
        }
    }

    [TestMethod]
    public void A_slot_takes_what_one_entry_of_the_root_spans()
    {
        var slot = RecursiveSlot.Create(511, AddressWidth.Bits48);
        Assert.AreEqual(VirtRange.Create(VirtAddr.Create(0xFFFF_FF80_0000_0000), 1UL << 39), slot.Range);
        Assert.AreEqual(0xFFFF_FFFF_FFFF_F000UL, slot.TableAt(PageTableLevel.Pml4, VirtAddr.Create(0x1234_5000)).Value);
        Assert.AreEqual(VirtAddr.Create(0x0000_7F80_0000_0000), RecursiveSlot.Create(255, AddressWidth.Bits48).Range.Start);
        Assert.AreEqual(1UL << 48, RecursiveSlot.Create(255, AddressWidth.Bits57).Range.Length);
        Assert.AreEqual(slot, RecursiveSlot.Create(511, AddressWidth.Bits48));
        Assert.IsTrue(slot != RecursiveSlot.Create(511, AddressWidth.Bits57));
    }

    [TestMethod]
    public void There_are_512_entries_and_the_levels_of_the_width()
    {
        Assert.ThrowsExactly<PanicException>(() => RecursiveSlot.Create(512, AddressWidth.Bits48));
        Assert.ThrowsExactly<PanicException>(() => RecursiveSlot.Create(-1, AddressWidth.Bits48));
        Assert.ThrowsExactly<PanicException>(() => RecursiveSlot.Create(1, AddressWidth.Bits48).TableAt(PageTableLevel.Pml5, default));
        Assert.ThrowsExactly<PanicException>(() => RecursiveSlot.Create(1, AddressWidth.Bits48).TableAt((PageTableLevel)0, default));
    }

    private static IEnumerable<ulong> Addresses() =>
    [
        PagingWorld.Dynamic, PagingWorld.Dynamic + 0x1000, PagingWorld.Dynamic + 0x20_0000, PagingWorld.Dynamic + 0x40_0123,
        PagingWorld.HeapStart, PagingWorld.Devices + 0x1F_F000,
    ];

    private static void MapSome(PagingWorld world)
    {
        foreach (ulong address in Addresses())
        {
            Page page = Page.Containing(VirtAddr.CreateLa57(address));
            world.Kernel.Map<Size4KiB>(page, Frame.Create(PhysAddr.Create(0x5000)), Protection.KernelData).Expect("nothing is there");
        }

        world.Kernel.Activate(world.Machine.Platform);
    }

    // With plain numbers: the entry of each level, by its physical address.
    private static IEnumerable<(int Level, ulong Place)> PathOf(PagingWorld world, ulong address)
    {
        ulong table = world.Kernel.Root.Table.Start.Value;
        for (int level = world.Levels; level >= 1; level--)
        {
            ulong place = table + (((address >> (3 + (9 * level))) & 511) * 8);
            yield return (level, place);
            table = world.Machine.Memory.Read<ulong>(PhysAddr.Create(place)) & Physical;
        }
    }
}
