using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <summary>
/// What one CPU keeps for itself of one zone: rows of free frames and free blocks at hand, the trees that it takes more of them from, and
/// its share of the counters. What is at hand is guarded by the lock of the <see cref="CpuSlot"/>; everything else is the CPU's own, with interrupts off.
/// </summary>
/// <remarks>
/// A freed frame is kept here only if it lies in the reserved tree. Others go back, so that memory which the CPU does not allocate
/// from becomes free in large pieces; the last row of them waits here, because frames are often freed in order.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe partial struct FrameCache
{
    /// <summary>No tree is reserved.</summary>
    public const uint NoTree = uint.MaxValue;

    /// <summary>The index of runs among the counters by order.</summary>
    public const int RunIndex = FrameRequest.MaxOrder + 1;

    /// <summary>The cache is shut because the zone has nothing free: the first frame that comes back has to be seen by all.</summary>
    public const uint ExhaustedReason = 1;

    /// <summary>The cache is shut because the zone has little left: every allocation is held against its watermarks.</summary>
    public const uint PressureReason = 2;

    private const uint NoRow = uint.MaxValue / FramePool.RowFrames; // has no memory: a table has fewer frames
    private const int Bytes = 1088; // whole cache lines, so that no two CPUs share one
    private const int Depth = 16;
    private const int OrderCount = RunIndex + 1;

    /// <summary>The frames at hand of <see cref="Row"/>.</summary>
    public ulong Mask;

    /// <summary>The row at hand.</summary>
    public uint Row;

    /// <summary>The tree that single frames come from, or <see cref="NoTree"/>.</summary>
    public uint Tree;

    private ulong _outMask;
    private uint _outRow;
    private uint _bottom;
    private uint _count;
    private uint _attempts;
    private uint _shut;

    /// <summary>The tree that huge frames come from, or <see cref="NoTree"/>.</summary>
    public uint HugeTree;

    /// <summary>Where to look for the next one, downwards: where the last was, or a huge frame came back above.</summary>
    public uint HugeFrom;

    /// <summary>The tree that blocks come from, or <see cref="NoTree"/>: apart from single frames, which leave no room for blocks.</summary>
    public uint BlockTree;

    /// <summary>The huge frame of <see cref="BlockTree"/> that had a block last; any number is safe that lies in the pool.</summary>
    public uint BlockHuge;

    private ulong _failures;
    private ulong _fallbacks;
    private fixed ulong _singlesTaken[FrameUses.Count];
    private fixed ulong _singlesGiven[FrameUses.Count];
    private fixed ulong _taken[FrameUses.Count];
    private fixed ulong _given[FrameUses.Count];
    private fixed ulong _allocations[OrderCount];
    private fixed ulong _frees[OrderCount];
    private fixed ulong _masks[Depth];
    private fixed uint _rows[Depth];
    private Magazines _magazines;
    private fixed ushort _away[FrameRequest.MaxOrder + 1]; // by order: how many frames are taken elsewhere before the next look at home
    private byte _home;

    /// <summary>An attempt that may put frames back is under way if this is odd; see <see cref="FramePool"/>.</summary>
    public readonly uint Attempts => Atomic.Load(in _attempts);

    /// <summary>How many requests that preferred this zone failed.</summary>
    public readonly ulong Failures => Atomic.Load(in _failures);

    /// <summary>How many blocks went to requests that preferred another zone.</summary>
    public readonly ulong Fallbacks => Atomic.Load(in _fallbacks);

    /// <summary>An empty cache.</summary>
    public static FrameCache Create() => new() { Row = NoRow, _outRow = NoRow, Tree = NoTree, BlockTree = NoTree, HugeTree = NoTree };

    /// <summary>Takes a frame of the row at hand, inside the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out uint frame)
    {
        ulong mask = Mask;
        if (mask == 0)
        {
            frame = 0;
            return false;
        }

        frame = Row * FramePool.RowFrames + (uint)BitOperations.TrailingZeroCount(mask);
        Mask = mask & (mask - 1);
        return true;
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
        bool found = TryTakeRow(pool, owner);
        EndAttempt();
        if (found)
            return true;

        Row = _outRow;
        Mask = _outMask;
        _outRow = NoRow;
        _outMask = 0;
        return Mask != 0;
    }

    /// <summary>Where the frames of a row are kept, inside the lock, if it is at hand or on its way out; otherwise null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* PlaceOf(FrameCache* cache, uint row) => row == cache->Row ? &cache->Mask : row == cache->_outRow ? &cache->_outMask : null;

    /// <summary>Keeps frames of another row, inside the lock, while the cache is not shut.</summary>
    /// <param name="pool">The zone's pool.</param>
    /// <param name="row">The row.</param>
    /// <param name="mask">Its frames, free and nobody else's.</param>
    public void PutElsewhere(FramePool* pool, uint row, ulong mask)
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

    /// <summary>Takes a block that is kept here, inside the lock.</summary>
    /// <param name="order">1 to 10.</param>
    /// <param name="frame">Its first frame.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeBlock(int order, out uint frame) => _magazines.Of(order).TryTake(out frame);

    /// <summary>Keeps a block, inside the lock, while the cache is not shut.</summary>
    /// <param name="frame">Its first frame, free and nobody else's.</param>
    /// <param name="order">1 to 10.</param>
    /// <returns>False if as many are kept as may be.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKeepBlock(uint frame, int order) => _magazines.Of(order).TryKeep(frame, order);

    /// <summary>Whether nothing may be kept here.</summary>
    public readonly bool IsShut => Atomic.Load(in _shut) != 0;

    /// <summary>Whether nothing may be kept here, for a reason.</summary>
    public readonly bool IsShutFor(uint reason) => (Atomic.Load(in _shut) & reason) != 0;

    /// <summary>Forbids to keep anything here, inside the lock, after a <see cref="Drain"/>.</summary>
    public void Shut(uint reason) => Atomic.FetchOr(ref _shut, reason);

    /// <summary>Takes a reason back; from anywhere.</summary>
    public void Open(uint reason) => Atomic.FetchAnd(ref _shut, ~reason);

    /// <summary>Gives all frames back to the pool, inside the lock.</summary>
    public void Drain(FramePool* pool)
    {
        GiveIfAny(pool, Row, Mask);
        GiveIfAny(pool, _outRow, _outMask);
        for (; _count != 0; _count--, _bottom = (_bottom + 1) % Depth)
            pool->Give(_rows[_bottom], _masks[_bottom]);

        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
            _magazines.Of(order).Drain(pool, order);

        // No row matches any more, so that the next frame to be kept asks whether it may.
        Row = NoRow;
        Mask = 0;
        _outRow = NoRow;
        _outMask = 0;
    }

    /// <summary>The frames that are kept here. Exact while nobody works with the cache.</summary>
    public uint CountKept()
    {
        int kept = BitOperations.PopCount(Mask) + BitOperations.PopCount(_outMask);
        for (uint index = 0; index < _count; index++)
            kept += BitOperations.PopCount(_masks[(_bottom + index) % Depth]);

        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
            kept += (int)_magazines.Of(order).CountKept(order);

        return (uint)kept;
    }

    /// <summary>The frames of a row that are kept here. Exact while nobody works with the cache.</summary>
    public ulong KeptOf(uint row)
    {
        ulong kept = (row == Row ? Mask : 0) | (row == _outRow ? _outMask : 0);
        for (uint index = 0; index < _count; index++)
        {
            uint at = (_bottom + index) % Depth;
            kept |= row == _rows[at] ? _masks[at] : 0;
        }

        for (int order = 1; order <= FrameRequest.MaxOrder; order++)
            kept |= _magazines.Of(order).KeptOf(row, order);

        return kept;
    }

    /// <summary>Announces that frames may be taken from the pool and put back again. The stores of what follows come later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginAttempt() => Atomic.Store(ref _attempts, unchecked(_attempts + 1));

    /// <summary>Ends what <see cref="BeginAttempt"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndAttempt() => Atomic.Store(ref _attempts, unchecked(_attempts + 1));

    // The counters: written by the CPU alone, read by anybody.

    /// <summary>Counts single frames that were given out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountTaken(FrameUse use, uint frames = 1) => Atomic.Store(ref _singlesTaken[(int)use], _singlesTaken[(int)use] + frames);

    /// <summary>Counts single frames that came back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountGiven(FrameUse use, uint frames = 1) => Atomic.Store(ref _singlesGiven[(int)use], _singlesGiven[(int)use] + frames);

    /// <summary>Counts a block that was given out.</summary>
    /// <param name="use">What for.</param>
    /// <param name="order">Its order, or <see cref="RunIndex"/>; 0 is a single frame.</param>
    /// <param name="frames">How many frames it has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountTaken(FrameUse use, int order, uint frames)
    {
        if (order == 0)
        {
            CountTaken(use);
            return;
        }

        Atomic.Store(ref _taken[(int)use], _taken[(int)use] + frames);
        Atomic.Store(ref _allocations[order], _allocations[order] + 1);
    }

    /// <summary>Counts a block that came back.</summary>
    /// <inheritdoc cref="CountTaken(FrameUse, int, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountGiven(FrameUse use, int order, uint frames)
    {
        if (order == 0)
        {
            CountGiven(use);
            return;
        }

        Atomic.Store(ref _given[(int)use], _given[(int)use] + frames);
        Atomic.Store(ref _frees[order], _frees[order] + 1);
    }

    /// <summary>Counts a request that got nothing.</summary>
    public void CountFailure() => Atomic.Store(ref _failures, _failures + 1);

    /// <summary>Counts a block for a request that preferred another zone.</summary>
    public void CountFallback() => Atomic.Store(ref _fallbacks, _fallbacks + 1);

    /// <summary>The frames given out for a use, ever.</summary>
    public readonly ulong Taken(FrameUse use) => Atomic.Load(in _singlesTaken[(int)use]) + Atomic.Load(in _taken[(int)use]);

    /// <summary>The frames of a use that came back, ever.</summary>
    public readonly ulong Given(FrameUse use) => Atomic.Load(in _singlesGiven[(int)use]) + Atomic.Load(in _given[(int)use]);

    /// <summary>The blocks of an order given out, ever.</summary>
    public readonly ulong Allocations(int order)
    {
        ulong blocks = Atomic.Load(in _allocations[order]);
        for (int use = 0; order == 0 && use < FrameUses.Count; use++)
            blocks += Atomic.Load(in _singlesTaken[use]);

        return blocks;
    }

    /// <summary>The blocks of an order that came back, ever.</summary>
    public readonly ulong Frees(int order)
    {
        ulong blocks = Atomic.Load(in _frees[order]);
        for (int use = 0; order == 0 && use < FrameUses.Count; use++)
            blocks += Atomic.Load(in _singlesGiven[use]);

        return blocks;
    }

    private static void GiveIfAny(FramePool* pool, uint row, ulong mask)
    {
        if (mask != 0)
            pool->Give(row, mask);
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

    // By order, from 1 on.
    [InlineArray(FrameRequest.MaxOrder)]
    private struct Magazines
    {
        private BlockMagazine _first;

        [UnscopedRef]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref BlockMagazine Of(int order) => ref Unsafe.Add(ref _first, order - 1);
    }
}
