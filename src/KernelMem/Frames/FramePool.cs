using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// The free frames of one zone, lock-free: a bit for each frame, a counter for each 2 MiB, and a tree of eight of those (16 MiB) as the
/// unit that a CPU reserves for its small blocks, so that CPUs keep out of each other's way and small blocks keep together. After
/// LLFree (Wrenger et al., USENIX ATC 2023), whose trees count too; here a tree is the sum of its counters, which share a cache line.
/// </summary>
/// <remarks>
/// <para><b>Protocol.</b> Who takes frames first lowers the counter, which fails if too few are left, and then takes bits;
/// who gives frames back first sets the bits and then raises the counter. So there are never fewer free bits than the counter says,
/// and a counter of 512 means that all of a huge frame is free and nobody is about to take a part of it: one compare-exchange
/// takes it whole. A huge frame given out whole keeps its bits; its counter is <see cref="Whole"/>.</para>
/// <para>A taker that lowered a counter and then finds no room of the right shape puts it back. In between, others may miss frames
/// that are free: such attempts are announced (<see cref="FrameCache.BeginAttempt"/>), and who is about to say that nothing is
/// free waits until none was under way while it looked.</para>
/// <para>Every member may be called by any CPU at any time, from NMI handlers too.</para>
/// </remarks>
internal unsafe partial struct FramePool
{
    /// <summary>Frames in a row: one word of bits.</summary>
    public const uint RowFrames = 64;

    /// <summary>A row is a block of this order.</summary>
    public const int RowOrder = 6;

    /// <summary>Rows in a huge frame: its bits are one cache line.</summary>
    public const uint RowsPerHuge = 8;

    /// <summary>A huge frame is a block of this order.</summary>
    public const int HugeOrder = 9;

    /// <summary>Frames in a huge frame of 2 MiB.</summary>
    public const uint HugeFrames = RowFrames * RowsPerHuge;

    /// <summary>Huge frames in a tree.</summary>
    public const uint HugePerTree = 8;

    /// <summary>Frames in a tree.</summary>
    public const uint TreeFrames = HugeFrames * HugePerTree;

    /// <summary>Someone is about to find out whether the zone has anything free.</summary>
    public const uint Searching = 1;

    /// <summary>The zone has nothing free.</summary>
    public const uint Empty = 2;

    private const uint NodeHintBytes = FrameRequest.NodeLimit * sizeof(uint);

    /// <summary>The counter of a huge frame that was given out whole.</summary>
    private const uint Whole = 1u << 31;

    // The pointers are shifted, so that frame, row, huge frame and tree have the same numbers in every pool.
    private ulong* _rows;
    private uint* _counters;
    private uint* _owners; // by tree: the slot whose cache has reserved it, plus 1; 0 is none
    private byte* _nodes; // by tree
    private uint* _nodeHints; // by node, a tree
    private uint _firstTree;
    private uint _treeLimit;

    /// <summary>The zone's first frame.</summary>
    public uint Start { readonly get; private set; }

    /// <summary>The frame after its last.</summary>
    public uint End { readonly get; private set; }

    /// <summary>Whether there is memory of another node than 0 here. Only then does it matter where a CPU is at home.</summary>
    public bool HasNodes { get; private set; }

    /// <summary><see cref="Searching"/> or <see cref="Empty"/>, or 0; see <c>LocalFrameAllocator.Rescue.cs</c>.</summary>
    public uint Exhausted;

    /// <summary>Excludes who revokes the zone's caches.</summary>
    public SpinLock RescueLock;

    /// <summary>The frames of the zone that are memory of the allocator.</summary>
    public ulong TotalFrames;

    /// <summary>Those of them that are never given out: in use before the allocator, or withdrawn.</summary>
    public ulong ReservedFrames;

    /// <summary>What is watched; zeros watch nothing.</summary>
    public Watermarks Watermarks;

    /// <summary>Whether anything is watched.</summary>
    public readonly bool IsWatched => Watermarks.High != 0;

    /// <summary>The <see cref="MemoryPressure"/> that was last told of.</summary>
    public uint Pressure;

    /// <summary>Whom to tell: a <c>delegate*&lt;MemoryZone, MemoryPressure, void*, void&gt;</c>, or 0.</summary>
    public nuint PressureHandler;

    /// <summary>What the handler is given.</summary>
    public void* PressureContext;

    /// <summary>The bytes of a pool's bits, counters, owners and nodes, a multiple of 8.</summary>
    public static ulong Size(uint start, uint end) => SizeOfTrees(TreesOf(start, end));

    /// <summary>The bytes for a number of trees; one word of each is its owner and its node.</summary>
    public static ulong SizeOfTrees(ulong trees) =>
        NodeHintBytes + trees * (HugePerTree * (RowsPerHuge * sizeof(ulong) + sizeof(uint)) + sizeof(ulong));

