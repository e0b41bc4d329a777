using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Paging;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Each protection, as the software MMU grants it and as the manual writes it.</summary>
[TestClass]
public sealed class ProtectionTests
{
    // All but what software says in bits 11:9.
    private const ulong LeafBits = 0x8000_0000_0000_01FF;
    private const ulong Used = 0x60; // A and D

    /// <summary>
    /// Protection, supervisor's rights, program's rights, and the entry's low and high bits: P 1, R/W 2, U/S 4, PWT 8, PCD 0x10,
    /// XD bit 63. The MMU has no SMEP and no SMAP here, so a supervisor may do what a program may.
    /// </summary>
    private static IEnumerable<(Protection Protection, string Supervisor, string User, ulong Bits)> Rows() =>
    [
        (Protection.KernelCode, "r-x", "---", 1),
        (Protection.KernelData, "rw-", "---", 0x8000_0000_0000_0003),
        (Protection.KernelReadOnly, "r--", "---", 0x8000_0000_0000_0001),
        (Protection.UserCode, "r-x", "r-x", 5),
        (Protection.UserData, "rw-", "rw-", 0x8000_0000_0000_0007),
        (Protection.UserReadOnly, "r--", "r--", 0x8000_0000_0000_0005),
        (Protection.DeviceMemory, "rw-", "---", 0x8000_0000_0000_001B),
        (Protection.KernelData.WithCache(CacheType.WriteThrough), "rw-", "---", 0x8000_0000_0000_000B),
        (Protection.UserReadOnly.WithCache(CacheType.Uncacheable), "r--", "r--", 0x8000_0000_0000_001D),
        (Protection.KernelCode.WithCache(CacheType.WriteThrough), "r-x", "---", 9),
    ];

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Each_protection_is_what_the_manual_says(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        foreach ((Protection protection, string supervisor, string user, ulong bits) in Rows())
        {
            Check(world, PageAt(AreaOf(protection)), protection, supervisor, user, bits, level: 1);
            Check(world, PageAt<Size2MiB>(AreaOf(protection) + 0x20_0000), protection, supervisor, user, bits | 0x80, level: 2);
            Check(world, PageAt<Size1GiB>((AreaOf(protection) & ~0x3FFF_FFFFUL) + 0x4000_0000), protection, supervisor, user, bits | 0x80, level: 3);
        }
    }

    [TestMethod]
    public void Protecting_replaces_every_right_and_nothing_else()
    {
        using var world = new PagingWorld();
        foreach ((Protection from, _, _, _) in Rows())
        {
            foreach ((Protection to, string supervisor, string user, ulong bits) in Rows())
            {
                if (from.IsUser != to.IsUser)
                    continue;
                ulong address = AreaOf(from);
                Assert.IsTrue(world.Kernel.Map(PageAt(address), FrameAt(0x7000), from).IsSuccess);
                ulong place = world.Place(world.Kernel.Root.Register, address, 1);
                world.Write(place, world.Read(place) | 0x60); // the processor sets A and D
                PendingFlush flush = world.Kernel.Protect(PageAt(address), to).Value;
                Assert.AreEqual(address, flush.Page.Value);
                Assert.AreEqual(new MmuView(0x7000, 4096, supervisor, user), world.View(world.Kernel, address));
                Assert.AreEqual(0x7000 | Used | bits, world.Read(place) & (LeafBits | 0x000F_FFFF_FFFF_F000));
                flush.Flush(world.Tlb);
                _ = world.Kernel.Unmap(PageAt(address)).Value.Flush(world.Tlb);
                Assert.AreEqual(0UL, world.Read(place));
            }
        }
    }

    [TestMethod]
    public void What_a_protection_says()
    {
        Assert.AreEqual(Protection.NoAccess, default);
        Assert.IsFalse(Protection.NoAccess.IsMappable);
        Assert.IsFalse(Protection.Create(PageAccess.Write).IsMappable, "x86-64 has no write-only page");
        Assert.IsFalse(Protection.Create(PageAccess.Execute).IsMappable);
        Assert.IsFalse(Protection.Create((PageAccess)8 | PageAccess.Read).IsMappable);
        Assert.IsFalse(Protection.KernelData.WithCache((CacheType)2).IsMappable);
        Assert.IsTrue(Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute).IsMappable, "expressible, but refused");
        Assert.AreEqual(Protection.UserData, Protection.UserReadOnly.WithAccess(PageAccess.Read | PageAccess.Write));
        Assert.IsTrue(Protection.UserData != Protection.KernelData && Protection.UserData.Equals((object)Protection.UserData));
        Assert.IsFalse(Protection.DeviceMemory == Protection.KernelData);
        Assert.AreNotEqual(Protection.DeviceMemory.GetHashCode(), Protection.KernelData.GetHashCode());
    }

    private static ulong AreaOf(Protection protection) => protection.IsUser ? User : Dynamic;

    private static void Check<TSize>(
        PagingWorld world, Page<TSize> page, Protection protection, string supervisor, string user, ulong bits, int level)
        where TSize : unmanaged, IPageSize
    {
        string where = $"{world.Width}: {protection.Access}, user {protection.IsUser}, {protection.Cache}, {TSize.Name}";
        Assert.IsTrue(world.Kernel.Map(page, FrameAt<TSize>(0), protection).IsSuccess, where);
        ulong address = page.Start.Value;
        Assert.AreEqual(new MmuView(0, TSize.Bytes, supervisor, user), world.View(world.Kernel, address), where);
        Assert.AreEqual(bits | (protection.IsTracked ? 0 : Used), world.Entry(world.Kernel, address, level) & LeafBits, where);
        Assert.IsTrue(world.Kernel.TryTranslate(At(address), out Translation translation), where);
        Assert.AreEqual(protection, translation.Protection, where);
        _ = world.Kernel.Unmap(page).Value.Flush(world.Tlb);
    }
}
