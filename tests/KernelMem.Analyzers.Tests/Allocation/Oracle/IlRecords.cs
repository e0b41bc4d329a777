using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>Judges the members that the compiler writes for records, by their code: nobody sees that in the source.</summary>
internal static class IlRecords
{
    /// <summary>Whether a member that the compiler wrote builds a string, or needs a comparer that boxes.</summary>
    public static bool NeedsObjects(MethodReference callee, MethodDefinition caller)
        => callee.Name is "ToString" or "Equals" or "GetHashCode" or "op_Equality" or "op_Inequality"
            && IlMarks.Resolve(callee) is { HasBody: true } member
            && member.Module == caller.Module
            && NeedsObjects(member);

    /// <summary>Whether a call on a struct of a method that objects have leads to such a member.</summary>
    public static bool NeedsObjects(Instruction prefix)
        => prefix is { Operand: TypeReference receiver, Next.Operand: MethodReference { Name: "ToString" or "Equals" or "GetHashCode" } method }
            && receiver is not GenericParameter
            && IlMarks.Resolve(receiver) is { IsValueType: true } type
            && type.Methods.FirstOrDefault(member => member.Name == method.Name && member.IsVirtual && member.IsReuseSlot) is { HasBody: true } own
            && NeedsObjects(own);

    /// <summary>Whether a comparer can only compare the type's values as objects.</summary>
    public static bool LacksEquality(TypeReference compared)
        => compared is not GenericParameter
            && IlMarks.Resolve(compared) is { IsValueType: true, IsEnum: false } type
            && type.FullName != "System.Nullable`1"
            && !type.Interfaces.Any(static contract => contract.InterfaceType.Name == "IEquatable`1");

    private static bool NeedsObjects(MethodDefinition member)
        => IlMarks.IsCompilerGenerated(member) && member.Body.Instructions.Any(instruction => NeedsObjects(instruction, member));

    private static bool NeedsObjects(Instruction instruction, MethodDefinition member) => instruction.Operand switch
    {
        MethodReference { Name: ".ctor", DeclaringType.Name: "StringBuilder" } => true,
        MethodReference { Name: "get_Default", DeclaringType: GenericInstanceType { ElementType.Name: "EqualityComparer`1" } comparer } => NeedsEquality(comparer.GenericArguments[0], member),
        MethodReference callee when callee.Resolve() is { } inner && inner != member => NeedsObjects(callee, member),
        _ => false,
    };

    private static bool NeedsEquality(TypeReference compared, MethodDefinition caller)
        => LacksEquality(compared)
            || (compared is not GenericParameter
                && IlMarks.Resolve(compared) is { IsValueType: true } type
                && type.Module == caller.Module
                && type.Methods.Any(method => method.Name == "Equals" && method.Parameters[0].ParameterType.FullName == type.FullName && method.HasBody && NeedsObjects(method)));
}
