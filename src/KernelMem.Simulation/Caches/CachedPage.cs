using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>A TLB entry.</summary>
internal sealed class CachedPage(ulong start, int context, in WalkTranslation translation, long time)
{
    private readonly WalkTranslation _translation = translation;

    /// <summary>The page's first virtual address.</summary>
    public ulong Start => start;

    /// <summary>The process-context identifier it was made under; a global one is used under any.</summary>
    public int Context => context;

    /// <summary>When it was cached, by the clock of <see cref="FreedFrames"/>.</summary>
    public long Time => time;

    /// <summary>Another entry for the same page, from an earlier walk.</summary>
    public CachedPage? Older { get; set; }

    public ref readonly WalkTranslation Translation => ref _translation;

    public bool Says(in WalkTranslation other) =>
        _translation.Page == other.Page
        && _translation.Shift == other.Shift
        && _translation.Rights == other.Rights
        && _translation.Key == other.Key
        && _translation.PatIndex == other.PatIndex
        && _translation.MemoryType == other.MemoryType
        && _translation.IsGlobal == other.IsGlobal
        && _translation.IsDirty == other.IsDirty
        && _translation.IsEncrypted == other.IsEncrypted;
}
