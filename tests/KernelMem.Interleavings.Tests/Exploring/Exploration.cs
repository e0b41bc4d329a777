using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>What an exploration came to.</summary>
internal sealed class Exploration(ConcurrentProgram program)
{
    private readonly SortedSet<string> _outcomes = new(StringComparer.Ordinal);

    /// <summary>The first failure: what went wrong, the schedule for people, and its replay string. Null if there was none.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Whether every schedule within the bounds was explored.</summary>
    public bool IsComplete { get; set; }

    /// <summary>How many times the program ran.</summary>
    public int Runs { get; private set; }

    /// <summary>How many of the runs explored the last, widest bound: without reduction, each was another schedule.</summary>
    public int Schedules { get; set; }

    /// <summary>The steps of all runs.</summary>
    public long Steps { get; private set; }

    /// <summary>What the program's <see cref="ConcurrentProgram.Outcome"/> said, each once, in order.</summary>
    public IReadOnlyCollection<string> Outcomes => _outcomes;

    /// <summary>Fails the test with the failure's report if there was one, or if not all was explored.</summary>
    public Exploration ExpectNoFailure()
    {
        Assert.IsNull(Failure, Failure?.ToString());
        Assert.IsTrue(IsComplete, $"not complete after {Runs} runs");
        return this;
    }

    /// <summary>Fails the test unless a failure with this text, or any if it is empty, was found.</summary>
    public Failure ExpectFailure(string text = "")
    {
        Assert.IsNotNull(Failure, $"nothing was found in {Runs} runs");
        Assert.Contains(text, Failure.Message, StringComparison.Ordinal, Failure.ToString());
        return Failure;
    }

    /// <summary>Fails the test unless the outcomes are these.</summary>
    public void ExpectOutcomes(params string[] outcomes)
    {
        ExpectNoFailure();
        Assert.AreEqual(string.Join(" | ", new SortedSet<string>(outcomes, StringComparer.Ordinal)), string.Join(" | ", _outcomes));
    }

    internal bool Add(Execution execution, string? failure)
    {
        Runs++;
        Schedules++;
        Steps += execution.Steps;
        if (failure is null)
        {
            if (program.Outcome is not null)
                _outcomes.Add(program.Outcome());

            return true;
        }

        // Once more, with every step written down.
        string replay = execution.Replay;
        List<string> log = [];
        string? again = execution.Run(new ReplaySchedule(replay), log);
        if (again != failure)
            log.Add(string.Create(CultureInfo.InvariantCulture, $"(The replay came to: {again ?? "no failure"})"));
        Failure = new Failure(failure, replay, log);
        return false;
    }
}

/// <summary>A failure that an exploration found.</summary>
/// <param name="Message">What went wrong.</param>
/// <param name="Replay">For <see cref="Explorer.Replay"/>.</param>
/// <param name="Steps">The schedule, a line for each event.</param>
internal sealed record Failure(string Message, string Replay, IReadOnlyList<string> Steps)
{
    private const int ShownSteps = 500;

    public override string ToString()
    {
        string left = Steps.Count > ShownSteps ? $"({Steps.Count - ShownSteps} more before)\n" : "";
        return $"{Message}\n{left}{string.Join('\n', Steps.TakeLast(ShownSteps))}\nreplay: {Replay}";
    }
}
