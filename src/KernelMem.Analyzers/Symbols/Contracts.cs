using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>The members whose promises a member must keep.</summary>
internal static class Contracts
{
    /// <summary>What the member overrides, up to the root; then what it and they implement.</summary>
    public static IEnumerable<ISymbol> Of(ISymbol member)
    {
        for (ISymbol? overridden = Overridden(member); overridden is not null; overridden = Overridden(overridden))
        {
            yield return overridden;
        }

        for (ISymbol? level = member; level is not null; level = Overridden(level))
        {
            foreach (ISymbol contract in Explicit(level))
            {
                yield return contract;
            }

            foreach (ISymbol contract in Implicit(level))
            {
                yield return contract;
            }
        }
    }

    private static ISymbol? Overridden(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    private static IEnumerable<ISymbol> Explicit(ISymbol member) => member switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations,
        IPropertySymbol property => property.ExplicitInterfaceImplementations,
        IEventSymbol @event => @event.ExplicitInterfaceImplementations,
        _ => [],
    };

    /// <summary>Only a public member implements what has its name: it, or what it overrides, which its type took for the interface.</summary>
    private static IEnumerable<ISymbol> Implicit(ISymbol member)
    {
        if (member is not (IMethodSymbol or IPropertySymbol or IEventSymbol)
            || member.DeclaredAccessibility != Accessibility.Public
            || member.ContainingType is not { TypeKind: not TypeKind.Interface } type)
        {
            return [];
        }

        List<ISymbol>? contracts = null;
        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            foreach (ISymbol candidate in contract.GetMembers(member.Name))
            {
                if (candidate.Kind == member.Kind && IsOrOverrides(member, type.FindImplementationForInterfaceMember(candidate)))
                    (contracts ??= []).Add(candidate);
            }
        }

        // The compiler has the interfaces in the order of the files, if the type is in parts.
        return contracts is null ? [] : contracts.Count == 1 ? contracts : contracts.OrderBy(static contract => contract.ToDisplayString(), StringComparer.Ordinal);
    }

    private static bool IsOrOverrides(ISymbol member, ISymbol? implementation)
    {
        for (ISymbol? level = member; level is not null; level = Overridden(level))
        {
            if (SymbolEqualityComparer.Default.Equals(level, implementation))
                return true;
        }

        return false;
    }
}
