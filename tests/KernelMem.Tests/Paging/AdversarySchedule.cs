using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.Paging.AdversaryWorld;

namespace KernelMem.Tests.Paging;

/// <summary>How a schedule ended.</summary>
/// <param name="Failure">The first thing that must not be; null if there was none.</param>
/// <param name="UsedStaleEntry">Whether a stale entry was really used for it.</param>
/// <param name="Flushes">What the shootdown did.</param>
/// <param name="StaleUses">How often a stale entry was used, allowed uses included.</param>
internal sealed record AdversaryOutcome(string? Failure, bool UsedStaleEntry, FlushStatistics Flushes, long StaleUses);

/// <summary>
/// Random operations on all spaces by all CPUs, with a dictionary of what is mapped. What is owed may be paid at once or later; what was
/// paid, no CPU sees any more.
/// </summary>
internal sealed class AdversarySchedule : IDisposable
{
    private const int RegionPages = 64;
    private const ulong KiB4 = 4096;
    private const ulong MiB2 = 2UL << 20;
    private const int MostDebts = 6;
    private const FrameUse Use = FrameUse.User;

    /// <summary>Where 64 small pages may be: for each program, and for the kernel.</summary>
    private static readonly ulong[] ProgramRegions = [0x1000_0000, 0x4000_0000];
    private static readonly ulong[] KernelRegions = [0xFFFF_C000_0000_0000, 0x4444_4444_0000];
    private const ulong ProgramCluster = 0x2000_0000;
    private const ulong KernelCluster = 0xFFFF_C000_4000_0000;

    private readonly AdversaryWorld _world;
    private readonly Random _random;
    private readonly Dictionary<(int Owner, ulong Page), Mapped> _pages = [];
    private readonly Cluster?[] _clusters = new Cluster?[Programs + 1];
    private readonly Dictionary<(int Owner, ulong Page), int> _owed = [];
    private readonly List<Debt> _debts = [];
    private readonly FlushBatch[] _batches = new FlushBatch[Programs + 1];
    private readonly List<(int Owner, ulong Page)>[] _batched = [.. Enumerable.Range(0, Programs + 1).Select(_ => new List<(int, ulong)>())];
    private long _staleUses;

    private AdversarySchedule(AdversarySetup setup)
    {
        List<ulong> touched = [ProgramCluster, ProgramCluster + (300 * KiB4), KernelCluster, KernelCluster + (511 * KiB4)];
        foreach (ulong region in ProgramRegions.Concat(KernelRegions))
            touched.AddRange([region, region + KiB4, region + (2 * KiB4), region + (40 * KiB4)]);
        _world = new AdversaryWorld(setup, touched);
        _random = new Random((int)setup.Seed + 1);
    }

    private sealed record Mapped(ulong Physical, Protection Protection);

    private sealed record Cluster(Frame Block, Protection Protection, bool IsLarge);

    private sealed record Debt(int Owner, List<(int Owner, ulong Page)> Pages, bool HasTables, Action Pay);

    public static AdversaryOutcome Run(AdversarySetup setup, int steps)
    {
        using var schedule = new AdversarySchedule(setup);
        for (int step = 0; step < steps && schedule._world.Failure is null; step++)
            schedule.Step();
        AdversaryWorld world = schedule._world;
        return new AdversaryOutcome(
            world.Failure, world.UsedStaleEntry, world.Tlb.Statistics, schedule._staleUses + world.Machine.StaleUses.Count);
    }

    public void Dispose() => _world.Dispose();

    private void Step()
    {
        _staleUses += _world.Machine.StaleUses.Count;
        _world.Machine.StaleUses.Clear();
        int cpu = _random.Next(_world.Setup.Cpus);
        int owner = _random.Next(3) == 0 ? Kernel : _world.Running[cpu] != Kernel && _random.Next(3) != 0 ? _world.Running[cpu] : _random.Next(1, Programs + 1);
        switch (_random.Next(40))
        {
            case < 6:
                CheckAll(cpu);
                _world.Activate(cpu, _random.Next(Programs + 1));
                CheckAll(cpu);
                break;
            case < 10:
                BeLazy(cpu);
                break;
            case 10:
                Renew(cpu, _random.Next(1, Programs + 1));
                break;
            default:
                using (_world.Machine.Enter(cpu))
                    Work(owner);
                break;
        }

        _world.Scan();
        _world.ForbidFree(true);
        for (int i = 0; i < 12 && _world.Failure is null; i++)
            Check(_random.Next(_world.Setup.Cpus), _world.Pages[_random.Next(_world.Pages.Count)]);
        _world.ForbidFree(false);
    }

