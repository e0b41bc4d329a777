using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>What the mapper is meant to reach, and what it reached.</summary>
internal static unsafe class Targets
{
    private static TextOutput Output => Units.Output;

    public static void WriteHeader()
    {
        Output.WriteLine();
        Output.WriteLine("### Targets"u8);
        Output.WriteLine();
        Output.WriteLine("| target, a page | how | limit | measured | met |"u8);
        Output.WriteLine("|---|---|---|---|---|"u8);
    }

    /// <summary>The targets on one thread, in hundredths of a CAS.</summary>
    public static void Write(Results results)
    {
        Write(results, Row.MapCold, exclusive: 150, shared: 400);
        Write(results, Row.MapWarm, exclusive: 150, shared: 400);
        Write(results, Row.UnmapSequential, exclusive: 150, shared: 400);
        Write(results, Row.UnmapRandom, exclusive: 150, shared: 400);
        Write(results, Row.TranslateSequential, Column.Exclusive, 100);
        Write(results, Row.TranslateSequential, Column.Mapper, 100);
        Write(results, Row.TranslateRandom, Column.Exclusive, 170);
        Write(results, Row.TranslateRandom, Column.Mapper, 170);
        Write(results, Row.LargeMap, Column.Exclusive, 90);
        Write(results, Row.LargeTranslate, Column.Exclusive, 80);
        Write(results, Row.LargeUnmap, Column.Exclusive, 60);
        WriteRange(results, Row.RangeMapCold, exclusive: 35, shared: 70);
        WriteRange(results, Row.RangeMapWarm, exclusive: 35, shared: 70);
        WriteRange(results, Row.RangeProtect, exclusive: 35, shared: 70);
        WriteRange(results, Row.RangeUnmap, exclusive: 30, shared: 30);
    }

    public static void WriteScaling(Results shared, Results apart)
    {
        for (Row row = Row.MapCold; (int)row < Results.Rows; row++)
        {
            bool isMap = row is Row.MapCold or Row.MapWarm or Row.RangeMapCold or Row.RangeMapWarm;
            for (Column column = Column.Cursor; isMap && column <= Column.Mapper; column++)
            {
                if (!shared[row, column]->IsThere)
                    continue;
                ulong percent = Report.Scaling(shared, apart, row, column);
                Output.Write("| 2 threads ÷ private: "u8);
                Output.Write(Report.Name(row));
                Output.Write(" | "u8);
                Output.Write(Columns.Name(column));
                Output.Write(" | ≥ 90 % | "u8);
                Output.WriteDecimal(percent);
                Output.Write(" % | "u8);
                End(percent >= 90);
            }
        }
    }

    public static void WriteManagedBytes(ulong bytes)
    {
        Output.Write("| managed bytes allocated in the workloads | | 0 | "u8);
        Output.WriteDecimal(bytes);
        Output.Write(" | "u8);
        End(bytes == 0);
    }

    private static void Write(Results results, Row row, ulong exclusive, ulong shared)
    {
        Write(results, row, Column.Exclusive, exclusive);
        Write(results, row, Column.Cursor, shared);
        Write(results, row, Column.Mapper, shared);
    }

    private static void WriteRange(Results results, Row row, ulong exclusive, ulong shared)
    {
        Write(results, row, Column.Exclusive, exclusive);
        Write(results, row, Column.Cursor, shared);
    }

    private static void Write(Results results, Row row, Column column, ulong limit)
    {
        Cell cell = *results[row, column];
        if (!cell.IsThere)
            return;
        Output.Write("| "u8);
        Output.Write(Report.Name(row));
        Output.Write(" | "u8);
        Output.Write(Columns.Name(column));
        Output.Write(" | ≤ "u8);
        Units.WriteHundredths(limit);
        Output.Write(" CAS | "u8);
        Units.WriteHundredths(cell.Hundredths);
        Output.Write(" | "u8);
        End(cell.Hundredths <= limit);
    }

    private static void End(bool met) => Output.WriteLine(met ? "yes |"u8 : "**no** |"u8);
}
