extern alias Inference;

using System;
using System.Collections.Generic;
using System.Linq;
using Inference::KernelMem.Effects;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus.Calls;

/// <summary>Finds what the calls of a method may run: what the types of the program have for it that derive from the receiver's.</summary>
internal sealed class CallScan(ClosedWorld graph, ClosedNode node)
{
    private readonly World _world = graph.World;

    /// <summary>A call, or where a delegate or pointer is made of a method.</summary>
    public void Scan(Instruction call)
    {
        MethodReference callee = (MethodReference)call.Operand;
        TypeReference type = node.Context.Substitute(callee.DeclaringType);
        if (type is ArrayType)
            return;
        if (IsStart(callee))
            node.Add(Verdict.Always, "state machine");
        if (Find(callee, type) is not { } target)
            return;

        if (call.Previous is { OpCode.Code: Code.Constrained } prefix)
            Constrained(node.Context.Substitute((TypeReference)prefix.Operand), target);
        else if (target.Method is { Name: "CreateInstance", HasGenericParameters: true, HasParameters: false, DeclaringType.FullName: "System.Activator" })
            Activate(target.Context.MethodArguments[0]);
        else if (target.Method is { Name: "Invoke", DeclaringType.BaseType.FullName: "System.MulticastDelegate" })
            node.Add(Verdict.Unknown, "a delegate");
        else if (call.OpCode.Code is Code.Callvirt or Code.Ldvirtftn && target.Method is { IsVirtual: true, IsFinal: false })
            Virtual(call, type, target);
        else
            node.Calls(graph.Node(target));
    }

    /// <summary>A constructor, just that.</summary>
    public void Run(MethodReference callee, TypeReference type)
    {
        if (Find(callee, type) is { } target)
            node.Calls(graph.Node(target));
    }

    private Target? Find(MethodReference callee, TypeReference type)
    {
        if (_world.Find(callee) is { } method)
            return new Target(method, new GenericContext(GenericContext.ArgumentsOf(type), callee is GenericInstanceMethod generic ? [.. generic.GenericArguments.Select(node.Context.Substitute)] : []));
        node.Add(Verdict.Unknown, "not found");
        return null;
    }

    /// <summary>An asynchronous function has to keep its state somewhere.</summary>
    private static bool IsStart(MethodReference callee)
        => callee.Name == "Start" && callee.DeclaringType.FullName.StartsWith("System.Runtime.CompilerServices.Async", StringComparison.Ordinal);

    /// <summary>The stack may know more of the receiver than the call does.</summary>
    private void Virtual(Instruction call, TypeReference declared, Target target)
    {
        if (graph.StackOf(node.Method).IsOnDefaultComparer(call))
        {
            CompareByDefault(GenericContext.ArgumentsOf(declared)[0], target);
            return;
        }

        TypeReference? known = graph.StackOf(node.Method).ReceiverOf(call) is { } receiver ? node.Context.Substitute(receiver) : null;
        if (known is GenericParameter)
            Constrained(known, target);
        else
            Virtual(known is not null && _world.Find(known) is { FullName: not "System.Object" } type && (!type.IsInterface || graph.IsOfProgram(type)) ? known : declared, target);
    }

    private void CompareByDefault(TypeReference type, Target comparer)
    {
        if (type is GenericInstanceType { ElementType.FullName: "System.Nullable`1" } nullable)
            type = nullable.GenericArguments[0];
        if (type is GenericParameter or ArrayType || _world.Find(type) is not { IsEnum: false } definition)
            return;

        (string contract, string name) = comparer.Method.Name switch
        {
            "Compare" => ("System.IComparable`1", "CompareTo"),
            "Equals" when Implements(type, "System.IEquatable`1") => ("System.IEquatable`1", "Equals"),
            _ => ("System.Object", comparer.Method.Name),
        };
        MethodDefinition? slot = _world.FindByName(contract)?.Methods.FirstOrDefault(method => method.Name == name && !method.IsStatic);
        if (slot is not null)
            Constrained(type, new Target(slot, new GenericContext(slot.DeclaringType.HasGenericParameters ? [type] : [], [])));
    }

