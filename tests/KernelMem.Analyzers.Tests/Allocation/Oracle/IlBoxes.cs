using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>Judges boxes: <c>box</c>, and calls on a value of a method that its type does not have.</summary>
internal static class IlBoxes
{
    public static IlTier TierOf(Instruction box, MethodDefinition method)
        => IsClass((TypeReference)box.Operand) ? IlTier.Never : IsTest(box.Next) && !IsTarget(box.Next, method) ? IlTier.Unoptimised : IlTier.Always;

    public static IlTier TierOfConstrained(Instruction prefix)
        => prefix.Next.Operand is MethodReference { DeclaringType.FullName: "System.Object" or "System.ValueType" or "System.Enum" } method
            && !Overrides((TypeReference)prefix.Operand, method)
                ? IlTier.Always
                : IlTier.Never;

    /// <summary>Boxing what is a class already does nothing.</summary>
    private static bool IsClass(TypeReference type)
        => type is GenericParameter parameter
            && !parameter.HasNotNullableValueTypeConstraint
            && (parameter.HasReferenceTypeConstraint || parameter.Constraints.Any(static constraint => IsClassConstraint(constraint.ConstraintType)));

    private static bool IsClassConstraint(TypeReference type)
        => type is GenericParameter parameter
            ? IsClass(parameter)
            : type.FullName is not ("System.Object" or "System.ValueType" or "System.Enum") && IlMarks.Resolve(type) is { IsInterface: false, IsValueType: false };

    /// <summary>Compilers test a value for null or a type, and take it out of a box again, without making the box.</summary>
    private static bool IsTest(Instruction next) => next.OpCode.Code switch
    {
        Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S => true,
        Code.Unbox_Any => !MayBeClass((TypeReference)next.Operand),
        Code.Isinst => !MayBeClass((TypeReference)next.Operand)
            && (next.Next.OpCode.Code is Code.Ldnull || IsBranch(next.Next) || (next.Next.OpCode.Code is Code.Unbox_Any && !MayBeClass((TypeReference)next.Next.Operand))),
        Code.Ldnull => next.Next.OpCode.Code is Code.Ceq or Code.Cgt_Un or Code.Beq or Code.Beq_S or Code.Bne_Un or Code.Bne_Un_S,
        _ => false,
    };

    /// <summary>Code for all classes at once asks at run time, and asks an object.</summary>
    private static bool MayBeClass(TypeReference type) => type is GenericParameter { HasNotNullableValueTypeConstraint: false };

    /// <summary>Where two ways meet, a compiler does not see that one of them comes with a box.</summary>
    private static bool IsTarget(Instruction instruction, MethodDefinition method)
        => method.Body.Instructions.Any(branch => branch.Operand == instruction || (branch.Operand is Instruction[] targets && targets.Contains(instruction)));

    private static bool IsBranch(Instruction instruction)
        => instruction.OpCode.Code is Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S;

    private static bool Overrides(TypeReference receiver, MethodReference method)
    {
        // What a type parameter stands for may override it; GetType cannot be overridden.
        if (receiver is GenericParameter)
            return method.Name != nameof(GetType);

        // Compilers know the hash code of an enum.
        TypeDefinition? type = IlMarks.Resolve(receiver);
        return type is null
            || !type.IsValueType
            || (type.IsEnum && method.Name == nameof(GetHashCode))
            || type.Methods.Any(candidate => candidate.Name == method.Name && candidate.IsVirtual && candidate.IsReuseSlot);
    }
}
