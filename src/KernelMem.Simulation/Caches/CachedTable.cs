using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>An entry of a paging-structure cache: where a walk goes on, and what the entries above allow together.</summary>
internal sealed class CachedTable(in WalkStart below, long time)
{
    private readonly WalkStart _below = below;

    /// <summary>When it was cached, by the clock of <see cref="FreedFrames"/>.</summary>
    public long Time => time;

    /// <summary>Another entry for the same region, from an earlier walk.</summary>
    public CachedTable? Older { get; set; }

    /// <summary>Where the walk goes on: one level below the entry that is cached.</summary>
    public ref readonly WalkStart Below => ref _below;

    /// <summary>The level of the entry that is cached: 2 to 5.</summary>
    public int Level => _below.Level + 1;

    public bool Says(in WalkStart other) => _below.Level == other.Level && _below.Table == other.Table && _below.Rights == other.Rights;
}
