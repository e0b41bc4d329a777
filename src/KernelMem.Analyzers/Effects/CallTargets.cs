using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>Finds what a call runs, under the type arguments of the code that it is in.</summary>
internal sealed class CallTargets(Compilation compilation, EffectScopes scopes, bool trustsPointers)
{
    private readonly Implementations _implementations = new(compilation);

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
            CallKind.Dispatched => OfDispatched(target, call.Type is null ? null : types.Substitute(call.Type), effect),
            CallKind.Constrained => OfConstrained(target, types.Substitute(call.Type!), effect),
            CallKind.Made => target.IsAbstract ? OfDispatched(target, call.Type is null ? null : types.Substitute(call.Type), effect) : [new ReachedMember(target)],
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

    private IEnumerable<ReachedMember> OfDispatched(IMethodSymbol target, ITypeSymbol? receiver, Effect effect)
    {
        if (scopes.PromiseOf(target, effect) is Promise.MustNot or Promise.Trusted)
            return [];

        // Held to the profile, with whatever overrides or implements it here.
        if (IsHere(target) && scopes.MustNot(target, effect))
            return [];
        if (scopes.PromiseOf(target, effect) == Promise.May)
            return [new ReachedMember(target)];

        INamedTypeSymbol type = receiver as INamedTypeSymbol ?? target.ContainingType;
        return IsClosed(target, type) ? _implementations.Of(target, type).Select(static implementation => new ReachedMember(implementation)) : [new ReachedMember(target, CauseKind.Dispatch)];
    }

    /// <summary>What a type argument has for a member of a constraint, or of object.</summary>
    private IEnumerable<ReachedMember> OfConstrained(IMethodSymbol target, ITypeSymbol type, Effect effect)
    {
        if (type is ITypeParameterSymbol)
            return []; // whoever gives the argument answers for it
        if (type is not INamedTypeSymbol named)
            return OfDispatched(target, null, effect);

        IMethodSymbol? own = target.ContainingType.TypeKind == TypeKind.Interface
            ? named.FindImplementationForInterfaceMember(target) as IMethodSymbol
            : Implementations.Override(named, target);
        if (!named.IsValueType)
            return own is null || (!named.IsSealed && (own.IsVirtual || own.IsAbstract || own.IsOverride)) ? OfDispatched(own ?? target, named, effect) : [new ReachedMember(own)];

        bool isBoxed = own is null || own.ContainingType.TypeKind == TypeKind.Interface || own.ContainingType.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum;
        if (isBoxed && !target.IsStatic && named.TypeKind == TypeKind.Enum && string.Equals(target.Name, WellKnownMemberNames.ObjectGetHashCode, StringComparison.Ordinal))
            return []; // compilers know the hash code of an enum
        if (isBoxed && !target.IsStatic)
            return [new ReachedMember(null, CauseKind.Code, $"boxes '{SymbolNames.Of(named)}' for '{SymbolNames.Of(target)}'", Effect.Allocate)];
        return own is null ? [] : WithTypeInitializer(own);
    }

    /// <summary>A static constructor runs before the first use of a static member, or of a constructor. Initializers run before a field is used, also that of a property.</summary>
    private IEnumerable<ReachedMember> WithTypeInitializer(IMethodSymbol target)
    {
        yield return new ReachedMember(target);
        if (!target.IsStatic && target.MethodKind != MethodKind.Constructor)
            yield break;
        if (IsHere(target) && target.ContainingType is { } type && type.StaticConstructors.Any(constructor => !constructor.IsImplicitlyDeclared || UsesField(target)))
            yield return new ReachedMember(type.StaticConstructors[0]);
    }

    /// <summary>Whether a member is an accessor of a property, or of an event, that the compiler keeps in a field.</summary>
    private static bool UsesField(IMethodSymbol member)
        => member.AssociatedSymbol is { } owner
            && member.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, owner));

    private IEnumerable<ReachedMember> OfTypeInitializer(INamedTypeSymbol type)
        => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) && type.StaticConstructors.Length > 0
            ? [new ReachedMember(type.StaticConstructors[0])]
            : [];

    private bool IsHere(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly);

    /// <summary>Whether everything that can override or implement a member, on objects of a type, is in the compilation.</summary>
    private bool IsClosed(IMethodSymbol target, INamedTypeSymbol receiver)
        => (IsHere(target) && (_isProgram || target.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal || IsInternal(target.ContainingType)))
            || (IsHere(receiver) && (_isProgram || IsInternal(receiver)));

    private static bool IsInternal(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return true;
        }

        return false;
    }
}
