namespace KernelMem.Platform;

/// <summary>Why a processor cannot run the library's page tables.</summary>
public enum CpuFeatureError : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary>It has no no-execute bit: every page could be executed. Such a processor cannot be used.</summary>
    NoExecuteMissing,

    /// <summary>It has no page-attribute table: cache types cannot be told by page. Such a processor cannot be used.</summary>
    CacheTypesMissing,
}
