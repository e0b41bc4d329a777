using KernelMem.Platform;

namespace Benchmarks;

/// <summary>Runs a workload on a new allocator, or on one for each thread.</summary>
internal static unsafe class Runner<TAllocator, TToken>
    where TAllocator : unmanaged, IFrameBenchAllocator<TAllocator, TToken>
    where TToken : unmanaged
{
    /// <summary>Runs it and hands back what the threads wrote down.</summary>
    /// <param name="arena">Memory for the allocators; it is free again afterwards.</param>
    /// <param name="workload">The work.</param>
    /// <param name="setup">How much of it.</param>
    /// <param name="recorders">Where the threads write: one each.</param>
    /// <returns>Whether the allocators were whole afterwards.</returns>
    public static bool Run(ref Arena arena, Workload workload, Setup setup, Recorder* recorders)
    {
        ulong used = arena.Used;
        RunState* state = arena.Take<RunState>(1);
        Job<TAllocator, TToken>* jobs = arena.Take<Job<TAllocator, TToken>>((ulong)setup.Threads);
        *state = new RunState { Jobs = jobs, Recorders = recorders, Workload = workload };
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
        for (int thread = 0; thread < setup.Threads; thread += setup.Members)
            whole &= jobs[thread].Allocator.IsWhole(setup.GroupFrames);
        arena.Reset(used);
        return whole;
    }

    private static void Prepare(ref Arena arena, Setup setup, Job<TAllocator, TToken>* jobs)
    {
        TAllocator allocator = default;
        TToken* tokens = null;
        byte* orders = null;
        for (int thread = 0; thread < setup.Threads; thread++)
        {
            uint member = (uint)(thread % setup.Members);
            if (member == 0)
            {
                arena.AlignToPage();
                allocator = TAllocator.Create(ref arena, setup.GroupFrames);
                arena.AlignToPage();
                tokens = arena.Take<TToken>(setup.GroupFrames);
                orders = arena.Take<byte>(setup.GroupFrames);
            }

            jobs[thread] = new Job<TAllocator, TToken>
            {
                Allocator = allocator,
                Tokens = tokens,
                Orders = orders,
                Member = member,
                Thread = thread,
                Setup = setup,
            };
        }
    }

    private static void RunSecond() => Work((RunState*)Shared.State, 1);

    private static void Work(RunState* state, int thread)
    {
        Shared.PinThread(thread);
        Job<TAllocator, TToken> job = state->Jobs[thread];
        job.Allocator = job.Allocator.Enter(thread);
        Recorder* recorder = state->Recorders + thread;
        bool once = state->Workload == Workload.Churn;
        int warmUps = once ? 0 : job.Setup.WarmUps;
        int samples = once ? 1 : job.Setup.Samples;
        for (int repetition = 0; repetition < warmUps + samples; repetition++)
        {
            ulong managedBytes = Host.ManagedBytes();
            recorder->Meet();
            Workloads<TAllocator, TToken>.Run(state->Workload, ref job, ref *recorder, repetition);
            if (!once)
                recorder->EndSample(repetition - warmUps);

            // At first, the JIT compiler is at work too.
            if (repetition >= warmUps)
                recorder->ManagedBytes += Host.ManagedBytes() - managedBytes;
        }

        job.Allocator.Leave();
        Atomic.FetchAdd(ref state->Finished, 1u);
    }

    private struct RunState
    {
        public Barrier Barrier;
        public uint Finished;
        public Job<TAllocator, TToken>* Jobs;
        public Recorder* Recorders;
        public Workload Workload;
    }
}
