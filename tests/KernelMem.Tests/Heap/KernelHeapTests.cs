using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Heap;
using KernelMem.Tests.Boot;
using TestHeap = KernelMem.Heap.KernelHeap<KernelMem.Simulation.SimulatedPlatform, KernelMem.Tests.Heap.TestPages>;

namespace KernelMem.Tests.Heap;

[TestClass]
public sealed unsafe class KernelHeapTests
{
    private const ulong Page = 4096;

    [TestMethod]
    public void Blocks_of_every_size_are_apart_aligned_and_in_the_range()
    {
        using HeapFixture fixture = new(32 << 20);
        SortedDictionary<ulong, ulong> blocks = [];
        for (ulong bytes = 1; bytes <= 2100; bytes++)
        {
            VirtAddr address = fixture.Allocate(bytes);
            ulong usable = fixture.SizeOf(address);
            Assert.AreEqual(0UL, address.Value % 16);
            Assert.IsTrue(usable >= bytes && usable < 2 * bytes + 16, $"{usable} for {bytes}");
            if (bytes is > 32 and <= 2048)
                Assert.IsLessThanOrEqualTo(bytes * 151 / 100, usable, $"{usable} for {bytes}: wasteful");
            Assert.IsTrue(fixture.Heap.Range.Contains(VirtRange.Create(address, usable)));
            blocks.Add(address.Value, usable);
            fixture.Fill(address, usable, (int)bytes);
        }

        ulong end = 0;
        foreach ((ulong start, ulong length) in blocks)
        {
            Assert.IsGreaterThanOrEqualTo(end, start, "blocks overlap");
            end = start + length;
        }

        fixture.AssertSound();
        foreach (ulong start in blocks.Keys)
            fixture.Free(VirtAddr.Create(start));
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Alignment_is_kept_up_to_2_MiB()
    {
        using HeapFixture fixture = new(100 << 20);
        List<VirtAddr> blocks = [];
        foreach (ulong bytes in new ulong[] { 1, 16, 17, 48, 100, 333, 1000, 1361, 2048, 2049, 4096, 5000, 70_000 })
        {
            for (ulong alignment = 1; alignment <= 2 << 20; alignment *= 2)
            {
                blocks.Add(fixture.Allocate(bytes, alignment));
                Assert.AreEqual(0UL, blocks[^1].Value % alignment, $"{bytes} aligned to {alignment}");
                Assert.IsGreaterThanOrEqualTo(bytes, fixture.SizeOf(blocks[^1]));
            }
        }

        Assert.HasCount(blocks.Count, blocks.Select(block => block.Value).ToHashSet());
        fixture.AssertSound();
        blocks.ForEach(fixture.Free);
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Small_blocks_share_pages_as_tightly_as_they_can()
    {
        foreach ((ulong bytes, int objects) in new (ulong, int)[]
        {
            (1, 256), (16, 256), (32, 128), (48, 85), (64, 64), (96, 42), (128, 32), (192, 21), (256, 16), (384, 10), (512, 8), (768, 5),
            (1024, 4), (1360, 3), (2048, 2),
        })
        {
            using HeapFixture fixture = new();
            VirtAddr[] blocks = [.. Enumerable.Range(0, objects).Select(_ => fixture.Allocate(bytes))];
            Assert.HasCount(1, fixture.Supply.Mapped, $"{objects} of {bytes}");
            VirtAddr next = fixture.Allocate(bytes);
            Assert.HasCount(2, fixture.Supply.Mapped, $"{objects} of {bytes}, and one more");
            fixture.Free(blocks[objects / 2]);
            Assert.AreEqual(blocks[objects / 2], fixture.Allocate(bytes), "a free object of a full page is found again");
            foreach (VirtAddr block in blocks.Append(next))
                fixture.Free(block);
            fixture.AssertBalanced();
        }
    }

    [TestMethod]
    public void Zeroed_memory_is_zero_to_its_last_usable_byte()
    {
        using HeapFixture fixture = new();
        foreach (ulong bytes in new ulong[] { 1, 16, 100, 1300, 2048, 2049, 4097, 20_000 })
        {
            VirtAddr dirty = fixture.Allocate(bytes, 64);
            fixture.Fill(dirty, fixture.SizeOf(dirty), 1);
            fixture.Free(dirty);
            VirtAddr zeroed = fixture.Heap.AllocateZeroed(bytes, 64).Value;
            Assert.AreEqual(0UL, zeroed.Value % 64);
            fixture.AssertZero(zeroed, fixture.SizeOf(zeroed));
            fixture.Free(zeroed);
            zeroed = fixture.Heap.AllocateZeroed(bytes).Value;
            fixture.AssertZero(zeroed, fixture.SizeOf(zeroed));
        }

        fixture.AssertSound();
    }

    [TestMethod]
    public void A_block_that_comes_and_goes_does_not_map_and_unmap()
    {
        using HeapFixture fixture = new();
        fixture.Free(fixture.Allocate(100));
        int calls = fixture.Supply.Calls;
        for (int round = 0; round < 100; round++)
            fixture.Free(fixture.Allocate(100));
        Assert.AreEqual(calls, fixture.Supply.Calls);
        Assert.AreEqual(1UL, fixture.Heap.Trim());
        Assert.AreEqual(0UL, fixture.Heap.Trim());
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void One_empty_page_is_kept_for_each_size_and_no_more()
    {
        using HeapFixture fixture = new();
        VirtAddr[] blocks = [.. Enumerable.Range(0, 12).Select(_ => fixture.Allocate(2048))];
        VirtAddr[] others = [.. Enumerable.Range(0, 12).Select(_ => fixture.Allocate(1024))];
        Assert.HasCount(9, fixture.Supply.Mapped);
        foreach (VirtAddr block in blocks.Concat(others))
            fixture.Free(block);
        Assert.HasCount(2, fixture.Supply.Mapped);
        fixture.AssertSound();
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Runs_of_pages_are_taken_first_fit_and_used_again()
    {
        using HeapFixture fixture = new(16 * Page);
        VirtAddr a = fixture.Allocate(3 * Page);
        VirtAddr b = fixture.Allocate(5 * Page);
        VirtAddr c = fixture.Allocate(2 * Page);
        CollectionAssert.AreEqual(
            new[] { HeapFixture.Start, HeapFixture.Start + 3 * Page, HeapFixture.Start + 8 * Page }, new[] { a.Value, b.Value, c.Value });
        fixture.Free(a);
        fixture.Free(b);
        Assert.AreEqual(8 * Page, fixture.AssertSound().LargestFreeRun, "neighbours have become one run");
        Assert.AreEqual(a, fixture.Allocate(7 * Page));
        Assert.AreEqual(c + 2 * Page, fixture.Allocate(6 * Page));
        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(2 * Page).Error);
        Assert.AreEqual(a + 7 * Page, fixture.Allocate(1));
        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(17).Error);
        Assert.AreEqual(a + 7 * Page + 16, fixture.Allocate(16), "there is still room in the page");
        HeapStatistics statistics = fixture.AssertSound();
        Assert.AreEqual((0UL, 16 * Page, 2UL), (statistics.LargestFreeRun, statistics.MappedBytes, statistics.Failures));
    }

    [TestMethod]
    public void A_range_that_ends_in_a_chunk_is_used_to_its_last_page_and_not_beyond()
    {
        foreach (ulong pages in new ulong[] { 1, 63, 64, 65, 127, 128, 130 })
        {
            using HeapFixture fixture = new(pages * Page);
            VirtAddr all = fixture.Allocate(pages * Page);
            Assert.AreEqual((ulong)fixture.Supply.Mapped.Length, pages);
            Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(1).Error);
            fixture.Free(all);
            for (ulong page = 0; page < pages; page++)
                Assert.AreEqual(all + page * Page, fixture.Allocate(Page));
            Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(1).Error);
            Assert.AreEqual(HeapError.TooLarge, fixture.Heap.Allocate(pages * Page + 1).Error);
            for (ulong page = 0; page < pages; page++)
                fixture.Free(all + page * Page);
            fixture.AssertBalanced();
        }
    }

