using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>Random operations against a dictionary, on two CPUs that remember whatever they are allowed to.</summary>
[TestClass]
public sealed class MapperModelTests
{
    private const int Steps = 250;
    private const ulong MiB2 = 2UL << 20;

    /// <summary>Where pages are mapped: the first 2 MiB of each has small ones, too.</summary>
    private static readonly ulong[] Clusters =
    [
        User, User + MiB2, 0x4000_0000 - MiB2, 0x4000_0000, HeapStart + 0x1C_0000, Dynamic, Dynamic + (1UL << 30) - MiB2, Dynamic + (1UL << 30),
        0xFFFF_FFFF_FFE0_0000,
    ];

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 1)]
    [DataRow(AddressWidth.Bits48, 20_261_123)]
    [DataRow(AddressWidth.Bits48, 777)]
    [DataRow(AddressWidth.Bits57, 2)]
    [DataRow(AddressWidth.Bits57, 31_337)]
    [DataRow(AddressWidth.Bits57, 424_242)]
    public void The_tables_and_every_CPU_agree_with_a_dictionary(AddressWidth width, int seed)
    {
        using var world = new PagingWorld(width, cpus: 2, frames: 2047);
        new Run(world, seed).All();
    }

    private sealed record Mapped(ulong Start, ulong Bytes, ulong Physical, Protection Protection, FrameUse Use);

    private sealed class Run(PagingWorld world, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly SortedDictionary<ulong, Mapped> _pages = [];
        private readonly HashSet<ulong> _smallTables = [];
        private readonly ulong _freeAtFirst = world.FreeFrames;
        private FlushBatch _batch;
        private string _where = "";

        public void All()
        {
            for (int cpu = 0; cpu < 2; cpu++)
            {
                using SimulatedMachine.CpuScope scope = world.Machine.Enter(cpu);
                world.Kernel.Activate(world.Machine.Platform);
                world.Tlb.Join();
            }

            for (int step = 0; step < Steps; step++)
            {
                _where = $"seed {seed}, {world.Width}, step {step}";
                using SimulatedMachine.CpuScope scope = world.Machine.Enter(_random.Next(2));
                TouchAll();
                Step();
                if (_random.Next(3) == 0 || _batch.Count > 40)
                    _ = _batch.Flush(world.Tlb, world.Allocator);
                if (_batch.Count == 0)
                    Check();
            }

            Empty();
        }

        private void Step()
        {
            ulong cluster = Clusters[_random.Next(Clusters.Length)];
            bool large = _random.Next(4) == 0;
            ulong address = large ? cluster : cluster + ((ulong)_random.Next(4) << 12);
            switch (_random.Next(10))
            {
                case < 5 when large:
                    Map<Size2MiB>(address);
                    break;
                case < 5:
                    Map<Size4KiB>(address);
                    break;
                case < 7 when large:
                    Unmap<Size2MiB>(address);
                    break;
                case < 7:
                    Unmap<Size4KiB>(address);
                    break;
                case < 9 when large:
                    Protect<Size2MiB>(address);
                    break;
                case < 9:
                    Protect<Size4KiB>(address);
                    break;
                default:
                    Reclaim(cluster);
                    break;
            }
        }

        private void Map<TSize>(ulong address)
            where TSize : unmanaged, IPageSize
        {
            if (_batch.Count != 0)
                _ = _batch.Flush(world.Tlb, world.Allocator); // no page anew before the old one is forgotten
            Protection protection = AnyProtection();
            bool own = TSize.Bytes == 4096 && _random.Next(2) == 0;
            ulong physical = own ? world.Take().Start.Value : (ulong)_random.Next(4) * TSize.Bytes;
            MapError expected = ProtectionError(address, protection);
            if (expected == MapError.None)
                expected = PlaceError<TSize>(address, occupied: true);

            Result<MapFailure> result = world.Kernel.Map(PageAt<TSize>(address), FrameAt<TSize>(physical), protection);
            Assert.AreEqual(expected, CodeOf(result), $"{_where}: map {TSize.Name} at {address:X}");
            if (expected == MapError.None)
            {
                _pages[address] = new Mapped(address, TSize.Bytes, physical, protection, own ? FrameUse.User : FrameUse.None);
                if (TSize.Bytes == 4096)
                    _smallTables.Add(address & ~(MiB2 - 1));
            }
            else if (own)
            {
                Assert.IsTrue(world.Allocator.Free(FrameAt(physical), FrameUse.User).IsSuccess, _where);
            }
        }

        private void Unmap<TSize>(ulong address)
            where TSize : unmanaged, IPageSize
        {
            MapError expected = PlaceError<TSize>(address, occupied: false);
            Result<Unmapped<TSize>, MapFailure> result = world.Kernel.Unmap(PageAt<TSize>(address));
            Assert.AreEqual(expected, CodeOf(result), $"{_where}: unmap {TSize.Name} at {address:X}");
            if (expected != MapError.None)
                return;
            _batch.Add(result.Value, _pages[address].Use);
            _pages.Remove(address);
        }

        private void Protect<TSize>(ulong address)
            where TSize : unmanaged, IPageSize
        {
            Protection protection = AnyProtection();
            MapError expected = PlaceError<TSize>(address, occupied: false);
            if (expected == MapError.None)
                expected = ProtectionError(address, protection);
            Result<PendingFlush, MapFailure> result = world.Kernel.Protect(PageAt<TSize>(address), protection);
            Assert.AreEqual(expected, CodeOf(result), $"{_where}: protect {TSize.Name} at {address:X}");
            if (expected != MapError.None)
                return;
            _batch.Add(result.Value);
            _pages[address] = _pages[address] with { Protection = protection };
        }

        private void Reclaim(ulong cluster)
        {
            ulong tables = world.Kernel.Statistics.Tables;
            _ = world.Kernel.ReclaimTables(VirtRange.Create(At(cluster), MiB2 - (cluster % MiB2))).Value.Flush(world.Tlb, FrameUse.None);
            ulong slot = cluster & ~(MiB2 - 1);
            if (!_pages.Keys.Any(page => page >= slot && page - slot < MiB2 && _pages[page].Bytes == 4096) && _smallTables.Remove(slot))
                Assert.IsLessThan(tables, world.Kernel.Statistics.Tables, _where);
        }

        private Protection AnyProtection() => _random.Next(8) switch
        {
            0 => Protection.KernelCode,
            1 => Protection.KernelData,
            2 => Protection.KernelReadOnly,
            3 => Protection.UserCode,
            4 => Protection.UserData,
            5 => Protection.UserReadOnly,
            6 => Protection.DeviceMemory,
            _ => Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute, user: _random.Next(2) == 0),
        };

        private static MapError ProtectionError(ulong address, Protection protection)
        {
            if (protection.IsWritable && protection.IsExecutable)
                return MapError.WritableAndExecutable;
            bool user = address is >= User and < 0x8000_0000;
            if (user == protection.IsUser)
                return MapError.None;
            return user ? MapError.KernelPageInUserRange : MapError.UserPageOutsideUserRange;
        }

        private MapError PlaceError<TSize>(ulong address, bool occupied)
            where TSize : unmanaged, IPageSize
        {
            Mapped? page = Find(address);
            if (page is not null && page.Bytes > TSize.Bytes)
                return MapError.CoveredByLargePage;
            if (TSize.Bytes == MiB2 && _smallTables.Contains(address))
                return MapError.TableInTheWay;
            if (occupied)
                return page is null ? MapError.None : MapError.AlreadyMapped;
            return page is null ? MapError.NotMapped : MapError.None;
        }

        private static MapError CodeOf(Result<MapFailure> result) => result.TryGetError(out MapFailure failure) ? failure.Code : MapError.None;

        private static MapError CodeOf<T>(Result<T, MapFailure> result)
            where T : unmanaged => result.TryGetError(out MapFailure failure) ? failure.Code : MapError.None;

        private Mapped? Find(ulong address)
        {
            foreach (ulong bytes in new ulong[] { 4096, MiB2 })
            {
                if (_pages.TryGetValue(address & ~(bytes - 1), out Mapped? page) && page.Bytes == bytes)
                    return page;
            }

            return null;
        }

        private IEnumerable<ulong> Universe() => Clusters
            .SelectMany(cluster => Enumerable.Range(0, 5).Select(page => cluster + ((ulong)page << 12) + 0x123))
            .Concat(Enumerable.Range(0, 8).Select(_ => Clusters[_random.Next(Clusters.Length)] + (ulong)_random.Next((int)MiB2)));

        private void TouchAll()
        {
            foreach (ulong address in Universe())
            {
                foreach (SimulatedCpu cpu in world.Machine.Cpus)
                    _ = cpu.Translate(At(address), MemoryAccess.Read);
            }
        }

        private void Check()
        {
            foreach (ulong address in Universe())
            {
                string where = $"{_where}, {address:X}";
                Mapped? page = Find(address);
                MmuView expected = page is null
                    ? new MmuView(0, 0, "---", "---")
                    : new MmuView(page.Physical + (address - page.Start), page.Bytes, Rights(page.Protection), page.Protection.IsUser ? Rights(page.Protection) : "---");
                Assert.AreEqual(expected, world.View(world.Kernel, address), where);
                foreach (SimulatedCpu cpu in world.Machine.Cpus)
                    Assert.AreEqual(expected, ViewOf(cpu, address), $"{where}: CPU {cpu.Id.Value}");
                Assert.AreEqual(page is not null, world.Kernel.TryTranslate(At(address), out Translation translation), where);
                if (page is not null)
                {
                    Assert.AreEqual(
                        (expected.Physical, page.Bytes, page.Protection), (translation.Address.Value, translation.PageBytes, translation.Protection), where);
                }
            }

            MapperStatistics books = world.Kernel.Statistics;
            Assert.AreEqual((ulong)_pages.Values.Sum(page => (long)page.Bytes), books.MappedBytes, _where);
            Assert.AreEqual((ulong)_pages.Values.Count(page => page.Bytes == 4096), books.SmallPages, _where);
            Assert.AreEqual((ulong)world.Tables(world.Kernel).Count, books.Tables, _where);
            Assert.AreEqual(books.Tables, world.Allocator.FramesInUse(FrameUse.PageTable), _where);
            Assert.AreEqual((ulong)_pages.Values.Count(page => page.Use != FrameUse.None), world.Allocator.FramesInUse(FrameUse.User), _where);
        }

        private static string Rights(Protection protection) =>
            $"r{(protection.IsWritable ? 'w' : '-')}{(protection.IsExecutable ? 'x' : '-')}";

        // Everything goes; what remains are the entries of the shared part of the root.
        private void Empty()
        {
            _where = $"seed {seed}, {world.Width}, at the end";
            foreach (Mapped page in _pages.Values.ToList())
            {
                if (_batch.IsFull)
                    _ = _batch.Flush(world.Tlb, world.Allocator);
                if (page.Bytes == 4096)
                    Unmap<Size4KiB>(page.Start);
                else
                    Unmap<Size2MiB>(page.Start);
            }

            _ = _batch.Flush(world.Tlb, world.Allocator);
            foreach (ulong cluster in Clusters)
                _ = world.Kernel.ReclaimTables(VirtRange.Create(At(cluster & ~(MiB2 - 1)), MiB2)).Value.Flush(world.Tlb, FrameUse.None);
            _smallTables.Clear();
            Check();
            Assert.IsTrue(world.Allocator.Validate(), _where);
            ulong kept = world.Kernel.Statistics.Tables - 1;
            Assert.AreEqual(_freeAtFirst - kept, world.FreeFrames, _where);
            Assert.IsLessThanOrEqualTo(world.Width == AddressWidth.Bits48 ? 3UL : 5UL, kept, _where);
        }
    }
}
