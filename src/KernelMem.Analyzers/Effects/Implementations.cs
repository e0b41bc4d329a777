using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>Finds what the types of a compilation have for a virtual or interface member.</summary>
internal sealed class Implementations(Compilation compilation)
{
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _types = new(() =>
        [.. DeclaredTypes.In(compilation.Assembly.GlobalNamespace).Where(static type => type is { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, IsStatic: false })]);

    private readonly Dictionary<(ITypeSymbol, IMethodSymbol), ImmutableArray<IMethodSymbol>> _found = new(new Comparer());

    /// <summary>What a call of a member can run on an object that is of a type or derives from it.</summary>
    public ImmutableArray<IMethodSymbol> Of(IMethodSymbol target, INamedTypeSymbol receiver)
    {
        lock (_found)
        {
            if (!_found.TryGetValue((receiver, target), out ImmutableArray<IMethodSymbol> found))
            {
                // In an order that does not depend on that of the files: of equal chains, the first is told.
                found =
                [
                    .. _types.Value
                        .Select(type => Instantiate(type, receiver))
                        .OfType<INamedTypeSymbol>()
                        .SelectMany(type => In(type, target))
                        .Select(CallTargets.Normal)
                        .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)
                        .OrderBy(static implementation => implementation.ToDisplayString(), StringComparer.Ordinal),
                ];
                _found.Add((receiver, target), found);
            }

            return found;
        }
    }

    /// <summary>What runs for a member of a class on an object of just this type; null if the type has nothing for it.</summary>
    public static IMethodSymbol? Override(INamedTypeSymbol type, IMethodSymbol target)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            foreach (IMethodSymbol member in level.GetMembers(target.Name).OfType<IMethodSymbol>())
            {
                for (IMethodSymbol? root = member; root is not null; root = root.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(root.OriginalDefinition, target.OriginalDefinition))
                        return target.Arity > 0 ? member.ConstructedFrom.Construct([.. target.TypeArguments]) : member;
                }
            }
        }

        return null;
    }

    private static IEnumerable<IMethodSymbol> In(INamedTypeSymbol type, IMethodSymbol target)
    {
        if (target.ContainingType.TypeKind != TypeKind.Interface)
            return Override(type, target) is { } own ? [own] : [];

        INamedTypeSymbol[] alike = [.. type.AllInterfaces.Where(contract => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, target.ContainingType.OriginalDefinition))];
        INamedTypeSymbol[] same = [.. alike.Where(contract => SymbolEqualityComparer.Default.Equals(contract, target.ContainingType))];
        bool isClear = same.Length > 0 || !(TypeMap.IsOpen(target.ContainingType) || type.IsGenericType || target.ContainingType.OriginalDefinition.TypeParameters.Any(static parameter => parameter.Variance != VarianceKind.None));
        return (isClear ? same : alike).Select(contract => ForContract(type, contract, target)).OfType<IMethodSymbol>();
    }

    private static IMethodSymbol? ForContract(INamedTypeSymbol type, INamedTypeSymbol contract, IMethodSymbol target)
    {
        IMethodSymbol? member = contract.GetMembers(target.Name).OfType<IMethodSymbol>().FirstOrDefault(candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, target.OriginalDefinition));
        if (member is null || type.FindImplementationForInterfaceMember(member) is not IMethodSymbol found)
            return null;

        // An override further down runs in place of it.
        IMethodSymbol last = found.ContainingType.TypeKind == TypeKind.Interface ? found : Override(type, found) ?? found;
        return target.Arity > 0 && last.Arity == target.Arity ? last.ConstructedFrom.Construct([.. target.TypeArguments]) : last;
    }

    /// <summary>A type with the arguments with which it derives from another; null if it does not. What that leaves open can be anything.</summary>
    private INamedTypeSymbol? Instantiate(INamedTypeSymbol type, INamedTypeSymbol ancestor)
    {
        INamedTypeSymbol? way = Ancestors(type).FirstOrDefault(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, ancestor.OriginalDefinition));
        if (way is null || !type.IsGenericType)
            return way is null ? null : type;

        Dictionary<ITypeParameterSymbol, ITypeSymbol> arguments = new(SymbolEqualityComparer.Default);
        Match(way, ancestor, arguments);
        return type.ContainingType is { IsGenericType: true } ? type
            : type.Construct([.. type.TypeParameters.Select(parameter => arguments.TryGetValue(parameter, out ITypeSymbol? argument) ? argument : compilation.CreateErrorTypeSymbol(null, "?", 0))]);
    }

    private static IEnumerable<INamedTypeSymbol> Ancestors(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            yield return level;
        }

        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            yield return contract;
        }
    }

    private static void Match(ITypeSymbol pattern, ITypeSymbol actual, Dictionary<ITypeParameterSymbol, ITypeSymbol> arguments)
    {
        switch (pattern, actual)
        {
            case (ITypeParameterSymbol parameter, _):
                arguments[parameter] = actual;
                break;
            case (IArrayTypeSymbol one, IArrayTypeSymbol other):
                Match(one.ElementType, other.ElementType, arguments);
                break;
            case (INamedTypeSymbol one, INamedTypeSymbol other):
                for (int i = 0; i < one.TypeArguments.Length && i < other.TypeArguments.Length; i++)
                {
                    Match(one.TypeArguments[i], other.TypeArguments[i], arguments);
                }

                break;
        }
    }

    private sealed class Comparer : IEqualityComparer<(ITypeSymbol Receiver, IMethodSymbol Target)>
    {
        public bool Equals((ITypeSymbol Receiver, IMethodSymbol Target) x, (ITypeSymbol Receiver, IMethodSymbol Target) y)
            => SymbolEqualityComparer.Default.Equals(x.Receiver, y.Receiver) && SymbolEqualityComparer.Default.Equals(x.Target, y.Target);

        public int GetHashCode((ITypeSymbol Receiver, IMethodSymbol Target) obj)
            => (SymbolEqualityComparer.Default.GetHashCode(obj.Receiver) * 31) + SymbolEqualityComparer.Default.GetHashCode(obj.Target);
    }
}
