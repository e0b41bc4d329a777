using System.Numerics;
using KernelMem.Addresses;
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

    /// <summary>The longest run: 2^18 frames, 1 GiB.</summary>
    public const uint MaxRunFrames = 1u << 18;

    /// <summary>What the frames are for: their owner.</summary>
    public FrameUse Use { get; private init; }

    /// <summary>The zone that is preferred.</summary>
    public MemoryZone Zone { get; private init; }

    /// <summary>2^Order frames are wanted, aligned to their size: 0 to <see cref="MaxOrder"/>. Runs ignore it.</summary>
    public int Order { get; private init; }

    /// <summary>Whether only the preferred zone will do.</summary>
    public bool ExactZone { get; private init; }

    /// <summary>Whether the memory must read as zeros.</summary>
    public bool Zeroed { get; private init; }

    /// <summary>All of the memory must lie below this address; 0 is no limit.</summary>
    public PhysAddr Limit { get; private init; }

    /// <summary>The first byte must be a multiple of this many bytes, a power of two from 4096 on; 0 is the block's own size.</summary>
    public ulong Alignment { get; private init; }

    /// <summary>The memory must not cross a multiple of this many bytes, a power of two not below the memory's size; 0 is none.</summary>
    public ulong Boundary { get; private init; }

    /// <summary>The memory must start at this frame; 0 is anywhere.</summary>
    public Frame Start { get; private init; }

    /// <summary>Whether the request may take what <see cref="Watermarks.Min"/> keeps.</summary>
    public bool IsEmergency { get; private init; }

    internal bool IsValid => IsValidFor(1UL << (Order & 63)) && (uint)Order <= MaxOrder && Start.Number % (1UL << Order) == 0;

    /// <summary>One frame, from <see cref="MemoryZone.Normal"/> or else where fallback finds it, contents as they are.</summary>
    /// <param name="use">What for; not <see cref="FrameUse.None"/> nor <see cref="FrameUse.Reserved"/>, which are refused.</param>
    public static FrameRequest For(FrameUse use) => new() { Use = use, Zone = MemoryZone.Normal };

    /// <summary>The same, preferring a zone.</summary>
    public FrameRequest WithZone(MemoryZone zone) => this with { Zone = zone };

    /// <summary>The same, for 2^<paramref name="order"/> frames.</summary>
    /// <param name="order">0 to <see cref="MaxOrder"/>; others are refused.</param>
    public FrameRequest WithOrder(int order) => this with { Order = order };

    /// <summary>The same, from the preferred zone only, or from the others too.</summary>
    public FrameRequest WithExactZone(bool exact) => this with { ExactZone = exact };

    /// <summary>The same, zeroed or as it is. Only memory in the direct map can be zeroed.</summary>
    public FrameRequest WithZeroed(bool zeroed) => this with { Zeroed = zeroed };

    /// <summary>The same, all of it below an address: what a device with few address lines can reach.</summary>
    /// <param name="limit">The first address that must not be used; 0 is no limit.</param>
    public FrameRequest WithLimit(PhysAddr limit) => this with { Limit = limit };

    /// <summary>The same, starting at a multiple of some bytes. A block is always aligned to its own size.</summary>
    /// <param name="bytes">A power of two from 4096 to 2^43; others are refused. 0 is no wish.</param>
    public FrameRequest WithAlignment(ulong bytes) => this with { Alignment = bytes };

    /// <summary>The same, not crossing a multiple of some bytes, as many DMA engines need it.</summary>
    /// <param name="bytes">A power of two from the memory's size to 2^43; others are refused. 0 is none.</param>
    public FrameRequest WithBoundary(ulong bytes) => this with { Boundary = bytes };

    /// <summary>The same, at this very place.</summary>
    /// <param name="start">The first frame; for a block, a multiple of its size, others are refused. Frame 0 is anywhere.</param>
    public FrameRequest WithStart(Frame start) => this with { Start = start };

    /// <summary>The same, as an emergency, or not: one whose failure is worse than having no reserve, e.g. of reclaim itself.</summary>
    public FrameRequest WithEmergency(bool emergency) => this with { IsEmergency = emergency };

    /// <summary>Whether the request makes sense for a number of frames.</summary>
    internal bool IsValidFor(ulong frames) =>
        FrameUses.IsRequestable(Use)
        && Zone <= MemoryZone.HighMem
        && frames is > 0 and <= MaxRunFrames
        && IsPowerOrNone(Alignment, Frame.Size)
        && IsPowerOrNone(Boundary, frames * Frame.Size)
        && (Alignment == 0 || Start.Number % (Alignment / Frame.Size) == 0);

    /// <summary>Which frames would do.</summary>
    /// <param name="frames">How many.</param>
    /// <param name="alignment">The number of frames that the first is a multiple of in any case.</param>
    /// <param name="reach">Where the memory that may be used ends, as a frame number.</param>
    internal FrameWindow Window(uint frames, uint alignment, ulong reach)
    {
        ulong wanted = Alignment / Frame.Size;
        ulong limit = Limit.Value / Frame.Size;
        FrameWindow window = new()
        {
            Count = frames,
            Alignment = wanted > alignment ? (uint)wanted : alignment,
            Boundary = (uint)(Boundary / Frame.Size),
            Low = Start.Number,
            High = limit != 0 && limit < reach ? limit : Limit.Value != 0 && limit == 0 ? 0 : reach,
        };

        if (Start.Number != 0 && Start.Number + frames < window.High)
            window.High = Start.Number + frames;

        return window;
    }

    // The upper bound keeps numbers of frames inside 32 bits.
    private static bool IsPowerOrNone(ulong bytes, ulong least) =>
        bytes == 0 || (BitOperations.IsPow2(bytes) && bytes >= least && bytes <= 1UL << 43);
}
