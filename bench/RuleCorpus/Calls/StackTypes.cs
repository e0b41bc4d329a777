extern alias Inference;

using System.Collections.Generic;
using System.Linq;
using Inference::KernelMem.Effects;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus.Calls;

/// <summary>
/// What type the receiver of each call is known to have: the compiler names in a call the member that was declared first, not the type that
/// the source had. The types are followed over the stack, in the order of the code; where ways meet with different ones, none is known.
/// </summary>
internal sealed class StackTypes
{
    private readonly World _world;
    private readonly MethodDefinition _method;
    private readonly Dictionary<Instruction, TypeReference?> _receivers = [];
    private readonly HashSet<TypeReference> _defaultComparers = [];
    private readonly HashSet<Instruction> _onDefaultComparers = [];
    private readonly Dictionary<Instruction, TypeReference?[]> _incoming = [];
    private Stack<TypeReference?> _stack = new();

    public StackTypes(World world, MethodDefinition method)
    {
        _world = world;
        _method = method;
        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            bool hasException = handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter;
            _incoming[handler.HandlerStart] = hasException ? [handler.CatchType] : [];
            if (handler.FilterStart is not null)
                _incoming[handler.FilterStart] = [null];
        }

        bool isReached = true;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            Enter(instruction, isReached);
            Run(instruction);
            foreach (Instruction target in Targets(instruction))
                Join(target);
            isReached = instruction.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        }
    }

    /// <summary>As the code of the method has it; null where nothing is known.</summary>
    public TypeReference? ReceiverOf(Instruction call) => _receivers.GetValueOrDefault(call);

    /// <summary>Whether a call is of the default comparer of a type, which compilers know.</summary>
    public bool IsOnDefaultComparer(Instruction call) => _onDefaultComparers.Contains(call);

    private static Instruction[] Targets(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    private void Enter(Instruction instruction, bool isReached)
    {
        if (!_incoming.TryGetValue(instruction, out TypeReference?[]? types))
        {
            if (!isReached)
                _stack = new();
            return;
        }

        if (isReached)
            types = Common(types, Snapshot());
        _stack = new(types);
    }

    private void Join(Instruction target)
        => _incoming[target] = _incoming.TryGetValue(target, out TypeReference?[]? before) ? Common(before, Snapshot()) : Snapshot();

    private TypeReference?[] Snapshot() => [.. _stack.Reverse()];

    private static TypeReference?[] Common(TypeReference?[] one, TypeReference?[] other)
        => one.Length == other.Length ? [.. one.Zip(other, static (left, right) => left?.FullName == right?.FullName ? left : null)] : one;

    private void Run(Instruction instruction)
    {
        if (instruction.OpCode.Code is Code.Dup)
        {
            _stack.Push(_stack.Count > 0 ? _stack.Peek() : null);
            return;
        }

        TypeReference?[] popped = Pop(Popped(instruction));
        if (instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Ldvirtftn && popped.Length > 0 && instruction.Operand is MethodReference { HasThis: true })
        {
            _receivers[instruction] = popped[0];
            if (popped[0] is { } receiver && _defaultComparers.Contains(receiver))
                _onDefaultComparers.Add(instruction);
        }

        for (int pushed = Pushed(instruction); pushed > 0; pushed--)
            _stack.Push(TypeOf(instruction, popped));
    }

    /// <summary>The values that are taken, the lowest first.</summary>
    private TypeReference?[] Pop(int count)
    {
        var types = new TypeReference?[count];
        for (int index = count - 1; index >= 0; index--)
            types[index] = _stack.Count > 0 ? _stack.Pop() : null;
        return types;
    }

    private TypeReference? TypeOf(Instruction instruction, TypeReference?[] popped) => instruction.OpCode.Code switch
    {
        Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 => Argument(instruction.OpCode.Code - Code.Ldarg_0),
        Code.Ldarg or Code.Ldarg_S => ((ParameterDefinition)instruction.Operand).ParameterType,
        Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 => _method.Body.Variables[instruction.OpCode.Code - Code.Ldloc_0].VariableType,
        Code.Ldloc or Code.Ldloc_S => ((VariableDefinition)instruction.Operand).VariableType,
        Code.Ldfld or Code.Ldsfld => OfField((FieldReference)instruction.Operand),
        Code.Newobj => ((MethodReference)instruction.Operand).DeclaringType,
        Code.Castclass or Code.Isinst or Code.Unbox_Any or Code.Box or Code.Ldelem_Any or Code.Ldobj => (TypeReference)instruction.Operand,
        Code.Ldelem_Ref => popped[0] is ArrayType array ? array.ElementType : null,
        Code.Ldind_Ref => popped[0] is ByReferenceType reference ? reference.ElementType : null,
        Code.Ldstr => _method.Module.TypeSystem.String,
        Code.Call or Code.Callvirt => OfCall((MethodReference)instruction.Operand),
        _ => null,
    };

    private TypeReference? Argument(int index)
    {
        if (!_method.HasThis)
            return _method.Parameters[index].ParameterType;
        if (index > 0)
            return _method.Parameters[index - 1].ParameterType;

        TypeDefinition type = _method.DeclaringType;
        if (!type.HasGenericParameters)
            return type;
        GenericInstanceType self = new(type);
        foreach (GenericParameter parameter in type.GenericParameters)
            self.GenericArguments.Add(parameter);
        return self;
    }

    private static TypeReference OfField(FieldReference field) => new GenericContext(GenericContext.ArgumentsOf(field.DeclaringType), []).Substitute(field.FieldType);

    private TypeReference? OfCall(MethodReference callee)
    {
        if (callee.DeclaringType is ArrayType array)
            return array.ElementType;

        TypeReference result = new GenericContext(GenericContext.ArgumentsOf(callee.DeclaringType), callee is GenericInstanceMethod generic ? [.. generic.GenericArguments] : []).Substitute(callee.ReturnType);
        if (callee is { Name: "get_Default", DeclaringType: GenericInstanceType { ElementType.FullName: "System.Collections.Generic.EqualityComparer`1" or "System.Collections.Generic.Comparer`1" } })
            _defaultComparers.Add(result);
        return result;
    }

    private static int Pushed(Instruction instruction) => instruction.OpCode.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => ((IMethodSignature)instruction.Operand).ReturnType.MetadataType == MetadataType.Void ? 0 : 1,
        _ => 1,
    };

    private int Popped(Instruction instruction) => instruction.OpCode.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4
            or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
        StackBehaviour.PopAll => _stack.Count,
        StackBehaviour.Varpop when instruction.OpCode.Code == Code.Ret => _stack.Count,
        StackBehaviour.Varpop => OfSignature(instruction, (IMethodSignature)instruction.Operand),
        _ => 3,
    };

    private static int OfSignature(Instruction instruction, IMethodSignature callee)
        => callee.Parameters.Count + (callee.HasThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0) + (instruction.OpCode.Code == Code.Calli ? 1 : 0);
}
