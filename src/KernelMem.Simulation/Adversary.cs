using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Simulation.Caches;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>
/// What makes a machine do its worst, within what the manual allows (Intel SDM Vol. 3A §4.10): at each access it may use any translation
/// or upper entry that was not flushed, or none; it looks ahead, and caches translations that no program asked for; interrupts take their
/// time. All by a seed, so that a run can be replayed.
/// </summary>
/// <remarks>
/// A step is an access to memory, or an instruction of the platform. Runs are replayable if one thread executes everything; it may enter
/// CPUs in turn. Two threads at once are not supported.
/// </remarks>
public sealed class Adversary
{
    private const int MostRecent = 64;
    private const int MostLookAheadsPerStep = 4;

    private readonly SimulatedMachine _machine;
    private readonly AdversaryOptions _options;
    private readonly List<VirtRange> _watched = [];
    private readonly ulong[] _recent = new ulong[MostRecent];
    private readonly List<CachedPage> _pages = [];
    private readonly List<CachedTable> _tables = [];
    private long _recentCount;
    private ulong _random;

    internal Adversary(SimulatedMachine machine, AdversaryOptions options)
    {
        _machine = machine;
        _options = options;
        _random = options.Seed;
    }

    /// <summary>The seed.</summary>
    public ulong Seed => _options.Seed;

    /// <summary>How many steps were made.</summary>
    public long Step { get; private set; }

    /// <summary>How often a CPU looked ahead.</summary>
    public long LookAheads { get; private set; }

    /// <summary>Addresses to look ahead at, besides those near recent accesses.</summary>
    public void Watch(VirtRange addresses)
    {
        if (!addresses.IsEmpty)
            _watched.Add(addresses);
    }

    /// <summary>Looks ahead a number of times: a CPU, the address, and what the walk starts from, are chosen by the seed.</summary>
    public void LookAhead(int times)
    {
        for (int i = 0; i < times; i++)
            LookAhead();
    }

    /// <summary>A step begins: perhaps a CPU looks ahead.</summary>
    internal void OnStep()
    {
        Step++;
        for (int i = 0; i < MostLookAheadsPerStep && Chance(_options.LookAheadPercent); i++)
            LookAhead();
    }

    /// <summary>An address the program is concerned with.</summary>
    internal void Remember(ulong address) => _recent[_recentCount++ % MostRecent] = address;

    /// <summary>Whether something with a chance happens.</summary>
    internal bool Chance(int percent) => Next(100) < percent;

    /// <summary>What an access is translated by.</summary>
    internal CacheChoice Choose(SimulatedCpu cpu, ulong address, WalkAccess access)
    {
        Collect(cpu, address, access);
        int count = _pages.Count + _tables.Count;
        if (count == 0)
            return default;
        if (Chance(_options.StalePercent))
        {
            WalkResult now = cpu.ProbeTables(address);
            int first = Next(count);
            for (int i = 0; i < count; i++)
            {
                CacheChoice choice = At((first + i) % count);
                if (cpu.IsStale(choice, now, address))
                    return choice;
            }
        }

        int chosen = Next(count + 1);
        return chosen == count ? default : At(chosen);
    }

    private CacheChoice At(int index) =>
        index < _pages.Count ? new CacheChoice(_pages[index], null) : new CacheChoice(null, _tables[index - _pages.Count]);

    private void LookAhead()
    {
        if (!TryPickAddress(out ulong address))
            return;
        LookAheads++;
        SimulatedCpu cpu = _machine.Cpus[Next(_machine.Cpus.Count)];
        Collect(cpu, address, WalkAccess.Read);
        int chosen = Next(_tables.Count + 1);
        cpu.LookAhead(address, chosen == _tables.Count ? null : _tables[chosen]);
    }

    /// <summary>Everything that is cached for an address and of use for an access.</summary>
    private void Collect(SimulatedCpu cpu, ulong address, WalkAccess access)
    {
        _pages.Clear();
        _tables.Clear();
        int context = cpu.Registers.ContextIdentifier;
        for (int shift = 12; shift <= 30; shift += 9)
        {
            Collect(cpu, cpu.Caches.FindPage(context, address, shift, global: false), access);
            Collect(cpu, cpu.Caches.FindPage(context, address, shift, global: true), access);
        }

        for (int level = 2; level <= 5; level++)
        {
            for (CachedTable? table = cpu.Caches.FindTable(context, address, level); table is not null; table = table.Older)
                _tables.Add(table);
        }
    }

    private void Collect(SimulatedCpu cpu, CachedPage? newest, WalkAccess access)
    {
        for (CachedPage? page = newest; page is not null; page = page.Older)
        {
            if (cpu.CanUse(page, access))
                _pages.Add(page);
        }
    }

    /// <summary>Mostly an address of late or a watched one, else one near it.</summary>
    private bool TryPickAddress(out ulong address)
    {
        address = 0;
        int recent = (int)Math.Min(_recentCount, MostRecent);
        if (recent == 0 && _watched.Count == 0)
            return false;
        if (_watched.Count > 0 && (recent == 0 || Chance(50)))
        {
            VirtRange range = _watched[Next(_watched.Count)];
            address = range.Start.Value + (NextBits() % range.Length & ~0xFFFUL);
        }
        else
        {
            address = _recent[Next(recent)];
        }

        address = unchecked(Next(10) switch
        {
            < 5 => address,
            < 7 => address + 0x1000,
            7 => address - 0x1000,
            8 => address ^ (NextBits() & 0x1F_F000), // anywhere in the same 2 MiB
            _ => address + 0x20_0000,
        });
        return true;
    }

    private int Next(int limit) => (int)(NextBits() % (ulong)limit);

    /// <summary>SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): the same on every host and runtime.</summary>
    private ulong NextBits()
    {
        unchecked
        {
            ulong bits = _random += 0x9E37_79B9_7F4A_7C15;
            bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
            return bits ^ (bits >> 31);
        }
    }
}
