namespace Benchmarks;

/// <summary>How much of everything.</summary>
internal readonly struct Setup
{
    /// <summary>Pages of 4 KiB, of all threads together.</summary>
    public uint Pages { get; private init; }

    /// <summary>Pages of 2 MiB.</summary>
    public uint LargePages { get; private init; }

    /// <summary>How often these are mapped, translated and unmapped in a sample.</summary>
    public uint LargeTurns { get; private init; }

    /// <summary>Frames for tables, for each address space.</summary>
    public uint TableFrames { get; private init; }

    /// <summary>1 or 2.</summary>
    public int Threads { get; private init; }

    /// <summary>Whether each thread has an address space of its own.</summary>
    public bool Private { get; private init; }

    public int WarmUps { get; private init; }

    public int Samples { get; private init; }

    /// <summary>Threads that share an address space.</summary>
    public int Members => Private ? 1 : Threads;

    /// <summary>The workloads as they are described, on one thread.</summary>
    public static Setup Full(int samples) => new()
    {
        Pages = 1 << 18,
        LargePages = 512,
        LargeTurns = 256,
        TableFrames = 16384,
        Threads = 1,
        WarmUps = 2,
        Samples = samples,
    };

    /// <summary>All of them, but little of each: to see that they work.</summary>
    public static Setup Small() => new()
    {
        Pages = 4096,
        LargePages = 16,
        LargeTurns = 2,
        TableFrames = 8192,
        Threads = 1,
        WarmUps = 1,
        Samples = 2,
    };

    /// <summary>The same on two threads.</summary>
    /// <param name="isPrivate">Whether each has an address space of its own.</param>
    public Setup WithTwoThreads(bool isPrivate) => this with { Threads = 2, Private = isPrivate };
}
