using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.AddressSpaces.SpaceWorld;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>The same memory in several places.</summary>
[TestClass]
public sealed class AliasTests
{
    private const ulong Page = 4096;
    private const ulong MiB2 = 2UL << 20;
    private const ulong Map = 0xFFFF_8000_0000_0000;

    [TestMethod]
    public void While_it_is_code_the_direct_map_shows_it_read_only()
    {
        using SpaceWorld world = WithDirectMap(out ulong large);
        VirtRange range = world.Kernel.Allocate(3 * Page, RegionKind.KernelCode, Protection.KernelData).Value;
        ulong alias = AliasOf(world, range.Start.Value + Page);
        Assert.AreEqual(("rw-", MiB2), (world.View(alias).Supervisor, world.View(alias).PageBytes));

        Assert.IsTrue(world.Kernel.Protect(Range(range.Start.Value + Page, Page), Protection.KernelCode).IsSuccess);
        Assert.AreEqual("r-x", world.View(range.Start.Value + Page).Supervisor);
        Assert.AreEqual(("r--", Page), (world.View(alias).Supervisor, world.View(alias).PageBytes));
        Assert.AreEqual("rw-", world.View(AliasOf(world, range.Start.Value)).Supervisor, "its neighbor is data");

        Assert.IsTrue(world.Kernel.Protect(Range(range.Start.Value + Page, Page), Protection.KernelData).IsSuccess);
        Assert.AreEqual(("rw-", MiB2), (world.View(alias).Supervisor, world.View(alias).PageBytes), "and one large page again");
        Assert.AreEqual(large, world.Kernel.Mapper.Statistics.LargePages);
    }

    [TestMethod]
    public void Code_that_goes_leaves_its_frames_as_they_were()
    {
        using SpaceWorld world = WithDirectMap(out ulong large);
        ulong free = world.FreeFrames;
        VirtRange code = world.Kernel.Allocate(5 * Page, RegionKind.KernelCode, Protection.KernelCode).Value;
        ulong alias = AliasOf(world, code.Start.Value);
        Assert.AreEqual(("r-x", "r--"), (world.View(code.Start.Value).Supervisor, world.View(alias).Supervisor), "code from the beginning");
        Assert.IsTrue(world.Kernel.Release(code).IsSuccess);
        Assert.AreEqual(("rw-", MiB2, large), (world.View(alias).Supervisor, world.View(alias).PageBytes, world.Kernel.Mapper.Statistics.LargePages));
        world.Kernel.Allocate(Page, RegionKind.KernelData, Protection.KernelData).Expect("the same tables again");
        Assert.IsLessThanOrEqualTo(free, world.FreeFrames);
    }

