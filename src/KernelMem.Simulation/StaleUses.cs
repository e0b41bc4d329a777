using System.Collections.Generic;
using System.Threading;

namespace KernelMem.Simulation;

/// <summary>
/// The uses of stale entries on a machine, so that a test can say that a stale entry was really used. They are recorded in adversary mode
/// and wherever <see cref="IsRecording"/> was turned on: each use of a cached entry then costs a walk.
/// </summary>
public sealed class StaleUses
{
    private const int MostRecorded = 1000;

    private readonly Lock _lock = new();
    private readonly List<StaleUse> _uses = [];
    private long _count;

    internal StaleUses()
    {
    }

    /// <summary>Whether uses are looked for.</summary>
    public bool IsRecording { get; set; }

    /// <summary>How many there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The first 1000 of them.</summary>
    public IReadOnlyList<StaleUse> Uses
    {
        get
        {
            lock (_lock)
                return [.. _uses];
        }
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _uses.Clear();
            Interlocked.Exchange(ref _count, 0);
        }
    }

    internal void Record(StaleUse use)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (_uses.Count < MostRecorded)
                _uses.Add(use);
        }
    }
}
