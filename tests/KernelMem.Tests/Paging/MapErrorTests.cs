using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Every refusal, and that it changed nothing.</summary>
[TestClass]
public sealed unsafe class MapErrorTests
{
    private static readonly PageAccess Everything = PageAccess.Read | PageAccess.Write | PageAccess.Execute;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_refused_map_changes_nothing(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Refuse<Size4KiB>(world, kernel, MapError.InvalidProtection, User, 0x1000, Protection.NoAccess);
        Refuse<Size4KiB>(world, kernel, MapError.InvalidProtection, Dynamic, 0x1000, Protection.Create(PageAccess.Write));
        Refuse<Size4KiB>(world, kernel, MapError.WritableAndExecutable, User, 0x1000, Protection.UserData.WithAccess(Everything));
        Refuse<Size4KiB>(world, kernel, MapError.WritableAndExecutable, Dynamic, 0x1000, Protection.Create(Everything));
        Refuse<Size4KiB>(world, kernel, MapError.KernelPageInUserRange, User, 0x1000, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.KernelPageInUserRange, User, User, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.KernelPageInUserRange, 0x7FFF_F000, 0x1000, Protection.KernelCode);
        foreach (ulong address in new ulong[] { 0, 0x0FFF_F000, 0x8000_0000, Unassigned, HeapStart, HeapStart + (100UL << 20), Devices, Dynamic, 0xFFFF_8000_0000_0000 })
            Refuse<Size4KiB>(world, kernel, MapError.UserPageOutsideUserRange, address, address & 0xFFFF_FFFF_F000, Protection.UserData);

        Refuse<Size4KiB>(world, kernel, MapError.NullGuard, 0, 0, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.NullGuard, 0x1000, 0x2000, Protection.KernelData);
        Refuse<Size2MiB>(world, kernel, MapError.NullGuard, 0, 0, Protection.KernelData);
        Refuse<Size1GiB>(world, kernel, MapError.NullGuard, 0, 0, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.OutsideLayout, 0x8000_0000, 0x1000, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.OutsideLayout, HeapStart - 0x1000, 0x1000, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.OutsideLayout, HeapStart + (100UL << 20), 0x1000, Protection.KernelData);
        Refuse<Size2MiB>(world, kernel, MapError.OutsideLayout, HeapStart & ~0x1F_FFFFUL, 0, Protection.KernelData);
        Refuse<Size1GiB>(world, kernel, MapError.OutsideLayout, HeapStart & ~0x3FFF_FFFFUL, 0, Protection.KernelData);
        Refuse<Size1GiB>(world, kernel, MapError.OutsideLayout, HeapStart & ~0x3FFF_FFFFUL, HeapStart & ~0x3FFF_FFFFUL, Protection.KernelData);

        ulong wide = 0x0001_0000_0000_0000;
        MapError expected = width == AddressWidth.Bits48 ? MapError.NotCanonical : MapError.OutsideLayout;
        foreach (ulong address in new ulong[] { wide, 0x0000_8000_0000_0000, 0xFFFF_0000_0000_0000 })
            Refuse<Size4KiB>(world, kernel, expected, address, 0x1000, Protection.KernelData);
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Identity_pages_may_be_where_the_layout_has_no_other_use(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        foreach (ulong address in new ulong[] { 0x1000, 0x0FFF_F000, 0x8000_0000, Unassigned })
            Assert.IsTrue(world.Kernel.Map(PageAt(address), FrameAt(address), Protection.KernelData).IsSuccess, $"{address:X}");
        Assert.IsTrue(world.Kernel.Map(PageAt<Size2MiB>(0x20_0000), FrameAt<Size2MiB>(0x20_0000), Protection.KernelCode).IsSuccess);
        Assert.AreEqual(new MmuView(0x1234, 4096, "rw-", "---"), world.View(world.Kernel, 0x1234));
        Assert.AreEqual(new MmuView(0x20_0005, 2UL << 20, "r-x", "---"), world.View(world.Kernel, 0x20_0005));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void What_is_there_is_respected(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(kernel.Map(PageAt<Size2MiB>(Dynamic + 0x20_0000), FrameAt<Size2MiB>(0), Protection.KernelData).IsSuccess);
        Assert.IsTrue(kernel.Map(PageAt<Size1GiB>(Dynamic + 0x4000_0000), FrameAt<Size1GiB>(0), Protection.KernelData).IsSuccess);
        ulong small = world.Entry(kernel, Dynamic, 1);
        ulong large = world.Entry(kernel, Dynamic + 0x20_0000, 2);
        ulong table = world.Entry(kernel, Dynamic, 2);

        Refuse<Size4KiB>(world, kernel, MapError.AlreadyMapped, Dynamic, 0x1000, Protection.KernelData, small);
        Refuse<Size2MiB>(world, kernel, MapError.AlreadyMapped, Dynamic + 0x20_0000, 0, Protection.KernelData, large);
        Refuse<Size1GiB>(world, kernel, MapError.AlreadyMapped, Dynamic + 0x4000_0000, 0, Protection.KernelData);
        Refuse<Size4KiB>(world, kernel, MapError.CoveredByLargePage, Dynamic + 0x20_1000, 0x1000, Protection.KernelData, large);
        Refuse<Size4KiB>(world, kernel, MapError.CoveredByLargePage, Dynamic + 0x7FFF_F000, 0x1000, Protection.KernelData);
        Refuse<Size2MiB>(world, kernel, MapError.CoveredByLargePage, Dynamic + 0x4000_0000, 0, Protection.KernelData);
        Refuse<Size2MiB>(world, kernel, MapError.TableInTheWay, Dynamic, 0, Protection.KernelData, table);
        Refuse<Size1GiB>(world, kernel, MapError.TableInTheWay, Dynamic, 0, Protection.KernelData);

        RefuseChange<Size4KiB>(world, kernel, MapError.NotMapped, Dynamic + 0x1000);
        RefuseChange<Size4KiB>(world, kernel, MapError.NotMapped, User);
        RefuseChange<Size2MiB>(world, kernel, MapError.NotMapped, Dynamic + 0x40_0000);
        RefuseChange<Size4KiB>(world, kernel, MapError.CoveredByLargePage, Dynamic + 0x20_0000);
        RefuseChange<Size2MiB>(world, kernel, MapError.CoveredByLargePage, Dynamic + 0x4000_0000);
        RefuseChange<Size2MiB>(world, kernel, MapError.TableInTheWay, Dynamic);
        RefuseChange<Size1GiB>(world, kernel, MapError.TableInTheWay, Dynamic);
        if (width == AddressWidth.Bits48)
            RefuseChange<Size4KiB>(world, kernel, MapError.NotCanonical, 0x0001_0000_0000_0000);
    }

    [TestMethod]
    public void A_refused_protection_changes_nothing()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(kernel.Map(PageAt(User), FrameAt(0x1000), Protection.UserData).IsSuccess);
        Unchanged(world, kernel, MapError.UserPageOutsideUserRange, Dynamic, () => ErrorOf(kernel.Protect(PageAt(Dynamic), Protection.UserData)));
        Unchanged(world, kernel, MapError.KernelPageInUserRange, User, () => ErrorOf(kernel.Protect(PageAt(User), Protection.KernelData)));
        Unchanged(world, kernel, MapError.InvalidProtection, User, () => ErrorOf(kernel.Protect(PageAt(User), Protection.NoAccess)));
        Unchanged(
            world, kernel, MapError.WritableAndExecutable, Dynamic, () => ErrorOf(kernel.Protect(PageAt(Dynamic), Protection.Create(Everything))));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void A_program_cannot_change_what_is_shared(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        Assert.IsTrue(world.Kernel.Map(PageAt(HeapStart), FrameAt(0x1000), Protection.KernelData).IsSuccess);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        foreach (ulong address in new[] { Dynamic, HeapStart, HeapStart - 0x1000, 0xFFFF_8000_0000_0000, 0xFFFF_FFFF_FFFF_F000 })
        {
            Refuse<Size4KiB>(world, program, MapError.SharedKernelRange, address, 0x1000, Protection.KernelData);
            RefuseChange<Size4KiB>(world, program, MapError.SharedKernelRange, address);
        }
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void The_shared_top_level_is_sealed_by_the_first_program(AddressWidth width)
    {
        using var world = new PagingWorld(width);
        Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelRegions).IsSuccess);
        PageMapper<SimulatedPlatform> program = world.CreateUser().Value;
        Refuse<Size4KiB>(world, world.Kernel, MapError.TopLevelSealed, Devices, 0x1000, Protection.DeviceMemory);
        Refuse<Size4KiB>(world, world.Kernel, MapError.TopLevelSealed, HeapStart, 0x1000, Protection.KernelData);
        Assert.ThrowsExactly<PanicException>(() => world.Kernel.Prepare(world.Kernel.Layout.Devices));
        Assert.ThrowsExactly<PanicException>(() => world.CreateUserOf(program));
        Assert.IsTrue(world.Kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelData).IsSuccess, "prepared");
        Assert.IsTrue(world.Kernel.Map(PageAt(Unassigned), FrameAt(Unassigned), Protection.KernelData).IsSuccess, "not shared");
        Assert.AreEqual(new MmuView(0x1000, 4096, "rw-", "---"), world.View(program, Dynamic));
        Assert.IsFalse(world.View(program, Unassigned).IsMapped);
    }

