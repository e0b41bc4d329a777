using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Symbols;

namespace KernelMem.Analyzers.Rules;

/// <summary>What a rule needs to know of a compilation.</summary>
/// <param name="Symbols">The attribute types.</param>
/// <param name="Effects">Who must not allocate or throw.</param>
internal sealed record KernelContext(KnownSymbols Symbols, EffectScopes Effects);
