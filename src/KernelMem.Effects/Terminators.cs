using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Effects;

/// <summary>Knows which instructions control does not go on behind.</summary>
internal sealed class Terminators(World world, EffectOverrides overrides)
{
    private readonly Dictionary<MethodDefinition, bool> _neverReturn = [];

    public bool Ends(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Throw or Code.Rethrow => true,
        Code.Call or Code.Callvirt => instruction.Operand is MethodReference callee && world.Find(callee) is { } method && NeverReturns(method),
        _ => false,
    };

    private bool NeverReturns(MethodDefinition method)
    {
        if (!_neverReturn.TryGetValue(method, out bool never))
            _neverReturn.Add(method, never = IsMarked(method) || OnlyThrows(method));
        return never;
    }

    private static bool IsMarked(MethodDefinition method)
        => method.HasCustomAttributes && method.CustomAttributes.Any(static mark => mark.AttributeType.FullName == "System.Diagnostics.CodeAnalysis.DoesNotReturnAttribute");

    /// <summary>A body that has a throw but neither a return nor a loop. Those of intrinsics are not what runs.</summary>
    private bool OnlyThrows(MethodDefinition method)
    {
        if (!method.HasBody || (method.IsVirtual && !method.IsFinal) || IsIntrinsic(method) || overrides.TryGet(method, out _))
            return false;

        bool throws = false;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is Code.Ret or Code.Jmp or Code.Switch || (instruction.Operand is Instruction target && target.Offset <= instruction.Offset))
                return false;
            throws |= instruction.OpCode.Code is Code.Throw;
        }

        return throws;
    }

    private static bool IsIntrinsic(MethodDefinition method)
        => method.HasCustomAttributes && method.CustomAttributes.Any(static mark => mark.AttributeType.Name == "IntrinsicAttribute");
}
