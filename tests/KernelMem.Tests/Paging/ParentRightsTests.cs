using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Where programs live, upper-level entries let through what is needed below, and no more: R/W bit 1, U/S bit 2, XD bit 63.</summary>
[TestClass]
public sealed class ParentRightsTests
{
    private const ulong MiB2 = 2UL << 20;
    private const ulong Write = 2;
    private const ulong UserMode = 4;
    private const ulong NoExecute = 1UL << 63;
    private const ulong Rights = Write | UserMode | NoExecute;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Each_page_opens_what_it_needs_and_the_clean_up_closes_it_again(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        Map(program, User, Protection.UserReadOnly);
        Expect(world, program, UserMode | NoExecute);
        Map(program, User + 0x1000, Protection.UserData);
        Expect(world, program, UserMode | NoExecute | Write);
        Map(program, User + 0x2000, Protection.UserCode);
        Expect(world, program, UserMode | Write);

        _ = program.Unmap(PageAt(User + 0x1000)).Value.Flush(world.Tlb);
        Expect(world, program, UserMode | Write);
        Reclaim(world, program);
        Expect(world, program, UserMode);
        Assert.IsTrue(program.UnmapRange(VirtRange.Create(At(User + 0x2000), 0x1000)).TryGet(out UnmappedRange<SimulatedPlatform> code));
        Expect(world, program, UserMode | NoExecute);
        _ = code.Flush(world.Tlb, FrameUse.None);
        Assert.AreEqual(new MmuView(0x1000, 4096, "r--", "r--"), world.View(program, User));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Protecting_opens_what_is_needed_too(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        Map(program, User, Protection.UserReadOnly);
        program.Protect(PageAt(User), Protection.UserData).Value.Flush(world.Tlb);
        Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "rw-"), world.View(program, User));
        Expect(world, program, UserMode | NoExecute | Write);
        program.ProtectRange(VirtRange.Create(At(User), 0x1000), Protection.UserCode).Value.Flush(world.Tlb);
        Assert.AreEqual(new MmuView(0x1000, 4096, "r-x", "r-x"), world.View(program, User));
        Expect(world, program, UserMode | Write);
        Assert.IsTrue(program.Protect(PageAt(User), Protection.KernelData).TryGetError(out MapFailure failure));
        Assert.AreEqual(MapError.KernelPageInUserRange, failure.Code);
    }

    [TestMethod]
    public void A_range_opens_the_tables_it_meets()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        Map(program, User, Protection.UserReadOnly);
        Map(program, User + MiB2, Protection.UserReadOnly);
        Assert.IsTrue(program.MapRange(VirtRange.Create(At(User + 0x1000), MiB2 - 0x1000), PhysAddr.Create(0x1000), Protection.UserData).IsSuccess);
        Expect(world, program, UserMode | NoExecute | Write);
        Assert.AreEqual(UserMode | NoExecute, world.Entry(program, User + MiB2, 2) & Rights, "beside it");
        Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "rw-"), world.View(program, User + 0x1000));
    }

    [TestMethod]
    public void Large_pages_and_their_parts_are_alike()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        Assert.IsTrue(program.Map(PageAt<Size2MiB>(User), FrameAt<Size2MiB>(MiB2), Protection.UserCode).IsSuccess);
        Assert.AreEqual(UserMode, world.Entry(program, User, 3) & Rights);
        program.Split(PageAt<Size2MiB>(User)).Value.Flush(world.Tlb);
        Assert.AreEqual(UserMode, world.Entry(program, User, 2) & Rights);
        Assert.AreEqual(new MmuView(MiB2 + 0x5000, 4096, "r-x", "r-x"), world.View(program, User + 0x5000));
    }

    private static void Map(PageMapper<SimulatedPlatform> mapper, ulong address, Protection protection) =>
        Assert.IsTrue(mapper.Map(PageAt(address), FrameAt(0x1000), protection).IsSuccess);

    private static void Reclaim(PagingWorld world, PageMapper<SimulatedPlatform> mapper) =>
        _ = mapper.ReclaimTables(mapper.Layout.User).Value.Flush(world.Tlb, FrameUse.None);

    private static void Expect(PagingWorld world, PageMapper<SimulatedPlatform> mapper, ulong rights)
    {
        for (int level = 2; level <= 4; level++)
            Assert.AreEqual(rights, world.Entry(mapper, User, level) & Rights, $"{world.Width}, level {level}");
    }
}
