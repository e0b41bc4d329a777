using System.Runtime.CompilerServices;
using KernelMem.Diagnostics;
using KernelMem.Platform;

namespace FrameBench;

/// <summary>What some parts cost by themselves: finding the CPU, masking interrupts, starting up; and how much metadata there is.</summary>
internal static unsafe class Costs
{
    private const int Turns = 1_000_000;
    private const int Passes = 5;

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

    /// <summary>Start-up and metadata of the library's allocator; whether the start-up was as fast as it should be.</summary>
    public static bool WriteStartUp(ref Arena arena, uint frames)
    {
        const ulong LimitPicoseconds = 20_000_000_000;
        ulong best = ulong.MaxValue, bytes = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            ulong used = arena.Used;
            _ = FrameAllocatorFactory.Create<BenchPlatform<Plain>>(ref arena, frames, out bytes, out ulong ticks);
            best = Least(best, Units.Picoseconds(ticks, 1));
            arena.Reset(used);
        }

        Output.WriteLine();
        Output.Write("Start-up for "u8);
        Output.WriteSize((ulong)frames * 4096);
        Output.Write(": best of 5 "u8);
        Units.WriteTenths(best / 100_000_000);
        Output.Write(" ms. Metadata, frame table included: "u8);
        Output.WriteDecimal(bytes);
        Output.Write(" bytes for "u8);
        Output.WriteDecimal(frames + Arena.FirstFrame);
        Output.Write(" frame numbers (from address 0 on), "u8);
        ulong hundredths = bytes * 100 / (frames + Arena.FirstFrame);
        Output.WriteDecimal(hundredths / 100);
        Output.Write("."u8);
        Output.WriteDecimal(hundredths / 10 % 10);
        Output.WriteDecimal(hundredths % 10);
        Output.WriteLine(" a frame."u8);
        return best < LimitPicoseconds;
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
