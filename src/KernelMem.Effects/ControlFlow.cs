using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;
using Mono.Collections.Generic;

namespace KernelMem.Effects;

/// <summary>
/// Which instructions lead to a <c>throw</c> whatever happens. What they allocate is allocated for the exception, which is an effect of its
/// own; a loop that only an exception ends does not count.
/// </summary>
internal sealed class ControlFlow
{
    private readonly bool[] _doomed;
    private readonly HashSet<Instruction> _targets = [];

    public ControlFlow(MethodBody body, Terminators terminators)
    {
        Collection<Instruction> code = body.Instructions;
        Dictionary<Instruction, int> indices = new(code.Count);
        for (int index = 0; index < code.Count; index++)
            indices.Add(code[index], index);

        List<int>[] successors = new List<int>[code.Count];
        bool[] ends = new bool[code.Count];
        for (int index = 0; index < code.Count; index++)
        {
            ends[index] = terminators.Ends(code[index]);
            successors[index] = ends[index] ? HandlersAround(body, indices, code[index].Offset) : Successors(code[index], index, indices);
        }

        foreach (Instruction instruction in code)
            AddTargets(instruction);
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            _targets.Add(handler.HandlerStart);
            if (handler.FilterStart is not null)
                _targets.Add(handler.FilterStart);
        }

        _doomed = FindDoomed(successors, ends);
        Ends = ends;
    }

    /// <summary>Whether control does not go on behind an instruction: it throws, or calls what never returns.</summary>
    public IReadOnlyList<bool> Ends { get; }

    /// <summary>Whether an instruction leads to a throw, whatever happens.</summary>
    public bool IsDoomed(int index) => _doomed[index];

    /// <summary>Whether control can come to an instruction from elsewhere than the one before it.</summary>
    public bool IsTarget(Instruction instruction) => _targets.Contains(instruction);

    private void AddTargets(Instruction instruction)
    {
        if (instruction.Operand is Instruction target)
            _targets.Add(target);
        else if (instruction.Operand is Instruction[] targets)
            _targets.UnionWith(targets);
    }

    /// <summary>The least set that contains what ends and what leads only there.</summary>
    private static bool[] FindDoomed(List<int>[] successors, bool[] ends)
    {
        bool[] doomed = new bool[successors.Length];
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int index = successors.Length - 1; index >= 0; index--)
            {
                bool leadsThere = successors[index].Count == 0 ? ends[index] : successors[index].TrueForAll(next => doomed[next]);
                if (leadsThere && !doomed[index])
                    doomed[index] = changed = true;
            }
        }

        return doomed;
    }

    private static List<int> Successors(Instruction instruction, int index, Dictionary<Instruction, int> indices)
    {
        List<int> next = [];
        if (instruction.Operand is Instruction target)
            next.Add(indices[target]);
        else if (instruction.Operand is Instruction[] targets)
            next.AddRange(targets.Select(each => indices[each]));

        if (instruction.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw) && index + 1 < indices.Count)
            next.Add(index + 1);
        return next;
    }

    /// <summary>What is thrown may be caught in the same method.</summary>
    private static List<int> HandlersAround(MethodBody body, Dictionary<Instruction, int> indices, int offset)
        => [.. body.ExceptionHandlers
            .Where(handler => handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter
                && offset >= handler.TryStart.Offset && (handler.TryEnd is null || offset < handler.TryEnd.Offset))
            .Select(handler => indices[handler.HandlerStart])];
}
