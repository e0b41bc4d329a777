namespace Benchmarks;

/// <summary>What is done with an allocator; the letters are those of the description in ../README.md.</summary>
internal enum Workload
{
    Sequence,       // a
    Random,         // b
    PairEmpty,      // c
    PairHalf,       // c
    Batch,          // d
    Huge,           // e
    HugePair,       // e
    Mixed,          // f
    Churn,          // fragmentation
}

/// <summary>What a table says of it.</summary>
internal enum Row
{
    None = -1,
    Allocate,
    Free,
    FreeRandom,
    PairEmpty,
    PairHalf,
    Batch,
    HugeAllocate,
    HugeFree,
    HugePair,
    Mixed,
    Churn,
}
