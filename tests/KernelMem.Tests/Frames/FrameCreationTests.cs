using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

[TestClass]
public sealed unsafe class FrameCreationTests
{
    private const int Cpus = 8; // of a FakePlatform

    private static readonly RawEntry[] Memory =
        [new(0x1000, 0x20_000, MemoryRegionKind.Usable), new(0x40_000, 0x40_000, MemoryRegionKind.Usable)];

    [TestMethod]
    public void The_early_allocator_ends()
    {
        using FrameWorld world = FrameWorld.Small();
        Assert.AreEqual(EarlyAllocatorError.HandedOver, world.Early.Allocate(1).Error);
        Assert.AreEqual(EarlyAllocatorError.HandedOver, world.Early.HandOver().Error);
        Result<FrameAllocator<SimulatedPlatform>, FrameError> second = FrameAllocator<SimulatedPlatform>.Create(
            world.Machine.Platform, world.DirectMap, world.Zones, world.Early, world.Map,
            world.Metadata.Start, (ulong)world.Metadata.Length);
        Assert.AreEqual(FrameError.EarlyHandedOver, second.Error);
        Assert.AreEqual(255UL, world.Allocator.GetStatistics().FreeFrames, "the first one is untouched");
        Assert.IsTrue(world.Allocator.Validate());
    }

    [TestMethod]
    public void A_refused_creation_leaves_the_early_allocator_at_work()
    {
        using BuiltMap map = BuiltMap.From(Memory);
        using GuardedMemory earlyMetadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(4));
        EarlyAllocator early = EarlyAllocator.Create(map.Map, earlyMetadata.Start, (ulong)earlyMetadata.Length).Value;
        ulong bytes = FrameAllocator<FakePlatform>.MetadataSize(map.Map, Cpus);
        using GuardedMemory metadata = GuardedMemory.AgainstStart((int)bytes + 8);

        Assert.AreEqual(FrameError.BadMetadata, Create(early, map.Map, null, bytes).Error);
        Assert.AreEqual(FrameError.BadMetadata, Create(early, map.Map, metadata.Start + 4, bytes).Error);
        Assert.AreEqual(FrameError.BadMetadata, Create(early, map.Map, metadata.Start, bytes - 1).Error);
        Assert.AreEqual(FrameError.BadMetadata, Create(early, map.Map, metadata.Start, 0).Error);
        Assert.AreEqual(FrameError.BadMetadata, Create(early, map.Map, metadata.Start, ulong.MaxValue).Error);
        Assert.IsFalse(metadata.Bytes.ContainsAnyExcept((byte)0));
        Assert.IsTrue(early.Allocate(1).IsSuccess);

        FrameAllocator<FakePlatform> allocator = Create(early, map.Map, metadata.Start, bytes).Value;
        Assert.IsTrue(allocator.IsCreated);
        Assert.IsFalse(default(FrameAllocator<FakePlatform>).IsCreated);
        Assert.AreEqual((0x60UL, 0x5FUL), (allocator.GetStatistics().TotalFrames, allocator.GetStatistics().FreeFrames));
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void A_map_that_early_was_not_made_with_is_refused()
    {
        RawEntry[][] others =
        [
            [], // smaller
            [Memory[0]],
            [Memory[1]],
            [Memory[0], new(0x40_000, 0x3F_000, MemoryRegionKind.Usable)],
            [.. Memory, new(0x10_0000, 0x1000, MemoryRegionKind.Usable)], // larger
            [new(0x1000, 0x7F_000, MemoryRegionKind.Usable)],
            [new(0x2000, 0x20_000, MemoryRegionKind.Usable), Memory[1]], // as large, elsewhere
        ];
        using BuiltMap map = BuiltMap.From(Memory);
        using GuardedMemory earlyMetadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(4));
        EarlyAllocator early = EarlyAllocator.Create(map.Map, earlyMetadata.Start, (ulong)earlyMetadata.Length).Value;
        Assert.IsTrue(early.AllocateAt(FrameRange<Size4KiB>.Create(FrameWorld.At(1), 2)).IsSuccess);
        foreach (RawEntry[] other in others)
        {
            using BuiltMap wrong = BuiltMap.From(other);
            ulong bytes = FrameAllocator<FakePlatform>.MetadataSize(wrong.Map, Cpus);
            using GuardedMemory metadata = GuardedMemory.AgainstStart((int)bytes);
            Assert.AreEqual(FrameError.MapMismatch, Create(early, wrong.Map, metadata.Start, bytes).Error);
        }

