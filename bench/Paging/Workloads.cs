using KernelMem.Addresses;

namespace Benchmarks;

/// <summary>What one thread works with.</summary>
internal struct Job<TSpace>
    where TSpace : unmanaged, IPageBenchSpace<TSpace>
{
    public TSpace Space;
    public Work Small;
    public Work Large;
    public uint LargeTurns;
}

/// <summary>
/// The workloads, as one thread runs them. A repetition leaves the space as it found it. After each step, with the clock stopped, the tables
/// are read by <see cref="TableReader"/>: what is not as it should be counts as a refusal.
/// </summary>
internal static unsafe class Workloads<TSpace>
    where TSpace : unmanaged, IPageBenchSpace<TSpace>
{
    public static void Run(Workload workload, ref Job<TSpace> job, ref Recorder recorder)
    {
        if (workload == Workload.Pages)
            Pages(job.Space, job.Small, ref recorder);
        else if (workload == Workload.Large)
            Large(job.Space, job.Large, job.LargeTurns, ref recorder);
        else
            Ranges(job.Space, job.Small, ref recorder);
    }

    private static void Pages(TSpace space, in Work work, ref Recorder recorder)
    {
        TableReader reader = space.Reader;
        recorder.Begin();
        bool done = space.Map<Size4KiB>(work);
        recorder.End(0, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: true));

        recorder.Begin();
        ulong sum = space.Translate<Size4KiB>(work);
        recorder.End(1, work.Pages);
        Check(ref recorder, sum == work.SumOf<Size4KiB>());

        recorder.Begin();
        sum = space.TranslateInOrder(work);
        recorder.End(2, work.Pages);
        Check(ref recorder, sum == work.SumOf<Size4KiB>());

        recorder.Begin();
        done = space.Protect(work);
        recorder.End(3, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: false));

        recorder.Begin();
        done = space.Unmap<Size4KiB>(work);
        recorder.End(4, work.Pages);
        Check(ref recorder, done && reader.ShowsNothing<Size4KiB>(work));

        recorder.Begin();
        done = space.Map<Size4KiB>(work);
        recorder.End(5, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: true));

        recorder.Begin();
        done = space.UnmapInOrder(work);
        recorder.End(6, work.Pages);
        Check(ref recorder, done && reader.ShowsNothing<Size4KiB>(work));
        Clear(space, work, ref recorder);
    }

    private static void Large(TSpace space, in Work work, uint turns, ref Recorder recorder)
    {
        TableReader reader = space.Reader;
        for (uint turn = 0; turn < turns; turn++)
        {
            recorder.Begin();
            bool done = space.Map<Size2MiB>(work);
            recorder.End(0, work.Pages);
            Check(ref recorder, done && reader.Shows<Size2MiB>(work, writable: true));

            recorder.Begin();
            ulong sum = space.Translate<Size2MiB>(work);
            recorder.End(1, work.Pages);
            Check(ref recorder, sum == work.SumOf<Size2MiB>());

            recorder.Begin();
            done = space.Unmap<Size2MiB>(work);
            recorder.End(2, work.Pages);
            Check(ref recorder, done && reader.ShowsNothing<Size2MiB>(work));
        }

        Work all = work;
        all.Pages *= (uint)(Size2MiB.Bytes / Size4KiB.Bytes);
        Clear(space, all, ref recorder);
    }

    private static void Ranges(TSpace space, in Work work, ref Recorder recorder)
    {
        TableReader reader = space.Reader;
        recorder.Begin();
        bool done = space.MapRange(work, tracked: false);
        recorder.End(0, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: true));

        recorder.Begin();
        done = space.ProtectRange(work, tracked: false);
        recorder.End(1, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: false));

        recorder.Begin();
        done = space.UnmapRange(work, ref recorder, channel: 2);
        recorder.End(3, work.Pages);
        Check(ref recorder, done && reader.ShowsNothing<Size4KiB>(work));
        Clear(space, work, ref recorder);

        Check(ref recorder, space.MapRange(work, tracked: true));
        recorder.Begin();
        done = space.ProtectRange(work, tracked: true);
        recorder.End(4, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: false));

        // The tables stay when pages are unmapped one by one.
        Check(ref recorder, space.Protect(work) && space.Unmap<Size4KiB>(work));
        recorder.Begin();
        done = space.MapRange(work, tracked: false);
        recorder.End(5, work.Pages);
        Check(ref recorder, done && reader.Shows<Size4KiB>(work, writable: true));
        Clear(space, work, ref recorder);
    }

    // The other thread reads tables, too, or puts new ones where these were.
    private static void Clear(TSpace space, in Work work, ref Recorder recorder)
    {
        recorder.Meet();
        Check(ref recorder, space.Clear(work));
        recorder.Meet();
    }

    private static void Check(ref Recorder recorder, bool isGood)
    {
        if (!isGood)
            recorder.CountRefusal();
    }
}
