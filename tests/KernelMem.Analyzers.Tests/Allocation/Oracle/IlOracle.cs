using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>Says from the compiled code, and knowing nothing of the rules, what allocates.</summary>
internal static class IlOracle
{
    /// <summary>What allocates in a type, and in what the compiler made of the lambdas, local functions and iterators in it.</summary>
    public static IEnumerable<IlAllocation> In(TypeDefinition type)
        => type.Methods.SelectMany(In).Concat(type.NestedTypes.SelectMany(In));

    /// <summary>What allocates in a method's own code.</summary>
    public static IEnumerable<IlAllocation> In(MethodDefinition method)
    {
        if (!method.HasBody || IsWrittenByCompiler(method))
            yield break;

        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (Judge(instruction, method) is { Tier: not IlTier.Never } allocation)
                yield return allocation;
        }
    }

    /// <summary>
    /// Code that is nowhere in the source, and is judged where it is used: accessors of events, members of records and anonymous types,
    /// and what an iterator has beside the source's code.
    /// </summary>
    private static bool IsWrittenByCompiler(MethodDefinition method)
        => (IlMarks.IsCompilerGenerated(method) && (!method.Name.StartsWith('<') || method.Name == "<Clone>$"))
            || (IsStateMachine(method.DeclaringType) && method.Name != "MoveNext" && !method.Name.StartsWith('<'))
            || IsExtensionBlock(method.DeclaringType)
            || (IlMarks.IsCompilerGenerated(method.DeclaringType) && method.DeclaringType.DeclaringType is null);

    /// <summary>A type for the metadata of <c>extension(…)</c>: its methods only throw.</summary>
    private static bool IsExtensionBlock(TypeReference type)
        => type.Name.StartsWith("<>E__", StringComparison.Ordinal) || type.Name.StartsWith("<G>$", StringComparison.Ordinal) || type.Name.StartsWith("<M>$", StringComparison.Ordinal);

    private static bool IsStateMachine(TypeReference type)
        => type.Name.StartsWith('<') && type.Name.Contains(">d", StringComparison.Ordinal);

    private static IlAllocation Judge(Instruction instruction, MethodDefinition method) => instruction.OpCode.Code switch
    {
        Code.Newarr => new(method, instruction, IlKind.Array, IlTier.Always),
        Code.Newobj => OfConstructor(instruction, (MethodReference)instruction.Operand, method),
        Code.Box => new(method, instruction, IlKind.Box, IlBoxes.TierOf(instruction, method)),
        Code.Constrained when IlRecords.NeedsObjects(instruction) => new(method, instruction, IlKind.Equality, IlTier.Always),
        Code.Constrained => new(method, instruction, IlKind.Box, IlBoxes.TierOfConstrained(instruction)),
        Code.Throw when IsThrownOn(instruction) => default,
        Code.Throw or Code.Rethrow => new(method, instruction, IlKind.Throw, IlTier.Always),
        Code.Call or Code.Callvirt => IlCalls.Judge(instruction, (MethodReference)instruction.Operand, method),
        _ => default,
    };

    /// <summary>How an exception leaves an <c>await</c> in a <c>finally</c>: nobody throws it there.</summary>
    private static bool IsThrownOn(Instruction instruction)
        => instruction.Next?.Operand is MethodReference { Name: "Capture", DeclaringType.Name: "ExceptionDispatchInfo" }
            || instruction.Next?.Next?.Operand is MethodReference { Name: "Capture", DeclaringType.Name: "ExceptionDispatchInfo" };

    private static IlAllocation OfConstructor(Instruction instruction, MethodReference constructor, MethodDefinition method)
    {
        TypeReference type = constructor.DeclaringType;
        if (type is ArrayType)
            return new(method, instruction, IlKind.Array, IlTier.Always);

        if (IlMarks.IsValueType(type) || IsHolderOfLambdas(type, method))
            return default;

        if (instruction.Previous?.OpCode.Code is Code.Ldftn or Code.Ldvirtftn)
            return new(method, instruction, IlKind.Delegate, IsKept(instruction) ? IlTier.FirstUse : IlTier.Always);

        IlKind kind = type.Name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal) ? IlKind.Closure
            : IsStateMachine(type) ? IlKind.StateMachine
            : IlKind.Object;
        return new(method, instruction, kind, IlTier.Always);
    }

    /// <summary>The object that holds the lambdas that capture nothing.</summary>
    private static bool IsHolderOfLambdas(TypeReference type, MethodDefinition method)
        => type.Name.StartsWith("<>c", StringComparison.Ordinal) && method.IsConstructor && method.IsStatic && type.GetElementType().FullName == method.DeclaringType.FullName;

    /// <summary>The compiler puts a delegate that it needs to make once into a field of a class of its own.</summary>
    private static bool IsKept(Instruction creation)
        => (creation.Next.OpCode.Code == Code.Dup ? creation.Next.Next : creation.Next) is { OpCode.Code: Code.Stsfld, Operand: FieldReference field }
            && field.DeclaringType.Name.StartsWith('<');
}
