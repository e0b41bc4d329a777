using System.Runtime.Intrinsics.X86;

namespace Benchmarks;

/// <summary>What both threads must find.</summary>
internal static unsafe class Shared
{
    public static void* State;

    /// <summary>The CPUs that the process may use, as bits.</summary>
    public static ulong AllowedCpus;

    public static bool HasTwoCpus => (AllowedCpus & (AllowedCpus - 1)) != 0;

    /// <summary>Whether who waits gives way to other programs. Not while times are taken that mean something.</summary>
    public static bool Yielding;

    /// <summary>A turn of a loop that waits for the other thread.</summary>
    public static void Pause()
    {
        if (Yielding)
            Host.Yield();
        else
            X86Base.Pause();
    }

    /// <summary>Binds this thread to a CPU: thread n to the n-th that the process may use.</summary>
    public static void PinThread(int thread)
    {
        ulong cpus = AllowedCpus;
        for (int i = 0; i < thread; i++)
            cpus &= cpus - 1;
        Host.Pin(cpus & (0 - cpus));
    }
}
