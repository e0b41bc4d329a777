using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Effects;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Calls;

/// <summary>
/// A member of a base that implements a marked member of an interface for a type. The base may be older than the interface, so nothing
/// there held the member to the mark.
/// </summary>
/// <param name="Type">The type that promises the interface.</param>
/// <param name="Contract">The interface's member.</param>
/// <param name="Implementation">The base's member.</param>
/// <param name="Effect">What the interface's member must not have.</param>
internal sealed record InheritedImplementation(INamedTypeSymbol Type, IMethodSymbol Contract, IMethodSymbol Implementation, Effect Effect)
{
    /// <summary>The type's name; of its parts, in the one that comes first in any order of the files.</summary>
    public Location Location => Type.Locations
        .OrderBy(static part => part.SourceTree?.FilePath, StringComparer.Ordinal)
        .ThenBy(static part => part.SourceSpan.Start)
        .First();

    /// <summary>Those of a type.</summary>
    public static IEnumerable<InheritedImplementation> In(INamedTypeSymbol type, Effect effect, EffectScopes scopes)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct))
            yield break;

        foreach (IMethodSymbol contract in type.AllInterfaces.SelectMany(static contract => contract.GetMembers().OfType<IMethodSymbol>()))
        {
            if (Promises(contract, type, effect, scopes)
                && type.FindImplementationForInterfaceMember(contract) is IMethodSymbol { IsAbstract: false } implementation
                && IsFromBase(implementation, type)
                && !AreSame(implementation, type.BaseType?.FindImplementationForInterfaceMember(contract)))
            {
                yield return new InheritedImplementation(type, contract, implementation, effect);
            }
        }
    }

    /// <summary>Calls of members of the project's own interfaces are taken to keep the profile.</summary>
    private static bool Promises(IMethodSymbol contract, INamedTypeSymbol type, Effect effect, EffectScopes scopes)
        => scopes.PromiseOf(contract, effect) == Promise.MustNot
            || (AreSame(contract.ContainingAssembly, type.ContainingAssembly) && scopes.MustNot(contract, effect));

    /// <summary>An interface's own implementation is held to its mark.</summary>
    private static bool IsFromBase(IMethodSymbol implementation, INamedTypeSymbol type)
        => implementation.ContainingType is { TypeKind: not TypeKind.Interface } owner && !AreSame(owner, type);

    private static bool AreSame(ISymbol one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);
}
