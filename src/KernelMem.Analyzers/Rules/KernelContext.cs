using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Symbols;

namespace KernelMem.Analyzers.Rules;

/// <summary>What a rule needs to know of a compilation.</summary>
/// <param name="Symbols">The attribute types.</param>
/// <param name="Profile">The project's profile.</param>
/// <param name="Effects">Who must not allocate or throw.</param>
internal sealed record KernelContext(KnownSymbols Symbols, KernelProfile Profile, EffectScopes Effects);
