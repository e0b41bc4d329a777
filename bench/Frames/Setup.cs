namespace Benchmarks;

/// <summary>How much of everything.</summary>
internal readonly struct Setup
{
    /// <summary>Frames, in all allocators together.</summary>
    public uint Frames { get; private init; }

    /// <summary>1 or 2.</summary>
    public int Threads { get; private init; }

    /// <summary>Whether each thread has an allocator of its own, with its share of the frames.</summary>
    public bool Private { get; private init; }

    public int WarmUps { get; private init; }

    public int Samples { get; private init; }

    /// <summary>Pairs of workloads c and e.</summary>
    public uint Pairs { get; private init; }

    /// <summary>Batches of workload d.</summary>
    public uint Batches { get; private init; }

    /// <summary>Huge blocks that workload e takes in a sample, all passes together.</summary>
    public uint HugeBlocks { get; private init; }

    /// <summary>Steps of workload f.</summary>
    public uint Steps { get; private init; }

    /// <summary>Threads that share an allocator.</summary>
    public int Members => Private ? 1 : Threads;

    /// <summary>Frames of one allocator.</summary>
    public uint GroupFrames => Private ? Frames / (uint)Threads : Frames;

    /// <summary>The workloads as they are described, on one thread.</summary>
    public static Setup Full(uint frames, int samples) => new()
    {
        Frames = frames,
        Threads = 1,
        WarmUps = 2,
        Samples = samples,
        Pairs = 1 << 18,
        Batches = 512,
        HugeBlocks = 65536,
        Steps = 100_000,
    };

    /// <summary>All of them, but little of each: to see that they work.</summary>
    public static Setup Small(uint frames) => new()
    {
        Frames = frames,
        Threads = 1,
        WarmUps = 1,
        Samples = 2,
        Pairs = 5_000,
        Batches = 4,
        HugeBlocks = 64,
        Steps = 5_000,
    };

    /// <summary>The same on two threads.</summary>
    /// <param name="isPrivate">Whether each has an allocator of its own.</param>
    public Setup WithTwoThreads(bool isPrivate) => this with { Threads = 2, Private = isPrivate };
}
