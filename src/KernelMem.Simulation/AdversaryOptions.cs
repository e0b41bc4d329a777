using System;

namespace KernelMem.Simulation;

/// <summary>How a machine works against the code under test (<see cref="Adversary"/>).</summary>
public sealed record AdversaryOptions
{
    /// <summary>Where its choices start: the same seed and the same program give the same run. 1 unless stated.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>With what chance a step looks ahead, in percent. 25 unless stated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No percentage.</exception>
    public int LookAheadPercent
    {
        get;
        init => field = Percentage(value);
    }
    = 25;

    /// <summary>
    /// With what chance an access looks for an entry that disagrees with the tables, in percent; otherwise all that it may use are equally
    /// likely. 50 unless stated.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No percentage.</exception>
    public int StalePercent
    {
        get;
        init => field = Percentage(value);
    }
    = 50;

    /// <summary>Whether interrupts take their time (<see cref="SimulatedMachine.DelayInterrupts"/>). They do, unless stated.</summary>
    public bool DelayInterrupts { get; init; } = true;

    private static int Percentage(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
        return value;
    }
}
