using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Heap;

namespace KernelMem.Tests.Heap;

/// <summary>Random runs against a dictionary of live blocks.</summary>
[TestClass]
public sealed class HeapModelTests
{
    [TestMethod]
    public void Any_run_does_what_a_dictionary_of_blocks_does()
    {
        foreach (int seed in new[] { 1, 2, 3, 4, 5, 20_240, 777_777, 123_456_789 })
        {
            // A range that is not a multiple of chunks, and fills up.
            using HeapFixture fixture = new((ulong)(150 + seed % 100) * 4096);
            Run run = new(fixture, seed);
            for (int step = 0; step < 2500; step++)
                run.Step(step);
            run.End();
        }
    }

    private sealed class Run(HeapFixture fixture, int seed)
    {
        private const ulong Page = 4096;

        private readonly Random _random = new(seed);
        private readonly SortedDictionary<ulong, Block> _blocks = [];
        private readonly List<ulong> _freed = [];
        private ulong _allocations;
        private ulong _failures;
        private string _place = "";

        public void Step(int step)
        {
            _place = $"seed {seed}, step {step}";
            fixture.Supply.FailIn = _random.Next(6) == 0 ? _random.Next(1, 4) : 0;
            int failedBefore = fixture.Supply.Failed;
            string? before = _random.Next(8) == 0 ? fixture.Picture() : null;
            bool growing = step / 400 % 2 == 0; // fills up, then empties
            bool changed = _random.Next(100) switch
            {
                < 35 => Allocate(failedBefore),
                < 45 => growing ? Allocate(failedBefore) : Free(),
                < 65 => Free(),
                < 75 => FreeNonsense(),
                < 97 => Reallocate(failedBefore),
                _ => Trim(),
            };
            if (!changed && before != null)
                Assert.AreEqual(before, fixture.Picture(), _place);
            if (step % 10 == 0 || step < 50)
                Check();
        }

        public void End()
        {
            fixture.Supply.FailIn = 0;
            Check();
            foreach ((ulong start, Block block) in _blocks)
            {
                fixture.AssertFilled(VirtAddr.Create(start), block.Usable, block.Seed, _place);
                fixture.Free(VirtAddr.Create(start));
            }

            fixture.AssertBalanced(_place);
        }

        private bool Allocate(int failedBefore)
        {
            (ulong bytes, ulong alignment) = Request();
            bool zeroed = _random.Next(3) == 0;
            Result<VirtAddr, HeapError> result = zeroed
                ? fixture.Heap.AllocateZeroed(bytes, alignment)
                : fixture.Heap.Allocate(bytes, alignment);
            if (!result.TryGet(out VirtAddr address, out HeapError error))
            {
                AssertError(error, bytes, alignment, failedBefore);
                return false;
            }

            ulong usable = fixture.SizeOf(address);
            if (zeroed)
                fixture.AssertZero(address, usable);
            _allocations++;
            Add(address, bytes, alignment, usable);
            return true;
        }

        private bool Free()
        {
            if (_blocks.Count == 0)
                return false;
            (ulong start, Block block) = Any();
            fixture.AssertFilled(VirtAddr.Create(start), block.Usable, block.Seed, _place);
            Assert.IsTrue(fixture.Heap.Free(VirtAddr.Create(start)).IsSuccess, _place);
            _blocks.Remove(start);
            _freed.Add(start);
            return true;
        }

        private bool FreeNonsense()
        {
            ulong address = _random.Next(3) switch
            {
                0 when _freed.Count > 0 => _freed[_random.Next(_freed.Count)],
                1 when _blocks.Count > 0 => Inside(),
                _ => HeapFixture.Start - 4096 + (ulong)_random.NextInt64((long)fixture.Heap.Range.Length + 8192),
            };
            if (_blocks.ContainsKey(address))
                return false;
            bool inside = _blocks.Any(pair => address > pair.Key && address - pair.Key < pair.Value.Usable);
            HeapError expected = inside ? HeapError.NotAnAllocation : HeapError.NotAllocated;
            bool byFree = _random.Next(2) == 0;
            HeapError error = byFree
                ? fixture.Heap.Free(VirtAddr.Create(address)).Error
                : fixture.Heap.Reallocate(VirtAddr.Create(address), 1 + (ulong)_random.Next(9000)).Error;
            Assert.AreEqual(expected, error, _place);
            _failures++;
            return false;
        }

        private bool Reallocate(int failedBefore)
        {
            if (_blocks.Count == 0)
                return false;
            (ulong start, Block old) = Any();
            (ulong bytes, ulong alignment) = Request();
            if (!fixture.Heap.Reallocate(VirtAddr.Create(start), bytes, alignment).TryGet(out VirtAddr address, out HeapError error))
            {
                AssertError(error, bytes, alignment, failedBefore);
                fixture.AssertFilled(VirtAddr.Create(start), old.Usable, old.Seed, _place);
                return false;
            }

            fixture.AssertFilled(address, ulong.Min(old.Usable, bytes), old.Seed, _place);
            _blocks.Remove(start);
            if (address.Value != start)
            {
                _freed.Add(start);
                _allocations++;
            }

            Add(address, bytes, alignment, fixture.SizeOf(address));
            return true;
        }

