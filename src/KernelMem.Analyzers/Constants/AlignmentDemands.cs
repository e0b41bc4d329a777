using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Constants;

/// <summary>The alignments that <c>[Aligned]</c> demands.</summary>
internal sealed class AlignmentDemands(KnownSymbols symbols)
{
    /// <summary>The alignment that a parameter, field or property has, or null: it has none, or one that only its type arguments will tell.</summary>
    public ulong? Of(ISymbol symbol) => symbol.Find(symbols.Aligned) is { } mark ? Resolve(mark, symbol) : null;

    /// <summary>The alignment of what a method returns; of a getter, that of its property.</summary>
    public ulong? OfReturn(IMethodSymbol method)
    {
        if (method.FindOnReturn(symbols.Aligned) is { } mark)
            return Resolve(mark, method);

        return method is { MethodKind: MethodKind.PropertyGet, AssociatedSymbol: IPropertySymbol property } ? Of(property) : null;
    }

    /// <summary>An alignment that is no power of two is an error where it is declared (KM2003), and means nothing here.</summary>
    private ulong? Resolve(AttributeData mark, ISymbol symbol)
        => (mark.Argument() is string typeParameter ? ArgumentFor(typeParameter, symbol)?.Find(symbols.AlignmentUnit)?.Argument() : mark.Argument()) is ulong bytes
            && Numbers.IsPowerOfTwo(bytes)
                ? bytes
                : null;

    private static ITypeSymbol? ArgumentFor(string typeParameter, ISymbol symbol)
    {
        for (ISymbol? level = symbol; level is not null and not INamespaceSymbol; level = level.ContainingSymbol)
        {
            ITypeSymbol? argument = level switch
            {
                IMethodSymbol method => Find(typeParameter, method.TypeParameters, method.TypeArguments),
                INamedTypeSymbol type => Find(typeParameter, type.TypeParameters, type.TypeArguments),
                _ => null,
            };
            if (argument is not null)
                return argument;
        }

        return null;
    }

    private static ITypeSymbol? Find(string name, ImmutableArray<ITypeParameterSymbol> parameters, ImmutableArray<ITypeSymbol> arguments)
    {
        for (int index = 0; index < parameters.Length; index++)
        {
            if (string.Equals(parameters[index].Name, name, StringComparison.Ordinal))
                return arguments[index];
        }

        return null;
    }
}
