namespace RuleCost;

/// <summary>What a solution is.</summary>
internal enum SourceKind
{
    /// <summary>A program on .NET: classes, strings, queries, asynchronous code; no mark anywhere.</summary>
    Hosted,

    /// <summary>A kernel's code, all of which must not allocate.</summary>
    Kernel,
}
