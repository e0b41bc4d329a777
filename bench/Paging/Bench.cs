using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>The whole run.</summary>
internal static unsafe class Bench
{
    // Two spaces with their tables, the metadata of their frame allocators, the orders, and the results.
    private const ulong SpaceBytesPerFrame = 4096 + 64;
    private const ulong BytesPerPage = 8;
    private const ulong OtherBytes = 32 << 20;

    private static TextOutput Output => Units.Output;

    /// <summary>Runs it; the exit status.</summary>
    public static int Run(Options options)
    {
        Shared.AllowedCpus = Host.AllowedCpus();
        Shared.PinThread(0);
        Shared.Yielding = options.Error != Error.None || options.Smoke;
        if (options.Error != Error.None)
            return RunErring(options.Error);

        WriteIntroduction();
        Measure(options, options.Smoke ? Setup.Small() : Setup.Full(options.Quick ? 5 : 9));
        if (!Measuring.AllGood)
            Output.WriteLine("\nWRONG: after a step, pages were not as they should be."u8);
        return Measuring.AllGood ? 0 : 1;
    }

    private static int RunErring(Error error)
    {
        Erring.Error = error;
        Setup setup = Setup.Small();
        Arena arena = MakeArena(setup);
        Recorder* recorders = arena.Take<Recorder>(2);
        bool passed = Columns.Run(Column.Erring, ref arena, Workload.Pages, setup, recorders);
        Output.WriteLine(passed ? "passed, but should not have"u8 : "failed: the mapper that errs"u8);
        return passed ? 0 : 1;
    }

    private static void WriteIntroduction()
    {
        Output.Write("## Page tables, "u8);
        Output.WriteLine(Host.Compiler);
        Output.WriteLine();
        Output.WriteLine("A cell is median/best in nanoseconds a page · the best in CAS, measured beside it. Tables and all else were touched before, huge pages"u8);
        Output.WriteLine("asked for (MADV_HUGEPAGE). Nothing flushes a TLB: there is one CPU at most in a space, and a process has no INVLPG."u8);
        Output.WriteLine("IRQ: flags read and written as a kernel does that masks interrupts (PUSHFQ and POPFQ, as CLI and STI fault in a process)."u8);
        Output.WriteLine();
        Output.Write("1 CAS: "u8);
        Units.WriteNanoseconds(CompareExchangeUnit.Measure());
        Output.WriteLine(" ns."u8);
    }

    private static void Measure(Options options, Setup one)
    {
        Arena arena = MakeArena(one);
        Results single = Measuring.MeasureAll(ref arena, one, options);
        Report.WriteTable(single, one, ""u8);

        Results shared = default, apart = default;
        if (Shared.HasTwoCpus && !options.OneThread)
        {
            Setup two = one.WithTwoThreads(isPrivate: false);
            shared = Measuring.MeasureAll(ref arena, two, options);
            apart = Measuring.MeasureAll(ref arena, one.WithTwoThreads(isPrivate: true), options);
            Report.WriteTable(shared, two, " in one address space, each with its half (the slower thread)"u8);
            Report.WriteTable(apart, two, ", each in an address space of its own (the slower thread)"u8);
            Report.WriteScaling(shared, apart);
        }
        else if (!options.OneThread)
        {
            Output.WriteLine("\nThere is one CPU only: nothing is measured with two threads."u8);
        }

        Targets.WriteHeader();
        Targets.Write(single);
        if (shared.IsThere)
            Targets.WriteScaling(shared, apart);
        Targets.WriteManagedBytes(Measuring.ManagedBytes);
    }

    private static Arena MakeArena(Setup setup) =>
        new((2 * setup.TableFrames * SpaceBytesPerFrame) + (setup.Pages * BytesPerPage) + OtherBytes);
}
