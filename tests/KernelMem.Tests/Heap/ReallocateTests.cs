using KernelMem.Addresses;
using KernelMem.Heap;

namespace KernelMem.Tests.Heap;

[TestClass]
public sealed class ReallocateTests
{
    private const ulong Page = 4096;

    private static readonly ulong[] Sizes =
        [1, 16, 17, 33, 48, 49, 100, 128, 129, 600, 1024, 1360, 1361, 2047, 2048, 2049, 4095, 4096, 4097, 8192, 8193, 20_480, 90_000];

    [TestMethod]
    public void Contents_survive_from_every_size_to_every_other()
    {
        using HeapFixture fixture = new(4 << 20);
        foreach (ulong from in Sizes)
        {
            foreach (ulong to in Sizes)
            {
                foreach (bool blocked in new[] { false, true })
                {
                    VirtAddr block = fixture.Allocate(from);
                    VirtAddr obstacle = fixture.Allocate(blocked ? Page : 1); // behind it, if the block is of pages
                    fixture.Fill(block, from, 5);
                    VirtAddr moved = fixture.Heap.Reallocate(block, to).Value;
                    ulong usable = fixture.SizeOf(moved);
                    Assert.IsTrue(usable >= to && usable <= 2 * to + 4 * Page, $"{from} to {to}: {usable}");
                    fixture.AssertFilled(moved, ulong.Min(from, to), 5, $"{from} to {to}");
                    fixture.Fill(moved, usable, 6);
                    HeapStatistics statistics = fixture.AssertSound($"{from} to {to}");
                    Assert.AreEqual(2UL, statistics.LiveAllocations);
                    Assert.AreEqual(usable + fixture.SizeOf(obstacle), statistics.AllocatedBytes);
                    fixture.Free(moved);
                    fixture.Free(obstacle);
                }
            }
        }

        fixture.AssertBalanced();
    }

    [TestMethod]
    public void A_block_with_room_stays_where_it_is()
    {
        using HeapFixture fixture = new();
        VirtAddr small = fixture.Allocate(65);
        VirtAddr large = fixture.Allocate(10 * Page);
        string before = fixture.Picture();
        foreach (ulong bytes in new ulong[] { 1 + 48, 64 + 1, 80, 96 })
            Assert.AreEqual(small, fixture.Heap.Reallocate(small, bytes).Value);
        foreach (ulong bytes in new ulong[] { 10 * Page, 10 * Page - 1, 5 * Page + 1 })
            Assert.AreEqual(large, fixture.Heap.Reallocate(large, bytes).Value);
        Assert.AreEqual(before, fixture.Picture());
    }

    [TestMethod]
    public void A_run_grows_into_free_pages_behind_it_and_gives_its_tail_back()
    {
        using HeapFixture fixture = new();
        VirtAddr block = fixture.Allocate(70 * Page); // over the border of a chunk
        fixture.Fill(block, 70 * Page, 3);
        Assert.AreEqual(block, fixture.Heap.Reallocate(block, 140 * Page).Value);
        Assert.AreEqual(140 * Page, fixture.SizeOf(block));
        Assert.AreEqual(140, fixture.Supply.Mapped.Length);
        fixture.AssertFilled(block, 70 * Page, 3);
        fixture.AssertSound();
        Assert.AreEqual(block, fixture.Heap.Reallocate(block, 65 * Page).Value);
        Assert.AreEqual(65, fixture.Supply.Mapped.Length);
        fixture.AssertFilled(block, 65 * Page, 3);
        HeapStatistics statistics = fixture.AssertSound();
        Assert.AreEqual((65 * Page, 2UL, 1UL), (statistics.AllocatedBytes, statistics.MetadataFrames, statistics.Allocations));
        Assert.AreEqual(HeapError.NotAnAllocation, fixture.Heap.Free(block + 64 * Page).Error);
        Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(block + 65 * Page).Error);
        Assert.AreEqual(block + 65 * Page, fixture.Allocate(Page));
        fixture.Free(block + 65 * Page);
        fixture.Free(block);
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void A_run_grows_to_the_end_of_the_range_and_not_beyond()
    {
        using HeapFixture fixture = new(10 * Page);
        VirtAddr block = fixture.Allocate(3 * Page);
        Assert.AreEqual(block, fixture.Heap.Reallocate(block, 10 * Page).Value);
        Assert.AreEqual(HeapError.TooLarge, fixture.Heap.Reallocate(block, 10 * Page + 1).Error);
        fixture.Free(block);
        VirtAddr first = fixture.Allocate(2 * Page);
        VirtAddr last = fixture.Allocate(3 * Page);
        fixture.Free(first);
        string before = fixture.Picture();
        Assert.AreEqual(HeapError.OutOfRange, fixture.Heap.Reallocate(last, 9 * Page).Error);
        Assert.AreEqual(before, fixture.Picture());
    }

    [TestMethod]
    public void Alignment_is_what_the_call_says()
    {
        using HeapFixture fixture = new(4 << 20);
        for (ulong alignment = 16; alignment <= 1 << 20; alignment *= 2)
        {
            VirtAddr block = fixture.Allocate(40);
            VirtAddr second = fixture.Allocate(40); // not at the start of a page
            fixture.Fill(second, 40, 9);
            foreach (ulong bytes in new ulong[] { 40, 700, 2048, 9000, 30_000, 500, 20 })
            {
                second = fixture.Heap.Reallocate(second, bytes, alignment).Value;
                Assert.AreEqual(0UL, second.Value % alignment, $"{bytes} aligned to {alignment}");
                fixture.AssertFilled(second, 20, 9);
            }

            fixture.Free(second);
            fixture.Free(block);
        }

        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Getting_smaller_does_not_fail_for_lack_of_memory()
    {
        using HeapFixture fixture = new();
        VirtAddr block = fixture.Allocate(5 * Page);
        fixture.Fill(block, 5 * Page, 2);
        fixture.Supply.FailIn = 1;
        Assert.AreEqual(block, fixture.Heap.Reallocate(block, 100).Value);
        Assert.AreEqual(1, fixture.Supply.Failed);
        Assert.AreEqual((5 * Page, 0UL), (fixture.SizeOf(block), fixture.AssertSound().Failures));
        VirtAddr moved = fixture.Heap.Reallocate(block, 100).Value;
        Assert.AreNotEqual(block, moved);
        fixture.AssertFilled(moved, 100, 2);
        fixture.Free(moved);
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void A_block_that_is_freed_while_it_grows_is_told_and_nothing_leaks()
    {
        using HeapFixture fixture = new();
        VirtAddr block = fixture.Allocate(3 * Page);
        fixture.Supply.WhileMapping = _ =>
        {
            fixture.Supply.WhileMapping = null;
            fixture.Free(block);
            Assert.IsTrue(fixture.Heap.Validate());
        };
        Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Reallocate(block, 6 * Page).Error);
        fixture.AssertBalanced();

        block = fixture.Allocate(100);
        VirtAddr other = fixture.Allocate(100);
        fixture.Supply.WhileMapping = _ => // the new place needs a page; meanwhile the old one goes, not its page
        {
            fixture.Supply.WhileMapping = null;
            fixture.Free(block);
        };
        Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Reallocate(block, 1000).Error);
        fixture.Free(other);
        fixture.AssertBalanced();
    }
}
