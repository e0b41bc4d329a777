using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>
/// Random operations on pages and ranges, against a flat model: an array with what each page of 4 KiB shows. After each step the MMU must
/// agree on every page: frame, size, rights, fault code.
/// </summary>
[TestClass]
public sealed class RangeModelTests
{
    private const ulong KiB4 = 4096;
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const int Steps = 160;

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 11)]
    [DataRow(AddressWidth.Bits48, 12)]
    [DataRow(AddressWidth.Bits48, 13)]
    [DataRow(AddressWidth.Bits48, 14)]
    [DataRow(AddressWidth.Bits57, 21)]
    [DataRow(AddressWidth.Bits57, 22)]
    [DataRow(AddressWidth.Bits57, 23)]
    public void The_MMU_agrees_with_a_flat_model_on_every_page(AddressWidth width, int seed)
    {
        using var world = new PagingWorld(width);
        new Run(world, seed).All();
    }

    [TestMethod]
    [TestCategory("Long")]
    public void The_MMU_agrees_with_a_flat_model_for_hundreds_of_seeds()
    {
        for (int seed = 1000; seed < 1300; seed++)
        {
            using var world = new PagingWorld(seed % 2 == 0 ? AddressWidth.Bits48 : AddressWidth.Bits57);
            new Run(world, seed).All();
        }
    }

    /// <summary>What a page of 4 KiB shows.</summary>
    private readonly record struct Shown(ulong Physical, PageTableLevel Level, Protection Protection)
    {
        public bool IsMapped => Level >= PageTableLevel.Pt;
    }

    private sealed class Run
    {
        // Windows of pages that are checked one by one: around a border of 2 MiB, 1 GiB and 512 GiB, of the kernel and of a program.
        private readonly (ulong Start, int Pages, bool User)[] _windows =
        [
            (Dynamic + MiB2 - (6 * KiB4), 1100, false),
            (Dynamic + (512 * GiB) - MiB2 - (3 * KiB4), 1100, false),
            (0x4000_0000 - MiB2 - (5 * KiB4), 1100, true),
        ];

        private readonly Random _random;
        private readonly PagingWorld _world;
        private readonly int _seed;
        private readonly Shown[][] _model;
        private readonly ulong _freeAtFirst;
        private readonly ulong _tablesAtFirst;
        private string _where = "";

        public Run(PagingWorld world, int seed)
        {
            (_world, _seed, _random) = (world, seed, new Random(seed));
            _model = _windows.Select(window => new Shown[window.Pages]).ToArray();
            Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelRegions).IsSuccess);
            _freeAtFirst = world.FreeFrames;
            _tablesAtFirst = (ulong)world.Tables(world.Kernel).Count;
        }

        public void All()
        {
            for (int step = 0; step < Steps; step++)
            {
                int window = _random.Next(_windows.Length);
                int first = _random.Next(_windows[window].Pages);
                int count = _random.Next(4) == 0 ? 1 : _random.Next(1, _windows[window].Pages - first + 1);
                _where = $"seed {_seed}, {_world.Width}, step {step}";
                string what = Step(window, first, count);
                _where += $": {what} {count} pages at {_windows[window].Start + ((ulong)first * KiB4):X}";
                Check(window);
            }

            for (int window = 0; window < _windows.Length; window++)
            {
                _ = Flush(_world.Kernel.UnmapRange(RangeOf(window, 0, _windows[window].Pages)));
                Array.Clear(_model[window]);
                Check(window);
            }

            Assert.AreEqual(0UL, _world.Kernel.Statistics.MappedBytes, _where);
            ulong tables = (ulong)_world.Tables(_world.Kernel).Count;
            Assert.AreEqual(tables, _world.Kernel.Statistics.Tables, _where);
            Assert.AreEqual(_freeAtFirst - (tables - _tablesAtFirst), _world.FreeFrames, _where);
            Assert.IsTrue(_world.Allocator.Validate(), _where);
        }

        private string Step(int window, int first, int count)
        {
            switch (_random.Next(9))
            {
                case < 3:
                    return MapSome(window, first, count);
                case 3:
                    return MapOne(window, first);
                case < 6:
                    return UnmapSome(window, first, count);
                case 6:
                    return ProtectSome(window, first, count);
                case 7:
                    return SplitOne(window, first);
                default:
                    return PromoteOne(window, first);
            }
        }

        private string MapSome(int window, int first, int count)
        {
            VirtRange range = RangeOf(window, first, count);
            Protection protection = AnyProtection(_windows[window].User);
            PageTableLevel largest = (PageTableLevel)_random.Next(1, 4);
            ulong physical = _random.Next(2) == 0 ? range.Start.Value % GiB : (ulong)_random.Next(1 << 18) * KiB4;
            bool free = Enumerable.Range(first, count).All(page => !_model[window][page].IsMapped);
            PagingSnapshot? before = free ? null : _world.Snapshot(_world.Kernel);
            Result<MapFailure> result = _world.Kernel.MapRange(range, PhysAddr.Create(physical), protection, largest);
            Assert.AreEqual(free, result.IsSuccess, $"{_where}: map");
            if (!free)
            {
                int blocked = Enumerable.Range(first, count).First(page => _model[window][page].IsMapped);
                MapFailure failure = result.Error;
                Assert.AreEqual(AddressOf(window, blocked), failure.Page.Value & ~0UL, $"{_where}: the first page in the way");
                Assert.AreEqual(before, _world.Snapshot(_world.Kernel), $"{_where}: nothing changed");
                return "no map of";
            }

            // Which sizes were chosen depends on the tables that were there: the MMU is asked, and has to stay with it.
            for (int page = first; page < first + count; page++)
            {
                MmuView view = _world.View(_world.Kernel, AddressOf(window, page));
                PageTableLevel level = LevelOf(view.PageBytes);
                Assert.IsTrue(level <= largest, _where);
                _model[window][page] = new Shown(physical + ((ulong)(page - first) * KiB4), level, protection);
            }

            return "map";
        }

        private string MapOne(int window, int page)
        {
            Protection protection = AnyProtection(_windows[window].User);
            bool free = !_model[window][page].IsMapped;
            Result<MapFailure> result = _world.Kernel.Map(PageAt(AddressOf(window, page)), FrameAt(0x7000), protection);
            Assert.AreEqual(free, result.IsSuccess, $"{_where}: map one");
            if (free)
                _model[window][page] = new Shown(0x7000, PageTableLevel.Pt, protection);
            return "map one of";
        }

        private string UnmapSome(int window, int first, int count)
        {
            bool cut = IsCut(window, first, count);
            Result<UnmappedRange<SimulatedPlatform>, MapFailure> result = _world.Kernel.UnmapRange(RangeOf(window, first, count));
            Assert.AreEqual(!cut, result.IsSuccess, $"{_where}: unmap");
            if (cut)
                return "no unmap of";
            UnmapSummary summary = Flush(result);
            ulong mapped = (ulong)Enumerable.Range(first, count).Count(page => _model[window][page].IsMapped);
            Assert.AreEqual(mapped * KiB4, summary.Bytes, _where);
            Array.Clear(_model[window], first, count);
            return "unmap";
        }

        private string ProtectSome(int window, int first, int count)
        {
            bool cut = IsCut(window, first, count);
            Protection protection = AnyProtection(_windows[window].User);
            Result<PendingRangeFlush, MapFailure> result = _world.Kernel.ProtectRange(RangeOf(window, first, count), protection);
            Assert.AreEqual(!cut, result.IsSuccess, $"{_where}: protect");
            if (cut)
                return "no protect of";
            result.Value.Flush(_world.Tlb);
            for (int page = first; page < first + count; page++)
            {
                if (_model[window][page].IsMapped)
                    _model[window][page] = _model[window][page] with { Protection = protection };
            }

            return "protect";
        }

        private string SplitOne(int window, int page)
        {
            bool large = _model[window][page].Level == PageTableLevel.Pd;
            ulong address = AddressOf(window, page) & ~(MiB2 - 1);
            Result<PendingFlush, MapFailure> result = _world.Kernel.Split(PageAt<Size2MiB>(address));
            Assert.AreEqual(large, result.IsSuccess, $"{_where}: split");
            if (!large)
                return "no split of";
            result.Value.Flush(_world.Tlb);
            SetLevel(window, address, PageTableLevel.Pt);
            return "split";
        }

        private string PromoteOne(int window, int page)
        {
            ulong address = AddressOf(window, page) & ~(MiB2 - 1);
            int first = (int)((long)(address - _windows[window].Start) / (long)KiB4);
            bool whole = address >= _windows[window].Start && first + 512 <= _windows[window].Pages;
            bool alike = whole && _model[window][first].Level == PageTableLevel.Pt && _model[window][first].Physical % MiB2 == 0;
            for (int i = 0; i < 512 && alike; i++)
                alike = _model[window][first + i] == _model[window][first] with { Physical = _model[window][first].Physical + ((ulong)i * KiB4) };
            Result<PromotedPage<SimulatedPlatform>, MapFailure> result = _world.Kernel.Promote(PageAt<Size2MiB>(address));
            Assert.AreEqual(alike, result.IsSuccess, $"{_where}: promote");
            if (!alike)
                return "no promotion of";
            result.Value.Flush(_world.Tlb);
            SetLevel(window, address, PageTableLevel.Pd);
            return "promote";
        }

        private void SetLevel(int window, ulong address, PageTableLevel level)
        {
            for (int page = 0; page < _windows[window].Pages; page++)
            {
                if (AddressOf(window, page) >= address && AddressOf(window, page) - address < MiB2)
                    _model[window][page] = _model[window][page] with { Level = level };
            }
        }

        private UnmapSummary Flush(Result<UnmappedRange<SimulatedPlatform>, MapFailure> result) => result.Value.Flush(_world.Tlb, FrameUse.None);

        // Whether a large page reaches beyond the range.
        private bool IsCut(int window, int first, int count)
        {
            bool Reaches(int page, int beyond) =>
                beyond >= 0 && beyond < _windows[window].Pages
                && _model[window][page].Level == PageTableLevel.Pd && _model[window][beyond].Level == PageTableLevel.Pd
                && AddressOf(window, page) / MiB2 == AddressOf(window, beyond) / MiB2;
            return Reaches(first, first - 1) || Reaches(first + count - 1, first + count);
        }

        private Protection AnyProtection(bool user) => (_random.Next(3), user) switch
        {
            (0, false) => Protection.KernelData,
            (1, false) => Protection.KernelReadOnly.WithTracking(true),
            (_, false) => Protection.KernelCode,
            (0, true) => Protection.UserData,
            (1, true) => Protection.UserReadOnly,
            (_, true) => Protection.UserCode,
        };

        private void Check(int window)
        {
            MmuRegisters registers = _world.Registers(_world.Kernel.Root.Register);
            for (int page = 0; page < _windows[window].Pages; page++)
            {
                ulong address = AddressOf(window, page) + 0xABC;
                Shown shown = _model[window][page];
                foreach (MemoryAccess access in new[] { MemoryAccess.Read, MemoryAccess.Write, MemoryAccess.Execute })
                {
                    foreach (Privilege privilege in new[] { Privilege.Supervisor, Privilege.User })
                    {
                        MmuResult result = _world.Machine.Mmu.Probe(registers, At(address), access, privilege);
                        if (Expect(shown, access, privilege, out ulong code))
                            Assert.IsTrue(result.Outcome == MmuOutcome.Translated && result.Translation.Address.Value == shown.Physical + 0xABC, $"{_where}, {address:X} {access} {privilege}");
                        else
                            Assert.IsTrue(result.Outcome == MmuOutcome.PageFault && result.Fault.ErrorCode == code, $"{_where}, {address:X} {access} {privilege}: code {code:X}");
                    }
                }

                Assert.AreEqual(shown.IsMapped, _world.Kernel.TryTranslate(At(address), out Translation translation), _where);
                if (shown.IsMapped)
                {
                    Assert.AreEqual(
                        (shown.Physical + 0xABC, shown.Level, shown.Protection), (translation.Address.Value, translation.Level, translation.Protection), _where);
                }
            }
        }

        // P bit 0, W/R bit 1, U/S bit 2, I/D bit 4.
        private static bool Expect(Shown shown, MemoryAccess access, Privilege privilege, out ulong code)
        {
            bool allowed = shown.IsMapped && (privilege == Privilege.Supervisor || shown.Protection.IsUser) && access switch
            {
                MemoryAccess.Write => shown.Protection.IsWritable,
                MemoryAccess.Execute => shown.Protection.IsExecutable,
                _ => true,
            };
            code = (shown.IsMapped ? 1UL : 0)
                | (access == MemoryAccess.Write ? 2UL : 0)
                | (privilege == Privilege.User ? 4UL : 0)
                | (access == MemoryAccess.Execute ? 16UL : 0);
            return allowed;
        }

        private static PageTableLevel LevelOf(ulong bytes)
        {
            if (bytes == KiB4)
                return PageTableLevel.Pt;
            return bytes == MiB2 ? PageTableLevel.Pd : PageTableLevel.Pdpt;
        }

        private ulong AddressOf(int window, int page) => _windows[window].Start + ((ulong)page * KiB4);

        private VirtRange RangeOf(int window, int first, int count) => VirtRange.Create(At(AddressOf(window, first)), (ulong)count * KiB4);
    }
}
