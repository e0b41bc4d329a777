using KernelMem.Failures;

namespace Benchmarks;

/// <summary>A thread's stopwatch and its notes.</summary>
internal unsafe struct Recorder
{
    public const int MaxSamples = 100;
    public const int Channels = 8;
    public const int Counts = 4;

    private fixed ulong _samples[Channels * MaxSamples];    // picoseconds an operation
    private fixed ulong _ticks[Channels];
    private fixed ulong _operations[Channels];
    private fixed uint _freeBlocks[Counts];
    private Barrier* _barrier;
    private uint _threads;
    private uint _meetings;
    private ulong _start;

    public Recorder(Barrier* barrier, int threads)
    {
        _barrier = barrier;
        _threads = (uint)threads;
    }

    /// <summary>Requests that got nothing.</summary>
    public uint Shortages { get; private set; }

    /// <summary>Blocks that were not taken back.</summary>
    public uint Refusals { get; private set; }

    /// <summary>Managed memory that was allocated in the workload.</summary>
    public ulong ManagedBytes { get; set; }

    /// <summary>Picoseconds an operation.</summary>
    public readonly ulong Sample(int channel, int index) => _samples[channel * MaxSamples + index];

    /// <summary>Waits for the other threads.</summary>
    public void Meet()
    {
        if (_threads > 1)
            _barrier->Wait(_threads, ref _meetings);
    }

    /// <summary>Waits for the other threads, and starts the clock.</summary>
    public void Begin()
    {
        Meet();
        _start = Host.Ticks();
    }

    /// <summary>Stops the clock.</summary>
    public void End(int channel, ulong operations)
    {
        _ticks[channel] += Host.Ticks() - _start;
        _operations[channel] += operations;
    }

    /// <summary>Writes the sample down, unless its number is negative.</summary>
    public void EndSample(int index)
    {
        Panic.Assert(index < MaxSamples, "bench: too many samples");
        for (int channel = 0; channel < Channels; channel++)
        {
            if (index >= 0 && _operations[channel] != 0)
                _samples[channel * MaxSamples + index] = Units.Picoseconds(_ticks[channel], _operations[channel]);
            _ticks[channel] = 0;
            _operations[channel] = 0;
        }
    }

    public void CountShortage() => Shortages++;

    public void CountRefusal() => Refusals++;

    /// <summary>How many huge blocks were free at a time of the churn.</summary>
    public readonly uint FreeBlocks(int when) => _freeBlocks[when];

    public void SetFreeBlocks(int when, uint blocks) => _freeBlocks[when] = blocks;
}