    [TestMethod]
    public void Prepare_takes_the_kernels_part_only()
    {
        using var world = new PagingWorld();
        foreach (VirtRange range in new[] { world.Kernel.Layout.User, VirtRange.Create(At(0x1000), HeapStart) })
        {
            PagingSnapshot before = world.Snapshot(world.Kernel);
            Assert.IsTrue(world.Kernel.Prepare(range).TryGetError(out MapFailure failure), $"{range}");
            Assert.AreEqual(MapError.OutsideLayout, failure.Code);
            Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{range}");
        }

        Assert.IsTrue(world.Kernel.Prepare(VirtRange.Create(At(HeapStart), 0)).IsSuccess, "nothing to do");
        Assert.AreEqual(1UL, world.Kernel.Statistics.Tables);
    }

    [TestMethod]
    public void Tables_of_others_are_respected_and_damage_is_told()
    {
        using var world = new PagingWorld();
        PageMapper<SimulatedPlatform> kernel = world.Kernel;
        Assert.IsTrue(kernel.Map(PageAt(Dynamic), FrameAt(0x1000), Protection.KernelReadOnly).IsSuccess);
        for (int level = 2; level <= 4; level++)
        {
            ulong place = world.Place(kernel.Root.Register, Dynamic, level);
            ulong good = world.Read(place);
            world.Write(place, good & ~2UL);
            Refuse<Size4KiB>(world, kernel, MapError.ParentForbids, Dynamic + 0x1000, 0x1000, Protection.KernelData);
            Unchanged(world, kernel, MapError.ParentForbids, Dynamic, () => ErrorOf(kernel.Protect(PageAt(Dynamic), Protection.KernelData)));
            world.Write(place, good | (1UL << 63));
            Refuse<Size4KiB>(world, kernel, MapError.ParentForbids, Dynamic + 0x1000, 0x1000, Protection.KernelCode);
            Unchanged(world, kernel, MapError.ParentForbids, Dynamic, () => ErrorOf(kernel.Protect(PageAt(Dynamic), Protection.KernelCode)));
            Assert.IsTrue(kernel.TryTranslate(At(Dynamic), out Translation translation));
            Assert.AreEqual(Protection.KernelReadOnly, translation.Protection);

            world.Write(place, (good & 0xFFF) | (1UL << 40)); // a table where there is no memory
            Refuse<Size4KiB>(world, kernel, MapError.Unreadable, Dynamic + 0x1000, 0x1000, Protection.KernelData);
            RefuseChange<Size4KiB>(world, kernel, MapError.Unreadable, Dynamic);
            Assert.IsFalse(kernel.TryTranslate(At(Dynamic), out _));
            world.Write(place, good);
        }
    }

