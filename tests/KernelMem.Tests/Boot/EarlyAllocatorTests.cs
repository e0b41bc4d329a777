using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class EarlyAllocatorTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(3000);

    private static Gen<Request> AnyRequest =>
        from frames in Gen.Frequency((8, Gen.Choose(1, 12)), (1, Gen.Choose(0, 400)))
        from shift in Gen.Frequency((3, Gen.Constant(12)), (2, Gen.Choose(13, 18)))
        from start in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 0x90_000)))
        from length in Gen.Frequency((2, Gen.Constant(0x100_000)), (1, Gen.Choose(0, 0x90_000)))
        from way in Gen.Elements(Way.Anywhere, Way.Anywhere, Way.At, Way.Reserve)
        select new Request((ulong)frames, 1UL << shift, (ulong)start, (ulong)length, way);

    private static Arbitrary<(RawEntry[] Map, Request[] Requests)> Runs => (
        from map in RawMaps.Small
        from requests in AnyRequest.ArrayOf()
        select (map, requests)).ToArbitrary();

    [TestMethod]
    public void Any_run_does_what_the_model_does() =>
        Prop.ForAll(Runs, run => Replay(run.Map, run.Requests, spareRanges: run.Requests.Length, exact: true)).Check(Thousands);

    [TestMethod]
    public void Without_spare_metadata_it_refuses_to_split_and_is_right_otherwise() =>
        Prop.ForAll(Runs, run => Replay(run.Map, run.Requests, run.Requests.Length % 3, exact: false)).Check(Thousands);

    [TestMethod]
    public void It_takes_from_the_top()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x4000, MemoryRegionKind.Usable), new RawEntry(0x20_000, 0x3000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(4));
        EarlyAllocator allocator = Create(built.Map, metadata);

        AssertFrames(0x22_000, 1, allocator.Allocate(1));
        AssertFrames(0x20_000, 2, allocator.Allocate(2));
        AssertFrames(0x13_000, 1, allocator.Allocate(1));
        AssertFrames(0x10_000, 1, allocator.Allocate(1, 0x4000));
        AssertFrames(0x11_000, 1, allocator.Allocate(1, 0x1000, Range(0, 0x12_FFF)));
        Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(2).Error);
        AssertFrames(0x12_000, 1, allocator.Allocate(1));
        Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(1).Error);
        Assert.AreEqual(7UL, allocator.AllocatedFrames);
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void It_serves_zones_of_a_real_machine()
    {
        RawEntry[] raw = RawMaps.Q35With256MiB
            .Select(entry => new RawEntry(entry.Start, entry.Length, MemoryRegionKinds.FromE820(entry.Type)))
            .ToArray();
        using BuiltMap built = BuiltMap.From(raw);
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(8));
        EarlyAllocator allocator = Create(built.Map, metadata);

        AssertFrames(0xFFDE_000, 1, allocator.Allocate(1));
        AssertFrames(0xFC0_0000, 512, allocator.Allocate(512, 2 << 20));
        AssertFrames(0xFFF_000, 1, allocator.Allocate(1, 0x1000, ZoneLayout.Standard.RangeOf(MemoryZone.Dma)));
        AssertFrames(0x9E_000, 1, allocator.Allocate(1, 0x1000, Range(0, 0x10_0000)));
        Assert.AreEqual(
            EarlyAllocatorError.OutOfMemory,
            allocator.Allocate(1, 0x1000, ZoneLayout.Standard.RangeOf(MemoryZone.HighMem)).Error);
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void A_bad_request_is_told()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry(0x10_000, 0x4000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(1));
        EarlyAllocator allocator = Create(built.Map, metadata);

        Assert.AreEqual(EarlyAllocatorError.InvalidRequest, allocator.Allocate(0).Error);
        foreach (ulong alignment in new[] { 0UL, 1UL, 2048UL, 4095UL, 0x3000UL, ulong.MaxValue })
            Assert.AreEqual(EarlyAllocatorError.InvalidRequest, allocator.Allocate(1, alignment).Error);

        foreach (ulong frames in new[] { 5UL, 1UL << 40, (1UL << 40) + 1, 1UL << 52, 1UL << 63, ulong.MaxValue })
            Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(frames).Error);

        Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(1, 1UL << 63).Error);
        Assert.AreEqual(EarlyAllocatorError.InvalidRequest, allocator.AllocateAt(default).Error);
        Assert.AreEqual(EarlyAllocatorError.NotFree, allocator.AllocateAt(Frames(0xF_000, 2)).Error);
        Assert.AreEqual(EarlyAllocatorError.NotFree, allocator.AllocateAt(Frames(0x13_000, 2)).Error);
        Assert.AreEqual(4UL, allocator.FreeFrames);
    }

    [TestMethod]
    public void A_reservation_takes_what_is_free_and_leaves_the_rest()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x4000, MemoryRegionKind.Usable), new RawEntry(0x20_000, 0x4000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(3));
        EarlyAllocator allocator = Create(built.Map, metadata);

        Assert.AreEqual(1UL, allocator.Reserve(Range(0x11_FFF, 1)).Value); // a byte takes its frame
        Assert.AreEqual(0UL, allocator.Reserve(Range(0x11_000, 0x1000)).Value); // once
        Assert.AreEqual(0UL, allocator.Reserve(Range(0x14_000, 0xC000)).Value); // between the ranges there is nothing
        Assert.AreEqual(0UL, allocator.Reserve(Range(0x12_000, 0)).Value);
        Assert.AreEqual(EarlyAllocatorError.OutOfMetadata, allocator.Reserve(Range(0x21_000, 0x10)).Error); // no room for the halves
        Assert.AreEqual(7UL, allocator.FreeFrames);
        Assert.AreEqual(3UL, allocator.Reserve(Range(0x13_800, 0xE000)).Value); // the end of one range and the start of the other
        CollectionAssert.AreEqual(new ulong[] { 0x10, 0x12, 0x22, 0x23 }, Numbers(allocator.Free));
        Assert.AreEqual(4UL, allocator.Reserve(Range(0, 1UL << 52)).Value);
        Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(1).Error);
        Assert.IsTrue(allocator.Validate());
        Assert.AreEqual(0, allocator.HandOver().Value.Count);
        Assert.AreEqual(EarlyAllocatorError.HandedOver, allocator.Reserve(Range(0x10_000, 1)).Error);
    }

    [TestMethod]
    public void No_frame_has_two_owners_after_the_hand_over()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry(0x10_000, 0x8000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(4));
        EarlyAllocator allocator = Create(built.Map, metadata);
        EarlyAllocator copy = allocator;
        FrameRange<Size4KiB> taken = allocator.Allocate(2, 0x2000, Range(0x12_000, 0x4000)).Value;

        FreeRanges left = allocator.HandOver().Value;
        Assert.AreEqual(EarlyAllocatorError.HandedOver, copy.HandOver().Error);
        Assert.AreEqual(EarlyAllocatorError.HandedOver, copy.Allocate(1).Error);
        Assert.AreEqual(EarlyAllocatorError.HandedOver, copy.AllocateAt(Frames(0x10_000, 1)).Error);

        Assert.AreEqual(2, left.Count);
        CollectionAssert.AreEqual(new ulong[] { 0x10, 0x11, 0x12, 0x13, 0x16, 0x17 }, Numbers(left));
        CollectionAssert.AreEqual(new ulong[] { 0x14, 0x15 }, Numbers(allocator.Allocated));
        Assert.AreEqual(0x14UL, taken.Start.Number);
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void Bad_metadata_is_refused()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x1000, MemoryRegionKind.Usable), new RawEntry(0x20_000, 0x1000, MemoryRegionKind.Usable));
        ulong bytes = EarlyAllocator.MetadataSize(2);
        using GuardedMemory metadata = GuardedMemory.AgainstStart((int)bytes + 1);

        Assert.AreEqual(EarlyAllocatorError.BadMetadata, EarlyAllocator.Create(built.Map, null, bytes).Error);
        Assert.AreEqual(EarlyAllocatorError.BadMetadata, EarlyAllocator.Create(built.Map, metadata.Start + 1, bytes).Error);
        Assert.AreEqual(EarlyAllocatorError.BadMetadata, EarlyAllocator.Create(built.Map, metadata.Start, bytes - 1).Error);
        Assert.AreEqual(EarlyAllocatorError.BadMetadata, EarlyAllocator.Create(built.Map, metadata.Start, 0).Error);
        Assert.AreEqual(EarlyAllocatorError.BadMetadata, EarlyAllocator.Create(built.Map, metadata.Start, ulong.MaxValue).Error);
        Assert.IsTrue(EarlyAllocator.Create(built.Map, metadata.Start, bytes).IsSuccess);
    }

    [TestMethod]
    public void A_map_of_nothing_has_nothing_to_give()
    {
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(0));
        EarlyAllocator allocator = Create(default, metadata);
        Assert.AreEqual(EarlyAllocatorError.OutOfMemory, allocator.Allocate(1).Error);
        Assert.IsTrue(allocator.Validate());
        Assert.AreEqual(0, allocator.HandOver().Value.Count);
    }

    [TestMethod]
    public void The_last_frame_of_all_can_be_had()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry((1UL << 52) - 0x3000, 0x3000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(1));
        EarlyAllocator allocator = Create(built.Map, metadata);
        AssertFrames((1UL << 52) - 0x1000, 1, allocator.Allocate(1));
        AssertFrames((1UL << 52) - 0x3000, 2, allocator.Allocate(2));
        CollectionAssert.AreEqual(new[] { (1UL << 40) - 3, (1UL << 40) - 2, (1UL << 40) - 1 }, Numbers(allocator.Allocated));
        Assert.IsTrue(allocator.Validate());
    }

    [TestMethod]
    public void Validate_sees_spoiled_books()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry(0x10_000, 0x8000, MemoryRegionKind.Usable));
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(3));
        EarlyAllocator allocator = Create(built.Map, metadata);
        Assert.IsTrue(allocator.AllocateAt(Frames(0x12_000, 2)).IsSuccess);
        FrameRange<Size4KiB>* ranges = (FrameRange<Size4KiB>*)(metadata.Start + (int)EarlyAllocator.MetadataSize(0));
        Assert.AreEqual(0x10UL, ranges[0].Start.Number);
        foreach (FrameRange<Size4KiB> wrong in new[] { Frames(0x10_000, 3), Frames(0x10_000, 1), Frames(0xF_000, 2), Frames(0x16_000, 2), default })
        {
            FrameRange<Size4KiB> kept = ranges[0];
            ranges[0] = wrong;
            Assert.IsFalse(allocator.Validate());
            ranges[0] = kept;
            Assert.IsTrue(allocator.Validate());
        }
    }

    private static void Replay(RawEntry[] raw, Request[] requests, int spareRanges, bool exact)
    {
        using BuiltMap built = BuiltMap.From(raw);
        EarlyAllocatorModel model = new(BuiltMap.Listed(built.Map));
        int usableRegions = BuiltMap.Listed(built.Map).Count(region => region.Kind == MemoryRegionKind.Usable);
        using GuardedMemory metadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(usableRegions + spareRanges));
        EarlyAllocator allocator = Create(built.Map, metadata);
        Assert.AreEqual((ulong)model.Usable, allocator.UsableFrames);

        foreach (Request request in requests)
        {
            byte[] before = metadata.Bytes.ToArray();
            if (!Serve(allocator, model, request, exact))
                Assert.IsTrue(metadata.Bytes.SequenceEqual(before), "a failed request changed something");

            Assert.IsTrue(allocator.Validate());
            Assert.AreEqual((ulong)model.Free.Count(), allocator.FreeFrames);
        }

        CollectionAssert.AreEqual(model.Allocated.ToList(), Numbers(allocator.Allocated));
        CollectionAssert.AreEqual(model.Free.ToList(), Numbers(allocator.HandOver().Value));
    }

    private static bool Serve(EarlyAllocator allocator, EarlyAllocatorModel model, Request request, bool exact)
    {
        if (request.Frames == 0)
        {
            Assert.AreEqual(EarlyAllocatorError.InvalidRequest, allocator.Allocate(0).Error);
            return false;
        }

        return request.Way switch
        {
            Way.At => ServeAt(allocator, model, request, exact),
            Way.Reserve => Reserve(allocator, model, request, exact),
            _ => ServeAnywhere(allocator, model, request, exact),
        };
    }

    private static bool ServeAnywhere(EarlyAllocator allocator, EarlyAllocatorModel model, Request request, bool exact)
    {
        ulong? expected = model.Find(request.Frames, request.Alignment, request.Start, request.Start + request.Length);
        Result<FrameRange<Size4KiB>, EarlyAllocatorError> result =
            allocator.Allocate(request.Frames, request.Alignment, Range(request.Start, request.Length));
        if (result.TryGet(out FrameRange<Size4KiB> taken, out EarlyAllocatorError error))
        {
            if (exact)
                Assert.AreEqual(expected, taken.Start.Number);

            Assert.AreEqual(request.Frames, taken.Count);
            Assert.AreEqual(0UL, taken.Start.Start.Value % request.Alignment);
            Assert.IsTrue(Range(request.Start, request.Length).Contains(taken.Bytes));
            model.Take(taken.Start.Number, taken.Count);
            return true;
        }

        Assert.AreEqual(expected is null ? EarlyAllocatorError.OutOfMemory : EarlyAllocatorError.OutOfMetadata, error);
        Assert.IsFalse(exact && expected is not null, "there was room, and metadata for it");
        return false;
    }

    private static bool ServeAt(EarlyAllocator allocator, EarlyAllocatorModel model, Request request, bool exact)
    {
        ulong start = request.Start / 4096;
        bool free = model.AllFree(start, request.Frames);
        if (!allocator.AllocateAt(Frames(start * 4096, request.Frames)).TryGetError(out EarlyAllocatorError error))
        {
            model.Take(start, request.Frames);
            return true;
        }

        Assert.AreEqual(free ? EarlyAllocatorError.OutOfMetadata : EarlyAllocatorError.NotFree, error);
        Assert.IsFalse(exact && free, "there was room, and metadata for it");
        return false;
    }

    // From a byte in some frame on, and as long as some frames but seldom whole ones.
    private static bool Reserve(EarlyAllocator allocator, EarlyAllocatorModel model, Request request, bool exact)
    {
        ulong length = request.Frames * 4096 - request.Length % 4096;
        List<ulong> free = [.. model.Free.Where(frame => frame * 4096 < request.Start + length && request.Start < (frame + 1) * 4096)];
        if (allocator.Reserve(Range(request.Start, length)).TryGet(out ulong taken, out EarlyAllocatorError error))
        {
            Assert.AreEqual((ulong)free.Count, taken);
            free.ForEach(frame => model.Take(frame, 1));
            return taken != 0;
        }

        Assert.AreEqual(EarlyAllocatorError.OutOfMetadata, error);
        Assert.IsFalse(exact, "there was metadata for it");
        return false;
    }

    private static EarlyAllocator Create(MemoryMap map, GuardedMemory metadata) =>
        EarlyAllocator.Create(map, metadata.Start, (ulong)metadata.Length).Value;

    private static PhysRange Range(ulong start, ulong length) => PhysRange.Create(PhysAddr.Create(start), length);

    private static FrameRange<Size4KiB> Frames(ulong start, ulong count) =>
        FrameRange<Size4KiB>.Create(Frame<Size4KiB>.Create(PhysAddr.Create(start)), count);

    private static List<ulong> Numbers(FreeRanges ranges)
    {
        List<ulong> numbers = [];
        foreach (FrameRange<Size4KiB> range in ranges)
        {
            foreach (Frame<Size4KiB> frame in range)
                numbers.Add(frame.Number);
        }

        return numbers;
    }

    private static List<ulong> Numbers(AllocatedRanges ranges)
    {
        List<ulong> numbers = [];
        foreach (FrameRange<Size4KiB> range in ranges)
        {
            foreach (Frame<Size4KiB> frame in range)
                numbers.Add(frame.Number);
        }

        return numbers;
    }

    private static void AssertFrames(ulong start, ulong count, Result<FrameRange<Size4KiB>, EarlyAllocatorError> result)
    {
        Assert.AreEqual(start, result.Value.Start.Start.Value);
        Assert.AreEqual(count, result.Value.Count);
    }

    private enum Way
    {
        Anywhere,
        At,
        Reserve,
    }

    private readonly record struct Request(ulong Frames, ulong Alignment, ulong Start, ulong Length, Way Way);
}