    [TestMethod]
    public void Bad_requests_are_told_and_change_nothing()
    {
        using HeapFixture fixture = new();
        _ = fixture.Allocate(100);
        VirtAddr block = fixture.Allocate(5000);
        string before = fixture.Picture();
        foreach (ulong alignment in new ulong[] { 0, 3, 24, 4097, 4 << 20, 1UL << 63, ulong.MaxValue })
        {
            Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.Allocate(1, alignment).Error);
            Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.AllocateZeroed(1, alignment).Error);
            Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.Reallocate(block, 1, alignment).Error);
        }

        Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.Allocate(0).Error);
        Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.AllocateZeroed(0).Error);
        Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.Reallocate(block, 0).Error);
        Assert.AreEqual(HeapError.InvalidRequest, fixture.Heap.Reallocate(default, 1).Error);
        foreach (ulong bytes in new ulong[] { (1 << 20) + 1, 1UL << 44, ulong.MaxValue - 4096, ulong.MaxValue })
        {
            Assert.AreEqual(HeapError.TooLarge, fixture.Heap.Allocate(bytes).Error);
            Assert.AreEqual(HeapError.TooLarge, fixture.Heap.Reallocate(block, bytes).Error);
        }

        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(1 << 20).Error);
        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Reallocate(block, 1 << 20).Error);
        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Allocate(1, 2 << 20).Error, "no such address in the range");
        Assert.AreEqual(before, fixture.Picture());
        Assert.AreEqual(7UL * 3 + 4 + 8 + 3, fixture.AssertSound().Failures);
    }

    [TestMethod]
    public void A_free_of_what_is_no_block_is_refused_and_changes_nothing()
    {
        using HeapFixture fixture = new();
        VirtAddr small = fixture.Allocate(48);
        VirtAddr freed = fixture.Allocate(48);
        VirtAddr large = fixture.Allocate(3 * Page);
        VirtAddr gone = fixture.Allocate(2 * Page);
        fixture.Free(freed);
        fixture.Free(gone);
        string before = fixture.Picture();
        (VirtAddr Address, HeapError Error)[] cases =
        [
            (freed, HeapError.NotAllocated), // again
            (freed + 1, HeapError.NotAllocated),
            (gone, HeapError.NotAllocated),
            (gone + Page, HeapError.NotAllocated),
            (small + 1, HeapError.NotAnAllocation),
            (small + 16, HeapError.NotAnAllocation),
            (small + 47, HeapError.NotAnAllocation),
            (small + 2 * 48, HeapError.NotAllocated), // never allocated
            (small + 85 * 48, HeapError.NotAllocated), // behind the last object of the page
            (small + 4095, HeapError.NotAllocated),
            (large + 1, HeapError.NotAnAllocation),
            (large + Page, HeapError.NotAnAllocation),
            (large + 3 * Page - 1, HeapError.NotAnAllocation),
            (VirtAddr.Zero, HeapError.NotAllocated),
            (VirtAddr.Create(HeapFixture.Start - 1), HeapError.NotAllocated),
            (VirtAddr.Create(HeapFixture.Start + (1 << 20)), HeapError.NotAllocated),
            (VirtAddr.Create(HeapFixture.Start + (1 << 20) - Page), HeapError.NotAllocated), // no descriptors there
            (VirtAddr.Create(0xFFFF_FFFF_FFFF_FFF0), HeapError.NotAllocated),
        ];
        foreach ((VirtAddr address, HeapError error) in cases)
        {
            Assert.AreEqual(error, fixture.Heap.Free(address).Error, $"{address}");
            Assert.IsFalse(fixture.Heap.TryGetSize(address, out ulong usable));
            Assert.AreEqual(0UL, usable);
            if (!address.IsZero)
                Assert.AreEqual(error, fixture.Heap.Reallocate(address, 10).Error, $"{address}");
        }

        Assert.AreEqual(before, fixture.Picture());
        fixture.AssertSound();
        Assert.AreEqual(48UL, fixture.SizeOf(small));
        Assert.AreEqual(3 * Page, fixture.SizeOf(large));
    }

    [TestMethod]
    public void What_is_written_into_blocks_cannot_harm_the_heap()
    {
        using HeapFixture fixture = new();
        VirtAddr[] blocks = [.. Enumerable.Range(1, 60).Select(number => fixture.Allocate((ulong)number * 70))];
        foreach (ulong page in fixture.Supply.Mapped)
            fixture.Fill(VirtAddr.Create(page), Page, 77); // freed objects and the rests of pages too
        foreach (VirtAddr block in blocks)
        {
            fixture.Free(block);
            Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(block).Error);
        }

        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Statistics_say_what_was_done()
    {
        using HeapFixture fixture = new();
        VirtAddr small = fixture.Allocate(100);
        VirtAddr large = fixture.Allocate(100_000);
        HeapStatistics full = fixture.AssertSound();
        Assert.AreEqual((1UL << 20, 26 * Page, 26 * Page), (full.RangeBytes, full.MappedBytes, full.PeakMappedBytes));
        Assert.AreEqual((128 + 25 * Page, 2UL, 2UL, 0UL), (full.AllocatedBytes, full.LiveAllocations, full.Allocations, full.Frees));
        Assert.AreEqual((0UL, 1UL, (256 - 26) * Page), (full.Failures, full.MetadataFrames, full.LargestFreeRun));
        fixture.Free(large);
        fixture.Free(small);
        Assert.IsFalse(fixture.Heap.Free(small).IsSuccess);
        HeapStatistics empty = fixture.AssertSound();
        Assert.AreEqual((Page, 26 * Page, 0UL), (empty.MappedBytes, empty.PeakMappedBytes, empty.AllocatedBytes));
        Assert.AreEqual((0UL, 2UL, 2UL, 1UL), (empty.LiveAllocations, empty.Allocations, empty.Frees, empty.Failures));
    }

    [TestMethod]
    public void A_heap_needs_whole_pages_and_enough_metadata()
    {
        using HeapFixture fixture = new();
        TestPages pages = new(fixture.Supply.Handle);
        VirtRange range = fixture.Heap.Range;
        ulong bytes = TestHeap.MetadataSize(range);
        using GuardedMemory buffer = GuardedMemory.AgainstStart((int)bytes + 16);
        HeapError? Try(ulong start, ulong length, int offset = 0, ulong? room = null) =>
            TestHeap.Create(
                fixture.Machine.Platform, pages, VirtRange.Create(VirtAddr.Create(start), length), buffer.Start + offset, room ?? bytes)
                .TryGetError(out HeapError error) ? error : null;

        Assert.IsNull(Try(HeapFixture.Start, 1 << 20));
        Assert.IsNull(Try(HeapFixture.Start, 1 << 20, offset: 16));
        Assert.AreEqual(HeapError.InvalidRequest, Try(HeapFixture.Start, 0));
        Assert.AreEqual(HeapError.InvalidRequest, Try(0, 1 << 20));
        Assert.AreEqual(HeapError.InvalidRequest, Try(HeapFixture.Start + 16, 4096));
        Assert.AreEqual(HeapError.InvalidRequest, Try(HeapFixture.Start, 4095));
        Assert.AreEqual(HeapError.InvalidRequest, Try(HeapFixture.Start, (1UL << 42) + 4096));
        Assert.AreEqual(HeapError.BadMetadata, Try(HeapFixture.Start, 1 << 20, offset: 8));
        Assert.AreEqual(HeapError.BadMetadata, Try(HeapFixture.Start, 1 << 20, room: bytes - 1));
        Assert.AreEqual(HeapError.BadMetadata, Try(HeapFixture.Start, 1 << 20, room: 0));
        Assert.AreEqual(HeapError.BadMetadata, Try(HeapFixture.Start, 1 << 20, room: ulong.MaxValue));
        Assert.AreEqual(
            HeapError.BadMetadata, TestHeap.Create(fixture.Machine.Platform, pages, range, null, bytes).Error);
        Assert.IsFalse(default(TestHeap).IsCreated);
        Assert.IsTrue(fixture.Heap.IsCreated);
        Assert.IsLessThan(16_384UL, TestHeap.MetadataSize(VirtRange.Create(VirtAddr.Create(HeapFixture.Start), 100 << 20)));
    }

    [TestMethod]
    public void Every_error_has_a_sentence_of_its_own()
    {
        string[] messages = [.. Enum.GetValues<HeapError>().Select(HeapErrors.Message)];
        Assert.HasCount(messages.Length, messages.Distinct().ToArray());
        Assert.DoesNotContain(HeapErrors.Message((HeapError)200), messages);
        Assert.IsTrue(messages.All(message => message.StartsWith("heap: ", StringComparison.Ordinal)));
    }
}
