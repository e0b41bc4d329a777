using System.Threading;

namespace KernelMem.Tests.Platform;

/// <summary>
/// Makes threads meet at a lock. Left alone, on few and busy processors, each would run through its rounds by itself, and a lock
/// that does nothing would pass.
/// </summary>
internal sealed class Meeting
{
    private const int Patience = 100;

    private int _arrivals;

    /// <summary>Called on the way to the lock.</summary>
    public void Arrive() => Interlocked.Increment(ref _arrivals);

    /// <summary>Called with the lock held: stays until someone else arrives, and gives him time to come in if he can.</summary>
    public void AwaitArrival()
    {
        int seen = Volatile.Read(ref _arrivals);
        for (int turn = 0; turn < Patience && Volatile.Read(ref _arrivals) == seen; turn++)
            Thread.Yield();
        Thread.SpinWait(500);
        Thread.Yield();
    }
}
