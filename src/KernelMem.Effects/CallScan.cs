using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Effects;

/// <summary>Finds what the calls in a method may run.</summary>
internal sealed class CallScan(CallGraph graph, MethodNode node, ControlFlow flow)
{
    private readonly World _world = graph.World;

    /// <summary>A <c>call</c> or <c>callvirt</c>, after its prefixes.</summary>
    public void Scan(Instruction call)
    {
        MethodReference callee = (MethodReference)call.Operand;
        TypeReference type = node.Context.Substitute(callee.DeclaringType);
        if (type is ArrayType)
            return;

        if (_world.Find(callee) is not { } method)
        {
            node.AddUnknown("call of " + Names.Of(callee) + ", which is not found");
            return;
        }

        GenericContext context = new(GenericContext.ArgumentsOf(type), callee is GenericInstanceMethod generic ? [.. generic.GenericArguments.Select(node.Context.Substitute)] : []);
        Target target = new(method, context);
        if (Prefix(call) is { } constrained)
            Constrained(node.Context.Substitute(constrained), target);
        else if (IsActivation(method))
            Activate(context.MethodArguments[0]);
        else if (IsDelegateCall(method))
            CallDelegate(target);
        else if (call.OpCode.Code == Code.Callvirt && method.IsVirtual && !method.IsFinal)
            Virtual(call, callee, type, target);
        else
            graph.Connect(node, target);
    }

    private static TypeReference? Prefix(Instruction call)
    {
        for (Instruction? prefix = call.Previous; prefix is { OpCode.OpCodeType: OpCodeType.Prefix }; prefix = prefix.Previous)
        {
            if (prefix.OpCode.Code == Code.Constrained)
                return (TypeReference)prefix.Operand;
        }

        return null;
    }

    private static bool IsActivation(MethodDefinition method)
        => method is { Name: "CreateInstance", HasGenericParameters: true, HasParameters: false, DeclaringType.FullName: "System.Activator" };

    private static bool IsDelegateCall(MethodDefinition method)
        => method is { Name: "Invoke" or "BeginInvoke" or "EndInvoke", DeclaringType.BaseType.FullName: "System.MulticastDelegate" };

    /// <summary>Of what a delegate holds its type's marks say something, if anything does.</summary>
    private void CallDelegate(Target target)
    {
        if (_world.IsJudged(target.Method))
            graph.Connect(node, target);
        else
            node.AddUnknown("call of a delegate " + Names.Of(target.Method.DeclaringType));
    }

    /// <summary>What <c>new T()</c> becomes.</summary>
    private void Activate(TypeReference type)
    {
        if (type is GenericParameter parameter)
            Depends("new " + parameter.Name + "()", TypeArgumentNeeds.New);
        else if (!_world.IsValueType(type))
            node.Add(Effect.Allocates, EffectVerdict.Always, "new " + Names.Of(type));

        if (_world.Find(type)?.Methods.FirstOrDefault(static method => method.IsConstructor && !method.IsStatic && !method.HasParameters) is { } constructor)
            graph.Connect(node, new Target(constructor, new GenericContext(GenericContext.ArgumentsOf(type), [])));
    }

    private void Depends(string reason, string need)
    {
        node.Needs.Add(need);
        node.Add(Effect.Allocates, EffectVerdict.DependsOnTypeArguments, reason);
        node.Add(Effect.Throws, EffectVerdict.DependsOnTypeArguments, reason);
        node.Add(Effect.Blocks, EffectVerdict.DependsOnTypeArguments, reason);
    }

    private void Constrained(TypeReference type, Target slot)
    {
        if (type is GenericParameter parameter)
        {
            Depends(parameter.Name + "." + slot.Method.Name, DocumentationIds.Of(slot.Method));
            return;
        }

        if (!slot.Method.IsStatic && !_world.IsValueType(type))
        {
            OnReceiver(type, isExact: false, slot);
            return;
        }

        if (!slot.Method.IsVirtual && !slot.Method.IsAbstract)
        {
            // A method of object that nothing overrides, GetType: the receiver is boxed for it.
            Box(type, slot.Method);
            graph.Connect(node, slot);
            return;
        }

        if (graph.Dispatch.Find(type, slot) is not { } target)
        {
            node.AddUnknown("call of " + Names.Of(slot.Method) + " on " + Names.Of(type));
            return;
        }

        if (!slot.Method.IsStatic && (target.Method.DeclaringType.IsInterface || target.Method.DeclaringType.FullName is "System.Object" or "System.ValueType" or "System.Enum"))
            Box(type, target.Method);
        graph.Connect(node, target);
    }

    private void Box(TypeReference type, MethodDefinition method)
    {
        // Compilers know the hash code of an enum.
        if (method is not { Name: "GetHashCode", DeclaringType.FullName: "System.Enum" })
            node.Add(Effect.Allocates, EffectVerdict.Always, "boxing of " + Names.Of(type));
    }