    [TestMethod]
    public void A_mapper_needs_metadata_and_no_execute_pages()
    {
        using var world = new PagingWorld();
        ulong bytes = PageMapper<SimulatedPlatform>.KernelMetadataSize(world.Machine.Platform.CpuLimit);
        byte* buffer = world.Buffer(bytes + 8);
        PagingSnapshot before = world.Snapshot(world.Kernel);
        foreach ((nint start, ulong length) in new[] { (0, bytes), ((nint)buffer + 4, bytes), ((nint)buffer, bytes - 1) })
        {
            Assert.AreEqual(MapError.BadMetadata, Create((byte*)start, length).Error.Code);
            Assert.AreEqual(MapError.BadMetadata, Adopt((byte*)start, length).Error.Code);
            Assert.AreEqual(MapError.BadMetadata, world.Kernel.CreateUser((byte*)start, Math.Min(length, PageMapper<SimulatedPlatform>.MetadataSize - 1)).Error.Code);
            Assert.AreEqual(MapError.BadMetadata, TlbShootdown<SimulatedPlatform>.Create(world.Machine.Platform, 32, (byte*)start, 8).Error);
        }

        world.Machine.Cpus[0].Efer &= ~(1UL << 11);
        Assert.AreEqual(MapError.NoExecuteIsOff, Create(buffer, bytes).Error.Code);
        Assert.AreEqual(MapError.NoExecuteIsOff, Adopt(buffer, bytes).Error.Code);
        world.Machine.Cpus[0].Efer |= 1UL << 11;
        Assert.AreEqual(MapError.Unreadable, world.Adopt(1UL << 40).Error.Code);
        Assert.AreEqual(before, world.Snapshot(world.Kernel));
        Assert.IsTrue(Create(buffer, bytes).IsSuccess);

        Result<PageMapper<SimulatedPlatform>, MapFailure> Create(byte* start, ulong length) => PageMapper<SimulatedPlatform>.CreateKernel(
            world.Machine.Platform, world.Allocator, world.DirectMap, AddressLayout.Standard, AddressWidth.Bits48, start, length);
        Result<PageMapper<SimulatedPlatform>, MapFailure> Adopt(byte* start, ulong length) => PageMapper<SimulatedPlatform>.AdoptKernel(
            world.Machine.Platform, world.Kernel.Root, world.Allocator, world.DirectMap, AddressLayout.Standard, AddressWidth.Bits48, start, length);
    }