        private bool Trim()
        {
            int before = fixture.Supply.Mapped.Length;
            ulong given = fixture.Heap.Trim();
            Assert.AreEqual((ulong)(before - fixture.Supply.Mapped.Length), given, _place);
            Assert.IsLessThanOrEqualTo(14UL, given, _place);
            foreach (ulong page in fixture.Supply.Mapped)
                Assert.IsTrue(Touched(page), $"{_place}: an empty page is left");
            return true;
        }

        private void Check()
        {
            HeapStatistics statistics = fixture.AssertSound(_place);
            Assert.AreEqual((ulong)_blocks.Count, statistics.LiveAllocations, _place);
            Assert.AreEqual(_blocks.Values.Aggregate(0UL, (sum, block) => sum + block.Usable), statistics.AllocatedBytes, _place);
            Assert.AreEqual((_allocations, _failures), (statistics.Allocations, statistics.Failures), _place);
            Assert.AreEqual(LongestUnmapped(1) * Page, statistics.LargestFreeRun, _place);
            Assert.AreEqual(
                (ulong)fixture.Supply.Mapped.Select(page => (page - HeapFixture.Start) / (64 * Page)).Distinct().Count(),
                statistics.MetadataFrames,
                _place);
        }

        private void Add(VirtAddr address, ulong bytes, ulong alignment, ulong usable)
        {
            Assert.IsGreaterThanOrEqualTo(bytes, usable, _place);
            Assert.AreEqual(0UL, address.Value % ulong.Max(alignment, 16), _place);
            Assert.IsTrue(fixture.Heap.Range.Contains(VirtRange.Create(address, usable)), _place);
            KeyValuePair<ulong, Block> below = _blocks.LastOrDefault(pair => pair.Key <= address.Value);
            Assert.IsLessThanOrEqualTo(address.Value, below.Key + below.Value.Usable, $"{_place}: overlaps the block below");
            Assert.IsFalse(_blocks.Any(pair => pair.Key > address.Value && pair.Key < address.Value + usable), $"{_place}: overlaps");
            Block block = new(usable, _random.Next(256));
            _blocks.Add(address.Value, block);
            fixture.Fill(address, usable, block.Seed);
        }

        private void AssertError(HeapError error, ulong bytes, ulong alignment, int failedBefore)
        {
            _failures++;
            bool invalid = bytes == 0 || alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > 2 << 20;
            ulong pages = bytes / Page + (bytes % Page == 0 ? 0UL : 1);
            if (invalid)
                Assert.AreEqual(HeapError.InvalidRequest, error, _place);
            else if (bytes > fixture.Heap.Range.Length)
                Assert.AreEqual(HeapError.TooLarge, error, _place);
            else if (error == HeapError.OutOfMemory)
                Assert.IsGreaterThan(failedBefore, fixture.Supply.Failed, $"{_place}: there was memory");
            else
                Assert.IsTrue(error == HeapError.OutOfRange && LongestUnmapped(alignment) < pages, $"{_place}: {error}, with room");
        }

        // The pages of the longest run that is not mapped and starts at a multiple of an alignment.
        private ulong LongestUnmapped(ulong alignment)
        {
            ulong longest = 0;
            ulong end = HeapFixture.Start + fixture.Heap.Range.Length;
            HashSet<ulong> mapped = [.. fixture.Supply.Mapped];
            for (ulong start = HeapFixture.Start; start < end; start += Page)
            {
                ulong at = start;
                while (start % alignment == 0 && at < end && !mapped.Contains(at))
                    at += Page;
                longest = ulong.Max(longest, (at - start) / Page);
            }

            return longest;
        }

        private bool Touched(ulong page) => _blocks.Any(pair => pair.Key < page + Page && page < pair.Key + pair.Value.Usable);

        private (ulong Bytes, ulong Alignment) Request()
        {
            ulong bytes = _random.Next(20) switch
            {
                < 11 => (ulong)_random.Next(1, 2100),
                < 15 => (ulong)_random.Next(1, 100),
                < 18 => (ulong)_random.Next(2000, 40_000),
                18 => (ulong)_random.Next(1, 500_000),
                _ => _random.Next(4) switch { 0 => 0, 1 => fixture.Heap.Range.Length + 1, 2 => ulong.MaxValue, _ => 4096 },
            };
            ulong alignment = _random.Next(10) switch
            {
                < 7 => 16,
                < 9 => 1UL << _random.Next(0, 15),
                _ => _random.Next(4) switch { 0 => 0, 1 => 48, 2 => 4 << 20, _ => 1UL << _random.Next(12, 22) },
            };
            return (bytes, alignment);
        }

        private (ulong Start, Block Block) Any()
        {
            KeyValuePair<ulong, Block> pair = _blocks.ElementAt(_random.Next(_blocks.Count));
            return (pair.Key, pair.Value);
        }

        private ulong Inside()
        {
            (ulong start, Block block) = Any();
            return start + 1 + (ulong)_random.NextInt64((long)block.Usable - 1);
        }
    }

    private readonly record struct Block(ulong Usable, int Seed);
}
