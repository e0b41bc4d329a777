using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>
/// CPUs at once, each with pages of its own, but in the same tables: what one does, the others neither see nor undo. The expected is a
/// dictionary for each CPU.
/// </summary>
[TestClass]
public sealed class ConcurrentMapperTests
{
    private const int Steps = 1500;
    private const ulong KiB4 = 4UL << 10;
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const ulong ChunkPages = 8;
    private const int Chunks = 192;

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 2, false, 1)]
    [DataRow(AddressWidth.Bits48, 4, false, 2)]
    [DataRow(AddressWidth.Bits48, 4, true, 3)]
    [DataRow(AddressWidth.Bits57, 3, true, 4)]
    public void CPUs_at_once_agree_with_their_dictionaries(AddressWidth width, int cpus, bool user, int seed)
    {
        using var world = new PagingWorld(width, cpus + 1);
        Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.Dynamic).IsSuccess);
        PageMapper<SimulatedPlatform> mapper = user ? world.CreateUser().Value : world.Kernel;
        for (int cpu = 0; cpu <= cpus; cpu++)
        {
            using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
            world.Kernel.Activate(world.Machine.Platform);
            world.Tlb.Join();
        }

        ulong free = world.FreeFrames;
        ulong tables = mapper.Statistics.Tables;
        Worker[] workers = [.. Enumerable.Range(0, cpus).Select(number => new Worker(world, mapper, user, number, cpus, seed))];
        world.RunCpus(cpus, (_, number) => workers[number].Run());

        using (world.Machine.Enter(0))
        {
            foreach (Worker worker in workers)
                worker.Check();
            Assert.AreEqual(workers.Aggregate(0UL, (sum, worker) => sum + worker.Bytes), mapper.Statistics.MappedBytes);
            ulong start = workers[0].Start;
            _ = mapper.UnmapRange(VirtRange.Create(At(start - (2 * MiB2)), GiB / 2)).Value.Flush(world.Tlb, FrameUse.None);
            FlushBatch batch = default;
            while (!mapper.ReclaimTables(VirtRange.Create(At(start - (2 * MiB2)), GiB / 2), ref batch))
                _ = batch.Flush(world.Tlb, world.Allocator);
            _ = batch.Flush(world.Tlb, world.Allocator);
            Assert.AreEqual(0UL, mapper.Statistics.MappedBytes);
            Assert.AreEqual((free, tables), (world.FreeFrames, mapper.Statistics.Tables));
            Assert.IsTrue(world.Allocator.Validate());
        }
    }

    private sealed class Worker(PagingWorld world, PageMapper<SimulatedPlatform> mapper, bool user, int number, int cpus, int seed)
    {
        private readonly Random _random = new((seed * 100) + number);
        private readonly Dictionary<ulong, (ulong Bytes, Protection Protection)> _pages = [];
        private FlushBatch _batch;

        /// <summary>So that tables of all levels but the root's have a border there.</summary>
        public ulong Start { get; } = (user ? 0x4000_0000 : Dynamic + GiB);

        public ulong Bytes => _pages.Values.Aggregate(0UL, (sum, page) => sum + page.Bytes);

        // Behind the small pages of all.
        private ulong Large => Start + ((ulong)(number + 8) * MiB2);

        public void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                Step();
                if (_batch.Count > 32)
                    _ = _batch.Flush(world.Tlb, world.Allocator);
                if (step % 16 == 0)
                    Check();
            }

            _ = _batch.Flush(world.Tlb, world.Allocator);
        }

        public void Check()
        {
            foreach ((ulong address, (ulong bytes, Protection protection)) in _pages)
            {
                Assert.IsTrue(mapper.TryTranslate(At(address), out Translation translation), $"{address:X} is gone");
                Assert.AreEqual((PhysicalOf(address), bytes, protection), (translation.Address.Value, translation.PageBytes, translation.Protection));
                MmuView view = world.View(mapper, address);
                Assert.AreEqual((PhysicalOf(address), bytes), (view.Physical, view.PageBytes));
                Assert.AreEqual(protection.IsWritable, (user ? view.User : view.Supervisor).Contains('w', StringComparison.Ordinal), $"{address:X}");
            }
        }

        private static ulong PhysicalOf(ulong address) => 0x1_0000_0000 + (address & (GiB - 1));

        private static Frame<TSize> FrameOf<TSize>(ulong address)
            where TSize : unmanaged, IPageSize => FrameAt<TSize>(PhysicalOf(address));

        private Protection PickProtection()
        {
            bool writable = _random.Next(2) == 0;
            if (user)
                return writable ? Protection.UserData : Protection.UserReadOnly;
            return writable ? Protection.KernelData : Protection.KernelReadOnly;
        }

        private void Step()
        {
            ulong chunk = Start - (96 * ChunkPages * KiB4) + ((ulong)(((_random.Next(Chunks) / cpus) * cpus) + number) * ChunkPages * KiB4);
            ulong first = (ulong)_random.Next((int)ChunkPages);
            ulong count = 1 + (ulong)_random.Next((int)(ChunkPages - first));
            ulong address = chunk + (first * KiB4);
            switch (_random.Next(8))
            {
                case 0:
                    Map(address);
                    break;
                case 1:
                    Unmap(address);
                    break;
                case 2:
                    MapRange(address, count);
                    break;
                case 3 or 4:
                    UnmapRange(chunk, ChunkPages);
                    break;
                case 5:
                    FlushBatch batch = default;
                    while (!mapper.ReclaimTables(VirtRange.Create(At(Start - (2 * MiB2)), 5 * MiB2), ref batch))
                        _ = batch.Flush(world.Tlb, world.Allocator);
                    _ = batch.Flush(world.Tlb, world.Allocator);
                    break;
                case 6:
                    Protect(address);
                    break;
                default:
                    ChangeLarge();
                    break;
            }
        }

        private void Map(ulong address)
        {
            Protection protection = PickProtection();
            bool failed = mapper.Map(PageAt(address), FrameOf<Size4KiB>(address), protection).TryGetError(out MapFailure failure);
            Assert.AreEqual(_pages.ContainsKey(address), failed, $"{failure.Code}");
            if (!failed)
                _pages.Add(address, (KiB4, protection));
        }

        private void Unmap(ulong address)
        {
            bool done = mapper.Unmap(PageAt(address)).TryGet(out Unmapped<Size4KiB> unmapped);
            Assert.AreEqual(_pages.Remove(address), done);
            if (done)
                _batch.Add(unmapped, FrameUse.None);
        }

        private void Protect(ulong address)
        {
            Protection protection = PickProtection();
            bool done = mapper.Protect(PageAt(address), protection).TryGet(out PendingFlush flush);
            Assert.AreEqual(_pages.ContainsKey(address), done);
            if (!done)
                return;
            _batch.Add(flush);
            _pages[address] = (KiB4, protection);
        }

        private void MapRange(ulong address, ulong count)
        {
            Protection protection = PickProtection();
            bool done = mapper.MapRange(VirtRange.Create(At(address), count * KiB4), PhysAddr.Create(PhysicalOf(address)), protection).IsSuccess;
            bool isFree = true;
            for (ulong page = 0; page < count; page++)
                isFree &= !_pages.ContainsKey(address + (page * KiB4));
            Assert.AreEqual(isFree, done);
            for (ulong page = 0; done && page < count; page++)
                _pages.Add(address + (page * KiB4), (KiB4, protection));
        }

        private void UnmapRange(ulong address, ulong count)
        {
            ulong expected = 0;
            for (ulong page = 0; page < count; page++)
                expected += _pages.Remove(address + (page * KiB4)) ? 1UL : 0;
            UnmapSummary summary = mapper.UnmapRange(VirtRange.Create(At(address), count * KiB4)).Value.Flush(world.Tlb, FrameUse.None);
            Assert.AreEqual(expected, summary.Pages);
        }

        // A large page comes, is split, joined again, and goes.
        private void ChangeLarge()
        {
            Protection protection = PickProtection();
            Assert.IsTrue(mapper.Map(PageAt<Size2MiB>(Large), FrameOf<Size2MiB>(Large), protection).IsSuccess);
            mapper.Split(PageAt<Size2MiB>(Large)).Value.Flush(world.Tlb);
            Assert.IsTrue(mapper.TryTranslate(At(Large + KiB4), out Translation translation));
            Assert.AreEqual((PhysicalOf(Large + KiB4), KiB4, protection), (translation.Address.Value, translation.PageBytes, translation.Protection));
            mapper.Promote(PageAt<Size2MiB>(Large)).Value.Flush(world.Tlb);
            Assert.IsTrue(mapper.TryTranslate(At(Large + KiB4), out translation));
            Assert.AreEqual((PhysicalOf(Large + KiB4), MiB2), (translation.Address.Value, translation.PageBytes));
            UnmapSummary summary = mapper.UnmapRange(VirtRange.Create(At(Large), MiB2)).Value.Flush(world.Tlb, FrameUse.None);
            Assert.AreEqual(1UL, summary.Pages);
        }
    }
}
