using KernelMem.Platform;

namespace Benchmarks;

/// <summary>Runs a workload in a new address space, or in one for each thread.</summary>
internal static unsafe class Runner<TSpace>
    where TSpace : unmanaged, IPageBenchSpace<TSpace>
{
    // In the layout's dynamic range, at the beginning of a table of each level.
    private const ulong Virtual = 0xFFFF_C000_0000_0000;
    private const ulong Physical = 4UL << 30;
    private const ulong SmallBytes = 4096;
    private const ulong OrderSeed = 3;

    /// <summary>Runs it and hands back what the threads wrote down.</summary>
    /// <param name="arena">Memory for the spaces; it is free again afterwards.</param>
    /// <param name="workload">The work.</param>
    /// <param name="setup">How much of it.</param>
    /// <param name="recorders">Where the threads write: one each.</param>
    /// <returns>Whether all went well, and the spaces were empty afterwards.</returns>
    public static bool Run(ref Arena arena, Workload workload, Setup setup, Recorder* recorders)
    {
        ulong used = arena.Used;
        RunState* state = arena.Take<RunState>(1);
        Job<TSpace>* jobs = arena.Take<Job<TSpace>>((ulong)setup.Threads);
        *state = new RunState { Jobs = jobs, Recorders = recorders, Workload = workload, Setup = setup };
        Prepare(ref arena, setup, jobs);
        for (int thread = 0; thread < setup.Threads; thread++)
            recorders[thread] = new Recorder(&state->Barrier, setup.Threads);

        Shared.State = state;
        if (setup.Threads == 2)
            Host.StartSecondThread(&RunSecond);
        Work(state, 0);
        while (Atomic.Load(in state->Finished) < (uint)setup.Threads)
            Shared.Pause();

        bool whole = true;
        for (int thread = 0; thread < setup.Threads; thread++)
            whole &= jobs[thread].Space.IsClear() && recorders[thread].Refusals == 0;
        arena.Reset(used);
        return whole;
    }

    // Two threads each have one half of the pages, also where the spaces are their own.
    private static void Prepare(ref Arena arena, Setup setup, Job<TSpace>* jobs)
    {
        TSpace space = default;
        uint share = setup.Pages / (uint)setup.Threads;
        for (int thread = 0; thread < setup.Threads; thread++)
        {
            if (thread % setup.Members == 0)
                space = TSpace.Create(ref arena, setup.TableFrames);

            ulong offset = (ulong)thread * share * SmallBytes;
            uint* order = arena.Take<uint>(share);
            for (uint i = 0; i < share; i++)
                order[i] = i;
            SplitMix64 random = new(OrderSeed);
            random.Shuffle(order, share);
            jobs[thread] = new Job<TSpace>
            {
                Space = space,
                Small = new Work { Virtual = Virtual + offset, Physical = Physical + offset, Pages = share, Order = order },
                Large = new Work { Virtual = Virtual, Physical = Physical, Pages = setup.LargePages },
                LargeTurns = setup.LargeTurns,
            };
        }
    }

    private static void RunSecond() => Work((RunState*)Shared.State, 1);

    private static void Work(RunState* state, int thread)
    {
        Shared.PinThread(thread);
        Job<TSpace> job = state->Jobs[thread];
        Recorder* recorder = state->Recorders + thread;
        Setup setup = state->Setup;
        for (int repetition = 0; repetition < setup.WarmUps + setup.Samples; repetition++)
        {
            ulong managedBytes = Host.ManagedBytes();
            recorder->Meet();
            Workloads<TSpace>.Run(state->Workload, ref job, ref *recorder);
            recorder->EndSample(repetition - setup.WarmUps);

            // At first, the JIT compiler is at work too.
            if (repetition >= setup.WarmUps)
                recorder->ManagedBytes += Host.ManagedBytes() - managedBytes;
        }

        Atomic.FetchAdd(ref state->Finished, 1u);
    }

    private struct RunState
    {
        public Barrier Barrier;
        public uint Finished;
        public Job<TSpace>* Jobs;
        public Recorder* Recorders;
        public Workload Workload;
        public Setup Setup;
    }
}
