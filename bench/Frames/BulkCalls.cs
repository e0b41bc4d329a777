using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;

namespace Benchmarks;

/// <summary>Workload d by the calls that take many frames: 512 at once, and 512 back.</summary>
internal static unsafe class BulkCalls
{
    private const int BatchFrames = 512;
    private const int Passes = 7;

    private static TextOutput Output => Units.Output;

    /// <summary>Measures a frame taken and given back, and writes the times; the best one in tenths of a CAS.</summary>
    public static ulong Write(ref Arena arena, Setup setup)
    {
        ulong used = arena.Used;
        FrameAllocator<BenchPlatform<Plain>> allocator = FrameAllocatorFactory.Create<BenchPlatform<Plain>>(ref arena, setup.Frames);
        Frame* frames = arena.Take<Frame>(BatchFrames);
        ulong unit = CompareExchangeUnit.Measure();
        ulong managedBytes = Host.ManagedBytes();
        ulong take = ulong.MaxValue, both = ulong.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            Time(allocator, frames, setup.Batches, out ulong taking, out ulong whole);
            take = taking < take ? taking : take;
            both = whole < both ? whole : both;
        }

        Measuring.ManagedBytes += Host.ManagedBytes() - managedBytes;
        Measuring.AllWhole &= allocator.Validate() && allocator.GetStatistics().FreeFrames == setup.Frames;
        arena.Reset(used);
        Output.WriteLine();
        Output.Write("d by bulk calls, 512 frames each (best): "u8);
        Units.WriteNanoseconds(both);
        Output.Write(" ns · "u8);
        Units.WriteRatio(both, unit);
        Output.Write(" for a frame allocated and freed, of which the allocation "u8);
        Units.WriteNanoseconds(take);
        Output.Write(" ns · "u8);
        Units.WriteRatio(take, unit);
        Output.WriteLine(" (its clock read each time)."u8);
        return Units.Tenths(both, unit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Time(FrameAllocator<BenchPlatform<Plain>> allocator, Frame* frames, uint batches, out ulong taking, out ulong whole)
    {
        ulong start = Host.Ticks();
        ulong ticks = 0;
        for (uint batch = 0; batch < batches; batch++)
        {
            ulong before = Host.Ticks();
            bool taken = allocator.AllocateMany(FrameUse.User, new Span<Frame>(frames, BatchFrames)).IsSuccess;
            ticks += Host.Ticks() - before;
            bool given = allocator.FreeMany(new ReadOnlySpan<Frame>(frames, BatchFrames), FrameUse.User, out _).IsSuccess;
            Panic.Assert(taken && given, "bench: a bulk call failed");
        }

        whole = Units.Picoseconds(Host.Ticks() - start, (ulong)batches * BatchFrames);
        taking = Units.Picoseconds(ticks, (ulong)batches * BatchFrames);
    }
}
