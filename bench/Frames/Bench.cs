using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>The whole run.</summary>
internal static class Bench
{
    private const uint FramesPerGiB = 1 << 18;
    private const ulong ArenaBytesPerFrame = 64;
    private const ulong ArenaBytes = 8 << 20;

    private static TextOutput Output => Units.Output;

    /// <summary>Runs it; the exit status.</summary>
    public static int Run(Options options)
    {
        Shared.AllowedCpus = Host.AllowedCpus();
        Shared.PinThread(0);
        Shared.Yielding = options.Verify || options.VerifyBroken || options.Smoke;
        if (options.Verify || options.VerifyBroken)
            return Verification.Run(MakeArena(Verification.Frames), options.VerifyBroken) ? 0 : 1;

        WriteIntroduction();
        if (options.Smoke)
            Measure(options, Setup.Small(Verification.Frames));
        else if (options.Large)
            Measure(options, Setup.Full(8 * FramesPerGiB, samples: 5));
        else
            Measure(options, Setup.Full(FramesPerGiB, options.Quick ? 5 : 9));
        if (!Measuring.AllWhole)
            Output.WriteLine("\nNOT WHOLE: an allocator's books did not hold after a workload."u8);
        return Measuring.AllWhole ? 0 : 1;
    }

    private static void WriteIntroduction()
    {
        Output.Write("## Frame allocators, "u8);
        Output.WriteLine(Host.Compiler);
        Output.WriteLine();
        Output.WriteLine("A cell is median/best in nanoseconds · the best in CAS, measured beside it; † marks requests that got nothing."u8);
        Output.WriteLine("Metadata and arrays were touched before, huge pages asked for (MADV_HUGEPAGE); the frames themselves are only numbers."u8);
        Output.WriteLine("KernelMem: blocks are freed by their owner's token, bare frames: without it. IRQ: flags read and written as a kernel does"u8);
        Output.WriteLine("that masks interrupts (PUSHFQ and POPFQ, as CLI and STI fault in a process). Fences: no remote ones. CPU view: entered once, before"u8);
        Output.WriteLine("the work. CPU 0: the number of the CPU is a constant."u8);
        Costs.WriteParts();
    }

    private static void Measure(Options options, Setup one)
    {
        Arena arena = MakeArena(one.Frames);
        ulong startUp = Costs.WriteStartUp(ref arena, one.Frames);
        ulong metadata = Costs.WriteMetadata(ref arena, one.Frames);
        Results single = Measuring.MeasureAll(ref arena, one, options);
        Report.WriteTable(single, one, ""u8);
        Report.WriteFragmentation(single, one);
        ulong bulkTenths = BulkCalls.Write(ref arena, one);

        Setup two = one.WithTwoThreads(isPrivate: false);
        Results shared = default, apart = default;
        if (Shared.HasTwoCpus && !options.OneThread)
        {
            shared = Measuring.MeasureAll(ref arena, two, options);
            apart = Measuring.MeasureAll(ref arena, one.WithTwoThreads(isPrivate: true), options);
            Report.WriteTable(shared, two, " on one allocator (the slower thread)"u8);
            Report.WriteTable(apart, two, ", each on an allocator of its own (the slower thread)"u8);
            Report.WriteScaling(shared, apart);
        }
        else if (!options.OneThread)
        {
            Output.WriteLine("\nThere is one CPU only: nothing is measured with two threads."u8);
        }

        Targets.WriteHeader();
        Targets.Write(single, one);
        Targets.WriteBulk(bulkTenths, one);
        if (shared.IsThere)
            Targets.WriteScaling(shared, apart, two);
        Targets.WriteStartUp(startUp, one);
        Targets.WriteMetadata(metadata, one);
        Targets.WriteManagedBytes(Measuring.ManagedBytes);
    }

    private static Arena MakeArena(uint frames) => new(frames * ArenaBytesPerFrame + ArenaBytes);
}
