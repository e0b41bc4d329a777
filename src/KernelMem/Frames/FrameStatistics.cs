namespace KernelMem.Frames;

/// <summary>
/// The counters of all zones, summed. Each zone's are of one instant, but the zones are read one after the other: with other CPUs
/// at work, the sum may be of no instant.
/// </summary>
public readonly struct FrameStatistics
{
    /// <summary>Usable frames, those in use before the allocator included.</summary>
    public ulong TotalFrames { get; init; }

    /// <summary>The free ones.</summary>
    public ulong FreeFrames { get; init; }

    /// <summary>The others.</summary>
    public ulong UsedFrames => TotalFrames - FreeFrames;

    /// <summary>How many blocks were given out.</summary>
    public ulong Allocations { get; init; }

    /// <summary>How many blocks were taken back.</summary>
    public ulong Frees { get; init; }

    /// <summary>How many valid requests got nothing.</summary>
    public ulong Failures { get; init; }

    /// <summary>How many blocks came from another zone than the request preferred.</summary>
    public ulong Fallbacks { get; init; }
}
