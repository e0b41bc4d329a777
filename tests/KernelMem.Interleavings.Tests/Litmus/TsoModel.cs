using System;
using System.Collections.Generic;
using System.Linq;

namespace KernelMem.Interleavings.Tests.Litmus;

internal enum TsoOperation
{
    Load,
    Store,
    Add,
    CompareExchange,
    Fence,
}

/// <summary>An instruction of a CPU in the model: on which variable, with what number.</summary>
internal sealed record TsoInstruction(TsoOperation Operation, int Variable, int Number);

/// <summary>
/// The x86-TSO machine (Sewell et al., CACM 2010) as plain as can be: all states that can be reached, one step at a time, a step being an
/// instruction of a CPU or the oldest store of a buffer. An oracle: it shares nothing with the explorer.
/// </summary>
internal sealed class TsoModel(TsoInstruction[][] cpus, int variables)
{
    private readonly HashSet<string> _seen = [];
    private readonly SortedSet<string> _outcomes = new(StringComparer.Ordinal);

    /// <summary>Everything that the CPUs can have read, and memory can hold, in the end.</summary>
    public SortedSet<string> Outcomes()
    {
        Explore(new State(
            new int[cpus.Length],
            [.. cpus.Select(_ => new List<int>())],
            [.. cpus.Select(_ => new List<(int, int)>())],
            new int[variables]));
        return _outcomes;
    }

    /// <summary>How an outcome is written: what each CPU read, in order, and memory.</summary>
    public static string Text(IEnumerable<IEnumerable<int>> reads, IEnumerable<int> memory)
        => string.Join(" / ", reads.Select(one => string.Join(',', one))) + " : " + string.Join(',', memory);

    private void Explore(State state)
    {
        if (!_seen.Add(state.Key()))
            return;

        bool ended = true;
        for (int cpu = 0; cpu < cpus.Length; cpu++)
        {
            if (state.Buffers[cpu].Count != 0)
            {
                ended = false;
                State flushed = state.Copy();
                (int variable, int value) = flushed.Buffers[cpu][0];
                flushed.Buffers[cpu].RemoveAt(0);
                flushed.Memory[variable] = value;
                Explore(flushed);
            }

            if (state.Next[cpu] < cpus[cpu].Length)
            {
                ended = false;
                if (Step(state, cpu) is State next)
                    Explore(next);
            }
        }

        if (ended)
            _outcomes.Add(Text(state.Reads, state.Memory));
    }

    private State? Step(State before, int cpu)
    {
        TsoInstruction instruction = cpus[cpu][before.Next[cpu]];
        bool locked = instruction.Operation is not (TsoOperation.Load or TsoOperation.Store);
        if (locked && before.Buffers[cpu].Count != 0)
            return null;

        State state = before.Copy();
        state.Next[cpu]++;
        int memory = state.Memory[instruction.Variable];
        switch (instruction.Operation)
        {
            case TsoOperation.Load:
                int newest = state.Buffers[cpu].FindLastIndex(store => store.Variable == instruction.Variable);
                state.Reads[cpu].Add(newest < 0 ? memory : state.Buffers[cpu][newest].Value);
                break;
            case TsoOperation.Store:
                state.Buffers[cpu].Add((instruction.Variable, instruction.Number));
                break;
            case TsoOperation.Add:
                state.Reads[cpu].Add(memory);
                state.Memory[instruction.Variable] = memory + instruction.Number;
                break;
            case TsoOperation.CompareExchange:
                state.Reads[cpu].Add(memory);
                if (memory == 0)
                    state.Memory[instruction.Variable] = instruction.Number;
                break;
            default:
                break;
        }

        return state;
    }

    private sealed record State(int[] Next, List<int>[] Reads, List<(int Variable, int Value)>[] Buffers, int[] Memory)
    {
        public State Copy() =>
            new([.. Next], [.. Reads.Select(one => one.ToList())], [.. Buffers.Select(one => one.ToList())], [.. Memory]);

        public string Key()
            => Text(Reads, Memory) + string.Join(',', Next) + string.Join('|', Buffers.Select(one => string.Join(',', one)));
    }
}
