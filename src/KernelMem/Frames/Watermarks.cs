namespace KernelMem.Frames;

/// <summary>How many frames of a zone should stay free, in frames. <c>default</c> asks for none.</summary>
/// <remarks>
/// Below <see cref="Low"/>, CPUs keep no frames at hand, and every allocation is held against the marks; so that none passes them
/// unseen, let Low exceed Min by 1088 frames (what a CPU may have at hand) for each CPU. Each number includes what CPUs have at hand.
/// </remarks>
public readonly struct Watermarks
{
    /// <summary>What ordinary requests leave free; emergencies (<see cref="FrameRequest.WithEmergency"/>) may take it.</summary>
    public ulong Min { get; init; }

    /// <summary>With less than this free, the pressure is <see cref="MemoryPressure.Low"/>: time to reclaim.</summary>
    public ulong Low { get; init; }

    /// <summary>With this much free again, the pressure is over.</summary>
    public ulong High { get; init; }

    /// <summary>What requests that prefer another zone leave free here, emergencies too: so that DMA memory is kept for devices.</summary>
    public ulong FallbackReserve { get; init; }

    /// <summary>Whether the marks are in order: Min ≤ Low ≤ High.</summary>
    public bool IsValid => Min <= Low && Low <= High;
}

/// <summary>How short of memory a zone is, by its <see cref="Watermarks"/>.</summary>
public enum MemoryPressure : byte
{
    /// <summary>Enough is free.</summary>
    None = 0,

    /// <summary>Less than the low mark was free, and the high one has not been reached since.</summary>
    Low,

    /// <summary>No more than the min mark is free: ordinary requests fail, or go to other zones.</summary>
    Min,
}
