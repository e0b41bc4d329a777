using System;
using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>Tables as Markdown.</summary>
internal static unsafe class Report
{
    private static TextOutput Output => Units.Output;

    /// <summary>The rows of one setup: median/best in nanoseconds, and the best in CAS.</summary>
    public static void WriteTable(Results results, Setup setup, ReadOnlySpan<byte> remark)
    {
        Output.WriteLine();
        Output.Write("### "u8);
        Output.WriteSize((ulong)setup.Pages * 4096);
        Output.Write(setup.Threads == 1 ? ", 1 thread"u8 : ", 2 threads"u8);
        Output.WriteLine(remark);
        Output.WriteLine();
        WriteHeader(results);
        for (Row row = Row.MapCold; (int)row < Results.Rows; row++)
        {
            if (!HasRow(results, row))
                continue;
            Output.Write("| "u8);
            Output.Write(Name(row));
            for (Column column = Column.Plain; (int)column < Columns.Count; column++)
            {
                if (HasColumn(results, column))
                    WriteCell(*results[row, column]);
            }

            Output.WriteLine(" |"u8);
        }
    }

    /// <summary>How fast two threads in one space are, as a part of how fast they are in two.</summary>
    public static void WriteScaling(Results shared, Results apart)
    {
        Output.WriteLine();
        Output.WriteLine("Speed of two threads in one address space ÷ in two private ones (best ÷ best, in percent):"u8);
        Output.WriteLine();
        WriteHeader(shared);
        for (Row row = Row.MapCold; (int)row < Results.Rows; row++)
        {
            if (!HasRow(shared, row))
                continue;
            Output.Write("| "u8);
            Output.Write(Name(row));
            for (Column column = Column.Plain; (int)column < Columns.Count; column++)
            {
                if (!HasColumn(shared, column))
                    continue;
                Output.Write(" | "u8);
                if (!shared[row, column]->IsThere)
                    continue;
                Output.WriteDecimal(Scaling(shared, apart, row, column));
                Output.Write(" %"u8);
            }

            Output.WriteLine(" |"u8);
        }
    }

    /// <summary>The same for one cell, in percent.</summary>
    public static ulong Scaling(Results shared, Results apart, Row row, Column column)
    {
        ulong time = shared[row, column]->Best;
        return time == 0 ? 0 : apart[row, column]->Best * 100 / time;
    }

    public static ReadOnlySpan<byte> Name(Row row) => row switch
    {
        Row.MapCold => "4 KiB: map, cold tables"u8,
        Row.TranslateSequential => "4 KiB: translate in order"u8,
        Row.TranslateRandom => "4 KiB: translate in random order"u8,
        Row.Protect => "4 KiB: protect"u8,
        Row.UnmapSequential => "4 KiB: unmap in order"u8,
        Row.MapWarm => "4 KiB: map, warm tables"u8,
        Row.UnmapRandom => "4 KiB: unmap in random order"u8,
        Row.LargeMap => "2 MiB: map"u8,
        Row.LargeTranslate => "2 MiB: translate"u8,
        Row.LargeUnmap => "2 MiB: unmap"u8,
        Row.RangeMapCold => "range: map, cold tables"u8,
        Row.RangeProtect => "range: protect"u8,
        Row.RangeWithhold => "range: unmap, not given back yet"u8,
        Row.RangeUnmap => "range: unmap, tables given back"u8,
        Row.RangeProtectTracked => "range: protect, tracked"u8,
        _ => "range: map, warm tables"u8,
    };

    private static void WriteHeader(Results results)
    {
        int columns = 0;
        Output.Write("| a page"u8);
        for (Column column = Column.Plain; (int)column < Columns.Count; column++)
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

    private static void WriteCell(Cell cell)
    {
        Output.Write(" | "u8);
        if (!cell.IsThere)
            return;
        Units.WriteHundredths((cell.Median + 5) / 10);
        Output.Write("/"u8);
        Units.WriteHundredths((cell.Best + 5) / 10);
        Output.Write(" · "u8);
        Units.WriteHundredths(cell.Hundredths);
    }

    private static bool HasRow(Results results, Row row) => results[row, Column.Cursor]->IsThere;

    private static bool HasColumn(Results results, Column column)
    {
        for (Row row = Row.MapCold; (int)row < Results.Rows; row++)
        {
            if (results[row, column]->IsThere)
                return true;
        }

        return false;
    }
}
