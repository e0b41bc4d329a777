namespace Benchmarks;

/// <summary>Fills tables.</summary>
internal static unsafe class Measuring
{
    /// <summary>Managed memory allocated inside workloads, all of them.</summary>
    public static ulong ManagedBytes;

    /// <summary>Whether every page was as it should be, at every step, and nothing was left.</summary>
    public static bool AllGood = true;

    /// <summary>Every workload in every way that is wanted. The results stay in the arena.</summary>
    public static Results MeasureAll(ref Arena arena, Setup setup, Options options)
    {
        Results results = new(ref arena);
        for (Workload workload = Workload.Pages; workload <= Workload.Ranges; workload++)
        {
            for (Column column = Column.Plain; (int)column < Columns.Count; column++)
            {
                if (options.Wants(workload) && options.Wants(column) && Columns.Does(column, workload, setup.Threads))
                    Measure(ref arena, setup, workload, column, results);
            }
        }

        return results;
    }

    private static void Measure(ref Arena arena, Setup setup, Workload workload, Column column, Results results)
    {
        ulong used = arena.Used;
        Recorder* recorders = arena.Take<Recorder>(2);
        ulong before = CompareExchangeUnit.Measure();
        AllGood &= Columns.Run(column, ref arena, workload, setup, recorders);
        ulong after = CompareExchangeUnit.Measure();
        for (int thread = 0; thread < setup.Threads; thread++)
            ManagedBytes += recorders[thread].ManagedBytes;

        Row first = FirstRow(workload);
        int count = FirstRow(workload + 1) - first;
        ulong* times = stackalloc ulong[Recorder.MaxSamples];
        for (int channel = 0; channel < count; channel++)
        {
            for (int sample = 0; sample < setup.Samples; sample++)
            {
                // The slower thread.
                times[sample] = recorders[0].Sample(channel, sample);
                if (setup.Threads == 2 && recorders[1].Sample(channel, sample) > times[sample])
                    times[sample] = recorders[1].Sample(channel, sample);
            }

            ulong median = Units.Median(times, setup.Samples);
            *results[first + channel, column] = new Cell { Median = median, Best = times[0], Unit = before < after ? before : after };
        }

        arena.Reset(used);
    }

    private static Row FirstRow(Workload workload) => workload switch
    {
        Workload.Pages => Row.MapCold,
        Workload.Large => Row.LargeMap,
        Workload.Ranges => Row.RangeMapCold,
        _ => (Row)Results.Rows,
    };
}
