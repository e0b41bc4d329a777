using KernelMem.Boot;

namespace KernelMem.Frames;

/// <summary>What an allocation asks for. <c>default</c> is invalid; start with <see cref="For"/>.</summary>
/// <example>
/// <code>
/// FrameRequest request = FrameRequest.For(FrameUse.Dma).WithZone(MemoryZone.Dma).WithOrder(4); // 64 KiB below 16 MiB
/// </code>
/// </example>
public readonly struct FrameRequest
{
    /// <summary>The largest order: blocks have up to 2^10 frames, 4 MiB.</summary>
    public const int MaxOrder = 10;

    private FrameRequest(FrameUse use, MemoryZone zone, int order, bool exactZone, bool zeroed)
    {
        Use = use;
        Zone = zone;
        Order = order;
        ExactZone = exactZone;
        Zeroed = zeroed;
    }

    /// <summary>What the frames are for: their owner.</summary>
    public FrameUse Use { get; }

    /// <summary>The zone that is preferred.</summary>
    public MemoryZone Zone { get; }

    /// <summary>2^Order frames are wanted, aligned to their size: 0 to <see cref="MaxOrder"/>.</summary>
    public int Order { get; }

    /// <summary>Whether only the preferred zone will do.</summary>
    public bool ExactZone { get; }

    /// <summary>Whether the memory must read as zeros.</summary>
    public bool Zeroed { get; }

    internal bool IsValid => FrameUses.IsRequestable(Use) && Zone <= MemoryZone.HighMem && (uint)Order <= MaxOrder;

    /// <summary>One frame, from <see cref="MemoryZone.Normal"/> or else where fallback finds it, contents as they are.</summary>
    /// <param name="use">What for; not <see cref="FrameUse.None"/> nor <see cref="FrameUse.Reserved"/>, which are refused.</param>
    public static FrameRequest For(FrameUse use) => new(use, MemoryZone.Normal, order: 0, exactZone: false, zeroed: false);

    /// <summary>The same, preferring a zone.</summary>
    public FrameRequest WithZone(MemoryZone zone) => new(Use, zone, Order, ExactZone, Zeroed);

    /// <summary>The same, for 2^<paramref name="order"/> frames.</summary>
    /// <param name="order">0 to <see cref="MaxOrder"/>; others are refused.</param>
    public FrameRequest WithOrder(int order) => new(Use, Zone, order, ExactZone, Zeroed);

    /// <summary>The same, from the preferred zone only, or from the others too.</summary>
    public FrameRequest WithExactZone(bool exact) => new(Use, Zone, Order, exact, Zeroed);

    /// <summary>The same, zeroed or as it is. Only memory in the direct map can be zeroed.</summary>
    public FrameRequest WithZeroed(bool zeroed) => new(Use, Zone, Order, ExactZone, zeroed);
}