    [TestMethod]
    public void Every_error_has_its_own_sentence()
    {
        HashSet<string> sentences = [];
        foreach (MapError error in Enum.GetValues<MapError>())
            Assert.IsTrue(sentences.Add(PagingErrors.Message(error)), $"{error}");
        Assert.IsTrue(sentences.Add(PagingErrors.Message((MapError)200)));
    }

    private static void Refuse<TSize>(
        PagingWorld world, PageMapper<SimulatedPlatform> mapper, MapError expected, ulong page, ulong frame, Protection protection, ulong? existing = null)
        where TSize : unmanaged, IPageSize
    {
        MapFailure failure = Unchanged(world, mapper, expected, page, () =>
            mapper.Map(PageAt<TSize>(page), FrameAt<TSize>(frame), protection).TryGetError(out MapFailure error) ? error : default);
        if (existing is { } entry)
            Assert.AreEqual(entry, failure.Existing);
    }

    private static void RefuseChange<TSize>(PagingWorld world, PageMapper<SimulatedPlatform> mapper, MapError expected, ulong page)
        where TSize : unmanaged, IPageSize
    {
        Unchanged(world, mapper, expected, page, () => ErrorOf(mapper.Unmap(PageAt<TSize>(page))));
        Unchanged(world, mapper, expected, page, () => ErrorOf(mapper.Protect(PageAt<TSize>(page), Protection.KernelReadOnly)));
    }

    private static MapFailure Unchanged(PagingWorld world, PageMapper<SimulatedPlatform> mapper, MapError expected, ulong page, Func<MapFailure> call)
    {
        PagingSnapshot before = world.Snapshot(mapper);
        MapFailure failure = call();
        Assert.AreEqual((expected, At(page)), (failure.Code, failure.Page), $"{world.Width}: {page:X}");
        Assert.AreEqual(before, world.Snapshot(mapper), $"{world.Width}: {expected} at {page:X}");
        return failure;
    }

    private static MapFailure ErrorOf<T>(Result<T, MapFailure> result)
        where T : unmanaged => result.TryGetError(out MapFailure error) ? error : default;
}