    [TestMethod]
    public void No_frame_is_ever_executable_and_writable_on_any_CPU()
    {
        using SpaceWorld world = WithDirectMap(out _);
        VirtRange range = world.Kernel.Allocate(Page, RegionKind.KernelCode, Protection.KernelData).Value;
        ulong alias = AliasOf(world, range.Start.Value);

        // The CPU remembers what it may while the rights change to and fro.
        world.Use(world.Kernel);
        for (int turn = 0; turn < 4; turn++)
        {
            Assert.IsNull(world.Try(alias, MemoryAccess.Write), "data");
            Assert.IsNotNull(world.Try(range.Start.Value, MemoryAccess.Execute));
            Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelCode).IsSuccess);
            Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Execute), "code");
            Assert.IsNotNull(world.Try(alias, MemoryAccess.Write));
            Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelData).IsSuccess);
        }
    }

    [TestMethod]
    public void Making_code_fails_whole_without_a_frame_for_the_split()
    {
        using SpaceWorld world = WithDirectMap(out _);
        VirtRange range = world.Kernel.Allocate(2 * Page, RegionKind.KernelCode, Protection.KernelData).Value;
        world.Paging.LeaveFrames(0);
        string before = world.Snapshot(world.Kernel);
        Assert.AreEqual(AddressSpaceError.OutOfMemory, ErrorOf(world.Kernel.Protect(range, Protection.KernelCode)));
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
        Assert.AreEqual(("rw-", "rw-"), (world.View(range.Start.Value).Supervisor, world.View(AliasOf(world, range.Start.Value)).Supervisor));
    }

    [TestMethod]
    public void A_programs_code_may_stay_writable_in_the_direct_map()
    {
        using SpaceWorld world = WithDirectMap(out _);
        VirtRange code = world.Kernel.Allocate(Page, RegionKind.UserCode, Protection.UserCode).Value;
        Assert.AreEqual("rw-", world.View(AliasOf(world, code.Start.Value)).Supervisor);
    }

    [TestMethod]
    public void Given_memory_is_not_code_in_one_place_and_writable_in_another()
    {
        using SpaceWorld world = WithDirectMap(out _);
        PhysRange memory = PhysRange.Create(PhysAddr.Create(0x8000), Page);
        Assert.IsTrue(world.Kernel.MapIdentity(memory, Protection.KernelCode).IsSuccess, "a trampoline");
        Assert.AreEqual("r--", world.View(Map + 0x8000).Supervisor);
        Assert.AreEqual(AddressSpaceError.WritableCode, ErrorOf(world.Kernel.MapDevice(memory, Protection.KernelData)));
        VirtRange readable = world.Kernel.MapDevice(memory, Protection.KernelReadOnly).Value;
        Assert.AreEqual(AddressSpaceError.WritableCode, ErrorOf(world.Kernel.Protect(readable, Protection.KernelData)));
        Assert.AreEqual("r--", world.View(readable.Start.Value).Supervisor);

        Assert.IsTrue(world.Kernel.Release(Range(0x8000, Page)).IsSuccess);
        Assert.AreEqual("rw-", world.View(Map + 0x8000).Supervisor);
        Assert.IsTrue(world.Kernel.Protect(readable, Protection.KernelData).IsSuccess);
        Assert.AreEqual(AddressSpaceError.WritableCode, ErrorOf(world.Kernel.MapIdentity(memory, Protection.KernelCode)));
    }

    [TestMethod]
    public void Own_memory_that_someone_was_given_too_does_not_become_code()
    {
        using SpaceWorld world = WithDirectMap(out _);
        VirtRange range = world.Kernel.Allocate(Page, RegionKind.KernelCode, Protection.KernelData).Value;
        Assert.IsTrue(world.Kernel.TryTranslate(range.Start, out Translation translation));
        PhysRange memory = PhysRange.Create(translation.Address, Page);
        VirtRange other = world.Kernel.MapDevice(memory, Protection.KernelData).Value;
        Assert.AreEqual(AddressSpaceError.WritableCode, ErrorOf(world.Kernel.Protect(range, Protection.KernelCode)));
        Assert.IsTrue(world.Kernel.Release(other).IsSuccess);
        Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelCode).IsSuccess);
        Assert.AreEqual(AddressSpaceError.WritableCode, ErrorOf(world.Kernel.MapDevice(memory, Protection.KernelData)));
    }

    [TestMethod]
    public void All_mappings_of_given_memory_are_cached_in_one_way()
    {
        using SpaceWorld world = WithDirectMap(out _);
        PhysRange device = PhysRange.Create(PhysAddr.Create(0xFEE0_0000), Page);
        Assert.IsTrue(world.Kernel.MapDevice(device, Protection.DeviceMemory).IsSuccess);
        Assert.IsTrue(world.Kernel.MapDevice(device, Protection.DeviceMemory).IsSuccess, "twice in the same way");
        Assert.AreEqual(AddressSpaceError.CacheConflict, ErrorOf(world.Kernel.MapDevice(device, Protection.KernelData.WithCache(CacheType.WriteThrough))));
        Assert.AreEqual(AddressSpaceError.CacheConflict, ErrorOf(world.Kernel.MapIdentity(device, Protection.KernelData)));
        Assert.AreEqual(AddressSpaceError.CacheConflict, ErrorOf(world.Kernel.MapDevice(PhysRange.Create(PhysAddr.Create(0x10_0000), Page), Protection.DeviceMemory)), "the direct map shows it");
        Assert.IsTrue(world.Kernel.MapDevice(PhysRange.Create(PhysAddr.Create(0xFEE0_1000), Page), Protection.KernelData).IsSuccess, "its neighbor");
    }

    [TestMethod]
    public void Code_cannot_come_on_demand()
    {
        using SpaceWorld world = WithDirectMap(out _);
        Assert.AreEqual(AddressSpaceError.InvalidRequest, ErrorOf(world.Kernel.Allocate(Page, RegionKind.KernelCode, Protection.KernelCode, RegionBacking.OnDemand)));
        VirtRange range = world.Kernel.Allocate(Page, RegionKind.KernelCode, Protection.KernelData, RegionBacking.OnDemand).Value;
        Assert.AreEqual(AddressSpaceError.InvalidProtection, ErrorOf(world.Kernel.Protect(range, Protection.KernelCode)));
    }

    // All of the memory, 8 MiB, in large pages.
    private static SpaceWorld WithDirectMap(out ulong largePages)
    {
        var world = new SpaceWorld();
        world.Kernel.MapAt(Range(Map, 4 * MiB2), PhysAddr.Create(0), RegionKind.DirectMap, Protection.KernelData).Expect("nothing is mapped there");
        largePages = world.Kernel.Mapper.Statistics.LargePages;
        return world;
    }

    private static ulong AliasOf(SpaceWorld world, ulong address)
    {
        Assert.IsTrue(world.Kernel.TryTranslate(At(address), out Translation translation));
        return Map + translation.Address.Value;
    }
}