    /// <summary>A pool with nothing free.</summary>
    /// <param name="start">The zone's first frame.</param>
    /// <param name="end">The frame after its last; not below the first.</param>
    /// <param name="buffer"><see cref="Size"/> zero bytes, 64-byte aligned.</param>
    public static FramePool Create(uint start, uint end, byte* buffer)
    {
        uint trees = TreesOf(start, end);
        uint first = start / TreeFrames;
        ulong* rows = (ulong*)buffer;
        uint* counters = (uint*)(rows + trees * HugePerTree * RowsPerHuge);
        uint* owners = counters + trees * HugePerTree;
        uint* nodeHints = owners + trees;
        byte* nodes = (byte*)(nodeHints + FrameRequest.NodeLimit);
        return new FramePool
        {
            _rows = rows - (ulong)first * HugePerTree * RowsPerHuge,
            _counters = counters - (ulong)first * HugePerTree,
            _owners = owners - first,
            _nodes = nodes - first,
            _nodeHints = nodeHints,
            _firstTree = first,
            _treeLimit = first + trees,
            Start = start,
            End = end,
        };
    }

    /// <summary>The tree of a frame.</summary>
    public static uint TreeOf(uint frame) => frame / TreeFrames;

    /// <summary>Makes frames free for the first time.</summary>
    /// <param name="start">The first frame, in the zone.</param>
    /// <param name="end">The frame after the last, in the zone.</param>
    public readonly void Add(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = PartEnd(at, end);
            GivePart(at, next);
            at = next;
        }
    }

    /// <summary>Gives a huge frame back that was taken whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void GiveWhole(uint huge) => Atomic.Exchange(ref _counters[huge], HugeFrames); // a full barrier, as every give has

    /// <summary>Gives frames of one row back.</summary>
    /// <param name="row">The row.</param>
    /// <param name="mask">Which of its frames, one bit each; none of them free.</param>
    public readonly void Give(uint row, ulong mask)
    {
        // The bits are zero, so that adding them sets them: one instruction where a compare-exchange would be a loop.
        Atomic.FetchAdd(ref _rows[row], mask);
        Atomic.FetchAdd(ref _counters[row / RowsPerHuge], (uint)BitOperations.PopCount(mask));
    }

    /// <summary>Gives back what <see cref="TryTakeRange"/> or <see cref="TryTakeBlock"/> took, at the same bounds.</summary>
    /// <param name="start">The first frame.</param>
    /// <param name="end">The frame after the last.</param>
    public readonly void Give(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = PartEnd(at, end);
            if (next - at == HugeFrames)
                GiveWhole(at / HugeFrames);
            else
                GivePart(at, next);

            at = next;
        }
    }

    /// <summary>
    /// Forgets what <see cref="TryTakeRange"/> took, at the same bounds: a huge frame taken whole has kept its bits, and must have none when
    /// its frames, or some of them, are added again.
    /// </summary>
    /// <param name="start">The first frame.</param>
    /// <param name="end">The frame after the last.</param>
    public readonly void Forget(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = PartEnd(at, end);
            if (next - at == HugeFrames)
            {
                for (uint row = at / RowFrames; row < next / RowFrames; row++)
                    Atomic.Store(ref _rows[row], 0);

                Atomic.Store(ref _counters[at / HugeFrames], 0);
            }

            at = next;
        }
    }

    private static uint TreesOf(uint start, uint end) => start >= end ? 0 : (end - 1) / TreeFrames - start / TreeFrames + 1;

    // Where the part of a range that lies in one huge frame ends.
    private static uint PartEnd(uint at, uint end)
    {
        ulong next = ((ulong)at / HugeFrames + 1) * HugeFrames;
        return next < end ? (uint)next : end;
    }

    private static ulong RowMask(uint start, uint end)
    {
        int count = (int)(end - start);
        return count == (int)RowFrames ? ulong.MaxValue : ((1UL << count) - 1) << (int)(start % RowFrames);
    }

    private static uint RowEnd(uint at, uint end)
    {
        ulong next = ((ulong)at / RowFrames + 1) * RowFrames;
        return next < end ? (uint)next : end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Raise(uint huge, uint count) => Atomic.FetchAdd(ref _counters[huge], count);

    private readonly void GivePart(uint start, uint end)
    {
        GiveBits(start, end);
        Raise(start / HugeFrames, end - start);
    }

    private readonly void GiveBits(uint start, uint end)
    {
        for (uint at = start; at < end;)
        {
            uint next = RowEnd(at, end);
            Atomic.FetchAdd(ref _rows[at / RowFrames], RowMask(at, next));
            at = next;
        }
    }
}
