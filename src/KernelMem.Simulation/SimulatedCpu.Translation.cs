using KernelMem.Addresses;
using KernelMem.Simulation.Caches;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <content>Translation, by caches and tables, and what flushes the caches (Intel SDM Vol. 3A §4.10).</content>
public sealed partial class SimulatedCpu
{
    private const int AdversaryVersions = 4; // for one page: entries from different walks

    private readonly PhysicalWords _memory;
    private readonly WalkFeatures _features;
    private long _walks;
    private long _hits;
    private long _faults;
    private long _pageInvalidations;
    private long _flushes;

    /// <summary>What it has done.</summary>
    public CpuStatistics Statistics => new(_walks, _hits, _faults, _pageInvalidations, _flushes, _interrupts);

    /// <summary>How many translations its TLB holds, of all address spaces.</summary>
    public int CachedTranslations => Caches.PageCount;

    /// <summary>How many upper entries its paging-structure caches hold, of all address spaces.</summary>
    public int CachedTables => Caches.TableCount;

    internal TranslationCaches Caches { get; }

    private int Context => _walkRegisters.Context;

    /// <summary>Whether a cache holds something for an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="level">Which cache.</param>
    /// <param name="contextIdentifier">Under which process-context identifier. A global translation is held under every.</param>
    public bool Holds(VirtAddr address, CacheLevel level = CacheLevel.Translation, int contextIdentifier = 0) => level == CacheLevel.Translation
        ? Caches.FindPage(contextIdentifier, address.Value) is not null
        : Caches.FindTable(contextIdentifier, address.Value, (int)level) is not null;

    /// <summary>What an access would meet now, caches and tables considered; no fault is raised or resolved.</summary>
    /// <remarks>A success is one the CPU has made use of: it is cached, and flags are set.</remarks>
    public MmuResult Translate(VirtAddr address, MemoryAccess access)
    {
        SoftwareMmu.ThrowIfUnsupported(Registers);
        WalkAccess kind = access.By(Privilege);
        CacheChoice choice;
        if (Machine.Adversary is { } adversary)
        {
            adversary.OnStep();
            adversary.Remember(address.Value);
            choice = adversary.Choose(this, address.Value, kind);
        }
        else
        {
            CachedPage? page = Caches.FindPage(Context, address.Value);
            choice = page is not null && CanUse(page, kind)
                ? new CacheChoice(page, null)
                : new CacheChoice(null, Caches.FindTable(Context, address.Value));
        }

        return choice.Page is { } cached ? Use(cached, address, access, kind) : Walk(choice.Table, address, access, kind);
    }

    /// <summary>
    /// Drops the translations of the page that holds an address, whatever its size, in the current context, global ones too, and all upper
    /// entries of the current context (INVLPG). An address that is not canonical is ignored.
    /// </summary>
    public void InvalidatePage(VirtAddr address)
    {
        _pageInvalidations++;
        if (!TableWalk.IsCanonical(address.Value, _walkRegisters.Levels))
            return;
        Machine.Adversary?.Remember(address.Value);
        Caches.DropPage(Context, address.Value);
    }

    /// <summary>Drops all translations and upper entries, of all contexts, global ones too.</summary>
    public void FlushAll()
    {
        Caches.DropAll();
        _flushes++;
    }

    /// <summary>
    /// Whether an access makes use of a cached page. Only a write to a page that is cached as clean does not: it walks the tables, to set
    /// the dirty flag, unless it faults anyway.
    /// </summary>
    internal bool CanUse(CachedPage page, WalkAccess access) =>
        !access.Is(WalkAccess.Write)
        || page.Translation.IsDirty
        || !AccessRules.Allow(_walkRegisters, page.Translation, access, out _);

    /// <summary>What the tables say now.</summary>
    internal WalkResult ProbeTables(ulong address) => TableWalk.Probe(_memory, _walkRegisters, _features, address, WalkAccess.Read);

    /// <summary>Whether a cached entry disagrees with what the tables say now.</summary>
    internal bool IsStale(CacheChoice choice, in WalkResult now, ulong address) =>
        (choice.Page is { } page ? Staleness.Of(page, now, address) : Staleness.Of(choice.Table!, now, _features)) != StaleParts.None;

    /// <summary>
    /// Walks and caches as a processor may at any time: accessed flags are set, dirty flags are not (§4.8, §4.10.2.3). Before the first write
    /// of CR3 the CPU is not up.
    /// </summary>
    internal void LookAhead(ulong address, CachedTable? table)
    {
        const int MostTries = 3; // a walk that uses an entry twice sees it change

        if (!_hasTables || !Registers.IsSupported)
            return;
        VirtAddr at = VirtAddr.CreateUnchecked(address);
        for (int tries = 0; tries < MostTries; tries++)
        {
            WalkResult result = WalkFrom(table, address, WalkAccess.Read);
            if (result.Outcome == WalkOutcome.NotCanonical)
                return;

            // Without a translation, the last entry ended the walk.
            int usable = result.HasTranslation ? result.Path.Count : result.Path.Count - 1;
            bool freed = ReachesFreedTable(table, result, at, speculative: true);
            if (!freed && !TableWalk.TrySetAccessed(_memory, result.Path, usable))
                continue;
            if (table is not null && Machine.StaleUses.IsRecording)
                NoteStale(table, at, result, MemoryAccess.Read, speculative: true);
            Fill(address, result);
            if (result.HasTranslation)
                NoteFreedPage(at, result.Translation, long.MaxValue, LevelOf(table), speculative: true);
            return;
        }
    }

