using System;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Tables that someone else made, sound or damaged.</summary>
[TestClass]
public sealed class AdoptionTests
{
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000;
    private const int RandomTables = 6;

    [TestMethod]
    public void Pages_can_be_added_beside_what_a_boot_loader_mapped()
    {
        using var world = new PagingWorld();
        ulong root = BootTables(world);
        PageMapper<SimulatedPlatform> mapper = world.Adopt(root).Value;
        Assert.AreEqual(0UL, mapper.Statistics.Tables);
        Assert.IsTrue(mapper.TryTranslate(At(0x20_1234), out Translation boot));
        Assert.AreEqual((0x20_1234UL, 2UL << 20), (boot.Address.Value, boot.PageBytes));
        Assert.IsTrue(boot.Protection.IsWritable && boot.Protection.IsExecutable, "boot loaders do that");

        Assert.AreEqual(MapError.CoveredByLargePage, ErrorOf(mapper, 0x20_1000, 0x20_1000, Protection.KernelData));
        Assert.AreEqual(MapError.None, ErrorOf(mapper, 0x40_0000, 0x40_0000, Protection.KernelData), "beside them, in their tables");
        Assert.AreEqual(MapError.None, ErrorOf(mapper, Dynamic, 0x1000, Protection.KernelData));
        Assert.AreEqual(new MmuView(0x40_0010, 4096, "rw-", "---"), world.View(root, 0x40_0010));
        Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "---"), world.View(root, Dynamic));
        Assert.AreEqual(new MmuView(0x20_1234, 2UL << 20, "rwx", "---"), world.View(root, 0x20_1234));

        // User pages cannot be had below a supervisor-only entry that is not ours to open.
        Assert.AreEqual(MapError.ParentForbids, ErrorOf(mapper, User, 0x1000, Protection.UserData));
    }

    [TestMethod]
    public void Adopted_tables_are_not_freed_and_adopted_pages_not_counted()
    {
        using var world = new PagingWorld();
        ulong root = BootTables(world);
        PageMapper<SimulatedPlatform> mapper = world.Adopt(root).Value;
        ulong free = world.FreeFrames;
        Assert.AreEqual(MapError.None, ErrorOf(mapper, 0x40_0000, 0x40_0000, Protection.KernelData));
        _ = mapper.Unmap(PageAt(0x40_0000)).Value.Flush(world.Tlb);
        _ = mapper.Unmap(PageAt<Size2MiB>(0)).Value.Flush(world.Tlb);
        _ = mapper.Unmap(PageAt<Size2MiB>(0x20_0000)).Value.Flush(world.Tlb);
        MapperStatistics books = mapper.Statistics;
        Assert.AreEqual((0UL, 0UL, 0UL), (books.SmallPages, books.LargePages, books.MappedBytes));
        UnmapSummary reclaimed = mapper.ReclaimTables(VirtRange.Create(At(0), 1UL << 39)).Value.Flush(world.Tlb, FrameUse.None);
        Assert.AreEqual((1UL, 0UL), (reclaimed.Tables, reclaimed.Pages), "the page table that was added, and no other");
        Assert.AreEqual((free, 0UL), (world.FreeFrames, mapper.Statistics.Tables));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 1)]
    [DataRow(AddressWidth.Bits48, 99)]
    [DataRow(AddressWidth.Bits57, 5)]
    public void Random_bits_as_tables_are_read_as_the_MMU_reads_them(AddressWidth width, int seed)
    {
        using var world = new PagingWorld(width);
        var random = new Random(seed);
        ulong[] tables = new ulong[RandomTables];
        for (int i = 0; i < RandomTables; i++)
            tables[i] = world.Take(use: FrameUse.Kernel).Start.Value;
        for (int round = 0; round < 20; round++)
        {
            foreach (ulong table in tables)
            {
                for (ulong place = table; place < table + 4096; place += 8)
                    world.Write(place, AnyEntry(random, tables));
            }

            PageMapper<SimulatedPlatform> mapper = world.Adopt(tables[0]).Value;
            for (int probe = 0; probe < 3000; probe++)
            {
                ulong address = AnyAddress(random, width);
                string where = $"seed {seed}, {width}, round {round}, {address:X}";
                MmuView view = ViewBy((access, privilege) => world.Machine.Mmu.Probe(world.Registers(tables[0]), At(address), access, privilege));
                bool translated = mapper.TryTranslate(At(address), out Translation translation);
                Assert.AreEqual(view.IsMapped, translated, where);
                if (translated)
                {
                    string rights = $"r{(translation.Protection.IsWritable ? 'w' : '-')}{(translation.Protection.IsExecutable ? 'x' : '-')}";
                    Assert.AreEqual(
                        (view.Physical, view.PageBytes, view.Supervisor, view.User),
                        (translation.Address.Value, translation.PageBytes, rights, translation.Protection.IsUser ? rights : "---"),
                        where);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 3)]
    [DataRow(AddressWidth.Bits57, 4)]
    public void Nothing_is_written_outside_memory_whatever_the_tables_say(AddressWidth width, int seed)
    {
        // Tables that reference each other in circles, or what is not there: operations fail or succeed, but the process lives.
        using var world = new PagingWorld(width);
        var random = new Random(seed);
        ulong[] tables = new ulong[RandomTables];
        for (int i = 0; i < RandomTables; i++)
            tables[i] = world.Take(use: FrameUse.Kernel).Start.Value;
        int refused = 0;
        for (int round = 0; round < 30; round++)
        {
            foreach (ulong table in tables)
            {
                for (ulong place = table; place < table + 4096; place += 8)
                    world.Write(place, random.Next(3) == 0 ? (ulong)random.NextInt64() : AnyEntry(random, tables));
            }

            PageMapper<SimulatedPlatform> mapper = world.Adopt(tables[0]).Value;
            for (int probe = 0; probe < 300; probe++)
            {
                ulong address = AnyAddress(random, width) & ~0xFFFUL;
                refused += ErrorOf(mapper, address, 0x1000, random.Next(2) == 0 ? Protection.KernelData : Protection.UserCode) == MapError.None ? 0 : 1;
                refused += mapper.Unmap(PageAt(address)).IsSuccess ? 0 : 1;
                refused += mapper.Protect(PageAt<Size2MiB>(address & ~0x1F_FFFFUL), Protection.KernelReadOnly).IsSuccess ? 0 : 1;
            }
        }

        Assert.IsGreaterThan(100, refused);
        Assert.IsTrue(world.Allocator.Validate());
    }

    private static MapError ErrorOf(PageMapper<SimulatedPlatform> mapper, ulong page, ulong frame, Protection protection) =>
        mapper.Map(PageAt(page), FrameAt(frame), protection).TryGetError(out MapFailure failure) ? failure.Code : MapError.None;

    /// <summary>As a loader makes them: the first 4 MiB in large pages, supervisor only, everything allowed.</summary>
    private static ulong BootTables(PagingWorld world)
    {
        ulong root = world.Take(use: FrameUse.Kernel).Start.Value;
        ulong pdpt = world.Take(use: FrameUse.Kernel).Start.Value;
        ulong pd = world.Take(use: FrameUse.Kernel).Start.Value;
        world.Write(root, pdpt | 3);
        world.Write(pdpt, pd | 3);
        world.Write(pd, 0x83);
        world.Write(pd + 8, 0x20_0083);
        return root;
    }

    /// <summary>Often a table of the pool; otherwise a page, anything, or nothing.</summary>
    private static ulong AnyEntry(Random random, ulong[] tables)
    {
        ulong flags = ((ulong)random.Next(8) & 6) | ((ulong)random.Next(8) << 9) | ((ulong)random.Next(2) << 63);
        return random.Next(10) switch
        {
            < 5 => tables[random.Next(tables.Length)] | flags | 1,
            < 7 => ((ulong)random.NextInt64() & 0x3FFF_C000_0000) | flags | 0x81, // aligned for every size
            7 => ((ulong)random.NextInt64() & AddressBits) | flags | ((ulong)random.NextInt64() & 511),
            8 => (ulong)random.NextInt64() | ((ulong)random.Next(2) * NoExecute),
            _ => 0,
        };
    }

    private static ulong AnyAddress(Random random, AddressWidth width)
    {
        int bits = width == AddressWidth.Bits57 ? 57 : 48;
        ulong address = (ulong)random.NextInt64() << (64 - bits);
        return random.Next(8) == 0 ? (ulong)random.NextInt64() : unchecked((ulong)((long)address >> (64 - bits)));
    }
}
