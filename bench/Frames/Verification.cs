using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>Every workload with every block watched, on one thread, and on two where the column allows it. Nothing is timed.</summary>
internal static unsafe class Verification
{
    /// <summary>32 MiB.</summary>
    public const uint Frames = 8192;

    private static TextOutput Output => Units.Output;

    /// <summary>Runs all allocators, or the broken one; whether all is well.</summary>
    public static bool Run(Arena arena, bool broken)
    {
        bool passed = true;
        for (Column column = Column.Null; (int)column < Columns.Count; column++)
        {
            // In the null allocator's place stands the broken one.
            if ((column == Column.Null) == broken && column != Column.OwnerConstant)
                passed &= RunAll(ref arena, column, broken);
        }

        Output.WriteLine(passed ? "verified: every frame was given out once at a time"u8 : "FAILED"u8);
        return passed;
    }

    private static bool RunAll(ref Arena arena, Column column, bool broken)
    {
        bool passed = true;
        for (int threads = 1; threads <= (Columns.IsForThreads(column) ? 2 : 1); threads++)
        {
            Setup one = Setup.Small(Frames);
            Setup setup = threads == 1 ? one : one.WithTwoThreads(isPrivate: false);
            Workload last = threads == 1 ? Workload.Churn : Workload.Mixed;
            for (Workload workload = Workload.Sequence; workload <= last; workload++)
            {
                ulong used = arena.Used;
                Recorder* recorders = arena.Take<Recorder>(2);
                bool whole = Columns.RunChecked(column, ref arena, workload, setup, recorders);
                uint refusals = 0, shortages = 0;
                for (int thread = 0; thread < threads; thread++)
                {
                    refusals += recorders[thread].Refusals;
                    shortages += recorders[thread].Shortages;
                }

                // Mixed orders may find half of the memory free and no large block in it.
                bool good = whole && refusals == 0 && (shortages == 0 || workload == Workload.Mixed);
                if (!good)
                    WriteFailure(column, broken, (int)workload, threads);
                passed &= good;
                arena.Reset(used);
            }
        }

        return passed;
    }

    private static void WriteFailure(Column column, bool broken, int workload, int threads)
    {
        Output.Write("failed: "u8);
        Output.Write(broken ? "the broken allocator"u8 : Columns.Name(column));
        Output.Write(", workload "u8);
        Output.WriteDecimal((ulong)workload);
        Output.Write(", threads "u8);
        Output.WriteDecimal((ulong)threads);
        Output.WriteLine();
    }
}
