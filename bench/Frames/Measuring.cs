namespace Benchmarks;

/// <summary>Fills tables.</summary>
internal static unsafe class Measuring
{
    // How many things a workload times at most.
    private const int Channels = 2;

    /// <summary>Managed memory allocated inside workloads, all of them.</summary>
    public static ulong ManagedBytes;

    /// <summary>Whether all allocators were whole after every workload.</summary>
    public static bool AllWhole = true;

    /// <summary>Every workload on every allocator that is wanted. The results stay in the arena.</summary>
    public static Results MeasureAll(ref Arena arena, Setup setup, Options options)
    {
        Results results = new(ref arena);
        Workload last = setup.Threads == 1 ? Workload.Churn : Workload.Mixed;
        for (Workload workload = Workload.Sequence; workload <= last; workload++)
        {
            for (Column column = Column.Null; (int)column < Columns.Count; column++)
            {
                if (options.Wants(workload) && options.Wants(column) && (setup.Threads == 1 || Columns.IsForThreads(column)))
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
        AllWhole &= Columns.Run(column, ref arena, workload, setup, recorders);
        ulong after = CompareExchangeUnit.Measure();

        bool troubled = false;
        for (int thread = 0; thread < setup.Threads; thread++)
        {
            ManagedBytes += recorders[thread].ManagedBytes;
            troubled |= recorders[thread].Shortages + recorders[thread].Refusals != 0;
        }

        int samples = workload == Workload.Churn ? Recorder.MaxSamples : setup.Samples;
        ulong* times = stackalloc ulong[Recorder.MaxSamples];
        for (int channel = 0; channel < Channels; channel++)
        {
            Row row = RowOf(workload, channel);
            if (row == Row.None)
                continue;
            for (int sample = 0; sample < samples; sample++)
            {
                // The slower thread.
                times[sample] = recorders[0].Sample(channel, sample);
                if (setup.Threads == 2 && recorders[1].Sample(channel, sample) > times[sample])
                    times[sample] = recorders[1].Sample(channel, sample);
            }

            ulong median = Units.Median(times, samples);
            *results[row, column] = new Cell { Median = median, Best = times[0], Unit = before < after ? before : after, Troubled = troubled };
        }

        for (int when = 0; when < Recorder.Counts && workload == Workload.Churn; when++)
            results.FreeBlocks(column)[when] = recorders[0].FreeBlocks(when);
        arena.Reset(used);
    }

    private static Row RowOf(Workload workload, int channel) => (workload, channel) switch
    {
        (Workload.Sequence, 0) => Row.Allocate,
        (Workload.Sequence, _) => Row.Free,
        (Workload.Huge, 0) => Row.HugeAllocate,
        (Workload.Huge, _) => Row.HugeFree,
        (_, 1) => Row.None,
        (Workload.Random, _) => Row.FreeRandom,
        (Workload.PairEmpty, _) => Row.PairEmpty,
        (Workload.PairHalf, _) => Row.PairHalf,
        (Workload.Batch, _) => Row.Batch,
        (Workload.HugePair, _) => Row.HugePair,
        (Workload.Mixed, _) => Row.Mixed,
        _ => Row.Churn,
    };
}
