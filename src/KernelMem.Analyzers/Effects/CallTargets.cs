using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>Finds what a call runs, under the type arguments of the code that it is in.</summary>
internal sealed class CallTargets(Compilation compilation, EffectScopes scopes, bool trustsPointers)
{
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _types = new(() => [.. DeclaredTypes.In(compilation.Assembly.GlobalNamespace)]);
    private readonly Dictionary<IMethodSymbol, ImmutableArray<IMethodSymbol>> _implementations = new(SymbolEqualityComparer.Default);

    // Of a program nobody derives.
    private readonly bool _isProgram = compilation.Options.OutputKind is not (OutputKind.DynamicallyLinkedLibrary or OutputKind.NetModule);

    /// <summary>What a call runs; nothing where a type parameter decides that is not known here.</summary>
    /// <param name="call">The call.</param>
    /// <param name="types">What type parameters stand for.</param>
    /// <param name="effect">The effect that is looked for.</param>
    public IEnumerable<ReachedMember> Of(CallSite call, TypeMap types, Effect effect)
    {
        if (call.Kind == CallKind.Pointer)
            return trustsPointers ? [] : [new ReachedMember(null, CauseKind.Dispatch, "a function pointer")];
        if (call.Kind == CallKind.TypeInitializer)
            return OfTypeInitializer((INamedTypeSymbol)call.Type!);

        IMethodSymbol target = types.Substitute(Normal(call.Target!));
        return call.Kind switch
        {
            CallKind.Delegate => OfDelegate((INamedTypeSymbol)call.Type!, effect),
            CallKind.Dispatched => OfDispatched(target, effect),
            CallKind.Constrained => OfConstrained(target, types.Substitute(call.Type!), effect),
            CallKind.Made => target.IsAbstract ? OfDispatched(target, effect) : [new ReachedMember(target)],
            _ => WithTypeInitializer(target),
        };
    }

    /// <summary>A member as its declaration has it: an extension's full form, a partial one's part with the code.</summary>
    public static IMethodSymbol Normal(IMethodSymbol member)
    {
        IMethodSymbol full = member.ReducedFrom is { } reduced
            ? reduced.Arity == 0 ? reduced : reduced.Construct([.. reduced.TypeParameters.Select(parameter => member.GetTypeInferredDuringReduction(parameter) ?? Argument(member, parameter))])
            : member;
        return full.PartialImplementationPart ?? full;
    }

    private static ITypeSymbol Argument(IMethodSymbol member, ITypeParameterSymbol parameter)
    {
        int index = member.OriginalDefinition.TypeParameters.Select(static (each, place) => (each, place)).FirstOrDefault(pair => string.Equals(pair.each.Name, parameter.Name, StringComparison.Ordinal)).place;
        return index < member.TypeArguments.Length ? member.TypeArguments[index] : parameter;
    }

    /// <summary>Whoever makes the delegate converts a member that keeps the mark.</summary>
    private IEnumerable<ReachedMember> OfDelegate(INamedTypeSymbol type, Effect effect)
        => scopes.PromiseOf(type, effect) is Promise.MustNot or Promise.Trusted ? [] : [new ReachedMember(null, CauseKind.Dispatch, $"a delegate of type '{SymbolNames.Of(type)}'")];

    private IEnumerable<ReachedMember> OfDispatched(IMethodSymbol target, Effect effect)
    {
        if (scopes.PromiseOf(target, effect) is Promise.MustNot or Promise.Trusted)
            return [];

        // Held to the profile, with whatever overrides or implements it here.
        if (IsHere(target) && scopes.MustNot(target, effect))
            return [];
        if (scopes.PromiseOf(target, effect) == Promise.May)
            return [new ReachedMember(target)];
        return IsClosed(target) ? ImplementationsOf(target).Select(static implementation => new ReachedMember(implementation)) : [new ReachedMember(target, CauseKind.Dispatch)];
    }

