using System;
using System.Collections.Concurrent;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// Decides who must not allocate: the nearest mark wins, of the member, what it overrides or implements, its types from the inside out,
/// the assembly, and the project's profile.
/// </summary>
internal sealed class EffectScopes(KnownSymbols symbols, KernelProfile profile)
{
    private readonly ConcurrentDictionary<ISymbol, bool> _noAlloc = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _noThrow = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<(ISymbol Member, Effect Effect), Promise> _promises = new();

    /// <summary>Whether the profile holds all code to it.</summary>
    public bool IsFreestanding => profile is KernelProfile.Kernel or KernelProfile.Audit;

    /// <summary>Whether the code of a member, or of a function inside one, must not allocate, and is to be checked for it.</summary>
    public bool MustNotAllocate(ISymbol member) => _noAlloc.GetOrAdd(member, ResolveNoAlloc);

    /// <summary>Whether the code of a member, or of a function inside one, must not throw.</summary>
    public bool MustNotThrow(ISymbol member) => _noThrow.GetOrAdd(member, ResolveNoThrow);

    /// <summary>Whether a member must not have an effect, and is to be checked for it.</summary>
    public bool MustNot(ISymbol member, Effect effect) => effect switch
    {
        Effect.Allocate => MustNotAllocate(member),
        Effect.Throw => MustNotThrow(member),
        _ => PromiseOf(member, Effect.Block) == Promise.MustNot,
    };

    /// <summary>What the nearest mark of a member promises; the profile promises nothing.</summary>
    public Promise PromiseOf(ISymbol member, Effect effect) => _promises.GetOrAdd((member, effect), key => Nearest(key.Member, level => OwnPromise(level, key.Effect)) ?? Promise.None);

    private Promise? OwnPromise(ISymbol symbol, Effect effect) => effect switch
    {
        Effect.Throw => symbol.Has(symbols.NoThrow) ? Promise.MustNot : null,
        Effect.Block => symbol.Has(symbols.NonBlocking) ? Promise.MustNot : symbol.Has(symbols.MayBlock) ? Promise.May : null,
        _ => symbol.Has(symbols.NoAlloc) ? Promise.MustNot
            : symbol.Has(symbols.TrustedNoAlloc) ? Promise.Trusted
            : symbol.Has(symbols.MayAlloc) ? Promise.May
            : null,
    };

    private bool ResolveNoAlloc(ISymbol member) => Nearest<bool>(member, OwnMark) ?? IsFreestanding;

    private bool ResolveNoThrow(ISymbol member) => Nearest<bool>(member, level => level.Has(symbols.NoThrow) ? true : null) ?? false;

    /// <summary>What the nearest says that says something: a level itself, then its contracts or the types that they are members of.</summary>
    private static T? Nearest<T>(ISymbol member, Func<ISymbol, T?> markOf)
        where T : struct
    {
        for (ISymbol? level = member; level is not null; level = Outer(level))
        {
            if (markOf(level) is { } own)
                return own;

            foreach (ISymbol contract in Contracts.Of(level))
            {
                if ((markOf(contract) ?? markOf(contract.ContainingType)) is { } inherited)
                    return inherited;
            }
        }

        return null;
    }

    /// <summary>True: it is to be checked. False: it may allocate, or its author vouches for it. Null: it says nothing.</summary>
    private bool? OwnMark(ISymbol symbol)
    {
        foreach (AttributeData mark in symbol.GetAttributes())
        {
            if (Is(mark, symbols.NoAlloc))
                return true;

            if (Is(mark, symbols.MayAlloc) || Is(mark, symbols.TrustedNoAlloc))
                return false;
        }

        return null;
    }

    private static bool Is(AttributeData mark, INamedTypeSymbol? type)
        => type is not null && SymbolEqualityComparer.Default.Equals(mark.AttributeClass, type);

    /// <summary>An accessor is inside its property or event, which is inside its type; namespaces say nothing.</summary>
    private static ISymbol? Outer(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { AssociatedSymbol: { } owner } => owner,
        IAssemblySymbol => null,
        _ => symbol.ContainingSymbol is INamespaceSymbol or null ? symbol.ContainingAssembly : symbol.ContainingSymbol,
    };
}
