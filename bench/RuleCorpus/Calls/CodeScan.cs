extern alias Inference;

using System;
using System.Linq;
using Inference::KernelMem.Effects;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus.Calls;

/// <summary>Finds what allocates in a method's own code, and what it calls.</summary>
internal sealed class CodeScan(ClosedWorld graph, ClosedNode node)
{
    private readonly MethodDefinition _method = node.Method;
    private readonly CallScan _calls = new(graph, node);

    public void Scan()
    {
        if (_method.IsStatic || _method.IsConstructor)
            Trigger(_method.DeclaringType, isField: false);
        foreach (Instruction instruction in _method.Body.Instructions)
            Scan(instruction);
    }

    private void Scan(Instruction instruction)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Newobj:
                Create(instruction, (MethodReference)instruction.Operand);
                break;
            case Code.Newarr:
                Allocate(instruction, "new array");
                break;
            case Code.Box:
                if (MayBox(node.Context.Substitute((TypeReference)instruction.Operand)) && IlBoxes.TierOf(instruction, _method) == IlTier.Always)
                    node.Add(Verdict.Always, "box");
                break;
            case Code.Throw or Code.Rethrow:
                node.Add(Verdict.Always, "throw");
                break;
            case Code.Calli:
                node.Add(Verdict.Unknown, "a function pointer");
                break;
            case Code.Ldsfld or Code.Ldsflda or Code.Stsfld:
                if (graph.World.Find(((FieldReference)instruction.Operand).DeclaringType) is { } holder)
                    Trigger(holder, isField: true);
                break;
            case Code.Call or Code.Callvirt or Code.Jmp:
                _calls.Scan(instruction);
                break;
            case Code.Ldftn or Code.Ldvirtftn when !((MethodReference)instruction.Operand).Name.Contains(">b__", StringComparison.Ordinal):
                // What a lambda does is done by whoever calls it.
                _calls.Scan(instruction);
                break;
        }
    }

    private bool MayBox(TypeReference type) => type is GenericParameter or PointerType || graph.World.IsValueType(type);

    private void Create(Instruction instruction, MethodReference constructor)
    {
        TypeReference type = node.Context.Substitute(constructor.DeclaringType);
        if (type is ArrayType)
        {
            node.Add(Verdict.Always, "new array");
            return;
        }

        TypeDefinition? definition = graph.World.Find(type);
        bool isDelegate = definition?.BaseType?.FullName == "System.MulticastDelegate";
        if (!graph.World.IsValueType(type) && !IsHolderOfLambdas(definition))
            Allocate(instruction, isDelegate ? "delegate" : "new object");
        if (!isDelegate)
            _calls.Run(constructor, type);
    }

    private void Allocate(Instruction instruction, string reason)
    {
        if (!IsKept(instruction))
            node.Add(Verdict.Always, reason);
    }

    /// <summary>The compiler puts what it needs to make once into a field of a class of its own.</summary>
    private static bool IsKept(Instruction creation)
        => (creation.Next.OpCode.Code == Code.Dup ? creation.Next.Next : creation.Next) is { OpCode.Code: Code.Stsfld, Operand: FieldReference field }
            && field.DeclaringType.Name.StartsWith('<');

    private bool IsHolderOfLambdas(TypeDefinition? type) => type is { Name: "<>c" } or { Name: ['<', '>', 'c', '`', ..] } && _method is { IsConstructor: true, IsStatic: true };

    /// <summary>A static constructor may run first: before a static field is used; one that is written out, before a static method or a constructor, too.</summary>
    private void Trigger(TypeDefinition type, bool isField)
    {
        if (!graph.IsOfProgram(type) || (!isField && type.IsBeforeFieldInit))
            return;
        if (type.Methods.FirstOrDefault(static method => method.IsConstructor && method.IsStatic) is { } constructor && constructor != _method)
            node.Calls(graph.Node(new Target(constructor, GenericContext.Open(constructor))));
    }
}