    private MmuResult Use(CachedPage page, VirtAddr address, MemoryAccess access, WalkAccess kind)
    {
        bool allowed = AccessRules.Allow(_walkRegisters, page.Translation, kind, out uint errorCode);
        MmuResult result = allowed
            ? MmuResult.Success(SimulatedTranslation.Of(page.Translation, address.Value))
            : MmuResult.Failure(new SimulatedPageFault(address, errorCode));
        if (Machine.StaleUses.IsRecording)
        {
            StaleParts parts = Staleness.Of(page, ProbeTables(address.Value), address.Value);
            if (parts != StaleParts.None)
                RecordStale(address, access, CacheLevel.Translation, parts, result, speculative: false);
        }

        if (allowed)
        {
            _hits++;
            NoteFreedPage(address, page.Translation, page.Time, CacheLevel.Translation, speculative: false);
        }
        else
        {
            // A stale entry may well cause a fault; the fault drops it.
            Caches.DropAfterFault(Context, address.Value);
        }

        return result;
    }

    private MmuResult Walk(CachedTable? table, VirtAddr address, MemoryAccess access, WalkAccess kind)
    {
        _walks++;
        WalkResult result;
        bool freed;
        do
        {
            result = WalkFrom(table, address.Value, kind);
            freed = ReachesFreedTable(table, result, address, speculative: false);
        }
        while (result.Outcome == WalkOutcome.Translated && !freed && !TableWalk.TrySetFlags(_memory, result.Path, kind));

        if (table is not null && Machine.StaleUses.IsRecording)
            NoteStale(table, address, result, access, speculative: false);
        if (result.Outcome == WalkOutcome.Translated)
        {
            Fill(address.Value, result);
            NoteFreedPage(address, result.Translation, long.MaxValue, LevelOf(table), speculative: false);
        }
        else if (result.Outcome == WalkOutcome.PageFault)
        {
            Caches.DropAfterFault(Context, address.Value);
        }

        return MmuResult.Of(result, address);
    }

    private WalkResult WalkFrom(CachedTable? table, ulong address, WalkAccess access)
    {
        WalkStart start = table is null ? WalkStart.Root(_walkRegisters, _features) : table.Below;
        return TableWalk.ProbeFrom(_memory, _walkRegisters, _features, start, address, access);
    }

    /// <summary>Caches what a walk found: the translation, and each upper entry. Their accessed flags are set.</summary>
    private void Fill(ulong address, in WalkResult result)
    {
        long time = Machine.FreedFrames.Time;
        for (int i = 0; i < result.Path.Count - 1; i++)
            Caches.AddTable(Context, address, WalkStart.Below(result.Path[i], _features), time);
        if (result.HasTranslation)
            Caches.AddPage(Context, address, result.Translation, time);
    }

    /// <summary>Whether a walk read a freed frame as a table; the flags it would set there are left alone, for the report to be readable.</summary>
    private bool ReachesFreedTable(CachedTable? table, in WalkResult result, VirtAddr address, bool speculative)
    {
        for (int i = 0; i < result.Path.Count; i++)
        {
            // What leads to the first table is the cached entry; what leads to the others was read just now.
            ulong place = result.Path[i].Place;
            if (!Machine.FreedFrames.Forbids(place, i == 0 && table is not null ? table.Time : long.MaxValue))
                continue;
            RecordFreed(address, place, asTable: true, LevelOf(table), speculative);
            return true;
        }

        return false;
    }

    private void NoteFreedPage(VirtAddr address, in WalkTranslation translation, long cachedAt, CacheLevel source, bool speculative)
    {
        ulong place = translation.AddressOf(address.Value);
        if (Machine.FreedFrames.Forbids(place, cachedAt) && !Machine.FreedFrames.IsExempt(address))
            RecordFreed(address, place, asTable: false, source, speculative);
    }

    private void NoteStale(CachedTable table, VirtAddr address, in WalkResult result, MemoryAccess access, bool speculative)
    {
        StaleParts parts = Staleness.Of(table, ProbeTables(address.Value), _features);
        if (parts != StaleParts.None)
            RecordStale(address, access, (CacheLevel)table.Level, parts, MmuResult.Of(result, address), speculative);
    }

    private void RecordStale(VirtAddr address, MemoryAccess access, CacheLevel source, StaleParts parts, MmuResult used, bool speculative)
    {
        MmuResult now = Machine.Mmu.Probe(Registers, address, access, Privilege);
        Machine.StaleUses.Record(new StaleUse(
            Id, address, access, Privilege, source, parts, used, now, speculative, Machine.Adversary?.Step ?? 0));
    }

    private void RecordFreed(VirtAddr address, ulong place, bool asTable, CacheLevel source, bool speculative) =>
        Machine.FreedFrames.Record(new FreedFrameAccess(
            Id,
            address,
            PhysAddr.CreateUnchecked(place),
            asTable,
            source,
            speculative,
            Machine.Adversary?.Step ?? 0,
            Machine.Adversary?.Seed));

    private static CacheLevel LevelOf(CachedTable? table) => table is null ? CacheLevel.None : (CacheLevel)table.Level;
}
