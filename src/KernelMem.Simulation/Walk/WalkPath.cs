namespace KernelMem.Simulation.Walk;

/// <summary>An entry that a walk read.</summary>
public readonly struct WalkStep
{
    /// <summary>Its physical address.</summary>
    public ulong Place { get; init; }

    /// <summary>What it was.</summary>
    public ulong Entry { get; init; }

    /// <summary>Its level: 1 for a page table's entry, 5 for a PML5 table's.</summary>
    public int Level { get; init; }

    /// <summary>What it and the entries above it allow together.</summary>
    public WalkRights Rights { get; init; }
}

/// <summary>The entries that a walk read, the uppermost first. One per level, so at most five.</summary>
public struct WalkPath
{
    private WalkStep _first;
    private WalkStep _second;
    private WalkStep _third;
    private WalkStep _fourth;
    private WalkStep _fifth;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entry with a number, from 0 to <see cref="Count"/> - 1.</summary>
    public readonly WalkStep this[int index] => index switch
    {
        0 => _first,
        1 => _second,
        2 => _third,
        3 => _fourth,
        _ => _fifth,
    };

    internal void Add(WalkStep step)
    {
        switch (Count++)
        {
            case 0:
                _first = step;
                break;
            case 1:
                _second = step;
                break;
            case 2:
                _third = step;
                break;
            case 3:
                _fourth = step;
                break;
            default:
                _fifth = step;
                break;
        }
    }
}
