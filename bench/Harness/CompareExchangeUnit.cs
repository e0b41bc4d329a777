using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>
/// 1 CAS: a turn of a loop that loads a hot 64-bit word and replaces it by its value + 1 with a locked compare-exchange that
/// succeeds, loop included.
/// </summary>
internal static unsafe class CompareExchangeUnit
{
    private const int Turns = 100_000;
    private const int Passes = 5;

    /// <summary>The best of a few passes, in picoseconds. About a millisecond of work.</summary>
    public static ulong Measure()
    {
        ulong best = ulong.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            ulong word = 0;
            ulong start = Host.Ticks();
            Turn(&word);
            ulong time = Units.Picoseconds(Host.Ticks() - start, Turns);
            best = time < best ? time : best;
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Turn(ulong* word)
    {
        for (int turn = 0; turn < Turns; turn++)
        {
            ulong old;
            do
                old = Atomic.Load(in *word);
            while (!Atomic.TryCompareExchange(ref *word, old, old + 1));
        }
    }
}
