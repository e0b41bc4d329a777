using System.Numerics;
using System.Runtime.CompilerServices;
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

    /// <summary>NUMA nodes have numbers below this.</summary>
    public const int NodeLimit = 64;

    /// <summary>The longest run: 2^18 frames, 1 GiB.</summary>
    public const uint MaxRunFrames = 1u << 18;

    // Two words, so that a request travels in registers. Of _what, one byte each from the lowest on: the use, the zone, the order, the flags,
    // the alignment and the boundary as exponents (0 is none), and the node plus 1 (0 is none). Of _where, the limit in the low half, as a frame
    // number plus 1, and the start in the high half; both 0 for anywhere.
    private const int ZoneShift = 8;
    private const int OrderShift = 16;
    private const int FlagsShift = 24;
    private const int AlignmentShift = 32;
    private const int BoundaryShift = 40;
    private const int NodeShift = 48;
    private const int StartShift = 32;
    private const byte NoPower = 255; // an exponent that makes the request invalid
    private const ulong ExactFlag = 1UL << FlagsShift;
    private const ulong ZeroedFlag = 2UL << FlagsShift;
    private const ulong EmergencyFlag = 4UL << FlagsShift;

    private readonly ulong _what;
    private readonly ulong _where;

    private FrameRequest(ulong what, ulong where)
    {
        _what = what;
        _where = where;
    }

    /// <summary>What the frames are for: their owner.</summary>
    public FrameUse Use => (FrameUse)(byte)_what;

    /// <summary>The zone that is preferred.</summary>
    public MemoryZone Zone => (MemoryZone)(byte)(_what >> ZoneShift);

    /// <summary>2^Order frames are wanted, aligned to their size: 0 to <see cref="MaxOrder"/>. Runs ignore it.</summary>
    public int Order => (byte)(_what >> OrderShift);

    /// <summary>Whether only the preferred zone will do.</summary>
    public bool ExactZone => (_what & ExactFlag) != 0;

    /// <summary>Whether the memory must read as zeros.</summary>
    public bool Zeroed => (_what & ZeroedFlag) != 0;

    /// <summary>Whether the request may take what <see cref="Watermarks.Min"/> keeps.</summary>
    public bool IsEmergency => (_what & EmergencyFlag) != 0;

    /// <summary>
    /// All of the memory must lie below this address, a multiple of 4096; 0 is no limit, and 1 is a limit that no frame lies below.
    /// </summary>
    public PhysAddr Limit => (uint)_where switch
    {
        0 => PhysAddr.Zero,
        1 => PhysAddr.CreateUnchecked(1),
        uint above => Frame.FromNumber(above - 1).Start,
    };

    /// <summary>
    /// The first byte must be a multiple of this many bytes, a power of two from 4096 on; 0 is the block's own size, and 1 is a wish that is
    /// refused.
    /// </summary>
    public ulong Alignment => Power(AlignmentShift);

    /// <summary>
    /// The memory must not cross a multiple of this many bytes, a power of two not below the memory's size; 0 is none, and 1 is a wish that
    /// is refused.
    /// </summary>
    public ulong Boundary => Power(BoundaryShift);

    /// <summary>The memory must start at this frame; 0 is anywhere.</summary>
    public Frame Start => Frame.FromNumber(_where >> StartShift);

    /// <summary>The NUMA node that is preferred; -1 is the home of the CPU that asks.</summary>
    public int Node => (byte)(_what >> NodeShift) - 1;

    /// <summary>Whether a node is named.</summary>
    internal bool HasNode => (byte)(_what >> NodeShift) != 0;

    /// <summary>Whether the request is valid, and any block of its order and zone will do, home first.</summary>
    internal bool IsUsual
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_where | _what >> AlignmentShift | _what & ZeroedFlag) == 0 && Order <= MaxOrder && Zone <= MemoryZone.HighMem && FrameUses.IsRequestable(Use);
    }

    internal bool IsValid => Order <= MaxOrder && IsValidFor(1UL << Order) && (Start.Number & ((1UL << Order) - 1)) == 0;

    /// <summary>One frame, from <see cref="MemoryZone.Normal"/> or else where fallback finds it, contents as they are.</summary>
    /// <param name="use">What for; not <see cref="FrameUse.None"/> nor <see cref="FrameUse.Reserved"/>, which are refused.</param>
    public static FrameRequest For(FrameUse use) => new((ulong)use | ((ulong)MemoryZone.Normal << ZoneShift), 0);

    /// <summary>The same, preferring a zone.</summary>
    public FrameRequest WithZone(MemoryZone zone) => With(ZoneShift, (byte)zone);

    /// <summary>The same, for 2^<paramref name="order"/> frames.</summary>
    /// <param name="order">0 to <see cref="MaxOrder"/>; others are refused.</param>
    public FrameRequest WithOrder(int order) => With(OrderShift, (uint)order <= MaxOrder ? (byte)order : byte.MaxValue);

    /// <summary>The same, from the preferred zone only, or from the others too.</summary>
    public FrameRequest WithExactZone(bool exact) => WithFlag(ExactFlag, exact);

    /// <summary>The same, zeroed or as it is. Only memory in the direct map can be zeroed.</summary>
    public FrameRequest WithZeroed(bool zeroed) => WithFlag(ZeroedFlag, zeroed);

    /// <summary>The same, as an emergency, or not: one whose failure is worse than having no reserve, e.g. of reclaim itself.</summary>
    public FrameRequest WithEmergency(bool emergency) => WithFlag(EmergencyFlag, emergency);

    /// <summary>The same, all of it below an address: what a device with few address lines can reach.</summary>
    /// <param name="limit">The first address that must not be used, rounded down to a frame; 0 is no limit.</param>
    public FrameRequest WithLimit(PhysAddr limit)
    {
        // Above all frames that an allocator has, there is nothing to limit.
        ulong frames = limit.Value / Frame.Size;
        ulong low = limit.Value == 0 || frames >= FrameTable.MaxFrames ? 0 : frames + 1;
        return new FrameRequest(_what, (_where & ~(ulong)uint.MaxValue) | low);
    }

    /// <summary>The same, starting at a multiple of some bytes. A block is always aligned to its own size.</summary>
    /// <param name="bytes">A power of two from 4096 to 2^43; others are refused. 0 is no wish.</param>
    public FrameRequest WithAlignment(ulong bytes) => With(AlignmentShift, PowerOrNone(bytes));

    /// <summary>The same, not crossing a multiple of some bytes, as many DMA engines need it.</summary>
    /// <param name="bytes">A power of two from the memory's size to 2^43; others are refused. 0 is none.</param>
    public FrameRequest WithBoundary(ulong bytes) => With(BoundaryShift, PowerOrNone(bytes));

    /// <summary>The same, at this very place.</summary>
    /// <param name="start">The first frame; for a block, a multiple of its size, others are refused. Frame 0 is anywhere.</param>
    public FrameRequest WithStart(Frame start)
    {
        // Beyond all frames that an allocator has, one place is as good as another. It must stay as aligned as it was.
        ulong number = start.Number < FrameTable.MaxFrames ? start.Number : FrameTable.MaxFrames | (start.Number & (MaxRunFrames - 1));
        return new FrameRequest(_what, (uint)_where | (number << StartShift));
    }

    /// <summary>
    /// The same, from a NUMA node if that has such memory in one of the zones that may serve, and else from anywhere. See
    /// <see cref="FrameAllocator{TPlatform}.AssignNode"/>.
    /// </summary>
    /// <param name="node">0 to 63; others are refused. -1 is the home of the CPU that asks.</param>
    public FrameRequest WithNode(int node) => With(NodeShift, node is >= -1 and < NodeLimit ? (byte)(node + 1) : byte.MaxValue);

    /// <summary>Whether the request makes sense for a number of frames.</summary>
    internal bool IsValidFor(ulong frames) =>
        FrameUses.IsRequestable(Use)
        && Zone <= MemoryZone.HighMem
        && Node < NodeLimit
        && frames is > 0 and <= MaxRunFrames
        && (byte)(_what >> AlignmentShift) != NoPower
        && (byte)(_what >> BoundaryShift) != NoPower
        && (Boundary == 0 || Boundary >= frames * Frame.Size)
        && (Alignment == 0 || (Start.Number & ((Alignment / Frame.Size) - 1)) == 0);

    /// <summary>Which frames would do.</summary>
    /// <param name="frames">How many.</param>
    /// <param name="alignment">The number of frames that the first is a multiple of in any case.</param>
    /// <param name="reach">Where the memory that may be used ends, as a frame number.</param>
    internal FrameWindow Window(uint frames, uint alignment, ulong reach)
    {
        ulong wanted = Alignment / Frame.Size;
        ulong limit = (uint)_where == 0 ? Frame.NumberLimit : (uint)_where - 1;
        ulong high = limit < reach ? limit : reach;
        ulong end = Start.Number == 0 ? high : Start.Number + frames;
        return new FrameWindow
        {
            Count = frames,
            Alignment = wanted > alignment ? (uint)wanted : alignment,
            Boundary = (uint)(Boundary / Frame.Size),
            Low = Start.Number,
            High = end < high ? end : high,
        };
    }

    private FrameRequest With(int shift, byte value) => new((_what & ~(0xFFUL << shift)) | ((ulong)value << shift), _where);

    private FrameRequest WithFlag(ulong flag, bool set) => new(set ? _what | flag : _what & ~flag, _where);

    private ulong Power(int shift)
    {
        byte exponent = (byte)(_what >> shift);
        return exponent == NoPower ? 1 : exponent == 0 ? 0 : 1UL << exponent;
    }

    // The upper bound keeps numbers of frames inside 32 bits.
    private static byte PowerOrNone(ulong bytes) =>
        bytes == 0 ? (byte)0 : BitOperations.IsPow2(bytes) && bytes is >= Frame.Size and <= 1UL << 43 ? (byte)BitOperations.Log2(bytes) : NoPower;
}
