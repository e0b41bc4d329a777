using System;
using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>Tables as Markdown.</summary>
internal static class Report
{
    private static TextOutput Output => Units.Output;

    /// <summary>The rows of one setup: median/best in nanoseconds, and the best in CAS.</summary>
    public static void WriteTable(Results results, Setup setup, ReadOnlySpan<byte> remark)
    {
        Output.WriteLine();
        Output.Write("### "u8);
        Output.WriteSize((ulong)setup.Frames * 4096);
        Output.Write(setup.Threads == 1 ? ", 1 thread"u8 : ", 2 threads"u8);
        Output.WriteLine(remark);
        Output.WriteLine();
        WriteHeader(results);
        for (Row row = Row.Allocate; (int)row < Results.Rows; row++)
        {
            if (!HasRow(results, row))
                continue;
            Output.Write("| "u8);
            Output.Write(Name(row));
            for (Column column = Column.Null; (int)column < Columns.Count; column++)
            {
                if (HasColumn(results, column))
                    WriteCell(results, row, column);
            }

            Output.WriteLine(" |"u8);
        }
    }

    /// <summary>Free 2 MiB blocks in the churn.</summary>
    public static unsafe void WriteFragmentation(Results results, Setup setup)
    {
        if (!results[Row.Churn, Column.Owner]->IsThere)
            return;
        Output.WriteLine();
        Output.Write("Free 2 MiB blocks at 50 % free after 0/10/50/100 rounds, of "u8);
        Output.WriteDecimal(setup.Frames / 1024);
        Output.Write(" possible: "u8);
        for (Column column = Column.Bitmap; (int)column < Columns.Count; column++)
        {
            if (column is not (Column.Bitmap or Column.Buddy or Column.Owner) || !HasColumn(results, column))
                continue;
            for (int when = 0; when < Recorder.Counts; when++)
            {
                Output.Write(when == 0 ? ""u8 : "/"u8);
                Output.WriteDecimal(results.FreeBlocks(column)[when]);
            }

            Output.Write(" "u8);
            Output.Write(Columns.Name(column));
            Output.Write(column == Column.Owner ? ".\n"u8 : ", "u8);
        }
    }

    /// <summary>How fast two threads on one allocator are, as a part of how fast they are on two.</summary>
    public static void WriteScaling(Results shared, Results apart)
    {
        Output.WriteLine();
        Output.WriteLine("Speed of two threads on one allocator ÷ on two private ones (best ÷ best, in percent):"u8);
        Output.WriteLine();
        WriteHeader(shared);
        for (Row row = Row.Allocate; (int)row < Results.Rows; row++)
        {
            if (!HasRow(shared, row))
                continue;
            Output.Write("| "u8);
            Output.Write(Name(row));
            for (Column column = Column.Null; (int)column < Columns.Count; column++)
            {
                if (!HasColumn(shared, column))
                    continue;
                Output.Write(" | "u8);
                Output.WriteDecimal(Scaling(shared, apart, row, column));
                Output.Write(" %"u8);
            }

            Output.WriteLine(" |"u8);
        }
    }

    /// <summary>The same for one cell, in percent.</summary>
    public static unsafe ulong Scaling(Results shared, Results apart, Row row, Column column)
    {
        ulong time = shared[row, column]->Best;
        return time == 0 ? 0 : apart[row, column]->Best * 100 / time;
    }

    public static ReadOnlySpan<byte> Name(Row row) => row switch
    {
        Row.Allocate => "a: all frames in order, alloc"u8,
        Row.Free => "a: all frames in order, free"u8,
        Row.FreeRandom => "b: free in random order"u8,
        Row.PairEmpty => "c: pair, empty"u8,
        Row.PairHalf => "c: pair, half full"u8,
        Row.Batch => "d: 512 allocs, 512 frees, a pair"u8,
        Row.HugeAllocate => "e: 2 MiB, alloc"u8,
        Row.HugeFree => "e: 2 MiB, free"u8,
        Row.HugePair => "e: 2 MiB, pair"u8,
        Row.Mixed => "f: mixed orders, an operation"u8,
        _ => "churn pair"u8,
    };

    private static void WriteHeader(Results results)
    {
        int columns = 0;
        Output.Write("| work"u8);
        for (Column column = Column.Null; (int)column < Columns.Count; column++)
        {
            if (!HasColumn(results, column))
                continue;
            columns++;
            Output.Write(" | "u8);
            Output.Write(Columns.Name(column));
        }

        Output.Write(" |\n|---"u8);
        for (int i = 0; i < columns; i++)
            Output.Write("|---"u8);
        Output.WriteLine("|"u8);
    }

    private static unsafe void WriteCell(Results results, Row row, Column column)
    {
        Cell cell = *results[row, column];
        Output.Write(" | "u8);
        if (!cell.IsThere)
            return;
        Units.WriteNanoseconds(cell.Median);
        Output.Write("/"u8);
        Units.WriteNanoseconds(cell.Best);
        Output.Write(" · "u8);
        Units.WriteRatio(cell.Best, cell.Unit);
        if (cell.Troubled)
            Output.Write(" †"u8);
    }

    private static unsafe bool HasRow(Results results, Row row) => results[row, Column.Owner]->IsThere;

    private static unsafe bool HasColumn(Results results, Column column)
    {
        for (Row row = Row.Allocate; (int)row < Results.Rows; row++)
        {
            if (results[row, column]->IsThere)
                return true;
        }

        return false;
    }
}
