using System;
using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>What the allocator is meant to reach, and what it reached.</summary>
internal static unsafe class Targets
{
    private static TextOutput Output => Units.Output;

    public static void WriteHeader()
    {
        Output.WriteLine();
        Output.WriteLine("### Targets"u8);
        Output.WriteLine();
        Output.WriteLine("| target | limit | measured | owner checks off | IRQ masking counted | in a CPU view | met |"u8);
        Output.WriteLine("|---|---|---|---|---|---|---|"u8);
    }

    /// <summary>The targets of one size, in CAS.</summary>
    public static void Write(Results results, Setup setup)
    {
        bool large = setup.Frames > 1 << 18;
        WriteTimes(results, setup, Row.PairEmpty, limitTenths: 20);
        WriteTimes(results, setup, Row.PairHalf, limitTenths: 20);
        WriteTimes(results, setup, Row.Batch, limitTenths: 30);
        WriteTimes(results, setup, Row.Allocate, limitTenths: 20);
        WriteTimes(results, setup, Row.Free, limitTenths: 30);
        WriteTimes(results, setup, Row.FreeRandom, limitTenths: large ? 80u : 40);
        WriteNmi(results, setup, Row.PairEmpty);
        WriteNmi(results, setup, Row.PairHalf);
        WriteTimes(results, setup, Row.HugePair, limitTenths: 50);
        WriteTimes(results, setup, Row.Mixed, limitTenths: 60);

        if (!results[Row.Churn, Column.Owner]->IsThere)
            return;
        uint blocks = results.FreeBlocks(Column.Owner)[Recorder.Counts - 1];
        uint peer = large ? 1989u : 230;
        Start("free 2 MiB blocks after churn"u8, setup);
        Output.Write(" | ≥ "u8);
        Output.WriteDecimal(peer);
        Output.Write(" | "u8);
        Output.WriteDecimal(blocks);
        Output.Write(" | | | | "u8);
        End(blocks >= peer);
    }

    /// <param name="tenths">A frame allocated and freed, in tenths of a CAS. The limit is for each of the two.</param>
    /// <param name="setup">In how much memory.</param>
    public static void WriteBulk(ulong tenths, Setup setup)
    {
        Start("d by bulk calls, a frame allocated and freed | ≤ 1.0 CAS | "u8, setup);
        Units.WriteTenths(tenths);
        Output.Write(" | | | | "u8);
        End(tenths <= 10);
    }

    public static void WriteScaling(Results shared, Results apart, Setup setup)
    {
        for (Row row = Row.Allocate; row < Row.Churn; row++)
        {
            if (!shared[row, Column.Owner]->IsThere)
                continue;
            ulong percent = Report.Scaling(shared, apart, row, Column.Owner);
            Start("2 threads ÷ private: "u8, setup);
            Output.Write(Report.Name(row));
            Output.Write(" | ≥ 90 % | "u8);
            Output.WriteDecimal(percent);
            Output.Write(" % | "u8);
            Output.WriteDecimal(Report.Scaling(shared, apart, row, Column.Frame));
            Output.Write(" % | "u8);
            Output.WriteDecimal(Report.Scaling(shared, apart, row, Column.OwnerMasking));
            Output.Write(" % | "u8);
            Output.WriteDecimal(Report.Scaling(shared, apart, row, Column.View));
            Output.Write(" % | "u8);
            End(percent >= 90);
        }
    }

    public static void WriteManagedBytes(ulong bytes)
    {
        Output.Write("| managed bytes allocated in the workloads | 0 | "u8);
        Output.WriteDecimal(bytes);
        Output.Write(" | | | | "u8);
        End(bytes == 0);
    }

    /// <param name="picoseconds">How long the start-up took.</param>
    /// <param name="setup">For how much memory. The limit is for 8 GiB, and holds for less.</param>
    public static void WriteStartUp(ulong picoseconds, Setup setup)
    {
        const ulong Limit = 20_000_000_000;
        Start("start-up | < 20 ms | "u8, setup);
        Units.WriteTenths(picoseconds / 100_000_000);
        Output.Write(" ms | | | | "u8);
        End(picoseconds < Limit);
    }

    /// <param name="thousandths">Thousandths of a byte a frame, beside the frame table.</param>
    /// <param name="setup">For how much memory.</param>
    public static void WriteMetadata(ulong thousandths, Setup setup)
    {
        Start("metadata a frame, beside the frame table | ≤ 0.2 bytes | "u8, setup);
        Costs.WriteThousandths(thousandths);
        Output.Write(" | | | | "u8);
        End(thousandths <= 200);
    }

    private static void WriteTimes(Results results, Setup setup, Row row, ulong limitTenths)
    {
        Cell cell = *results[row, Column.Owner];
        if (!cell.IsThere)
            return;
        Start(Report.Name(row), setup);
        Output.Write(" | ≤ "u8);
        Units.WriteTenths(limitTenths);
        Output.Write(" CAS | "u8);
        Units.WriteTenths(cell.Tenths);
        Output.Write(" | "u8);
        Units.WriteTenths(results[row, Column.Frame]->Tenths);
        Output.Write(" | "u8);
        Units.WriteTenths(results[row, Column.OwnerMasking]->Tenths);
        Output.Write(" | "u8);
        Units.WriteTenths(results[row, Column.View]->Tenths);
        Output.Write(" | "u8);
        End(cell.Tenths <= limitTenths);
    }

    private static void WriteNmi(Results results, Setup setup, Row row)
    {
        const ulong LimitTenths = 35;
        Cell cell = *results[row, Column.NmiView];
        if (!cell.IsThere)
            return;
        Start("usable from NMI, "u8, setup);
        Output.Write(Report.Name(row));
        Output.Write(" | ≤ 3.5 CAS | "u8);
        Units.WriteTenths(cell.Tenths);
        Output.Write(" | | | | "u8);
        End(cell.Tenths <= LimitTenths);
    }

    private static void Start(ReadOnlySpan<byte> what, Setup setup)
    {
        Output.Write("| "u8);
        Output.WriteSize((ulong)setup.Frames * 4096);
        Output.Write(": "u8);
        Output.Write(what);
    }

    private static void End(bool met) => Output.WriteLine(met ? "yes |"u8 : "**no** |"u8);
}
