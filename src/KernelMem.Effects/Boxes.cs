using Mono.Cecil.Cil;

namespace KernelMem.Effects;

/// <summary>Says of a <c>box</c> whether a compiler to machine code makes it: not if it is only tested, or undone.</summary>
internal static class Boxes
{
    public static bool IsFolded(Instruction box, ControlFlow flow)
        => box.Next is { } next && !flow.IsTarget(next) && next.OpCode.Code switch
        {
            Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S or Code.Pop => true,
            Code.Unbox_Any => true,
            Code.Isinst => next.Next is { } user && (IsBranch(user) || user.OpCode.Code is Code.Ldnull or Code.Unbox_Any),
            Code.Ldnull => next.Next?.OpCode.Code is Code.Ceq or Code.Cgt_Un or Code.Beq or Code.Beq_S or Code.Bne_Un or Code.Bne_Un_S,
            _ => false,
        };

    private static bool IsBranch(Instruction instruction)
        => instruction.OpCode.Code is Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S;
}
