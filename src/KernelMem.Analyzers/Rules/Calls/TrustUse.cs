using System.Collections.Concurrent;
using System.Collections.Generic;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Calls;

/// <summary>
/// What members do whose authors vouch for them (<c>[TrustedNoAlloc]</c>): with the functions inside, and initializers. Trust in a type or
/// an assembly is not looked at: it is for what is to come, too.
/// </summary>
internal sealed class TrustUse(INamedTypeSymbol? trust)
{
    private readonly ConcurrentDictionary<ISymbol, Body> _bodies = new(SymbolEqualityComparer.Default);

    /// <summary>Notes a member, of whose code nothing may ever be heard: it has nothing in it that could matter.</summary>
    public void Add(ISymbol member)
    {
        if (member is { IsExtern: false, IsAbstract: false } && member.Has(trust))
            _ = _bodies.GetOrAdd(member, static _ => new Body());
    }

    /// <summary>Notes what a function calls, and whether it allocates by itself.</summary>
    public void Add(ISymbol function, FunctionSummary summary, bool allocates)
    {
        if (OwnerOf(function) is not { } owner)
            return;

        Body body = _bodies.GetOrAdd(owner, static _ => new Body());
        body.Allocates |= allocates;
        foreach (CallSite call in summary.Calls)
        {
            body.Calls.Add(call);
        }
    }

    /// <summary>The marks of members that allocate nothing by themselves, and whom these call.</summary>
    public IEnumerable<(ISymbol Member, AttributeData Mark, IReadOnlyCollection<CallSite> Calls)> Doubtful()
    {
        foreach (KeyValuePair<ISymbol, Body> member in _bodies)
        {
            if (!member.Value.Allocates && member.Key.Find(trust) is { ApplicationSyntaxReference: not null } mark)
                yield return (member.Key, mark, member.Value.Calls);
        }
    }

    private ISymbol? OwnerOf(ISymbol function)
    {
        for (ISymbol? level = function; level is not (null or INamedTypeSymbol); level = (level as IMethodSymbol)?.AssociatedSymbol ?? level.ContainingSymbol)
        {
            if (level.Has(trust))
                return level;
        }

        return null;
    }

    /// <summary>Functions are looked at by several threads; that one allocates is never taken back.</summary>
    private sealed class Body
    {
        public bool Allocates { get; set; }

        public ConcurrentBag<CallSite> Calls { get; } = [];
    }
}
