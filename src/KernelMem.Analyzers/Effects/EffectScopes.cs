using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// Decides who must not allocate: the nearest mark wins, of the member, what it overrides or implements, its types from the inside out,
/// the assembly, and the project's profile.
/// </summary>
internal sealed class EffectScopes
{
    private static readonly ConditionalWeakTable<Compilation, EffectScopes> s_scopes = new();

    private readonly KnownSymbols _symbols;
    private readonly KernelProfile _profile;
    private readonly ImmutableArray<(ConcurrentDictionary<ISymbol, Promise> Known, Func<ISymbol, Promise> Resolve)> _promises;

    private EffectScopes(KnownSymbols symbols, KernelProfile profile)
    {
        _symbols = symbols;
        _profile = profile;
        _promises = [For(Effect.Allocate), For(Effect.Throw), For(Effect.Block)];

        (ConcurrentDictionary<ISymbol, Promise> Known, Func<ISymbol, Promise> Resolve) For(Effect effect) => (new(SymbolEqualityComparer.Default), member => Resolve(member, effect));
    }

    /// <summary>Those of a compilation, shared by all rules.</summary>
    public static EffectScopes Of(Compilation compilation, KnownSymbols symbols, KernelProfile profile)
        => s_scopes.GetValue(compilation, _ => new EffectScopes(symbols, profile)) is { } scopes && scopes._profile == profile ? scopes : new EffectScopes(symbols, profile);

    /// <summary>Whether the profile holds all code to it.</summary>
    public bool IsFreestanding => _profile is KernelProfile.Kernel or KernelProfile.Audit;

    /// <summary>Whether the code of a member, or of a function inside one, must not allocate, and is to be checked for it.</summary>
    public bool MustNotAllocate(ISymbol member) => PromiseOf(member, Effect.Allocate) is var promise && (promise == Promise.MustNot || (promise == Promise.None && IsFreestanding));

    /// <summary>Whether the code of a member, or of a function inside one, must not throw.</summary>
    public bool MustNotThrow(ISymbol member) => PromiseOf(member, Effect.Throw) == Promise.MustNot;

    /// <summary>Whether a member must not have an effect, and is to be checked for it.</summary>
    public bool MustNot(ISymbol member, Effect effect) => effect switch
    {
        Effect.Allocate => MustNotAllocate(member),
        Effect.Throw => MustNotThrow(member),
        _ => PromiseOf(member, Effect.Block) == Promise.MustNot,
    };

    /// <summary>What the nearest mark of a member promises; the profile promises nothing.</summary>
    public Promise PromiseOf(ISymbol member, Effect effect)
    {
        (ConcurrentDictionary<ISymbol, Promise> known, Func<ISymbol, Promise> resolve) = _promises[(int)effect];
        return known.GetOrAdd(member, resolve);
    }

    /// <summary>What the nearest says that says something: the member itself, then its contracts or the types that they are members of, then what it is in.</summary>
    private Promise Resolve(ISymbol member, Effect effect)
        => Own(member, effect) ?? Inherited(member, effect) ?? (Outer(member) is { } outer ? PromiseOf(outer, effect) : Promise.None);

    /// <summary>Of several marks, on parts of a type, the strictest counts: what allocates is told.</summary>
    private Promise? Own(ISymbol symbol, Effect effect) => effect switch
    {
        Effect.Throw => symbol.Has(_symbols.NoThrow) ? Promise.MustNot : null,
        Effect.Block => symbol.Has(_symbols.NonBlocking) ? Promise.MustNot : symbol.Has(_symbols.MayBlock) ? Promise.May : null,
        _ => symbol.Has(_symbols.NoAlloc) ? Promise.MustNot
            : symbol.Has(_symbols.TrustedNoAlloc) ? Promise.Trusted
            : symbol.Has(_symbols.MayAlloc) ? Promise.May
            : null,
    };

    /// <summary>What is overridden says it first. Of several interfaces, the strictest counts: all are kept.</summary>
    private Promise? Inherited(ISymbol member, Effect effect)
    {
        Promise? strictest = null;
        foreach (ISymbol contract in Contracts.Of(member))
        {
            if ((Own(contract, effect) ?? Own(contract.ContainingType, effect)) is not { } promise)
                continue;
            if (contract.ContainingType.TypeKind != TypeKind.Interface)
                return promise;
            if (strictest is null || promise < strictest)
                strictest = promise;
        }

        return strictest;
    }

    /// <summary>An accessor is inside its property or event, which is inside its type; namespaces say nothing.</summary>
    private static ISymbol? Outer(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { AssociatedSymbol: { } owner } => owner,
        IAssemblySymbol => null,
        _ => symbol.ContainingSymbol is INamespaceSymbol or null ? symbol.ContainingAssembly : symbol.ContainingSymbol,
    };
}