    private void Work(int owner)
    {
        ulong page = AnyPage(owner);
        switch (_random.Next(20))
        {
            case < 7:
                for (int i = _random.Next(1, 5); i > 0; i--)
                    Map(owner, AnyPage(owner));
                break;
            case < 10:
                Unmap(owner, page);
                break;
            case 10 or 11:
                Protect(owner, page);
                break;
            case 12 or 13:
                UnmapRange(owner, page);
                break;
            case 14:
                ProtectRange(owner, page);
                break;
            case 15:
                Reclaim(owner, page);
                break;
            case 16 or 17:
                ChangeCluster(owner);
                break;
            case 18 when _batched[owner].Count != 0:
                Owe(TakeBatch(owner), payNow: true);
                break;
            default:
                if (_debts.Count != 0)
                    Pay(_debts[_random.Next(_debts.Count)]);
                break;
        }

        while (_debts.Count > MostDebts && _world.Failure is null)
            Pay(_debts[0]);
    }

    private void Map(int owner, ulong page)
    {
        if (_pages.ContainsKey((owner, page)) || IsOwed(owner, page) || !_world.Allocator.Allocate(Use).TryGet(out OwnedFrame frame))
            return;
        _world.Scan();
        Protection protection = AnyProtection(owner);
        ulong physical = frame.Start.Start.Value;
        _world.Mapper(owner).Map(Page<Size4KiB>.Create(At(page)), frame.Release(), protection).Expect("nothing is there");
        _pages[(owner, page)] = new Mapped(physical, protection);
        CheckEverywhere(owner, page);
    }

    private void Unmap(int owner, ulong page)
    {
        if (!_pages.ContainsKey((owner, page)) || IsOwed(owner, page))
            return;
        Unmapped<Size4KiB> unmapped = _world.Mapper(owner).Unmap(Page<Size4KiB>.Create(At(page))).Value;
        _pages.Remove((owner, page));
        if (_random.Next(2) == 0 && _batched[owner].Count < FlushBatch.Capacity)
        {
            _batches[owner].Add(unmapped, Use);
            Batch(owner, page);
            return;
        }

        Owe(new Debt(owner, [(owner, page)], HasTables: false, () => _world.Allocator.Free(unmapped.Flush(_world.Tlb), Use).Expect("it is the allocator's")));
    }

    private void Protect(int owner, ulong page)
    {
        if (!_pages.TryGetValue((owner, page), out Mapped? mapped) || IsOwed(owner, page))
            return;
        Protection protection = AnyProtection(owner);
        PendingFlush flush = _world.Mapper(owner).Protect(Page<Size4KiB>.Create(At(page)), protection).Value;
        _pages[(owner, page)] = mapped with { Protection = protection };
        if (_random.Next(2) == 0 && _batched[owner].Count < FlushBatch.Capacity)
        {
            _batches[owner].Add(flush);
            Batch(owner, page);
            return;
        }

        Owe(new Debt(owner, [(owner, page)], HasTables: false, () => flush.Flush(_world.Tlb)));
    }

    private void UnmapRange(int owner, ulong page)
    {
        VirtRange range = AnyRange(page);
        List<(int, ulong)> pages = PagesIn(owner, range);
        if (pages.Exists(each => _owed.ContainsKey(each)))
            return;
        UnmappedRange<AdversaryPlatform> unmapped = _world.Mapper(owner).UnmapRange(range).Value;
        foreach ((int, ulong) each in pages)
            _pages.Remove(each);
        Owe(new Debt(owner, pages, HasTables: false, () => unmapped.Flush(_world.Tlb, Use)));
    }

    private void ProtectRange(int owner, ulong page)
    {
        VirtRange range = AnyRange(page);
        List<(int Owner, ulong Page)> pages = [.. PagesIn(owner, range).Where(each => _pages.ContainsKey(each))];
        if (pages.Exists(each => IsOwed(each.Owner, each.Page)))
            return;
        Protection protection = AnyProtection(owner);
        PendingRangeFlush flush = _world.Mapper(owner).ProtectRange(range, protection).Value;
        foreach ((int, ulong) each in pages)
            _pages[each] = _pages[each] with { Protection = protection };
        Owe(new Debt(owner, pages, HasTables: false, () => flush.Flush(_world.Tlb)));
    }

    /// <summary>Tables that became empty.</summary>
    private void Reclaim(int owner, ulong page)
    {
        VirtRange range = VirtRange.Create(At(page & ~(MiB2 - 1)), MiB2);
        UnmappedRange<AdversaryPlatform> tables = _world.Mapper(owner).ReclaimTables(range).Value;
        Owe(new Debt(owner, [], HasTables: true, () => tables.Flush(_world.Tlb, FrameUse.None)), payNow: _random.Next(2) == 0);
    }

