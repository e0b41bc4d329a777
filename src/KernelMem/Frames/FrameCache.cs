using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// What one CPU keeps for itself of one zone: rows of free frames at hand, the tree that it takes small blocks from, and its share
/// of the counters. The rows are guarded by <see cref="Lock"/>; everything else is the CPU's own, with interrupts off.
/// </summary>
/// <remarks>
/// A freed frame is kept here only if it lies in the reserved tree. Others go back, so that memory which the CPU does not allocate
/// from becomes free in large pieces; the last row of them waits here, because frames are often freed in order.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct FrameCache
{
    /// <summary>No tree is reserved.</summary>
    public const uint NoTree = uint.MaxValue;

    /// <summary>The index of runs among the counters by order.</summary>
    public const int RunIndex = FrameRequest.MaxOrder + 1;

    /// <summary>Someone moves the zone's cached frames back to the pool.</summary>
    public const uint RescueReason = 1;

    /// <summary>The zone has nothing free, so that the first frame that comes back has to be seen by all.</summary>
    public const uint ExhaustedReason = 2;

    /// <summary>The zone has little left, so that every allocation is held against its watermarks.</summary>
    public const uint PressureReason = 4;

    private const uint NoRow = uint.MaxValue / FramePool.RowFrames; // has no memory: a table has fewer frames
    private const int Bytes = 640; // whole cache lines, so that no two CPUs share one
    private const int Depth = 16;
    private const int OrderCount = RunIndex + 1;

    /// <summary>Guards the rows.</summary>
    public BiasedLock Lock;

    /// <summary>The row at hand.</summary>
    public uint Row;

    /// <summary>The reserved tree, or <see cref="NoTree"/>.</summary>
    public uint Tree;

    /// <summary>The frames at hand of <see cref="Row"/>.</summary>
    public ulong Mask;

    private ulong _outMask;
    private uint _outRow;
    private uint _bottom;
    private uint _count;
    private uint _attempts;

    /// <summary>Where a huge frame was found or freed last.</summary>
    public uint HugeHint;

    private uint _padding;
    private ulong _failures;
    private ulong _fallbacks;
    private fixed ulong _taken[FrameUses.Count];
    private fixed ulong _given[FrameUses.Count];
    private fixed ulong _allocations[OrderCount];
    private fixed ulong _frees[OrderCount];
    private fixed ulong _masks[Depth];
    private fixed uint _rows[Depth];

    /// <summary>An attempt that may put frames back is under way if this is odd; see <see cref="FramePool"/>.</summary>
    public readonly uint Attempts => Atomic.Load(in _attempts);

    /// <summary>How many requests that preferred this zone failed.</summary>
    public readonly ulong Failures => Atomic.Load(in _failures);

    /// <summary>How many blocks went to requests that preferred another zone.</summary>
    public readonly ulong Fallbacks => Atomic.Load(in _fallbacks);

    /// <summary>An empty cache.</summary>
    public static FrameCache Create() => new() { Row = NoRow, _outRow = NoRow, Tree = NoTree };

    /// <summary>Takes a frame of the row at hand, inside the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out uint frame)
    {
        ulong mask = Mask;
        frame = Row * FramePool.RowFrames + (uint)BitOperations.TrailingZeroCount(mask);
        Mask = mask & (mask - 1);
        return mask != 0;
    }

    /// <summary>Makes another row the one at hand, which is empty, inside the lock: one that is kept here, or else one of the pool.</summary>
    /// <param name="pool">The zone's pool.</param>
    /// <param name="owner">The cache's slot plus 1.</param>
    public bool TryRefill(FramePool* pool, uint owner)
    {
        if (_count != 0)
        {
            uint top = (_bottom + --_count) % Depth;
            Row = _rows[top];
            Mask = _masks[top];
            return true;
        }

        BeginAttempt();
        bool found = Tree != NoTree && pool->TryTakeRow(Tree, out Row, out Mask);
        if (!found && pool->TryReserveTree(owner, order: 0, Tree, out uint tree))
        {
            Tree = tree;
            found = pool->TryTakeRow(tree, out Row, out Mask);
        }

        found = found || pool->TryTakeRowAnywhere(Tree, out Row, out Mask);
        EndAttempt();
        if (found)
            return true;

        Row = _outRow;
        Mask = _outMask;
        _outRow = NoRow;
        _outMask = 0;
        return Mask != 0;
    }

    /// <summary>Keeps a frame, inside the lock.</summary>
    /// <param name="pool">The zone's pool.</param>
    /// <param name="frame">The frame, free and nobody else's.</param>
    /// <returns>Whether the rows changed places: now and then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Put(FramePool* pool, uint frame) => Put(pool, frame / FramePool.RowFrames, 1UL << (int)(frame % FramePool.RowFrames));

    /// <summary>Keeps frames of one row, inside the lock.</summary>
    /// <returns>Whether the rows changed places: now and then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Put(FramePool* pool, uint row, ulong mask)
    {
        if (row == Row)
        {
            Mask |= mask;
            return false;
        }

        if (row == _outRow)
        {
            _outMask |= mask;
            return false;
        }

        PutElsewhere(pool, row, mask);
        return true;
    }

    /// <summary>Gives all frames back to the pool, inside the lock.</summary>
    public void Drain(FramePool* pool)
    {
        GiveIfAny(pool, Row, Mask);
        GiveIfAny(pool, _outRow, _outMask);
        for (; _count != 0; _count--, _bottom = (_bottom + 1) % Depth)
            pool->Give(_rows[_bottom], _masks[_bottom]);

        Mask = 0;
        _outMask = 0;
    }

    /// <summary>The frames that are kept here. Exact while nobody works with the cache.</summary>
    public readonly uint CountKept()
    {
        int kept = BitOperations.PopCount(Mask) + BitOperations.PopCount(_outMask);
        for (uint index = 0; index < _count; index++)
            kept += BitOperations.PopCount(_masks[(_bottom + index) % Depth]);

        return (uint)kept;
    }

    /// <summary>The frames of a row that are kept here. Exact while nobody works with the cache.</summary>
    public readonly ulong KeptOf(uint row)
    {
        ulong kept = (row == Row ? Mask : 0) | (row == _outRow ? _outMask : 0);
        for (uint index = 0; index < _count; index++)
        {
            uint at = (_bottom + index) % Depth;
            kept |= row == _rows[at] ? _masks[at] : 0;
        }

        return kept;
    }

    /// <summary>Announces that frames may be taken from the pool and put back again. The stores of what follows come later.</summary>
    public void BeginAttempt() => Atomic.Store(ref _attempts, unchecked(_attempts + 1));

    /// <summary>Ends what <see cref="BeginAttempt"/> began.</summary>
    public void EndAttempt() => Atomic.Store(ref _attempts, unchecked(_attempts + 1));

    // The counters: written by the CPU alone, read by anybody.

    /// <summary>Counts a frame that was given out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountTaken(FrameUse use)
    {
        Atomic.Store(ref _taken[(int)use], _taken[(int)use] + 1);
        Atomic.Store(ref _allocations[0], _allocations[0] + 1);
    }

    /// <summary>Counts a frame that came back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountGiven(FrameUse use)
    {
        Atomic.Store(ref _given[(int)use], _given[(int)use] + 1);
        Atomic.Store(ref _frees[0], _frees[0] + 1);
    }

    /// <summary>Counts blocks that were given out.</summary>
    /// <param name="use">What for.</param>
    /// <param name="order">Their order, or <see cref="RunIndex"/>.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="frames">How many frames all of them have.</param>
    public void CountTaken(FrameUse use, int order, uint blocks, uint frames)
    {
        Atomic.Store(ref _taken[(int)use], _taken[(int)use] + frames);
        Atomic.Store(ref _allocations[order], _allocations[order] + blocks);
    }

    /// <summary>Counts blocks that came back.</summary>
    /// <inheritdoc cref="CountTaken(FrameUse, int, uint, uint)"/>
    public void CountGiven(FrameUse use, int order, uint blocks, uint frames)
    {
        Atomic.Store(ref _given[(int)use], _given[(int)use] + frames);
        Atomic.Store(ref _frees[order], _frees[order] + blocks);
    }

    /// <summary>Counts a request that got nothing.</summary>
    public void CountFailure() => Atomic.Store(ref _failures, _failures + 1);

    /// <summary>Counts a block for a request that preferred another zone.</summary>
    public void CountFallback() => Atomic.Store(ref _fallbacks, _fallbacks + 1);

    /// <summary>The frames given out for a use, ever.</summary>
    public readonly ulong Taken(FrameUse use) => Atomic.Load(in _taken[(int)use]);

    /// <summary>The frames of a use that came back, ever.</summary>
    public readonly ulong Given(FrameUse use) => Atomic.Load(in _given[(int)use]);

    /// <summary>The blocks of an order given out, ever.</summary>
    public readonly ulong Allocations(int order) => Atomic.Load(in _allocations[order]);

    /// <summary>The blocks of an order that came back, ever.</summary>
    public readonly ulong Frees(int order) => Atomic.Load(in _frees[order]);

    private static void GiveIfAny(FramePool* pool, uint row, ulong mask)
    {
        if (mask != 0)
            pool->Give(row, mask);
    }

    private void PutElsewhere(FramePool* pool, uint row, ulong mask)
    {
        if (FramePool.TreeOf(row * FramePool.RowFrames) != Tree)
        {
            GiveIfAny(pool, _outRow, _outMask);
            _outRow = row;
            _outMask = mask;
            return;
        }

        if (Mask != 0)
            Push(pool);

        Row = row;
        Mask = mask;
    }

    private void Push(FramePool* pool)
    {
        if (_count == Depth)
        {
            pool->Give(_rows[_bottom], _masks[_bottom]);
            _bottom = (_bottom + 1) % Depth;
            _count--;
        }

        uint top = (_bottom + _count++) % Depth;
        _rows[top] = Row;
        _masks[top] = Mask;
    }
}
