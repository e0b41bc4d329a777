using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace KernelMem.CodeFixes;

/// <summary>One way to mend a place. Whether it is offered, its trial decides.</summary>
/// <param name="Title">What it does, as an editor shows it.</param>
/// <param name="Key">The same for all places that are mended in this way, so that they can be mended together. Of several for one place that have the same, the first that stands its trial is offered.</param>
/// <param name="ApplyAsync">Does it; null where it turns out that it cannot be done.</param>
internal sealed record KernelFix(string Title, string Key, Func<CancellationToken, Task<Solution?>> ApplyAsync)
{
    /// <summary>The symbol whose declaration changes; null where all that changes is in the body at hand.</summary>
    public ISymbol? Declaration { get; init; }

    /// <summary>Whether every call there was must still be there, and be of the same method.</summary>
    public bool KeepsCalls { get; init; }

    /// <summary>The same, where it turns out that it can be done.</summary>
    public KernelFix When(Func<CancellationToken, Task<bool>> condition)
        => this with { ApplyAsync = async cancellation => await condition(cancellation).ConfigureAwait(false) ? await ApplyAsync(cancellation).ConfigureAwait(false) : null };
}
