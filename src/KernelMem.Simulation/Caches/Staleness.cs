using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>In what cached entries differ from the tables.</summary>
internal static class Staleness
{
    /// <param name="page">The cached entry.</param>
    /// <param name="now">A walk from the root, for a read.</param>
    /// <param name="address">The address that both are for.</param>
    public static StaleParts Of(CachedPage page, in WalkResult now, ulong address)
    {
        if (!now.HasTranslation)
            return StaleParts.NotMapped;
        ref readonly WalkTranslation cached = ref page.Translation;
        WalkTranslation actual = now.Translation;
        StaleParts parts = StaleParts.None;
        if (cached.AddressOf(address) != actual.AddressOf(address))
            parts |= StaleParts.Address;
        if (cached.Shift != actual.Shift)
            parts |= StaleParts.Size;
        if (cached.Rights != actual.Rights || cached.Key != actual.Key)
            parts |= StaleParts.Rights;
        if (cached.PatIndex != actual.PatIndex || cached.MemoryType != actual.MemoryType || cached.IsEncrypted != actual.IsEncrypted)
            parts |= StaleParts.MemoryType;
        if (cached.IsGlobal != actual.IsGlobal)
            parts |= StaleParts.Global;
        if (cached.IsDirty && !actual.IsDirty)
            parts |= StaleParts.Dirty; // the other way round costs a walk only
        return parts;
    }

    /// <param name="table">The cached entry.</param>
    /// <param name="now">A walk from the root.</param>
    /// <param name="features">The format of entries.</param>
    public static StaleParts Of(CachedTable table, in WalkResult now, in WalkFeatures features)
    {
        // All but the last entry of the walk refer to tables.
        for (int i = 0; i < now.Path.Count - 1; i++)
        {
            if (now.Path[i].Level != table.Level)
                continue;
            WalkStart actual = WalkStart.Below(now.Path[i], features);
            return (actual.Table != table.Below.Table ? StaleParts.Table : StaleParts.None)
                | (actual.Rights != table.Below.Rights ? StaleParts.Rights : StaleParts.None);
        }

        return StaleParts.Table;
    }
}
