using System;

namespace KernelMem.Analyzers.Symbols;

/// <summary>Words that a source must have in it to use a mark, by whatever name.</summary>
[Flags]
internal enum Mention
{
    None = 0,

    /// <summary><c>[NoAlloc]</c>, <c>[TrustedNoAlloc]</c>.</summary>
    NoAlloc = 1,
    MayAlloc = 1 << 1,
    NoThrow = 1 << 2,
    NonBlocking = 1 << 3,
    Aligned = 1 << 4,
    PowerOfTwo = 1 << 5,
    CanonicalAddress = 1 << 6,
    HardwareStruct = 1 << 7,
    ExpectedSize = 1 << 8,
    ExpectedOffset = 1 << 9,
}