    private bool Implements(TypeReference type, string contract)
    {
        for (TypeDefinition? level = _world.Find(type); level is not null; level = level.BaseType is null ? null : _world.Find(level.BaseType))
        {
            if (level.Interfaces.Any(each => each.InterfaceType.GetElementType().FullName == contract && ((GenericInstanceType)each.InterfaceType).GenericArguments[0].GetElementType().FullName == level.FullName && level == _world.Find(type)))
                return true;
        }

        return false;
    }

    private void Activate(TypeReference type)
    {
        if (type is GenericParameter { HasNotNullableValueTypeConstraint: true })
            return;
        if (type is GenericParameter || !_world.IsValueType(type))
            node.Add(Verdict.Always, "new object");
        if (_world.Find(type)?.Methods.FirstOrDefault(static method => method is { IsConstructor: true, IsStatic: false, HasParameters: false }) is { } constructor)
            node.Calls(graph.Node(new Target(constructor, new GenericContext(GenericContext.ArgumentsOf(type), []))));
    }

    private void Constrained(TypeReference type, Target slot)
    {
        if (type is GenericParameter)
        {
            // GetType cannot be overridden. For a class that is nothing to be boxed.
            if (!slot.Method.IsStatic && !slot.Method.IsVirtual)
                node.Add(Verdict.Always, "box");
            return; // whoever gives the type argument answers for it
        }

        if (!slot.Method.IsStatic && !_world.IsValueType(type))
            Virtual(type, slot);
        else if (!slot.Method.IsVirtual && !slot.Method.IsAbstract)
            Box(slot);
        else if (graph.Dispatch.Find(type, slot) is not { } target)
            node.Add(Verdict.Unknown, "not found");
        else if (!slot.Method.IsStatic && (target.Method.DeclaringType.IsInterface || target.Method.DeclaringType.FullName is "System.Object" or "System.ValueType" or "System.Enum"))
            Box(target);
        else
            node.Calls(graph.Node(target));
    }

    private void Box(Target target)
    {
        // Compilers know the hash code of an enum.
        if (target.Method is not { Name: "GetHashCode", DeclaringType.FullName: "System.Enum" })
            node.Add(Verdict.Always, "box of a receiver");
    }

    private void Virtual(TypeReference receiver, Target slot)
    {
        if (_world.Find(receiver) is not { } type)
        {
            node.Add(Verdict.Unknown, "virtual call");
            return;
        }

        if (type.IsSealed || type.IsValueType || !slot.Method.IsVirtual)
        {
            RunOn(receiver, slot);
            return;
        }

        if (!graph.IsOfProgram(type))
        {
            node.Add(Verdict.Unknown, "virtual call");
            return;
        }

        foreach (TypeReference heir in HeirsOf(type, receiver))
            RunOn(heir, slot);
    }

    private void RunOn(TypeReference type, Target slot)
    {
        if (graph.Dispatch.Find(type, slot) is { } target)
            node.Calls(graph.Node(target));
        else
            node.Add(Verdict.Unknown, "not found");
    }

    /// <summary>The types of objects that a receiver can be.</summary>
    private IEnumerable<TypeReference> HeirsOf(TypeDefinition type, TypeReference receiver)
    {
        HashSet<TypeDefinition> seen = [];
        Queue<TypeReference> next = new([receiver]);
        while (next.TryDequeue(out TypeReference? instance))
        {
            if (_world.Find(instance) is not { } definition || !seen.Add(definition))
                continue;

            if (!definition.IsInterface && !definition.IsAbstract)
                yield return instance;
            foreach (TypeDefinition heir in _world.HeirsOf(definition))
                next.Enqueue(Heirs.Instantiate(heir, instance, _world));
        }
    }
}
