using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Asking other CPUs, and answering them.</content>
public readonly unsafe partial struct TlbShootdown<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private void Run(TlbWork work)
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        ref TlbCpu own = ref Of(cpu);
        TlbCounters.Add(ref own.Counters.Requests);

        // The tables are changed. A full barrier (the locked addition is one), and only then is it read who has to be asked. The other side
        // does it the other way round: a CPU that makes the space current says so, passes a full barrier, and then reads the generation
        // (and one that joins says so, and then drops all). So it is seen here, or it sees this flush there, or both.
        if (work.Space != null)
            work.Generation = Atomic.FetchAdd(ref work.Space->Generation, 1UL) + 1;
        else
            Atomic.Fence();
        Execute(ref own, work);
        if (CandidatesFor(work).HasOthers(cpu))
            Ask(ref own, cpu, work);
        platform.RestoreInterrupts(interrupts);
    }

    private ref CpuMask CandidatesFor(in TlbWork work) =>
        ref work.Space == null || work.TablesFreed ? ref _state->Online : ref work.Space->Active;

    private void Ask(ref TlbCpu own, CpuId cpu, in TlbWork work)
    {
        TPlatform platform = _state->Platform;

        // From here on a CPU that leaves waits for the end. A full barrier: it is counted below, or its leaving is seen.
        Atomic.FetchAdd(ref own.Request.Sequence, 1UL);
        CpuMask targets = ChooseTargets(ref own, cpu, work, out int count);
        if (count != 0)
        {
            own.Request.Work = work;
            Atomic.Store(ref own.Request.Remaining, (uint)count);
            own.Request.Pending.Publish(targets);
            Atomic.Fence(); // all of it is in memory before the first interrupt arrives
            while (targets.TryTakeFirst(out CpuId target))
                platform.SendInterrupt(target, _state->Vector);
            TlbCounters.Add(ref own.Counters.Shootdowns, (ulong)count);

            while (Atomic.Load(in own.Request.Remaining) != 0)
            {
                Answer(ref own, cpu);
                platform.Pause();
            }
        }

        Atomic.FetchAdd(ref own.Request.Sequence, 1UL);
    }

    private CpuMask ChooseTargets(ref TlbCpu own, CpuId cpu, in TlbWork work, out int count)
    {
        CpuMask candidates = CandidatesFor(work).CopyOthers(cpu);
        CpuMask targets = default;
        count = 0;
        bool maySkip = work.Space != null && !work.TablesFreed && work.Kind != TlbWorkKind.Retire;
        while (candidates.TryTakeFirst(out CpuId candidate))
        {
            // Lazy is read after the generation was counted, a full barrier. A CPU that stops being lazy says so, passes a full barrier, and
            // then reads the generation: it is asked, or it catches up before it uses the space.
            if (maySkip && Atomic.Load(in Of(candidate).Lazy) != 0)
            {
                TlbCounters.Add(ref own.Counters.Skipped);
                continue;
            }

            targets.AddOwn(candidate);
            count++;
        }

        return targets;
    }

    private void Answer(ref TlbCpu own, CpuId cpu)
    {
        int cpus = _state->Platform.CpuCount;
        for (int asking = 0; asking < cpus; asking++)
        {
            ref TlbRequest request = ref Of(new CpuId(asking)).Request;
            if (!request.Pending.TryRemove(cpu))
                continue;
            Execute(ref own, request.Work);
            Atomic.FetchAdd(ref request.Remaining, uint.MaxValue); // one fewer; the work may change from here on
        }
    }

    private void Execute(ref TlbCpu own, in TlbWork work)
    {
        if (work.Space == null)
            ExecuteForKernel(ref own, work);
        else if (Atomic.Load(in own.Changing) != 0)
            DropContext(ref own); // in a handler that interrupted the change: whichever of the two it is; the change catches up at its end
        else if (Atomic.Load(in own.Current) == (nuint)work.Space)
            ExecuteForCurrent(ref own, work);

        // A space that is not current has its generation counted: the CPU catches up when it is again.
    }

    private void ExecuteForCurrent(ref TlbCpu own, in TlbWork work)
    {
        if (work.Kind == TlbWorkKind.Retire)
        {
            Panic.Assert(Atomic.Load(in own.Lazy) != 0, "TlbShootdown: a space is retired while a CPU runs it");
            Switch(ref own, null, work.KernelRoot);
            return;
        }

        ref TlbCpu.TlbSlot slot = ref own.Known[Atomic.Load(in own.Slot)];
        ulong clean = Atomic.Load(in slot.Generation);
        if (clean >= work.Generation)
            return; // dropped whole after that flush was counted, and so after its change

        // Page by page only if nothing was left out before: the generation that is noted must stand for all flushes up to it.
        if (work.Kind == TlbWorkKind.Pages && clean == work.Generation - 1)
        {
            DropPages(ref own, work);
            Atomic.Store(ref slot.Generation, work.Generation);
            return;
        }

        CatchUp(ref own, work.Space);
    }

    private void ExecuteForKernel(ref TlbCpu own, in TlbWork work)
    {
        if (work.Kind == TlbWorkKind.Synchronize)
            return;
        if (work.Kind == TlbWorkKind.Everything)
        {
            DropEverything(ref own);
            return;
        }

        // INVLPG reaches global translations; all others, and upper-level entries, under the current identifier only (Intel SDM Vol. 3A
        // §4.10.4.1). What is cached under the others of the kernel's part goes before they are used again.
        DropPages(ref own, work);
        if (_state->UsesIdentifiers && (work.TablesFreed || !AreGlobal(work)))
            own.ForgetAllBut(_state->Platform.ReadPageTableRoot().Pcid);
    }

    // Whether all of the kernel's pages are. Its own root may have others besides, which are nobody else's.
    private bool AreGlobal(in TlbWork work)
    {
        bool areGlobal = _state->KernelPagesAreGlobal;
        for (int i = 0; areGlobal && i < work.Count; i++)
            areGlobal = MapperChecks.IsKernels(_state->Layout, work.PageAt(i));
        return areGlobal;
    }

    private void DropPages(ref TlbCpu own, in TlbWork work)
    {
        for (int i = 0; i < work.Count; i++)
            _state->Platform.InvalidatePage(work.PageAt(i));
        TlbCounters.Add(ref own.Counters.Pages, (ulong)work.Count);
        TraceSink.Emit(TraceEventKind.TranslationsFlushed, work.Count == 0 ? 0 : work.PageAt(0).Value, (ulong)work.Count * Size4KiB.Bytes);
    }

    // All under the current identifier, but the global ones: those are the kernel's. Reading CR3 gives bit 63 clear, which drops.
    private void DropContext(ref TlbCpu own)
    {
        _state->Platform.WritePageTableRoot(_state->Platform.ReadPageTableRoot());
        TlbCounters.Add(ref own.Counters.Contexts);
        TraceSink.Emit(TraceEventKind.TranslationsFlushed, 0, ulong.MaxValue);
    }

    private void DropEverything(ref TlbCpu own)
    {
        TPlatform platform = _state->Platform;
        Cr4 cr4 = Cr4.FromRaw(platform.ReadCr4());
        if (_state->CanInvalidateContexts)
        {
            platform.InvalidateContext(InvalidationKind.AllWithGlobals, 0, VirtAddr.Zero);
        }
        else if (cr4.Pge)
        {
            platform.WriteCr4(cr4.WithPge(false).Value); // any change of it drops everything
            platform.WriteCr4(cr4.Value);
        }
        else
        {
            platform.WritePageTableRoot(platform.ReadPageTableRoot());
        }

        TlbCounters.Add(ref own.Counters.Everything);
        TraceSink.Emit(TraceEventKind.TranslationsFlushed, 0, ulong.MaxValue);
    }
}
