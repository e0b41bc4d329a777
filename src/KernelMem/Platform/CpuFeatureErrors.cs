namespace KernelMem.Platform;

/// <summary>A sentence for each <see cref="CpuFeatureError"/>: literals, ready to print or to panic with.</summary>
public static class CpuFeatureErrors
{
    /// <summary>What the processor lacks.</summary>
    public static string Message(CpuFeatureError error) => error switch
    {
        CpuFeatureError.None => "CPU features: no error",
        CpuFeatureError.NoExecuteMissing => "CPU features: the processor has no no-execute bit (NX)",
        CpuFeatureError.CacheTypesMissing => "CPU features: the processor has no page-attribute table (PAT)",
        _ => "CPU features: unknown error",
    };
}
