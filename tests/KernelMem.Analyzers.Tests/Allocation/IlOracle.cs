using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>
/// Says from the compiled code, and knowing nothing of the rules, which methods allocate: by an instruction of their own, or by one in
/// what the compiler made of their lambdas, local functions and iterators.
/// </summary>
internal static class IlOracle
{
    /// <summary>The names of the type's methods that allocate.</summary>
    public static SortedSet<string> Allocating(Stream assembly, string type)
    {
        using AssemblyDefinition module = AssemblyDefinition.ReadAssembly(assembly);
        TypeDefinition probes = module.MainModule.GetType(type);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((MethodDefinition method, string owner) in MethodsOf(probes))
        {
            if (method.HasBody && method.Body.Instructions.Any(instruction => Allocates(instruction, method)))
                names.Add(owner);
        }

        return names;
    }

    /// <summary>Compiler-made members carry their owner's name: <c>&lt;Owner&gt;b__0</c>, in <c>&lt;Owner&gt;d__1</c>.</summary>
    private static IEnumerable<(MethodDefinition Method, string Owner)> MethodsOf(TypeDefinition type, string? owner = null)
    {
        foreach (MethodDefinition method in type.Methods)
        {
            yield return (method, owner ?? OwnerOf(method.Name) ?? method.Name);
        }

        foreach (TypeDefinition nested in type.NestedTypes)
        {
            foreach ((MethodDefinition method, string inner) in MethodsOf(nested, OwnerOf(nested.Name)))
            {
                yield return (method, OwnerOf(method.Name) ?? inner);
            }
        }
    }

    private static string? OwnerOf(string name)
        => name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and int end ? name[1..end] : null;

    private static bool Allocates(Instruction instruction, MethodDefinition method) => instruction.OpCode.Code switch
    {
        Code.Newarr => true,
        Code.Newobj => !((MethodReference)instruction.Operand).DeclaringType.IsValueType && !IsCompilerMade(method.DeclaringType, instruction),
        Code.Box => !IsTest(instruction.Next) && !IsClass((TypeReference)instruction.Operand),
        Code.Constrained => IsOfRoot((MethodReference)instruction.Next.Operand) && !Overrides((TypeReference)instruction.Operand, (MethodReference)instruction.Next.Operand),
        Code.Call or Code.Callvirt => BuildsString((MethodReference)instruction.Operand) || MakesUnknown((MethodReference)instruction.Operand),
        _ => false,
    };

    /// <summary>Boxing what is a class already does nothing.</summary>
    private static bool IsClass(TypeReference type) => type is GenericParameter { HasReferenceTypeConstraint: true };

    /// <summary>The object that holds the lambdas that capture nothing.</summary>
    private static bool IsCompilerMade(TypeDefinition type, Instruction instruction)
        => type.Name == "<>c" && ((MethodReference)instruction.Operand).DeclaringType == type;

    /// <summary>Compilers test a value for null or a type without making the box.</summary>
    private static bool IsTest(Instruction next)
        => next.OpCode.Code is Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S
            || (next.OpCode.Code is Code.Isinst && next.Next.OpCode.Code is Code.Ldnull or Code.Brtrue_S or Code.Brfalse_S)
            || (next.OpCode.Code is Code.Ldnull && next.Next.OpCode.Code is Code.Ceq or Code.Cgt_Un);

    private static bool IsOfRoot(MethodReference method) => method.DeclaringType.FullName is "System.Object" or "System.ValueType" or "System.Enum";

    private static bool Overrides(TypeReference receiver, MethodReference method)
        => (receiver is GenericParameter && method.Name != nameof(GetType)) // Which cannot be overridden.
            || (receiver is not GenericParameter && receiver.Resolve().IsEnum && method.Name == nameof(GetHashCode)) // A compiler knows the hash code of an enum.
            || (receiver is not GenericParameter && receiver.Resolve().Methods.Any(candidate => candidate.Name == method.Name && candidate.IsVirtual && candidate.IsReuseSlot));

    /// <summary>What <c>new T()</c> becomes.</summary>
    private static bool MakesUnknown(MethodReference method)
        => method is GenericInstanceMethod { DeclaringType.FullName: "System.Activator" } creation
            && creation.GenericArguments[0] is not GenericParameter { HasNotNullableValueTypeConstraint: true };

    private static bool BuildsString(MethodReference method)
        => (method.DeclaringType.FullName == "System.String" && method.Name is "Concat" or "Format")
            || method.Name == "ToStringAndClear"
            || (method.DeclaringType.FullName == "System.Delegate" && method.Name is "Combine" or "Remove");
}
