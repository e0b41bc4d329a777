namespace KernelMem.Simulation.Caches;

/// <summary>What an access is translated by: a cached page, a walk from a cached table, or, with neither, a walk from the root.</summary>
internal readonly record struct CacheChoice(CachedPage? Page, CachedTable? Table);