    /// <summary>512 small pages become a large one, that is split again, and in the end they go.</summary>
    private void ChangeCluster(int owner)
    {
        ulong start = owner == Kernel ? KernelCluster : ProgramCluster;
        if (IsOwed(owner, start))
            return;
        PageMapper<AdversaryPlatform> mapper = _world.Mapper(owner);
        VirtRange range = VirtRange.Create(At(start), MiB2);
        if (_clusters[owner] is not { } cluster)
        {
            if (!_world.Allocator.Allocate(FrameRequest.For(Use).WithOrder(9)).TryGet(out OwnedFrame block))
                return;
            _world.Scan();
            cluster = new Cluster(block.Release(), AnyProtection(owner), IsLarge: false);
            mapper.MapRange(range, cluster.Block.Start, cluster.Protection, PageTableLevel.Pt).Expect("nothing is there");
            _clusters[owner] = cluster;
        }
        else if (_random.Next(3) == 0)
        {
            DropCluster(owner, payNow: false);
        }
        else if (cluster.IsLarge)
        {
            PendingFlush flush = mapper.Split(Page<Size2MiB>.Create(At(start))).Value;
            _clusters[owner] = cluster with { IsLarge = false };
            Owe(new Debt(owner, [(owner, start)], HasTables: false, () => flush.Flush(_world.Tlb)));
        }
        else
        {
            PromotedPage<AdversaryPlatform> promoted = mapper.Promote(Page<Size2MiB>.Create(At(start))).Value;
            _clusters[owner] = cluster with { IsLarge = true };
            Owe(new Debt(owner, [(owner, start)], HasTables: true, () => promoted.Flush(_world.Tlb)));
        }
    }

    private void DropCluster(int owner, bool payNow)
    {
        ulong start = owner == Kernel ? KernelCluster : ProgramCluster;
        if (_clusters[owner] is not { } cluster)
            return;
        UnmappedRange<AdversaryPlatform> unmapped = _world.Mapper(owner).UnmapRange(VirtRange.Create(At(start), MiB2)).Value;
        _clusters[owner] = null;
        void Free()
        {
            _ = unmapped.Flush(_world.Tlb, FrameUse.None);
            _world.Allocator.Free(cluster.Block, Use).Expect("it is the allocator's");
        }

        Owe(new Debt(owner, [(owner, start)], HasTables: false, Free), payNow);
    }

    private void Renew(int cpu, int owner)
    {
        using (_world.Machine.Enter(cpu))
        {
            PayAll(owner);
            DropCluster(owner, payNow: true);
            foreach (ulong region in ProgramRegions)
            {
                VirtRange range = VirtRange.Create(At(region), RegionPages * KiB4);
                List<(int, ulong)> pages = PagesIn(owner, range);
                UnmappedRange<AdversaryPlatform> unmapped = _world.Mapper(owner).UnmapRange(range).Value;
                foreach ((int, ulong) each in pages)
                    _pages.Remove(each);
                Owe(new Debt(owner, pages, HasTables: false, () => unmapped.Flush(_world.Tlb, Use)), payNow: true);
            }

            if (_world.Failure is null)
                _world.Renew(owner);
        }
    }

    private void PayAll(int owner)
    {
        if (_batched[owner].Count != 0)
            Owe(TakeBatch(owner), payNow: true);
        foreach (Debt debt in _debts.Where(debt => debt.Owner == owner).ToList())
            Pay(debt);
    }

    private void Batch(int owner, ulong page)
    {
        _batched[owner].Add((owner, page));
        Count(owner, page, 1);
    }

    private Debt TakeBatch(int owner)
    {
        FlushBatch batch = _batches[owner];
        List<(int Owner, ulong Page)> pages = [.. _batched[owner]];
        _batches[owner] = default;
        _batched[owner].Clear();
        foreach ((int _, ulong page) in pages)
            Count(owner, page, -1); // they are counted again as the debt's
        return new Debt(owner, pages, HasTables: false, () => batch.Flush(_world.Tlb, _world.Allocator));
    }

    private void Owe(Debt debt, bool? payNow = null)
    {
        _debts.Add(debt);
        foreach ((int owner, ulong page) in debt.Pages)
            Count(owner, page, 1);
        if (payNow ?? _random.Next(2) == 0)
            Pay(debt);
    }

    private void Pay(Debt debt)
    {
        _world.Scan();
        (_world.IsPaying, _world.Faults.IsFreeingTables) = (true, debt.HasTables);
        debt.Pay();
        (_world.IsPaying, _world.Faults.IsFreeingTables) = (false, false);
        _world.Scan();
        _debts.Remove(debt);
        foreach ((int owner, ulong page) in debt.Pages)
            Count(owner, page, -1);
        foreach ((int owner, ulong page) in debt.Pages.Where(_ => debt.Pages.Count < 8 || _random.Next(debt.Pages.Count) < 8))
            CheckEverywhere(owner, page);
    }

