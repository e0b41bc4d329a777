using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>
/// The physical frames that the code under test has freed, as a test tells, and every access that reached one all the same: through a
/// translation, or as a page table that a walk read.
/// </summary>
/// <remarks>
/// <para>A frame that is used again is watched on: what was cached before it was freed must not be used any more, whoever has it now. So
/// a stale translation is found also when its frame has a new owner.</para>
/// <para>Only accesses through a CPU's MMU are seen, not those through <see cref="SimulatedMemory"/> or its direct map.</para>
/// </remarks>
public sealed class FreedFrames
{
    private const int Shift = 12;
    private const int MostRecorded = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, long> _freedAt = []; // by frame number; stays when the frame is used again
    private readonly HashSet<ulong> _free = [];
    private readonly List<VirtRange> _exempt = [];
    private readonly List<FreedFrameAccess> _accesses = [];
    private long _time = 1;
    private long _count;
    private volatile bool _any;

    internal FreedFrames()
    {
    }

    /// <summary>How many accesses reached a freed frame.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>These accesses, the first 1000 of them.</summary>
    public IReadOnlyList<FreedFrameAccess> Accesses
    {
        get
        {
            lock (_lock)
                return [.. _accesses];
        }
    }

    /// <summary>The clock: it ticks with every <see cref="Add"/>.</summary>
    internal long Time => Interlocked.Read(ref _time);

    /// <summary>These frames have been freed just now.</summary>
    /// <param name="start">The first frame's address: a multiple of 4096.</param>
    /// <param name="bytes">How much: a multiple of 4096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Address or length is no multiple of 4096.</exception>
    public void Add(PhysAddr start, ulong bytes = 4096)
    {
        ThrowIfNoFrames(start, bytes);
        lock (_lock)
        {
            long now = Interlocked.Increment(ref _time);
            for (ulong frame = start.Value >> Shift; frame < (start.Value + bytes) >> Shift; frame++)
            {
                _free.Add(frame);
                _freedAt[frame] = now;
            }

            _any = true;
        }
    }

    /// <summary>These frames are in use again.</summary>
    /// <param name="start">The first frame's address: a multiple of 4096.</param>
    /// <param name="bytes">How much: a multiple of 4096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Address or length is no multiple of 4096.</exception>
    public void Remove(PhysAddr start, ulong bytes = 4096)
    {
        ThrowIfNoFrames(start, bytes);
        lock (_lock)
        {
            for (ulong frame = start.Value >> Shift; frame < (start.Value + bytes) >> Shift; frame++)
                _free.Remove(frame);
        }
    }

    /// <summary>Whether the frame at an address is free.</summary>
    public bool Contains(PhysAddr address)
    {
        lock (_lock)
            return _free.Contains(address.Value >> Shift);
    }

    /// <summary>
    /// Pages of these virtual addresses may well be free frames: the kernel's direct map. (Page tables that lead there are still watched.)
    /// </summary>
    public void Exempt(VirtRange addresses)
    {
        lock (_lock)
            _exempt.Add(addresses);
    }

    /// <summary>Forgets everything: frames, exempt addresses, accesses.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _any = false;
            _freedAt.Clear();
            _free.Clear();
            _exempt.Clear();
            _accesses.Clear();
            Interlocked.Exchange(ref _count, 0);
        }
    }

    /// <summary>All accesses as text, one a line; empty if there was none.</summary>
    public override string ToString() => string.Join('\n', Accesses.Select(access => access.ToString()));

    /// <summary>Whether a frame may not be used: it is free, or was freed after <paramref name="cachedAt"/>, when what leads there was cached.</summary>
    internal bool Forbids(ulong physical, long cachedAt)
    {
        if (!_any)
            return false;
        lock (_lock)
        {
            ulong frame = physical >> Shift;
            return _free.Contains(frame) || (_freedAt.TryGetValue(frame, out long freed) && freed > cachedAt);
        }
    }

    internal bool IsExempt(VirtAddr address)
    {
        lock (_lock)
            return _exempt.Exists(range => range.Contains(address));
    }

    internal void Record(FreedFrameAccess access)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (_accesses.Count < MostRecorded)
                _accesses.Add(access);
        }
    }

    private static void ThrowIfNoFrames(PhysAddr start, ulong bytes)
    {
        if (start.Value % 4096 != 0 || bytes % 4096 != 0)
            throw new ArgumentOutOfRangeException(nameof(start), $"0x{start.Value:X} + {bytes} bytes are no whole frames of 4096");
    }
}
