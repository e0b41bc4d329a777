namespace Benchmarks;

/// <summary>What is done with an address space.</summary>
internal enum Workload
{
    Pages,
    Large,
    Ranges,
}

/// <summary>What a table says of it. The rows of a workload follow one another as its channels do.</summary>
internal enum Row
{
    MapCold,
    TranslateSequential,
    TranslateRandom,
    Protect,
    UnmapSequential,
    MapWarm,
    UnmapRandom,
    LargeMap,
    LargeTranslate,
    LargeUnmap,
    RangeMapCold,
    RangeProtect,
    RangeWithhold,
    RangeUnmap,
    RangeProtectTracked,
    RangeMapWarm,
}
