using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>What the type parameters in a member's code stand for, where the member is used with certain type arguments.</summary>
internal sealed class TypeMap(Compilation compilation)
{
    private readonly Dictionary<ITypeParameterSymbol, ITypeSymbol> _arguments = new(SymbolEqualityComparer.Default);

    /// <summary>Those of a member and of the types that it is in.</summary>
    public static TypeMap Of(IMethodSymbol member, Compilation compilation)
    {
        TypeMap map = new(compilation);
        map.Add(member.OriginalDefinition.TypeParameters, member.TypeArguments);
        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            map.Add(type.OriginalDefinition.TypeParameters, type.TypeArguments);
        }

        return map;
    }

    /// <summary>Whether some type parameter stands for a type that is known.</summary>
    public bool IsInstantiated => _arguments.Values.Any(static argument => argument.TypeKind != TypeKind.TypeParameter);

    /// <summary>A type with what its type parameters stand for.</summary>
    public ITypeSymbol Substitute(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => _arguments.TryGetValue(parameter.OriginalDefinition, out ITypeSymbol? argument) ? argument : type,
        IArrayTypeSymbol array => compilation.CreateArrayTypeSymbol(Substitute(array.ElementType), array.Rank),
        IPointerTypeSymbol pointer => compilation.CreatePointerTypeSymbol(Substitute(pointer.PointedAtType)),
        INamedTypeSymbol named => Substitute(named),
        _ => type,
    };

    /// <summary>A member with what type parameters stand for.</summary>
    public IMethodSymbol Substitute(IMethodSymbol member)
    {
        IMethodSymbol definition = member.ConstructedFrom;
        if (member.MethodKind != MethodKind.LocalFunction && member.ContainingType is { } type)
        {
            INamedTypeSymbol substituted = Substitute(type);
            if (!SymbolEqualityComparer.Default.Equals(substituted, type))
            {
                definition = substituted.GetMembers(member.Name).OfType<IMethodSymbol>()
                    .FirstOrDefault(candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, member.OriginalDefinition)) ?? definition;
            }
        }

        return definition.Arity == 0 ? definition : definition.Construct([.. member.TypeArguments.Select(Substitute)]);
    }

    /// <summary>Whether a type has a type parameter in it.</summary>
    public static bool IsOpen(ITypeSymbol? type) => type switch
    {
        ITypeParameterSymbol => true,
        IArrayTypeSymbol array => IsOpen(array.ElementType),
        IPointerTypeSymbol pointer => IsOpen(pointer.PointedAtType),
        INamedTypeSymbol named => named.TypeArguments.Any(IsOpen) || IsOpen(named.ContainingType),
        _ => false,
    };

    /// <summary>How deep types are in types: code that uses itself with ever larger ones has no end.</summary>
    public static int Depth(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => 1 + Depth(array.ElementType),
        IPointerTypeSymbol pointer => 1 + Depth(pointer.PointedAtType),
        INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments } => 1 + arguments.Max(Depth),
        _ => 0,
    };

    private INamedTypeSymbol Substitute(INamedTypeSymbol type)
    {
        if (type.IsUnboundGenericType || !IsOpen(type))
            return type;

        INamedTypeSymbol definition = type.ConstructedFrom;
        if (type.ContainingType is { } outer)
        {
            INamedTypeSymbol substituted = Substitute(outer);
            definition = substituted.GetTypeMembers(type.Name, type.Arity).FirstOrDefault() ?? definition;
        }

        return type.Arity == 0 ? definition : definition.Construct([.. type.TypeArguments.Select(Substitute)]);
    }

    private void Add(ImmutableArray<ITypeParameterSymbol> parameters, ImmutableArray<ITypeSymbol> arguments)
    {
        for (int i = 0; i < parameters.Length && i < arguments.Length; i++)
        {
            _arguments[parameters[i]] = arguments[i];
        }
    }
}