    /// <summary>What a type argument has for a member of a constraint, or of object.</summary>
    private IEnumerable<ReachedMember> OfConstrained(IMethodSymbol target, ITypeSymbol type, Effect effect)
    {
        if (type is ITypeParameterSymbol)
            return []; // whoever gives the argument answers for it
        if (type is not INamedTypeSymbol named)
            return OfDispatched(target, effect);

        IMethodSymbol? own = target.ContainingType.TypeKind == TypeKind.Interface
            ? named.FindImplementationForInterfaceMember(target) as IMethodSymbol
            : OverrideIn(named, target);
        if (!named.IsValueType)
            return own is null || (!named.IsSealed && (own.IsVirtual || own.IsAbstract || own.IsOverride)) ? OfDispatched(own ?? target, effect) : [new ReachedMember(own)];

        bool isBoxed = own is null || own.ContainingType.TypeKind == TypeKind.Interface || own.ContainingType.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum;
        if (isBoxed && !target.IsStatic)
            return [new ReachedMember(null, CauseKind.Code, $"boxes '{SymbolNames.Of(named)}' for '{SymbolNames.Of(target)}'", Effect.Allocate)];
        return own is null ? [] : [new ReachedMember(own)];
    }

    private static IMethodSymbol? OverrideIn(INamedTypeSymbol type, IMethodSymbol target)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            foreach (IMethodSymbol member in level.GetMembers(target.Name).OfType<IMethodSymbol>())
            {
                for (IMethodSymbol? root = member; root is not null; root = root.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(root.OriginalDefinition, target.OriginalDefinition))
                        return member;
                }
            }
        }

        return null;
    }

    /// <summary>A static constructor runs before the first use of a static member, or of a constructor.</summary>
    private IEnumerable<ReachedMember> WithTypeInitializer(IMethodSymbol target)
    {
        yield return new ReachedMember(target);
        if (!target.IsStatic && target.MethodKind != MethodKind.Constructor)
            yield break;
        if (IsHere(target) && target.ContainingType is { } type && type.StaticConstructors.Any(static constructor => !constructor.IsImplicitlyDeclared))
            yield return new ReachedMember(type.StaticConstructors[0]);
    }

    private IEnumerable<ReachedMember> OfTypeInitializer(INamedTypeSymbol type)
        => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) && type.StaticConstructors.Length > 0
            ? [new ReachedMember(type.StaticConstructors[0])]
            : [];

    private bool IsHere(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly);

    /// <summary>Whether everything that can override or implement a member is in the compilation.</summary>
    private bool IsClosed(IMethodSymbol target)
        => IsHere(target) && (_isProgram || target.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal || IsInternal(target.ContainingType));

    private static bool IsInternal(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return true;
        }

        return false;
    }

    private ImmutableArray<IMethodSymbol> ImplementationsOf(IMethodSymbol target)
    {
        lock (_implementations)
        {
            if (!_implementations.TryGetValue(target, out ImmutableArray<IMethodSymbol> found))
            {
                // In an order that does not depend on that of the files: of equal chains, the first is told.
                found =
                [
                    .. _types.Value.SelectMany(type => ImplementationsIn(type, target)).Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)
                        .OrderBy(static implementation => implementation.ToDisplayString(), StringComparer.Ordinal),
                ];
                _implementations.Add(target, found);
            }

            return found;
        }
    }

    private static IEnumerable<IMethodSymbol> ImplementationsIn(INamedTypeSymbol type, IMethodSymbol target)
    {
        if (target.ContainingType.TypeKind != TypeKind.Interface)
        {
            foreach (IMethodSymbol member in type.GetMembers(target.Name).OfType<IMethodSymbol>().Where(static member => !member.IsAbstract))
            {
                for (IMethodSymbol? root = member; root is not null; root = root.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(root.OriginalDefinition, target.OriginalDefinition))
                        yield return Normal(member);
                }
            }

            yield break;
        }

        foreach (INamedTypeSymbol contract in type.AllInterfaces.Where(contract => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, target.ContainingType.OriginalDefinition)))
        {
            IMethodSymbol? member = contract.GetMembers(target.Name).OfType<IMethodSymbol>()
                .FirstOrDefault(candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, target.OriginalDefinition));
            if (member is not null && type.FindImplementationForInterfaceMember(member) is IMethodSymbol { IsAbstract: false } implementation)
                yield return Normal(implementation);
        }
    }
}
