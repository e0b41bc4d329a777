using System.Linq;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Effects;

/// <summary>Finds the effects of a method's own code, and what it calls.</summary>
internal sealed class BodyScan(CallGraph graph, MethodNode node, ControlFlow flow)
{
    private readonly World _world = graph.World;
    private readonly CallScan _calls = new(graph, node, flow);

    public void Scan()
    {
        MethodDefinition method = node.Method;
        if (method.IsSynchronized)
            node.Add(Effect.Blocks, EffectVerdict.Always, "synchronized method");
        if ((method.IsStatic || method.IsConstructor) && !method.DeclaringType.IsBeforeFieldInit)
            Trigger(method.DeclaringType, GenericContext.ArgumentsOf(method.DeclaringType).Count == 0 ? GenericContext.Empty : new GenericContext(node.Context.TypeArguments, []));

        for (int index = 0; index < method.Body.Instructions.Count; index++)
        {
            Instruction instruction = method.Body.Instructions[index];
            if (flow.Ends[index])
                node.Add(Effect.Throws, EffectVerdict.Always, ReasonOf(instruction));
            if (!flow.IsDoomed(index))
                Scan(instruction);
        }
    }

    private static string ReasonOf(Instruction end) => end switch
    {
        { Operand: MethodReference callee } => Names.Of(callee),
        { Previous: { OpCode.Code: Code.Newobj, Operand: MethodReference constructor } } => "throw " + Names.Of(constructor.DeclaringType),
        _ => "throw",
    };

    private void Scan(Instruction instruction)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Newobj:
                Create(instruction, (MethodReference)instruction.Operand);
                break;
            case Code.Newarr:
                Allocate(instruction, "new " + Names.Of(node.Context.Substitute((TypeReference)instruction.Operand)) + "[]");
                break;
            case Code.Box:
                Box(instruction, node.Context.Substitute((TypeReference)instruction.Operand));
                break;
            case Code.Call or Code.Callvirt or Code.Jmp:
                _calls.Scan(instruction);
                break;
            case Code.Calli:
                node.AddUnknown("call of a function pointer");
                break;
            case Code.Ldsfld or Code.Ldsflda or Code.Stsfld:
                UseStatic((FieldReference)instruction.Operand);
                break;
        }
    }

    private void Create(Instruction instruction, MethodReference constructor)
    {
        TypeReference type = node.Context.Substitute(constructor.DeclaringType);
        if (type is ArrayType array)
        {
            node.Add(Effect.Allocates, EffectVerdict.Always, "new " + Names.Of(array));
            return;
        }

        TypeDefinition? definition = _world.Find(type);
        bool isDelegate = definition?.BaseType?.FullName == "System.MulticastDelegate";
        if (!_world.IsValueType(type))
            Allocate(instruction, isDelegate ? "delegate " + Names.Of(type) : "new " + Names.Of(type));

        if (isDelegate || type.FullName == "System.String")
            return;

        if (_world.Find(constructor) is { } method)
            graph.Connect(node, new Target(method, new GenericContext(GenericContext.ArgumentsOf(type), [])));
        else
            node.AddUnknown("call of " + Names.Of(constructor) + ", which is not found");
    }

    private void Allocate(Instruction instruction, string reason)
        => node.Add(Effect.Allocates, IsKept(instruction) ? EffectVerdict.FirstUse : EffectVerdict.Always, reason);

    /// <summary>Whether what is made goes into a static field that was looked at before: <c>s_field ??= new …</c>, and lambdas.</summary>
    private bool IsKept(Instruction creation)
    {
        Instruction? store = creation.Next?.OpCode.Code == Code.Dup ? creation.Next.Next : creation.Next;
        if (store is not { OpCode.Code: Code.Stsfld, Operand: FieldReference field })
            return false;

        return node.Method.Body.Instructions.Any(load => load.OpCode.Code == Code.Ldsfld
            && load.Offset < creation.Offset
            && ((FieldReference)load.Operand).FullName == field.FullName
            && (load.Next.OpCode.FlowControl == FlowControl.Cond_Branch || (load.Next.OpCode.Code == Code.Dup && load.Next.Next.OpCode.FlowControl == FlowControl.Cond_Branch)));
    }

    private void Box(Instruction box, TypeReference type)
    {
        if (Boxes.IsFolded(box, flow))
            return;

        if (type is GenericParameter parameter)
        {
            if (parameter.HasReferenceTypeConstraint)
                return;

            node.Needs.Add(TypeArgumentNeeds.Box);
            node.Add(Effect.Allocates, EffectVerdict.DependsOnTypeArguments, "boxing of " + parameter.Name);
        }
        else if (_world.IsValueType(type))
        {
            node.Add(Effect.Allocates, EffectVerdict.Always, "boxing of " + Names.Of(type));
        }
    }

    private void UseStatic(FieldReference field)
    {
        TypeReference type = node.Context.Substitute(field.DeclaringType);
        if (_world.Find(type) is { } definition && (definition.IsBeforeFieldInit || definition != node.Method.DeclaringType))
            Trigger(definition, new GenericContext(GenericContext.ArgumentsOf(type), []));
    }

    /// <summary>The static constructor runs the first time.</summary>
    private void Trigger(TypeDefinition type, GenericContext context)
    {
        if (!_world.IsJudged(type) || (node.Method.IsConstructor && node.Method.IsStatic && node.Method.DeclaringType == type))
            return;

        if (type.Methods.FirstOrDefault(static method => method.IsConstructor && method.IsStatic) is { } constructor)
            graph.Connect(node, new Target(constructor, context), EdgeKind.FirstUse);
    }
}
