namespace KernelMem.Heap;

/// <summary>What a heap can do at most, and at least.</summary>
public static class HeapLimits
{
    /// <summary>What every block is aligned to, in bytes, and the size of the smallest one.</summary>
    public const ulong MinAlignment = 16;

    /// <summary>The greatest alignment, in bytes: 2 MiB. One above 4 KiB may find no place in a small or full range.</summary>
    public const ulong MaxAlignment = 2UL << 20;

    /// <summary>The greatest block that shares its page with others, in bytes. Greater ones get whole pages.</summary>
    public const ulong MaxObjectBytes = 2048;

    /// <summary>The longest range, in bytes: 4 TiB.</summary>
    public const ulong MaxRangeBytes = 1UL << 42;
}
