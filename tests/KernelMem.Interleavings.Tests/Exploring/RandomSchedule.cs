using System;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>Schedules by chance, the same ones from the same seed: for programs with more schedules than can be tried.</summary>
internal sealed class RandomSchedule(int seed) : Schedule
{
    private Random _random = new(seed);
    private int _run;
    private int _switchEvery = 2;

    public override void Start()
    {
        // Some runs change CPUs at every second point, some hardly ever: bugs like one or the other.
        _random = new Random(HashCode(seed, _run++));
        _switchEvery = 2 << _random.Next(5);
    }

    public override int Choose(int step, ReadOnlySpan<Choice> choices, ulong state, int preemptions, bool goesOn)
    {
        return !goesOn || _random.Next(_switchEvery) == 0 ? _random.Next(choices.Length) : 0;
    }

    private static int HashCode(int seed, int run) => unchecked((int)(((uint)seed * 2_654_435_761U) ^ ((uint)run * 2_246_822_519U)));
}
