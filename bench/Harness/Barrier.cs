using KernelMem.Platform;

namespace Benchmarks;

/// <summary>Threads meet here. Each counts for itself how often it has been here.</summary>
internal struct Barrier
{
    private uint _arrived;

    public void Wait(uint threads, ref uint meetings)
    {
        meetings++;
        Atomic.FetchAdd(ref _arrived, 1u);
        while (Atomic.Load(in _arrived) < meetings * threads)
            Shared.Pause();
    }
}
