using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>What a function does by itself.</summary>
/// <param name="What">Such as <c>new 'Node'</c>.</param>
/// <param name="Location">Where.</param>
internal sealed record EffectSource(string What, Location Location);

/// <summary>What the call graph needs to know of a function: what it does by itself, and whom it calls.</summary>
/// <param name="Calls">The calls, in the order of the source.</param>
/// <param name="Allocates">The first place at which it allocates, or null.</param>
/// <param name="Throws">The first place at which it throws, or null.</param>
internal sealed record FunctionSummary(ImmutableArray<CallSite> Calls, EffectSource? Allocates, EffectSource? Throws)
{
    /// <summary>A function that does nothing.</summary>
    public static FunctionSummary Empty { get; } = new([], null, null);

    /// <summary>The first place at which it has an effect by itself. Nothing waits by itself: what waits is called.</summary>
    public EffectSource? Of(Effect effect) => effect switch
    {
        Effect.Allocate => Allocates,
        Effect.Throw => Throws,
        _ => null,
    };

    /// <summary>Both, one after the other.</summary>
    public FunctionSummary Then(FunctionSummary other) => new(Calls.AddRange(other.Calls), Allocates ?? other.Allocates, Throws ?? other.Throws);
}
