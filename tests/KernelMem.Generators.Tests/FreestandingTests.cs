using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Tests.Harness;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Generators.Tests;

/// <summary>What is generated runs in a kernel: the compiled code allocates nothing, throws nothing and calls nothing but KernelMem.</summary>
[TestClass]
public sealed class FreestandingTests
{
    private static readonly HashSet<Code> s_forbidden =
    [
        Code.Box, Code.Newarr, Code.Throw, Code.Rethrow, Code.Callvirt, Code.Ldftn, Code.Ldvirtftn, Code.Castclass, Code.Ldtoken,
        Code.Add_Ovf, Code.Add_Ovf_Un, Code.Sub_Ovf, Code.Sub_Ovf_Un, Code.Mul_Ovf, Code.Mul_Ovf_Un,
    ];

    private static readonly string[] s_sources =
    [
        Declarations.EveryKind64, Declarations.EveryKind32, Declarations.Narrow16, Declarations.Nested8, Declarations.Device32, Declarations.BigEndian16,
        Declarations.BigEndian64,
    ];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Generated_code_is_freestanding(bool checkOverflow)
    {
        Generation generation = Generation.Of(checkOverflow, s_sources);
        List<MethodDefinition> methods = Methods(generation);

        Assert.IsGreaterThan(200, methods.Count);
        foreach (MethodDefinition method in methods)
        {
            foreach (Instruction instruction in method.Body.Instructions)
            {
                Assert.IsNull(Violation(instruction), method.FullName);
            }
        }
    }

    [TestMethod]
    public void Generated_code_has_no_static_state()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(Generation.Of(s_sources).Emit());

        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(type => !type.Name.StartsWith('<')))
        {
            Assert.IsNull(type.Methods.FirstOrDefault(method => method.IsConstructor && method.IsStatic), $"{type.FullName} has a static constructor");
            Assert.IsNull(type.Fields.FirstOrDefault(field => field.IsStatic && !field.HasConstant), $"{type.FullName} has a static field");
        }
    }

    [TestMethod]
    [DataRow("public object Boxed() => Value;")]
    [DataRow("public ulong[] Array() => new ulong[1];")]
    [DataRow("public void Throws() => throw new System.Exception();")]
    [DataRow("public string Text() => Value.ToString();")]
    [DataRow("public bool Has(System.DayOfWeek day) => day.HasFlag(System.DayOfWeek.Friday);")]
    public void The_search_for_violations_finds_them(string member)
    {
        Generation generation = Generation.Of(
            $"using KernelMem.Annotations; [BitLayout, Ignored(0, 63)] public readonly partial struct L {{ {member} }}");

        Assert.IsTrue(Methods(generation).SelectMany(method => method.Body.Instructions).Any(instruction => Violation(instruction) is not null));
    }

    private static List<MethodDefinition> Methods(Generation generation)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(generation.Emit());
        return
        [
            .. assembly.MainModule.GetTypes()
                .Where(type => type.IsValueType && !type.IsEnum && type.Fields.Any(field => field.Name == "_value"))
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody),
        ];
    }

    /// <summary>Views of memory, which every core library for kernels has.</summary>
    private static bool IsSpan(TypeReference type) => type.GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1";

    private static string? Violation(Instruction instruction)
    {
        if (s_forbidden.Contains(instruction.OpCode.Code))
            return instruction.ToString();

        if (instruction.Operand is not MethodReference called)
            return null;

        bool ours = called.DeclaringType.Scope.Name is "KernelMem" or "Sample.dll" or "Sample" || IsSpan(called.DeclaringType);
        bool makesObject = instruction.OpCode.Code == Code.Newobj && !called.DeclaringType.Resolve().IsValueType;
        return ours && !makesObject ? null : instruction.ToString();
    }
}
