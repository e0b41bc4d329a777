using System.Runtime.CompilerServices;
using KernelMem.Diagnostics;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>What some parts cost by themselves: finding the CPU, masking interrupts, starting up; and how much metadata there is.</summary>
internal static unsafe class Costs
{
    private const int Turns = 1_000_000;
    private const int Passes = 5;

    // As FrameAllocator documents it: a mark of one byte and an entry of eight for each frame.
    private const ulong TableBytes = 9;

    private static TextOutput Output => Units.Output;

    public static void WriteParts()
    {
        ulong unit = CompareExchangeUnit.Measure();
        ulong loop = ulong.MaxValue, cpu = ulong.MaxValue, masking = ulong.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            loop = Least(loop, Time(0));
            cpu = Least(cpu, Time(1));
            masking = Least(masking, Time(2));
        }

        Output.WriteLine();
        Output.Write("1 CAS: "u8);
        Units.WriteNanoseconds(unit);
        Output.Write(" ns. By themselves, loop included: an empty turn "u8);
        Units.WriteNanoseconds(loop);
        Output.Write(" ns, current CPU "u8);
        Units.WriteNanoseconds(cpu);
        Output.Write(" ns, flags saved and restored "u8);
        Units.WriteNanoseconds(masking);
        Output.WriteLine(" ns."u8);
    }

    /// <summary>Start-up of the library's allocator; the best time.</summary>
    public static ulong WriteStartUp(ref Arena arena, uint frames)
    {
        ulong best = ulong.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            ulong used = arena.Used;
            _ = FrameAllocatorFactory.Create<BenchPlatform<Plain>>(ref arena, frames, out ulong ticks);
            best = Least(best, Units.Picoseconds(ticks, 1));
            arena.Reset(used);
        }

        Output.WriteLine();
        Output.Write("Start-up for "u8);
        Output.WriteSize((ulong)frames * 4096);
        Output.Write(": best of 5 "u8);
        Units.WriteTenths(best / 100_000_000);
        Output.WriteLine(" ms, metadata mapped before."u8);
        return best;
    }

    /// <summary>Metadata of the library's allocator, beside the frame table; in thousandths of a byte a frame.</summary>
    public static ulong WriteMetadata(ref Arena arena, uint frames)
    {
        ulong more = FrameAllocatorFactory.MetadataBytes<BenchPlatform<Plain>>(ref arena, frames, 1);
        ulong less = FrameAllocatorFactory.MetadataBytes<BenchPlatform<Plain>>(ref arena, frames / 2, 1);
        ulong twoCpus = FrameAllocatorFactory.MetadataBytes<BenchPlatform<Plain>>(ref arena, frames, 2);
        ulong thousandths = (more - less) * 1000 / (frames - frames / 2);
        Output.Write("Metadata: "u8);
        WriteThousandths(thousandths);
        Output.Write(" bytes a frame, of which the frame table has "u8);
        Output.WriteDecimal(TableBytes);
        Output.Write("; and "u8);
        Output.WriteDecimal(twoCpus - more);
        Output.WriteLine(" a CPU."u8);
        return thousandths - TableBytes * 1000;
    }

    public static void WriteThousandths(ulong thousandths)
    {
        Output.WriteDecimal(thousandths / 1000);
        Output.Write("."u8);
        for (ulong unit = 100; unit != 0; unit /= 10)
            Output.WriteDecimal(thousandths / unit % 10);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Time(int what)
    {
        BenchPlatform<Masking> platform = default;
        ulong start = Host.Ticks();
        int sum = 0;
        if (what == 0)
        {
            for (int turn = 0; turn < Turns; turn++)
                sum += Atomic.Load(in turn);
        }
        else if (what == 1)
        {
            for (int turn = 0; turn < Turns; turn++)
                sum += platform.CurrentCpu.Value + Atomic.Load(in turn);
        }
        else
        {
            for (int turn = 0; turn < Turns; turn++)
            {
                InterruptState state = platform.SaveInterrupts();
                sum += Atomic.Load(in turn);
                platform.RestoreInterrupts(state);
            }
        }

        ulong time = Units.Picoseconds(Host.Ticks() - start, Turns);
        return sum == 1 ? 0 : time;
    }

    private static ulong Least(ulong a, ulong b) => a < b ? a : b;
}