    private void CheckEverywhere(int owner, ulong page)
    {
        for (int cpu = 0; cpu < _world.Setup.Cpus; cpu++)
        {
            if (_world.MayUse(cpu, owner))
                Check(cpu, page);
        }
    }

    /// <summary>A CPU is lazy from now on, or no more, or lazy while another works on what it has.</summary>
    private void BeLazy(int cpu)
    {
        CheckAll(cpu);
        _world.ChangeLaziness(cpu);
        if (_world.Faults.Lazy[cpu] && _random.Next(2) == 0)
        {
            using (_world.Machine.Enter((cpu + 1) % _world.Setup.Cpus))
            {
                for (int i = 0; i < 6; i++)
                    Work(_world.Running[cpu]);
            }

            _world.Scan();
            _world.ChangeLaziness(cpu);
        }

        CheckAll(cpu);
    }

    private void CheckAll(int cpu)
    {
        foreach (ulong page in _world.Pages)
            Check(cpu, page);
    }

    /// <summary>A CPU finds at a page what is mapped there, whatever it remembers.</summary>
    private void Check(int cpu, ulong page)
    {
        int owner = IsKernelPage(page) ? Kernel : _world.Running[cpu];
        if ((owner == Kernel && !IsKernelPage(page)) || !_world.MayUse(cpu, owner) || _world.Failure is not null)
            return;
        MemoryAccess access = (MemoryAccess)_random.Next(3);
        MmuResult result = _world.Touch(cpu, page, access);
        _world.LookForAccesses();
        if (IsOwed(owner, page))
            return;
        (ulong physical, Protection protection) = Expected(owner, page);
        bool allowed = access switch
        {
            MemoryAccess.Read => protection.IsReadable,
            MemoryAccess.Write => protection.IsWritable,
            _ => protection.IsExecutable,
        };
        if (allowed != (result.Outcome == MmuOutcome.Translated))
            _world.Fail(cpu, page, $"{access}: {result.Outcome}, but {(allowed ? "allowed" : "forbidden")}");
        else if (allowed && result.Translation.Address.Value != physical)
            _world.Fail(cpu, page, $"{access}: leads to 0x{result.Translation.Address.Value:X} and not to 0x{physical:X}");
    }

    private (ulong Physical, Protection Protection) Expected(int owner, ulong page)
    {
        ulong start = owner == Kernel ? KernelCluster : ProgramCluster;
        if (page - start < MiB2)
            return _clusters[owner] is { } cluster ? (cluster.Block.Start.Value + (page - start), cluster.Protection) : (0, Protection.NoAccess);
        return _pages.TryGetValue((owner, page), out Mapped? mapped) ? (mapped.Physical, mapped.Protection) : (0, Protection.NoAccess);
    }

    private bool IsOwed(int owner, ulong page)
    {
        ulong start = owner == Kernel ? KernelCluster : ProgramCluster;
        return _owed.ContainsKey((owner, page - start < MiB2 ? start : page));
    }

    private void Count(int owner, ulong page, int change)
    {
        int count = _owed.GetValueOrDefault((owner, page)) + change;
        if (count == 0)
            _owed.Remove((owner, page));
        else
            _owed[(owner, page)] = count;
    }

    private ulong AnyPage(int owner)
    {
        ulong[] regions = owner == Kernel ? KernelRegions : ProgramRegions;
        ulong region = regions[_random.Next(regions.Length)];
        return region + (KiB4 * (ulong)(_random.Next(8) == 0 ? 40 : _random.Next(4)));
    }

    /// <summary>Up to the end of the 64 pages.</summary>
    private VirtRange AnyRange(ulong page)
    {
        ulong region = page & ~((RegionPages * KiB4) - 1);
        ulong most = (region + (RegionPages * KiB4) - page) / KiB4;
        ulong count = _random.Next(2) == 0 ? most : (ulong)_random.Next(1, 5);
        return VirtRange.Create(At(page), Math.Min(count, most) * KiB4);
    }

    private static List<(int Owner, ulong Page)> PagesIn(int owner, VirtRange range) =>
        [.. Enumerable.Range(0, (int)(range.Length / KiB4)).Select(index => (owner, range.Start.Value + ((ulong)index * KiB4)))];

    private Protection AnyProtection(int owner)
    {
        if (owner != Kernel)
            return _random.Next(3) switch { 0 => Protection.UserCode, 1 => Protection.UserReadOnly, _ => Protection.UserData };
        Protection protection = _random.Next(3) switch { 0 => Protection.KernelCode, 1 => Protection.KernelReadOnly, _ => Protection.KernelData };
        return protection.WithGlobal(_world.Setup.GlobalPages && !_world.Setup.KernelIsGlobal && _random.Next(2) == 0);
    }
}
