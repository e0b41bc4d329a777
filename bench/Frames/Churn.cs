using System.Runtime.CompilerServices;

namespace Benchmarks;

/// <summary>
/// Fragmentation: all frames are taken, a random half is given back, and then random frames are exchanged for new ones, round after
/// round. How many 2 MiB blocks are free at the end says how well the allocator gathers what is in use. For one thread.
/// </summary>
internal static unsafe class Churn<TAllocator, TToken>
    where TAllocator : unmanaged, IFrameBenchAllocator<TAllocator, TToken>
    where TToken : unmanaged
{
    private const uint BlockFrames = 512;
    private const uint RoundsShare = 20;                    // a round exchanges a twentieth of all frames

    public static void Run(ref Job<TAllocator, TToken> job, ref Recorder recorder)
    {
        TAllocator allocator = job.Allocator;
        uint frames = job.Share;
        SplitMix64 random = new(7);
        Workloads<TAllocator, TToken>.TakeAll(allocator, ref recorder, job.Tokens, frames);
        random.Shuffle(job.Tokens, frames);
        uint live = frames - frames / 2;
        Workloads<TAllocator, TToken>.GiveAll(allocator, ref recorder, job.Tokens + live, frames / 2);
        recorder.SetFreeBlocks(0, CountFreeBlocks(ref job, live));
        for (int round = 1; round <= Recorder.MaxSamples; round++)
        {
            uint exchanges = frames / RoundsShare;
            recorder.Begin();
            Exchange(allocator, ref recorder, ref random, job.Tokens, live, exchanges);
            recorder.End(0, exchanges);
            recorder.EndSample(round - 1);
            int when = round switch { 10 => 1, 50 => 2, 100 => 3, _ => 0 };
            if (when != 0)
                recorder.SetFreeBlocks(when, CountFreeBlocks(ref job, live));
        }

        Workloads<TAllocator, TToken>.GiveAll(allocator, ref recorder, job.Tokens, live);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Exchange(
        TAllocator allocator, ref Recorder recorder, ref SplitMix64 random, TToken* tokens, uint live, uint exchanges)
    {
        for (uint i = 0; i < exchanges; i++)
        {
            TToken* token = tokens + random.Below(live);
            if (!allocator.TryFree(*token, 0))
                recorder.CountRefusal();
            if (!allocator.TryAllocate(0, out *token))
                recorder.CountShortage();
        }
    }

    private static uint CountFreeBlocks(ref Job<TAllocator, TToken> job, uint live)
    {
        // The orders have a byte for each frame and are not in use: enough for a byte a block.
        byte* used = job.Orders;
        uint blocks = job.Share / BlockFrames;
        for (uint block = 0; block < blocks; block++)
            used[block] = 0;
        for (uint i = 0; i < live; i++)
        {
            uint block = (TAllocator.FrameOf(job.Tokens[i]) - Arena.FirstFrame) / BlockFrames;
            if (block < blocks)
                used[block] = 1;
        }

        uint free = 0;
        for (uint block = 0; block < blocks; block++)
            free += used[block] == 0 ? 1u : 0;
        return free;
    }
}