        Assert.IsTrue(early.Allocate(1).IsSuccess);
    }

    [TestMethod]
    public void Memory_above_16_TiB_is_refused()
    {
        (ulong, FrameError)[] cases = [(1UL << 32, FrameError.MapTooLarge), (FrameTable.MaxFrames, FrameError.BadMetadata), (FrameTable.MaxFrames + 1, FrameError.MapTooLarge)];
        foreach ((ulong frames, FrameError expected) in cases)
        {
            using BuiltMap map = BuiltMap.From(new RawEntry((frames - 1) << 12, 0x1000, MemoryRegionKind.Usable));
            using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(1));
            EarlyAllocator early = EarlyAllocator.Create(map.Map, metadata.Start, (ulong)metadata.Length).Value;
            Assert.IsGreaterThan(frames * 9, FrameAllocator<FakePlatform>.MetadataSize(map.Map, Cpus));
            Assert.AreEqual(expected, Create(early, map.Map, metadata.Start, (ulong)metadata.Length).Error);
        }
    }

    [TestMethod]
    public void A_map_of_nothing_has_nothing_to_give()
    {
        using BuiltMap map = BuiltMap.From();
        using GuardedMemory earlyMetadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(0));
        EarlyAllocator early = EarlyAllocator.Create(map.Map, earlyMetadata.Start, (ulong)earlyMetadata.Length).Value;
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)FrameAllocator<FakePlatform>.MetadataSize(map.Map, Cpus));
        FrameAllocator<FakePlatform> allocator = Create(early, map.Map, metadata.Start, (ulong)metadata.Length).Value;
        Assert.AreEqual(FrameError.OutOfMemory, allocator.Allocate(FrameUse.User).Error);
        Assert.AreEqual(FrameError.NotManaged, allocator.Free(FrameWorld.At(0), FrameUse.User).Error);
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void The_books_are_a_tenth_over_nine_bytes_for_each_frame_and_some_for_each_cpu()
    {
        using BuiltMap map = BuiltMap.From(new RawEntry(1 << 20, 1 << 30, MemoryRegionKind.Usable));
        const ulong Frames = (1UL << 18) + 256;
        ulong empty = FrameAllocator<FakePlatform>.MetadataSize(default, Cpus);
        ulong full = FrameAllocator<FakePlatform>.MetadataSize(map.Map, Cpus);
        ulong table = Frames * 9;
        Assert.IsLessThan(Frames / 5, full - empty - table, "0.2 bytes for each frame beside the table");
        Assert.IsLessThan(Cpus * 6700UL + 8192, empty);
        Assert.AreEqual(2 * (64 + (3 * 1088UL)), FrameAllocator<FakePlatform>.MetadataSize(default, Cpus + 1) - empty);
    }

    [TestMethod]
    public void Numbers_of_no_zone_or_use_panic()
    {
        using FrameWorld world = FrameWorld.Small();
        Assert.ThrowsExactly<PanicException>(() => world.Allocator.GetStatistics((MemoryZone)3));
        Assert.ThrowsExactly<PanicException>(() => world.Allocator.FramesInUse((FrameUse)FrameUses.Count));
    }

    [TestMethod]
    public void Names_and_messages_tell_apart()
    {
        FrameUse[] uses = Enum.GetValues<FrameUse>();
        FrameError[] errors = Enum.GetValues<FrameError>();
        Assert.HasCount(FrameUses.Count, uses);
        Assert.HasCount(uses.Length, uses.Select(FrameUses.Name).Append("unknown").Distinct().SkipLast(1));
        Assert.HasCount(errors.Length + 1, errors.Select(FrameErrors.Message).Append(FrameErrors.Message((FrameError)99)).Distinct());
        Assert.AreEqual("unknown", FrameUses.Name((FrameUse)99));
    }

    private static Result<FrameAllocator<FakePlatform>, FrameError> Create(
        EarlyAllocator early, MemoryMap map, byte* metadata, ulong bytes) =>
        FrameAllocator<FakePlatform>.Create(FakePlatform.Create(), default, ZoneLayout.Standard, early, map, metadata, bytes);
}
