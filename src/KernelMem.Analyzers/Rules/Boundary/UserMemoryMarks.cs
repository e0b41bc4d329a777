using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>
/// Which symbols of a compilation are marked <c>[UserMemory]</c>. What a member overrides or implements marks it too: callers on both
/// sides rely on it.
/// </summary>
internal sealed class UserMemoryMarks(KnownSymbols symbols)
{
    private readonly ConcurrentDictionary<ISymbol, bool> _marked = new(SymbolEqualityComparer.Default);

    /// <summary>Whether values of the type are user memory, whoever has them.</summary>
    public bool IsMarked(ITypeSymbol? type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Struct } named && (Ask(named.OriginalDefinition, IsMarkedType) || IsMarkedNullable(named));

    /// <summary>Whether what a field holds is user memory.</summary>
    public bool IsMarked(IFieldSymbol field) => field.OriginalDefinition.Has(symbols.UserMemory);

    /// <summary>Whether what a property holds is user memory.</summary>
    public bool IsMarked(IPropertySymbol property) => Ask(property.OriginalDefinition, IsMarkedProperty);

    /// <summary>Whether what a parameter brings is user memory.</summary>
    public bool IsMarked(IParameterSymbol parameter) => Ask(parameter.OriginalDefinition, IsMarkedParameter);

    /// <summary>Whether what a method returns is user memory.</summary>
    public bool IsReturnMarked(IMethodSymbol method) => Ask(method.OriginalDefinition, IsMarkedReturn);

    /// <summary>Whether what the method gives back is this argument's number.</summary>
    public bool PreservesValue(IParameterSymbol? parameter) => parameter is not null && parameter.OriginalDefinition.Has(symbols.PreservesValue);

    private bool Ask(ISymbol symbol, Func<ISymbol, bool> resolve) => _marked.GetOrAdd(symbol, resolve);

    private bool IsMarkedType(ISymbol type) => type.Has(symbols.UserMemory);

    private bool IsMarkedNullable(INamedTypeSymbol type)
        => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && IsMarked(type.TypeArguments[0]);

    private bool IsMarkedProperty(ISymbol symbol)
        => symbol.Has(symbols.UserMemory)
            || PositionalParameter((IPropertySymbol)symbol)?.Has(symbols.UserMemory) == true
            || Contracts(symbol).Any(contract => contract.Has(symbols.UserMemory));

    private bool IsMarkedReturn(ISymbol symbol)
    {
        var method = (IMethodSymbol)symbol;
        return method.AssociatedSymbol is IPropertySymbol property
            ? IsMarked(property)
            : method.ReturnHas(symbols.UserMemory) || Contracts(method).Any(contract => ((IMethodSymbol)contract).ReturnHas(symbols.UserMemory));
    }

    private bool IsMarkedParameter(ISymbol symbol)
    {
        var parameter = (IParameterSymbol)symbol;
        if (parameter.Has(symbols.UserMemory))
            return true;
        if (parameter.ContainingSymbol is not IMethodSymbol method)
            return false;

        // The value that a setter gets is the property's.
        if (method.AssociatedSymbol is IPropertySymbol property && parameter.Name == "value" && parameter.IsImplicitlyDeclared)
            return IsMarked(property);

        return Contracts(method).Any(contract => ((IMethodSymbol)contract).Parameters[parameter.Ordinal].Has(symbols.UserMemory));
    }

    /// <summary>The parameter of a record that a property was made of.</summary>
    private static IParameterSymbol? PositionalParameter(IPropertySymbol property)
        => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is ParameterSyntax
            ? property.ContainingType.InstanceConstructors
                .SelectMany(static constructor => constructor.Parameters)
                .FirstOrDefault(parameter => parameter.Name == property.Name)
            : null;

    /// <summary>What a member overrides, and what it implements.</summary>
    private static IEnumerable<ISymbol> Contracts(ISymbol member)
    {
        if (member.ContainingType is not { } type || member is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
            return [];

        IEnumerable<ISymbol> implicitly = type.TypeKind == TypeKind.Interface
            ? []
            : type.AllInterfaces
                .SelectMany(contract => contract.GetMembers(member.Name))
                .Where(candidate => candidate.Kind == member.Kind
                    && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate)?.OriginalDefinition, member));
        return [.. Overridden(member), .. Explicit(member), .. implicitly];
    }

    private static IEnumerable<ISymbol> Overridden(ISymbol member)
    {
        for (ISymbol? next = Next(member); next is not null; next = Next(next))
        {
            yield return next;
        }

        static ISymbol? Next(ISymbol member) => member switch
        {
            IMethodSymbol method => method.OverriddenMethod,
            IPropertySymbol property => property.OverriddenProperty,
            _ => null,
        };
    }

    private static IEnumerable<ISymbol> Explicit(ISymbol member) => member switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations,
        IPropertySymbol property => property.ExplicitInterfaceImplementations,
        _ => [],
    };
}
