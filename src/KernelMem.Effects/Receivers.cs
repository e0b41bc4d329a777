using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Effects;

/// <summary>Finds what a call is made on: the instruction that put its receiver on the stack, and what type that says it has.</summary>
internal static class Receivers
{
    /// <summary>The instruction whose result is the receiver of a call; null if it is not in the same straight line.</summary>
    public static Instruction? Of(Instruction call, MethodReference callee, ControlFlow flow)
    {
        int above = callee.Parameters.Count;
        Instruction? place = call;
        while (true)
        {
            if (flow.IsTarget(place))
                return null;

            place = place.Previous;
            if (place is null || place.OpCode.FlowControl is not (FlowControl.Next or FlowControl.Call or FlowControl.Meta))
                return null;

            int pushed = Pushed(place);
            int popped = Popped(place);
            if (popped < 0)
                return null;

            if (place.OpCode.Code == Code.Dup && above <= 1)
            {
                // The original of the copy lies where the copy was made from.
                above = 0;
                continue;
            }

            if (above < pushed)
                return place;
            above = above - pushed + popped;
        }
    }

    /// <summary>The type of what an instruction puts on the stack, as seen in the method; null if it does not say.</summary>
    public static TypeReference? TypeOf(Instruction producer, MethodDefinition method) => producer.OpCode.Code switch
    {
        Code.Ldsfld or Code.Ldfld => FieldType((FieldReference)producer.Operand),
        Code.Newobj => ((MethodReference)producer.Operand).DeclaringType,
        Code.Ldstr => method.Module.TypeSystem.String,
        Code.Ldarg_0 when method.HasThis => method.DeclaringType.HasGenericParameters ? SelfOf(method.DeclaringType) : method.DeclaringType,
        Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 => Argument(method, producer.OpCode.Code - Code.Ldarg_0),
        Code.Ldarg or Code.Ldarg_S => ((ParameterDefinition)producer.Operand).ParameterType,
        Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 => method.Body.Variables[producer.OpCode.Code - Code.Ldloc_0].VariableType,
        Code.Ldloc or Code.Ldloc_S => ((VariableDefinition)producer.Operand).VariableType,
        Code.Castclass or Code.Isinst => (TypeReference)producer.Operand,
        _ => null,
    };

    private static TypeReference? FieldType(FieldReference field) => field.FieldType.ContainsGenericParameter ? null : field.FieldType;

    private static TypeReference? Argument(MethodDefinition method, int index)
    {
        int position = method.HasThis ? index - 1 : index;
        return position >= 0 && position < method.Parameters.Count ? method.Parameters[position].ParameterType : null;
    }

    private static GenericInstanceType SelfOf(TypeDefinition type)
    {
        GenericInstanceType self = new(type);
        foreach (GenericParameter parameter in type.GenericParameters)
            self.GenericArguments.Add(parameter);
        return self;
    }

    private static int Pushed(Instruction instruction) => instruction.OpCode.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => instruction.Operand is MethodReference callee && callee.ReturnType.MetadataType != MetadataType.Void ? 1 : 0,
        _ => 1,
    };

    /// <summary>How many values an instruction takes; below zero if it takes all.</summary>
    private static int Popped(Instruction instruction) => instruction.OpCode.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4
            or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
        StackBehaviour.Varpop => instruction.Operand is MethodReference callee
            ? callee.Parameters.Count + (callee.HasThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0)
            : -1,
        StackBehaviour.PopAll => -1,
        _ => 3,
    };
}
