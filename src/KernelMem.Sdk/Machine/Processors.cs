namespace KernelMem.Machine;

/// <summary>The other CPUs.</summary>
public static class Processors
{
    /// <summary>The most CPUs an image has tables and stacks for.</summary>
    public const uint Limit = 16;
}
