using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using KernelMem.Tests.Paging;
using static KernelMem.Tests.AddressSpaces.SpaceWorld;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>Random operations against a dictionary of pages; and two CPUs at once in one space.</summary>
[TestClass]
public sealed class SpaceModelTests
{
    private const int Steps = 400;
    private const int WindowPages = 40;

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 1)]
    [DataRow(AddressWidth.Bits48, 4711)]
    [DataRow(AddressWidth.Bits57, 2)]
    [DataRow(AddressWidth.Bits57, 20_261_124)]
    public void Regions_agree_with_a_dictionary_of_pages(AddressWidth width, int seed)
    {
        using var world = new SpaceWorld(width, cpus: 2, frames: 1023);
        ulong free = world.FreeFrames;
        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        using (world.Machine.Enter(1))
            program.Activate();
        world.Use(program);
        new Run(world, program, seed).All();
        world.Use(world.Kernel);
        using (world.Machine.Enter(1))
            world.Kernel.Activate();
        Assert.IsTrue(program.Destroy().IsSuccess);
        Assert.AreEqual(free, world.FreeFrames, $"seed {seed}");
        Assert.IsTrue(world.Frames.Validate());
    }

    [TestMethod]
    public void Two_CPUs_allocate_touch_and_release_in_one_space_without_a_leak()
    {
        const int rounds = 300;
        using var world = new SpaceWorld(cpus: 3, joinFrom: 1);
        _ = world.Kernel.Allocate(1, RegionKind.KernelStack, Protection.KernelData).Value;
        ulong free = world.FreeFrames;
        MapperStatistics before = world.Kernel.GetStatistics().Tables;
        world.Paging.RunCpus(2, (cpu, number) =>
        {
            var random = new Random(number);
            byte mark = (byte)(number + 1);
            for (int round = 0; round < rounds; round++)
            {
                RegionBacking backing = random.Next(2) == 0 ? RegionBacking.OnDemand : RegionBacking.Committed;
                ulong bytes = (ulong)random.Next(1, 80) << 12;
                bool own = random.Next(2) == 0; // a place that the other CPU never takes, not even just after the release
                Result<VirtRange, AddressSpaceError> made = own
                    ? world.Kernel.AllocateAt(Range(PagingWorld.Dynamic + ((ulong)(number + 1) << 34), bytes), RegionKind.KernelData, Protection.KernelData, backing)
                    : world.Kernel.Allocate(bytes, RegionKind.KernelData, Protection.KernelData, backing);
                VirtRange range = made.Value;
                ulong step = (ulong)random.Next(1, 4) << 12;
                for (ulong offset = 0; offset < range.Length; offset += step)
                {
                    Assert.AreEqual(0, cpu.ReadByte(range.Start + offset), $"round {round}: somebody else's page");
                    cpu.WriteByte(range.Start + offset, mark);
                }

                if (random.Next(3) == 0)
                {
                    VirtRange part = Range(range.Start.Value + (range.Length / 8192 * 4096), 0x1000);
                    Assert.IsTrue(world.Kernel.Protect(part, Protection.KernelReadOnly).IsSuccess);
                    Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.WriteByte(part.Start, 9));
                }

                for (ulong offset = 0; offset < range.Length; offset += step)
                    Assert.AreEqual(mark, cpu.ReadByte(range.Start + offset), $"round {round}: somebody wrote to it");
                Assert.IsTrue(world.Kernel.Release(range).IsSuccess);
                if (own)
                    Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.ReadByte(range.Start), $"round {round}: after the release");
            }
        });

        MapperStatistics after = world.Kernel.GetStatistics().Tables;
        Assert.AreEqual((free, before.Tables, before.MappedBytes), (world.FreeFrames, after.Tables, after.MappedBytes));
        Assert.AreEqual((ulong)world.Paging.Tables(world.Kernel.Mapper).Count, after.Tables);
        Assert.AreEqual(1, world.Kernel.RegionCount);
        Assert.IsTrue(world.Frames.Validate());
    }

    private sealed record Page(RegionKind Kind, Protection Protection, bool OnDemand)
    {
        public bool Touched { get; set; } = !OnDemand;
    }

    private sealed class Run(SpaceWorld world, AddressSpace<SimulatedPlatform> space, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly SortedDictionary<ulong, Page> _pages = [];
        private string _where = "";

        public void All()
        {
            for (int step = 0; step < Steps; step++)
            {
                _where = $"seed {seed}, step {step}";
                TouchOnOther();
                int choice = _random.Next(10);
                if (choice < 3)
                    AllocateAt();
                else if (choice < 4)
                    Allocate();
                else if (choice < 6)
                    Release();
                else if (choice < 8)
                    Protect();
                else
                    Access();
                Check();
            }
        }

        private (VirtRange Range, ulong[] Pages) AnyRange()
        {
            ulong start = PagingWorld.User + 0x1F_0000 + ((ulong)_random.Next(WindowPages) << 12);
            ulong count = (ulong)_random.Next(1, 8);
            return (Range(start, count << 12), PagesOf(Range(start, count << 12)));
        }

        private static ulong[] PagesOf(VirtRange range) =>
            [.. Enumerable.Range(0, (int)(range.Length >> 12)).Select(page => range.Start.Value + ((ulong)page << 12))];

        private (RegionKind Kind, Protection Protection, RegionBacking Backing) AnyKind()
        {
            RegionKind kind = (RegionKind)_random.Next((int)RegionKind.UserCode, (int)RegionKind.UserStack + 1);
            Protection protection = _random.Next(3) switch { 0 => Protection.UserReadOnly, 1 => Protection.UserData, _ => Protection.UserCode };
            return (kind, protection, _random.Next(2) == 0 ? RegionBacking.OnDemand : RegionBacking.Committed);
        }

        private void AllocateAt()
        {
            (VirtRange range, ulong[] pages) = AnyRange();
            (RegionKind kind, Protection protection, RegionBacking backing) = AnyKind();
            AddressSpaceError expected = pages.Any(_pages.ContainsKey) ? AddressSpaceError.Overlaps : AddressSpaceError.None;
            Assert.AreEqual(expected, ErrorOf(space.AllocateAt(range, kind, protection, backing)), _where);
            if (expected == AddressSpaceError.None)
                Enter(pages, kind, protection, backing);
        }

        private void Allocate()
        {
            (RegionKind kind, Protection protection, RegionBacking backing) = AnyKind();
            if (_pages.Count > 150)
                return;
            VirtRange range = space.Allocate((ulong)_random.Next(1, 5) << 12, kind, protection, backing).Value;
            Assert.IsFalse(PagesOf(range).Append(range.Start.Value - 0x1000).Append(range.Last.Value + 1).Any(_pages.ContainsKey), _where);
            Enter(PagesOf(range), kind, protection, backing);
        }

        private void Enter(ulong[] pages, RegionKind kind, Protection protection, RegionBacking backing)
        {
            foreach (ulong page in pages)
                _pages[page] = new Page(kind, protection, backing == RegionBacking.OnDemand);
        }

        private void Release()
        {
            (VirtRange range, ulong[] pages) = AnyRange();
            if (_random.Next(4) == 0 && _pages.Count > 0)
                (range, pages) = (Range(_pages.Keys.First(), 0x1000), [_pages.Keys.First()]);
            AddressSpaceError expected = pages.All(_pages.ContainsKey) ? AddressSpaceError.None : AddressSpaceError.NoRegion;
            Assert.AreEqual(expected, ErrorOf(space.Release(range)), _where);
            foreach (ulong page in expected == AddressSpaceError.None ? pages : [])
                _pages.Remove(page);
        }

        private void Protect()
        {
            (VirtRange range, ulong[] pages) = AnyRange();
            Protection protection = AnyKind().Protection;
            AddressSpaceError expected = pages.All(_pages.ContainsKey) ? AddressSpaceError.None : AddressSpaceError.NoRegion;
            Assert.AreEqual(expected, ErrorOf(space.Protect(range, protection)), _where);
            foreach (ulong page in expected == AddressSpaceError.None ? pages : [])
                _pages[page] = _pages[page] with { Protection = protection, Touched = _pages[page].Touched };
        }

        private void Access()
        {
            (VirtRange range, _) = AnyRange();
            ulong page = range.Start.Value;
            var access = (MemoryAccess)_random.Next(3);
            FaultOutcome? expected = null;
            if (!_pages.TryGetValue(page, out Page? known))
                expected = FaultOutcome.NoRegion;
            else if ((access == MemoryAccess.Write && !known.Protection.IsWritable) || (access == MemoryAccess.Execute && !known.Protection.IsExecutable))
                expected = FaultOutcome.AccessDenied;
            Assert.AreEqual(expected, world.Try(page + 0x10, access, Privilege.User), $"{_where}: {access} at {page:X}");
            if (expected is null)
                known!.Touched = true;
        }

        private void TouchOnOther()
        {
            foreach (ulong page in _pages.Keys)
                _ = world.Machine.Cpus[1].Translate(At(page), MemoryAccess.Read);
        }

        private void Check()
        {
            ulong first = PagingWorld.User + 0x1E_E000;
            IEnumerable<ulong> nearby = Enumerable.Range(0, WindowPages + 12).Select(page => first + ((ulong)page << 12));
            foreach (ulong page in _pages.Keys.Concat(nearby))
            {
                string rights = "---";
                if (_pages.TryGetValue(page, out Page? known) && known.Touched)
                    rights = $"r{(known.Protection.IsWritable ? 'w' : '-')}{(known.Protection.IsExecutable ? 'x' : '-')}";
                Assert.AreEqual(rights, world.View(page).User, $"{_where}: {page:X}");
                foreach (SimulatedCpu cpu in world.Machine.Cpus)
                    Assert.AreEqual(rights, PagingWorld.ViewOf(cpu, page).User, $"{_where}: {page:X} on CPU {cpu.Id.Value}");
                Assert.AreEqual(known is not null, space.TryFindRegion(At(page), out Region region), $"{_where}: {page:X}");
                if (known is not null)
                    Assert.AreEqual((known.Kind, known.Protection), (region.Kind, region.Protection), $"{_where}: {page:X}");
            }

            foreach (RegionKind kind in new[] { RegionKind.UserCode, RegionKind.UserData, RegionKind.UserStack })
                Assert.AreEqual((ulong)_pages.Values.Count(page => page.Kind == kind) << 12, space.GetStatistics(kind).Bytes, $"{_where}: {kind}");
            ulong touched = (ulong)_pages.Values.Count(page => page.Touched);
            Assert.AreEqual((touched, touched), (world.Frames.FramesInUse(FrameUse.User), space.GetStatistics().Tables.SmallPages), _where);
        }
    }
}
