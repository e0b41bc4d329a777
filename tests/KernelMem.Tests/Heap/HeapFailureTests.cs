using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Heap;

namespace KernelMem.Tests.Heap;

[TestClass]
public sealed class HeapFailureTests
{
    private const ulong Page = 4096;
    private const ulong RangeBytes = 8 << 20;

    private static readonly (string Name, Func<HeapFixture, VirtAddr[], Result<VirtAddr, HeapError>> Do, int Calls)[] Operations =
    [
        ("a first object", (fixture, _) => fixture.Heap.Allocate(700), 1),
        ("a page", (fixture, _) => fixture.Heap.Allocate(Page), 1),
        ("pages of several chunks", (fixture, _) => fixture.Heap.Allocate(200 * Page), 4),
        ("an aligned run", (fixture, _) => fixture.Heap.Allocate(65 * Page, 2 << 20), 3),
        ("zeroed memory", (fixture, _) => fixture.Heap.AllocateZeroed(90 * Page), 2),
        ("a zeroed object", (fixture, _) => fixture.Heap.AllocateZeroed(384), 1),
        ("an object that grows", (fixture, blocks) => fixture.Heap.Reallocate(blocks[0], 1300), 1),
        ("an object that becomes pages", (fixture, blocks) => fixture.Heap.Reallocate(blocks[0], 70 * Page), 2),
        ("a run that grows in place", (fixture, blocks) => fixture.Heap.Reallocate(blocks[3], 190 * Page), 3),
        ("a run that moves", (fixture, blocks) => fixture.Heap.Reallocate(blocks[1], 130 * Page), 3),
        ("a run that moves for its alignment", (fixture, blocks) => fixture.Heap.Reallocate(blocks[3], Page, 1 << 20), 2),
    ];

    [TestMethod]
    public void A_failure_at_any_call_changes_nothing()
    {
        foreach ((string name, Func<HeapFixture, VirtAddr[], Result<VirtAddr, HeapError>> operation, int calls) in Operations)
        {
            int failures = 0;
            for (int n = 1; ; n++)
            {
                using HeapFixture fixture = new(RangeBytes);
                ulong[] sizes = [100, 3 * Page, 50, 2 * Page];
                VirtAddr[] blocks = [.. sizes.Select(size => fixture.Allocate(size))];
                for (int index = 0; index < blocks.Length; index++)
                    fixture.Fill(blocks[index], sizes[index], index);
                string before = fixture.Picture();

                fixture.Supply.FailIn = n;
                Result<VirtAddr, HeapError> result = operation(fixture, blocks);
                string place = $"{name}, call {n}";
                if (fixture.Supply.Failed == 0)
                {
                    Assert.IsTrue(result.IsSuccess, place);
                    break;
                }

                failures++;
                Assert.AreEqual(1UL, fixture.AssertSound(place).Failures + (result.IsSuccess ? 1UL : 0), place);
                if (result.TryGetError(out HeapError error))
                {
                    Assert.AreEqual(HeapError.OutOfMemory, error, place);
                    Assert.AreEqual(before, fixture.Picture(), place);
                    for (int index = 0; index < blocks.Length; index++)
                        fixture.AssertFilled(blocks[index], sizes[index], index, place);
                    result = operation(fixture, blocks);
                    Assert.IsTrue(result.IsSuccess, $"{place}: with memory, it works");
                }

                fixture.AssertSound(place);
            }

            Assert.IsGreaterThanOrEqualTo(calls, failures, $"{name}: it has more places to fail");
        }
    }

    [TestMethod]
    public void A_heap_that_is_full_of_failures_still_balances()
    {
        using HeapFixture fixture = new();
        List<VirtAddr> blocks = [];
        for (int round = 0; round < 300; round++)
        {
            fixture.Supply.FailIn = 1 + round % 3;
            if (fixture.Heap.Allocate((ulong)round * 37 % 9000 + 1).TryGet(out VirtAddr block, out HeapError error))
                blocks.Add(block);
            else
                Assert.IsTrue(error is HeapError.OutOfMemory or HeapError.OutOfRange);
        }

        fixture.Supply.FailIn = 0;
        Assert.IsTrue(fixture.Supply.Failed > 0 && blocks.Count > 100);
        blocks.ForEach(fixture.Free);
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Unmapping_may_use_the_heap_and_gets_none_of_the_pages_that_leave()
    {
        using HeapFixture fixture = new();
        VirtAddr block = fixture.Allocate(5 * Page);
        VirtAddr inside = default;
        fixture.Supply.WhileUnmapping = pages =>
        {
            fixture.Supply.WhileUnmapping = null;
            inside = fixture.Allocate(3 * Page); // would panic if the lock were held
            Assert.IsFalse(pages.Contains(inside), "a page that CPUs may still reach was given out");
            Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(block).Error);
            Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(block + Page).Error);
            Assert.IsTrue(fixture.Heap.Validate());
            Assert.AreEqual(8 * Page, fixture.Heap.GetStatistics().MappedBytes);
        };
        fixture.Free(block);
        Assert.IsFalse(inside.IsZero);
        fixture.AssertSound();
        Assert.AreEqual(block, fixture.Allocate(5 * Page), "now they are free");
        fixture.Free(block);
        fixture.Free(inside);
        fixture.AssertBalanced();
    }

    [TestMethod]
    public void Trimming_and_shrinking_unmap_without_the_lock()
    {
        using HeapFixture fixture = new();
        int calls = 0;
        VirtAddr large = fixture.Allocate(20 * Page);
        fixture.Free(fixture.Allocate(64));
        fixture.Supply.WhileUnmapping = pages =>
        {
            calls++;
            VirtAddr inside = fixture.Allocate(2 * Page);
            Assert.IsFalse(pages.Contains(inside));
            Assert.IsTrue(fixture.Heap.Validate());
        };
        Assert.AreEqual(1UL, fixture.Heap.Trim());
        Assert.AreEqual(large, fixture.Heap.Reallocate(large, 3 * Page).Value);
        Assert.AreEqual(2, calls);
        fixture.AssertSound();
    }

    [TestMethod]
    public void Mapping_may_use_the_heap_and_gets_none_of_the_pages_that_come()
    {
        using HeapFixture fixture = new();
        VirtAddr inside = default;
        fixture.Supply.WhileMapping = pages =>
        {
            fixture.Supply.WhileMapping = null;
            Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(pages.Start.Start).Error);
            Assert.AreEqual(HeapError.NotAllocated, fixture.Heap.Free(pages.Last.Start).Error);
            Assert.IsTrue(fixture.Heap.Validate());
            inside = fixture.Allocate(2 * Page);
            Assert.IsFalse(pages.Contains(inside));
        };
        VirtAddr block = fixture.Allocate(4 * Page);
        Assert.AreNotEqual(default, inside);
        fixture.Free(inside);
        fixture.Free(block);
        fixture.AssertBalanced();
    }
}
