using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>What <c>EqualityComparer&lt;T&gt;.Default</c> and <c>Comparer&lt;T&gt;.Default</c> run: a compiler to machine code puts it in their place.</summary>
internal static class DefaultComparison
{
    /// <summary>Whether a property is one of the two.</summary>
    public static bool IsDefault(IPropertySymbol property)
        => property is { IsStatic: true, Name: "Default", ContainingType: { Arity: 1, Name: "EqualityComparer" or "Comparer" } type }
            && string.Equals(type.ContainingNamespace.ToDisplayString(), "System.Collections.Generic", StringComparison.Ordinal);

    /// <summary>The call for which a comparer's <c>Equals</c>, <c>GetHashCode</c> or <c>Compare</c> stands; null for what is compared by its bits or by reference.</summary>
    public static CallSite? Of(string member, ITypeSymbol compared, Compilation compilation, Location place)
    {
        ITypeSymbol type = compared is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : compared;
        if (type is not (ITypeParameterSymbol or INamedTypeSymbol { TypeKind: not TypeKind.Enum }))
            return null;

        IMethodSymbol? target = member switch
        {
            "GetHashCode" => OfObject(compilation, "GetHashCode"),
            "Compare" => OfContract(compilation, "System.IComparable`1", "CompareTo", type),
            _ => OfContract(compilation, "System.IEquatable`1", "Equals", type) ?? OfObject(compilation, "Equals"),
        };
        return target is null ? null : new CallSite(CallKind.Constrained, target, type, place);
    }

    private static IMethodSymbol? OfObject(Compilation compilation, string name)
        => compilation.GetSpecialType(SpecialType.System_Object).GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(static method => !method.IsStatic);

    private static IMethodSymbol? OfContract(Compilation compilation, string contract, string name, ITypeSymbol type)
    {
        INamedTypeSymbol? instance = compilation.GetTypeByMetadataName(contract)?.Construct(type);

        // A struct that has not the contract is boxed for want of it.
        return instance is not null && (type is ITypeParameterSymbol or { IsValueType: true } || type.AllInterfaces.Contains(instance, SymbolEqualityComparer.Default))
            ? instance.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault()
            : null;
    }
}
