using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>A method that is called, with what its type parameters stand for.</summary>
internal readonly record struct Target(MethodDefinition Method, GenericContext Context);

/// <summary>Finds the method that runs when a virtual one is called on a type.</summary>
internal sealed class Dispatch(World world)
{
    /// <summary>What runs for a virtual, interface or static abstract method on a receiver of exactly this type; null if it is not found.</summary>
    public Target? Find(TypeReference receiver, Target slot)
        => slot.Method.DeclaringType.IsInterface
            ? OnChain(receiver, slot, IsExplicit) ?? OnChain(receiver, slot, IsImplicit) ?? InInterfaces(receiver, slot) ?? Default(slot)
            : OnChain(receiver, AsSeenFrom(receiver, slot), Overrides);

    /// <summary>A member of a class with the type arguments with which the receiver derives from it: a call through a type parameter says less.</summary>
    private Target AsSeenFrom(TypeReference receiver, Target slot)
    {
        TypeReference? current = receiver;
        while (current is not null && world.Find(current) is { } type)
        {
            GenericContext context = new(GenericContext.ArgumentsOf(current), []);
            if (type == slot.Method.DeclaringType)
                return slot with { Context = new GenericContext(context.TypeArguments, slot.Context.MethodArguments) };
            current = type.BaseType is null ? null : context.Substitute(type.BaseType);
        }

        return slot;
    }

    private static Target? Default(Target slot) => slot.Method.IsAbstract ? null : slot;

    private delegate bool Matches(MethodDefinition candidate, GenericContext type, Target slot);

    private Target? OnChain(TypeReference receiver, Target slot, Matches matches)
    {
        TypeReference? current = receiver;
        while (current is not null && world.Find(current) is { } type)
        {
            GenericContext context = new(GenericContext.ArgumentsOf(current), []);
            foreach (MethodDefinition candidate in type.Methods)
            {
                if (candidate.Parameters.Count == slot.Method.Parameters.Count && matches(candidate, context, slot))
                    return new Target(candidate, new GenericContext(context.TypeArguments, slot.Context.MethodArguments));
            }

            current = type.BaseType is null ? null : context.Substitute(type.BaseType);
        }

        return null;
    }

    /// <summary>An interface that overrides what another has by default.</summary>
    private Target? InInterfaces(TypeReference receiver, Target slot)
    {
        TypeReference? current = receiver;
        while (current is not null && world.Find(current) is { } type)
        {
            GenericContext context = new(GenericContext.ArgumentsOf(current), []);
            foreach (InterfaceImplementation implementation in type.Interfaces)
            {
                TypeReference contract = context.Substitute(implementation.InterfaceType);
                if (world.Find(contract) is not { } definition || definition == slot.Method.DeclaringType)
                    continue;

                GenericContext inner = new(GenericContext.ArgumentsOf(contract), []);
                foreach (MethodDefinition candidate in definition.Methods)
                {
                    if (!candidate.IsAbstract && IsExplicit(candidate, inner, slot))
                        return new Target(candidate, new GenericContext(inner.TypeArguments, slot.Context.MethodArguments));
                }
            }

            current = type.BaseType is null ? null : context.Substitute(type.BaseType);
        }

        return null;
    }

    private bool IsExplicit(MethodDefinition candidate, GenericContext type, Target slot)
    {
        if (!candidate.HasOverrides)
            return false;

        foreach (MethodReference overridden in candidate.Overrides)
        {
            if (overridden.Name != slot.Method.Name || world.Find(overridden) != slot.Method)
                continue;

            if (Same(GenericContext.ArgumentsOf(type.Substitute(overridden.DeclaringType)), slot.Context.TypeArguments))
                return true;
        }

        return false;
    }

    private bool IsImplicit(MethodDefinition candidate, GenericContext type, Target slot)
        => candidate.Name == slot.Method.Name
            && candidate.IsPublic
            && candidate.IsStatic == slot.Method.IsStatic
            && HasSignature(candidate, type, slot);

    private bool Overrides(MethodDefinition candidate, GenericContext type, Target slot)
        => candidate == slot.Method
            || (candidate.IsVirtual && ((candidate.Name == slot.Method.Name && candidate.IsReuseSlot && HasSignature(candidate, type, slot)) || IsExplicit(candidate, type, slot)));

    private static bool HasSignature(MethodDefinition candidate, GenericContext type, Target slot)
    {
        if (candidate.GenericParameters.Count != slot.Method.GenericParameters.Count)
            return false;

        GenericContext slotType = new(slot.Context.TypeArguments, []);
        for (int index = 0; index < candidate.Parameters.Count; index++)
        {
            if (!Same(type.Substitute(candidate.Parameters[index].ParameterType), slotType.Substitute(slot.Method.Parameters[index].ParameterType)))
                return false;
        }

        return candidate.Name is not ("op_Explicit" or "op_Implicit" or "op_CheckedExplicit")
            || Same(type.Substitute(candidate.ReturnType), slotType.Substitute(slot.Method.ReturnType));
    }

    private static bool Same(IReadOnlyList<TypeReference> left, IReadOnlyList<TypeReference> right)
        => left.Count == right.Count && left.Zip(right, Same).All(static same => same);

    private static bool Same(TypeReference left, TypeReference right)
    {
        left = Unmodified(left);
        right = Unmodified(right);
        return (left, right) switch
        {
            (GenericParameter one, GenericParameter other) => one.Type == other.Type && one.Position == other.Position,
            (GenericInstanceType one, GenericInstanceType other) => one.ElementType.FullName == other.ElementType.FullName && Same([.. one.GenericArguments], [.. other.GenericArguments]),
            (ArrayType one, ArrayType other) => one.Rank == other.Rank && Same(one.ElementType, other.ElementType),
            (PointerType one, PointerType other) => Same(one.ElementType, other.ElementType),
            (ByReferenceType one, ByReferenceType other) => Same(one.ElementType, other.ElementType),
            _ => left.FullName == right.FullName,
        };
    }

    private static TypeReference Unmodified(TypeReference type) => type is IModifierType modified ? Unmodified(modified.ElementType) : type;
}
