using System;
using System.Collections.Concurrent;
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
            || Contracts.Of(symbol).Any(contract => contract.Has(symbols.UserMemory));

    private bool IsMarkedReturn(ISymbol symbol)
    {
        var method = (IMethodSymbol)symbol;
        return method.AssociatedSymbol is IPropertySymbol property
            ? IsMarked(property)
            : method.FindOnReturn(symbols.UserMemory) is not null || Contracts.Of(method).Any(contract => ((IMethodSymbol)contract).FindOnReturn(symbols.UserMemory) is not null);
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

        return Contracts.Of(method).Any(contract => ((IMethodSymbol)contract).Parameters[parameter.Ordinal].Has(symbols.UserMemory));
    }

    /// <summary>The parameter of a record that a property was made of.</summary>
    private static IParameterSymbol? PositionalParameter(IPropertySymbol property)
        => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is ParameterSyntax
            ? property.ContainingType.InstanceConstructors
                .SelectMany(static constructor => constructor.Parameters)
                .FirstOrDefault(parameter => parameter.Name == property.Name)
            : null;
}
