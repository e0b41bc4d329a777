namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// Explores what a concurrent program can do: under every schedule up to a bound, under random ones, or under one that failed before.
/// </summary>
internal static class Explorer
{
    /// <summary>
    /// Runs a program under every schedule within bounds, those with fewer preemptions first, until one fails.
    /// </summary>
    public static Exploration Run(ConcurrentProgram program, Bounds? bounds = null)
    {
        bounds ??= Bounds.Default;
        Exploration exploration = new(program);
        using Execution execution = new(program, bounds);
        for (int preemptions = 0; ; preemptions++)
        {
            // Beyond a few, a further preemption does not tell much about a failure.
            int allowed = bounds.Preemptions == int.MaxValue && (preemptions > 2 || !bounds.Reduction) ? int.MaxValue : preemptions;
            execution.WasCut = false;
            if (!RunUpTo(execution, exploration, allowed, bounds))
                return exploration;

            if (!execution.WasCut || allowed >= bounds.Preemptions)
            {
                exploration.IsComplete = true;
                return exploration;
            }
        }
    }

    /// <summary>Runs a program under random schedules; the same ones for the same seed.</summary>
    public static Exploration RunRandomly(ConcurrentProgram program, int seed, int runs, Bounds? bounds = null)
    {
        bounds ??= Bounds.Default;
        Exploration exploration = new(program);
        using Execution execution = new(program, bounds);
        RandomSchedule schedule = new(seed);
        while (exploration.Runs < runs)
        {
            if (!exploration.Add(execution, execution.Run(schedule)))
                return exploration;

            if (execution.Locations.Grew)
                execution.Locations.Freeze();
        }

        exploration.IsComplete = true;
        return exploration;
    }

    /// <summary>Runs a program once more as in a failure.</summary>
    /// <param name="program">The program.</param>
    /// <param name="replay">The replay string of the failure's report.</param>
    /// <param name="bounds">The bounds that it was found with.</param>
    public static Exploration Replay(ConcurrentProgram program, string replay, Bounds? bounds = null)
    {
        Exploration exploration = new(program);
        using Execution execution = new(program, bounds ?? Bounds.Default);
        exploration.Add(execution, execution.Run(new ReplaySchedule(replay)));
        exploration.IsComplete = true;
        return exploration;
    }

    /// <returns>Whether all went well and there were not too many schedules.</returns>
    private static bool RunUpTo(Execution execution, Exploration exploration, int preemptions, Bounds bounds)
    {
        while (true)
        {
            DepthFirstSchedule schedule = new(preemptions, bounds.Reduction);
            exploration.Schedules = 0;
            do
            {
                if (!exploration.Add(execution, execution.Run(schedule)) || exploration.Runs >= bounds.MaxRuns)
                    return false;
            }
            while ((!execution.Locations.Grew || !bounds.Reduction) && schedule.MoveNext());

            // A location turned out to be shared that did not count as such: schedules that change CPUs at it were left out.
            if (!execution.Locations.Grew || !bounds.Reduction)
                return true;

            execution.Locations.Freeze();
        }
    }
}
