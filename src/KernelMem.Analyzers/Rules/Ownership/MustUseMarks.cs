using System;
using System.Collections.Concurrent;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Ownership;

/// <summary>What must be used, and why.</summary>
internal sealed class MustUseMarks(KnownSymbols symbols)
{
    private readonly ConcurrentDictionary<IMethodSymbol, AttributeData?> _ofMethods = new(SymbolEqualityComparer.Default);

    /// <summary>Why the value of a call must be used; null when it need not.</summary>
    public string? ReasonFor(IMethodSymbol method) => ReasonOf(_ofMethods.GetOrAdd(method.OriginalDefinition, Find)) ?? ReasonFor(method.ReturnType);

    /// <summary>Why a value of a type must be used; null when it need not. What wraps such a value counts: a nullable, a tuple.</summary>
    public string? ReasonFor(ITypeSymbol? type) => Wrapped(type, inner => ReasonOf(MarkOf(inner)));

    /// <summary>Why not even a discard may drop a value of a type; null when one may.</summary>
    public string? ObligationOf(ITypeSymbol? type)
        => Wrapped(type, inner => inner.OriginalDefinition.Has(symbols.Affine) ? ReasonOf(MarkOf(inner)) : ObligationIn(inner));

    /// <summary>A result may hold an obligation: who drops the one has dropped the other.</summary>
    private string? ObligationIn(ITypeSymbol type)
        => type is INamedTypeSymbol { IsGenericType: true } generic && MarkOf(type) is not null
            ? generic.TypeArguments.Select(ObligationOf).FirstOrDefault(static found => found is not null)
            : null;

    private static string? Wrapped(ITypeSymbol? type, Func<ITypeSymbol, string?> reason)
    {
        if (type is null)
            return null;

        if (type is INamedTypeSymbol { IsTupleType: true } tuple)
            return tuple.TupleElements.Select(element => Wrapped(element.Type, reason)).FirstOrDefault(static found => found is not null);

        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return Wrapped(nullable.TypeArguments[0], reason);

        return reason(type);
    }

    /// <summary>The mark of a type or of a class that it derives from.</summary>
    private AttributeData? MarkOf(ITypeSymbol type)
    {
        for (ITypeSymbol? level = type.OriginalDefinition; level is not null; level = level.BaseType?.OriginalDefinition)
        {
            if (level.Find(symbols.MustUse) is { } mark)
                return mark;
        }

        return null;
    }

    /// <summary>The mark of a method or of its return value, or of one that it overrides or implements.</summary>
    private AttributeData? Find(IMethodSymbol method)
        => OwnMark(method) ?? Contracts.Of(method).Cast<IMethodSymbol>().Select(OwnMark).FirstOrDefault(static mark => mark is not null);

    private AttributeData? OwnMark(IMethodSymbol method) => method.Find(symbols.MustUse) ?? method.FindOnReturn(symbols.MustUse);

    private static string? ReasonOf(AttributeData? mark) => mark is null ? null : mark.Argument() as string ?? "it is marked [MustUse]";
}