    private void Virtual(Instruction call, MethodReference callee, TypeReference declared, Target slot)
    {
        Instruction? producer = Receivers.Of(call, callee, flow);
        if (producer is { OpCode.Code: Code.Call, Operand: MethodReference getter } && IsDefaultComparer(getter) && declared is GenericInstanceType)
        {
            CompareByDefault(slot, GenericContext.ArgumentsOf(declared)[0]);
            return;
        }

        TypeReference receiver = declared;
        if (producer is not null && Receivers.TypeOf(producer, node.Method) is { } known)
        {
            known = node.Context.Substitute(known);
            if (_world.Find(known) is { IsInterface: false, FullName: not "System.Object" })
                receiver = known;
        }

        OnReceiver(receiver, producer?.OpCode.Code == Code.Newobj, slot);
    }

    private static bool IsDefaultComparer(MethodReference getter)
        => getter is { Name: "get_Default", DeclaringType: GenericInstanceType { ElementType.FullName: "System.Collections.Generic.EqualityComparer`1" or "System.Collections.Generic.Comparer`1" } };

    /// <summary>Compilers replace a call on the default comparer by one on the type itself.</summary>
    private void CompareByDefault(Target slot, TypeReference type)
    {
        if (type is GenericParameter parameter)
        {
            Depends(parameter.Name + "." + slot.Method.Name, TypeArgumentNeeds.Comparer + slot.Method.Name);
            return;
        }

        string contract = slot.Method.Name switch { "Compare" => "System.IComparable`1", "Equals" => "System.IEquatable`1", _ => "System.Object" };
        if (_world.Find(type) is not { } definition || !(definition.IsValueType || definition.IsSealed))
            node.AddUnknown("comparison of " + Names.Of(type));
        else if (definition.IsEnum)
            return;
        else if (graph.FindMember(contract, slot.Method.Name switch { "Compare" => "CompareTo", var name => name }) is { } member
            && (member.DeclaringType.FullName == "System.Object" || definition.Interfaces.Any(each => each.InterfaceType.GetElementType().FullName == contract)))
            Constrained(type, new Target(member, new GenericContext(member.DeclaringType.HasGenericParameters ? [type] : [], [])));
        else
            Box(type, slot.Method);
    }

    private void OnReceiver(TypeReference receiver, bool isExact, Target slot)
    {
        if (_world.Find(receiver) is not { } type)
        {
            node.AddUnknown("virtual call of " + Names.Of(slot.Method));
            return;
        }

        if (isExact || type.IsSealed || type.IsValueType || !slot.Method.IsVirtual)
        {
            if (graph.Dispatch.Find(receiver, slot) is { } target)
                graph.Connect(node, target);
            else
                node.AddUnknown("virtual call of " + Names.Of(slot.Method));
            return;
        }

        if (graph.IsListed(slot.Method))
            graph.Connect(node, slot);
        else if (!_world.IsJudged(type) || !(Visibility.IsClosed(type) || Visibility.IsClosed(slot.Method)) || !OnHeirs(type, receiver, slot))
            node.AddUnknown("virtual call of " + Names.Of(slot.Method));
    }

    /// <summary>All that may run, where that is known; false if it is not, or too much.</summary>
    private bool OnHeirs(TypeDefinition type, TypeReference receiver, Target slot)
    {
        const int Most = 64;
        HashSet<TypeDefinition> heirs = [];
        Queue<TypeDefinition> next = new([type]);
        List<(Target Target, EdgeKind Kind)> targets = [];
        while (next.Count > 0)
        {
            TypeDefinition heir = next.Dequeue();
            if (!heirs.Add(heir))
                continue;

            if (heirs.Count > Most)
                return false;

            foreach (TypeDefinition further in _world.HeirsOf(heir))
                next.Enqueue(further);
            if (heir.IsInterface || heir.IsAbstract)
                continue;

            (TypeReference instance, EdgeKind kind) = Instance(heir, receiver);
            if (graph.Dispatch.Find(instance, slot) is not { } target)
                return false;
            if (!heir.IsSealed && !Visibility.IsClosed(heir) && !Visibility.IsClosed(slot.Method) && target.Method is { IsVirtual: true, IsFinal: false })
                return false;

            targets.Add((target, kind));
        }

        foreach ((Target target, EdgeKind kind) in targets)
            graph.Connect(node, target, kind);
        return targets.Count > 0;
    }

    /// <summary>An heir with as many type parameters has them from the receiver; what others have is not known.</summary>
    private static (TypeReference Instance, EdgeKind Kind) Instance(TypeDefinition heir, TypeReference receiver)
    {
        if (!heir.HasGenericParameters)
            return (heir, EdgeKind.Call);

        IReadOnlyList<TypeReference> arguments = GenericContext.ArgumentsOf(receiver);
        bool isSame = arguments.Count == heir.GenericParameters.Count;
        GenericInstanceType instance = new(heir);
        foreach (TypeReference argument in isSame ? arguments : [.. heir.GenericParameters])
            instance.GenericArguments.Add(argument);
        return (instance, isSame ? EdgeKind.Call : EdgeKind.OtherArguments);
    }
}
