using System.Threading;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <summary>What a rule needs to know of a compilation.</summary>
/// <param name="Symbols">The attribute types.</param>
/// <param name="Effects">Who must not allocate or throw.</param>
internal sealed record KernelContext(KnownSymbols Symbols, EffectScopes Effects)
{
    /// <summary>Whether any code is held to anything, by the profile or by a mark. If not, rules about such code have nothing to look at.</summary>
    public bool HoldsCode(Compilation compilation, CancellationToken cancellation)
        => Effects.IsFreestanding || MarkSearch.IsUsed(compilation, Symbols, cancellation);
}
