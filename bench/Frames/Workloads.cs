using System.Runtime.CompilerServices;

namespace Benchmarks;

/// <summary>
/// The workloads, as one thread runs them; compiled for each allocator. A repetition leaves the allocator as it found it.
/// Every method of its own is a loop of its own for the compiler.
/// </summary>
internal static unsafe class Workloads<TAllocator, TToken>
    where TAllocator : unmanaged, IFrameBenchAllocator<TAllocator, TToken>
    where TToken : unmanaged
{
    private const int HugeOrder = 9;
    private const uint BatchFrames = 512;
    private const uint Orders = 10;                         // of workload f: 0 to 9

    public static void Run(Workload workload, ref Job<TAllocator, TToken> job, ref Recorder recorder, int repetition)
    {
        TToken* mine = job.Tokens + job.Member * job.Share;
        switch (workload)
        {
            case Workload.Sequence:
                Pass(job.Allocator, ref recorder, mine, job.Share);
                break;
            case Workload.Random:
                RandomFree(ref job, ref recorder, repetition);
                break;
            case Workload.PairEmpty:
                Pairs(job.Allocator, ref recorder, job.Setup.Pairs);
                break;
            case Workload.PairHalf:
                uint half = job.Share / 2;
                TakeAll(job.Allocator, ref recorder, mine, half);
                Pairs(job.Allocator, ref recorder, job.Setup.Pairs);
                GiveAll(job.Allocator, ref recorder, mine, half);
                break;
            case Workload.Batch:
                Batches(job.Allocator, ref recorder, mine, job.Setup.Batches);
                break;
            case Workload.Huge:
                uint blocks = job.Share >> HugeOrder;
                for (uint done = 0; done < job.Setup.HugeBlocks; done += job.Setup.GroupFrames >> HugeOrder)
                    HugePass(job.Allocator, ref recorder, mine, blocks);
                break;
            case Workload.HugePair:
                HugePairs(job.Allocator, ref recorder, job.Setup.Pairs);
                break;
            case Workload.Mixed:
                Mixed(ref job, ref recorder, mine);
                break;
            default:
                Churn<TAllocator, TToken>.Run(ref job, ref recorder);
                break;
        }
    }

    // a
    private static void Pass(TAllocator allocator, ref Recorder recorder, TToken* tokens, uint count)
    {
        recorder.Begin();
        TakeAll(allocator, ref recorder, tokens, count);
        recorder.End(0, count);
        recorder.Begin();
        GiveAll(allocator, ref recorder, tokens, count);
        recorder.End(1, count);
    }

    /// <summary>Takes single frames.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TakeAll(TAllocator allocator, ref Recorder recorder, TToken* tokens, uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryAllocate(0, out tokens[i]))
                recorder.CountShortage();
        }
    }

    /// <summary>Gives single frames back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GiveAll(TAllocator allocator, ref Recorder recorder, TToken* tokens, uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryFree(tokens[i], 0))
                recorder.CountRefusal();
        }
    }

    // b
    private static void RandomFree(ref Job<TAllocator, TToken> job, ref Recorder recorder, int repetition)
    {
        TToken* mine = job.Tokens + job.Member * job.Share;
        TakeAll(job.Allocator, ref recorder, mine, job.Share);
        recorder.Meet();
        if (job.Member == 0)
        {
            SplitMix64 random = new(42 + (ulong)repetition);
            random.Shuffle(job.Tokens, job.Share * job.Members);
        }

        recorder.Begin();
        GiveAll(job.Allocator, ref recorder, mine, job.Share);
        recorder.End(0, job.Share);
    }

    // c
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pairs(TAllocator allocator, ref Recorder recorder, uint count)
    {
        recorder.Begin();
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryAllocate(0, out TToken token))
                recorder.CountShortage();
            else if (!allocator.TryFree(token, 0))
                recorder.CountRefusal();
        }

        recorder.End(0, count);
    }

    // d
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Batches(TAllocator allocator, ref Recorder recorder, TToken* tokens, uint count)
    {
        recorder.Begin();
        for (uint batch = 0; batch < count; batch++)
        {
            for (uint i = 0; i < BatchFrames; i++)
            {
                if (!allocator.TryAllocate(0, out tokens[i]))
                    recorder.CountShortage();
            }

            for (uint i = BatchFrames; i-- > 0;)
            {
                if (!allocator.TryFree(tokens[i], 0))
                    recorder.CountRefusal();
            }
        }

        recorder.End(0, (ulong)count * BatchFrames);
    }

    // e
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HugePass(TAllocator allocator, ref Recorder recorder, TToken* tokens, uint count)
    {
        recorder.Begin();
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryAllocate(HugeOrder, out tokens[i]))
                recorder.CountShortage();
        }

        recorder.End(0, count);
        recorder.Begin();
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryFree(tokens[i], HugeOrder))
                recorder.CountRefusal();
        }

        recorder.End(1, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HugePairs(TAllocator allocator, ref Recorder recorder, uint count)
    {
        recorder.Begin();
        for (uint i = 0; i < count; i++)
        {
            if (!allocator.TryAllocate(HugeOrder, out TToken token))
                recorder.CountShortage();
            else if (!allocator.TryFree(token, HugeOrder))
                recorder.CountRefusal();
        }

        recorder.End(0, count);
    }

    // f
    private static void Mixed(ref Job<TAllocator, TToken> job, ref Recorder recorder, TToken* live)
    {
        SplitMix64 random = new(1000 + (ulong)job.Thread);
        byte* orders = job.Orders + job.Member * job.Share;
        uint length = 0, used = 0;
        Refill(job.Allocator, ref recorder, ref random, live, orders, ref length, ref used, job.Share / 2);
        recorder.Begin();
        ulong operations = MixedSteps(
            job.Allocator, ref recorder, ref random, live, orders, ref length, used, job.Share / 2, job.Setup.Steps);
        recorder.End(0, operations);
        for (uint i = 0; i < length; i++)
        {
            if (!job.Allocator.TryFree(live[i], orders[i]))
                recorder.CountRefusal();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong MixedSteps(
        TAllocator allocator, ref Recorder recorder, ref SplitMix64 random, TToken* live, byte* orders, ref uint length, uint used, uint limit, uint steps)
    {
        ulong operations = 0;
        for (uint step = 0; step < steps; step++)
        {
            uint i = random.Below(length);
            TToken token = live[i];
            int order = orders[i];
            length--;
            live[i] = live[length];
            orders[i] = orders[length];
            if (!allocator.TryFree(token, order))
                recorder.CountRefusal();
            used -= 1u << order;
            operations += 1 + Refill(allocator, ref recorder, ref random, live, orders, ref length, ref used, limit);
        }

        return operations;
    }

    // A request that gets nothing ends the turn: were it repeated, it might never end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Refill(
        TAllocator allocator, ref Recorder recorder, ref SplitMix64 random, TToken* live, byte* orders, ref uint length, ref uint used, uint limit)
    {
        uint allocations = 0;
        while (used < limit)
        {
            int order = (int)random.Below(Orders);
            allocations++;
            if (!allocator.TryAllocate(order, out TToken token))
            {
                recorder.CountShortage();
                break;
            }

            live[length] = token;
            orders[length] = (byte)order;
            length++;
            used += 1u << order;
        }

        return allocations;
    }
}
