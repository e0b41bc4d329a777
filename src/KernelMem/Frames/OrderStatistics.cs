namespace KernelMem.Frames;

/// <summary>How often blocks of one order were given out and taken back.</summary>
public readonly struct OrderStatistics
{
    internal OrderStatistics(ulong allocations, ulong frees)
    {
        Allocations = allocations;
        Frees = frees;
    }

    /// <summary>How many blocks were given out.</summary>
    public ulong Allocations { get; }

    /// <summary>How many blocks were taken back.</summary>
    public ulong Frees { get; }
}
