using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>The members whose promises a member must keep.</summary>
internal static class InheritedContracts
{
    /// <summary>What the member overrides, up to the root, then what it implements.</summary>
    public static IEnumerable<ISymbol> Of(ISymbol member)
    {
        if (member is not (IMethodSymbol or IPropertySymbol or IEventSymbol) || member.ContainingType is not { } type)
            yield break;

        for (ISymbol? overridden = Overridden(member); overridden is not null; overridden = Overridden(overridden))
        {
            yield return overridden;
        }

        if (type.TypeKind == TypeKind.Interface || IsPrivateImplicit(member))
            yield break;

        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            foreach (ISymbol candidate in contract.GetMembers())
            {
                if (candidate.Kind == member.Kind
                    && IsMarked(candidate)
                    && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate), member))
                {
                    yield return candidate;
                }
            }
        }
    }

    /// <summary>Most are not, and that is cheaper to see than who implements them.</summary>
    private static bool IsMarked(ISymbol contract) => !contract.GetAttributes().IsEmpty || !contract.ContainingType.GetAttributes().IsEmpty;

    private static ISymbol? Overridden(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    /// <summary>A private member implements an interface only explicitly.</summary>
    private static bool IsPrivateImplicit(ISymbol member) => member.DeclaredAccessibility == Accessibility.Private && member switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations.IsEmpty,
        IPropertySymbol property => property.ExplicitInterfaceImplementations.IsEmpty,
        IEventSymbol @event => @event.ExplicitInterfaceImplementations.IsEmpty,
        _ => true,
    };
}
