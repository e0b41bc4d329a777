using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Litmus;

/// <summary>The explorer finds exactly what the x86-TSO machine can do, on random programs.</summary>
[TestClass]
public sealed unsafe class TsoModelTests
{
    private const int Variables = 2;

    [TestMethod]
    [DataRow(1, 120, 2, 4)]
    [DataRow(2, 40, 3, 3)]
    [DataRow(3, 20, 4, 2)]
    public void Every_schedule_shows_what_the_model_can_do(int seed, int programs, int cpus, int length)
    {
        Random random = new(seed);
        for (int number = 0; number < programs; number++)
        {
            TsoInstruction[][] instructions = Draw(random, cpus, length);
            string because = $"seed {seed}, program {number}: {Text(instructions)}";
            string expected = string.Join('\n', new TsoModel(instructions, Variables).Outcomes());
            Assert.AreEqual(expected, Explore(instructions, Bounds.Unbounded), because);
            Assert.AreEqual(expected, Explore(instructions, Bounds.Unbounded with { ByValue = true }), because);
        }
    }

    /// <summary>What is left out as equal is equal, also when preemptions are few.</summary>
    [TestMethod]
    [DataRow(4, 0)]
    [DataRow(5, 1)]
    [DataRow(6, 2)]
    public void Reduction_loses_nothing_within_a_bound(int seed, int preemptions)
    {
        Random random = new(seed);
        bool bounded = false;
        for (int number = 0; number < 25; number++)
        {
            TsoInstruction[][] instructions = Draw(random, number % 2 == 0 ? 2 : 3, number % 2 == 0 ? 5 : 3);
            string because = $"seed {seed}, program {number}: {Text(instructions)}";
            string reduced = Explore(instructions, Bounds.UpTo(preemptions));
            Assert.AreEqual(Explore(instructions, Bounds.UpTo(preemptions) with { Reduction = false }), reduced, because);
            Assert.AreEqual(reduced, Explore(instructions, Bounds.UpTo(preemptions) with { ByValue = true }), because);
            bounded |= reduced != Explore(instructions, Bounds.Unbounded);
        }

        Assert.IsTrue(bounded, "the bound made no difference in any program");
    }

    [TestMethod]
    public void Random_schedules_show_nothing_else_and_soon_all_of_it()
    {
        Random random = new(7);
        for (int number = 0; number < 10; number++)
        {
            TsoInstruction[][] instructions = Draw(random, 2, 3);
            string expected = string.Join('\n', new TsoModel(instructions, Variables).Outcomes());
            using TsoProgram program = new(instructions, Variables);
            string shown = string.Join('\n', Explorer.RunRandomly(program.Program, number, 3000).ExpectNoFailure().Outcomes);
            Assert.AreEqual(expected, shown, Text(instructions));
        }
    }

    private static string Explore(TsoInstruction[][] instructions, Bounds bounds)
    {
        using TsoProgram program = new(instructions, Variables);
        return string.Join('\n', Explorer.Run(program.Program, bounds).ExpectNoFailure().Outcomes);
    }

    private static TsoInstruction[][] Draw(Random random, int cpus, int length)
    {
        int value = 0;
        return [.. Enumerable.Range(0, cpus).Select(_ => Enumerable.Range(0, length).Select(_ => DrawOne(random, ++value)).ToArray())];
    }

    private static TsoInstruction DrawOne(Random random, int value)
    {
        TsoOperation operation = random.Next(10) switch
        {
            < 4 => TsoOperation.Load,
            < 7 => TsoOperation.Store,
            7 => TsoOperation.Add,
            8 => TsoOperation.CompareExchange,
            _ => TsoOperation.Fence,
        };
        return new TsoInstruction(operation, random.Next(Variables), value);
    }

    private static string Text(TsoInstruction[][] instructions)
        => string.Join(" | ", instructions.Select(cpu => string.Join("; ", cpu.Select(one => $"{one.Operation} {one.Variable} {one.Number}"))));

    /// <summary>A program of the model as one of the seam.</summary>
    private sealed class TsoProgram : IDisposable
    {
        private readonly List<int>[] _reads;
        private readonly int*[] _variables;

        public TsoProgram(TsoInstruction[][] instructions, int variables)
        {
            _reads = [.. instructions.Select(_ => new List<int>())];
            _variables = new int*[variables];
            for (int index = 0; index < variables; index++)
                _variables[index] = Program.Place<int>($"v{index}");

            Program.Setup = () => Array.ForEach(_reads, one => one.Clear());
            Program.Cpus = [.. instructions.Select((cpu, number) => (Action)(() => Run(cpu, _reads[number])))];
            Program.Outcome = () => TsoModel.Text(_reads, Memory());
        }

        public ConcurrentProgram Program { get; } = new();

        public void Dispose() => Program.Dispose();

        private void Run(TsoInstruction[] instructions, List<int> reads)
        {
            foreach (TsoInstruction instruction in instructions)
            {
                ref int variable = ref *_variables[instruction.Variable];
                switch (instruction.Operation)
                {
                    case TsoOperation.Load:
                        reads.Add(Atomic.Load(in variable));
                        break;
                    case TsoOperation.Store:
                        Atomic.Store(ref variable, instruction.Number);
                        break;
                    case TsoOperation.Add:
                        reads.Add(Atomic.FetchAdd(ref variable, instruction.Number));
                        break;
                    case TsoOperation.CompareExchange:
                        reads.Add(Atomic.CompareExchange(ref variable, 0, instruction.Number));
                        break;
                    default:
                        Atomic.Fence();
                        break;
                }
            }
        }

        private List<int> Memory()
        {
            List<int> memory = [];
            foreach (int* variable in _variables)
                memory.Add(*variable);

            return memory;
        }
    }
}
