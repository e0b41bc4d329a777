using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Which space is current on a CPU, and what it still has to drop of it.</content>
public readonly unsafe partial struct TlbShootdown<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>Makes an address space the current one of the calling CPU. It is not lazy afterwards.</summary>
    /// <param name="space">The space; <c>null</c> for the kernel's own root.</param>
    /// <param name="root">Its root table. Identifier and <see cref="PageTableRoot.KeepsTranslations"/> are chosen here.</param>
    public void Activate(TlbContext* space, PageTableRoot root)
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        ref TlbCpu own = ref Of(platform.CurrentCpu);

        // A full barrier: see LeaveLazy.
        Atomic.Exchange(ref own.Lazy, 0u);
        bool isCurrent = space != null && Atomic.Load(in own.Current) == (nuint)space && platform.ReadPageTableRoot().Table == root.Table;
        if (isCurrent)
            CatchUp(ref own, space);
        else
            Switch(ref own, space, root);
        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>
    /// The calling CPU promises not to use the memory of the current program, until it calls <see cref="LeaveLazy"/> or
    /// <see cref="Activate"/>: it idles, or runs the kernel's own threads. Meanwhile flushes of that program's pages do not interrupt it.
    /// </summary>
    public void EnterLazy()
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();

        // Releasing: what the CPU did with the memory is done before.
        Atomic.Store(ref Of(platform.CurrentCpu).Lazy, 1u);
        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>The calling CPU uses the current program's memory again. It drops what it was not asked to drop meanwhile.</summary>
    public void LeaveLazy()
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        ref TlbCpu own = ref Of(platform.CurrentCpu);

        // A full barrier before the generation is read: whoever counts a flush after that finds the CPU lazy no more, and asks it.
        Atomic.Exchange(ref own.Lazy, 0u);
        TlbContext* space = (TlbContext*)Atomic.Load(in own.Current);
        if (space != null)
            CatchUp(ref own, space);
        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>
    /// Before a space ends: CPUs that are lazy in it go over to the kernel's own root, and the calling one does if it has it current.
    /// Panics if another CPU runs it.
    /// </summary>
    /// <param name="space">The space, which no CPU activates any more.</param>
    /// <param name="kernelRoot">The kernel's own root.</param>
    public void Retire(TlbContext* space, PageTableRoot kernelRoot)
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        ref TlbCpu own = ref Of(cpu);
        if (Atomic.Load(in own.Current) == (nuint)space)
            Switch(ref own, null, kernelRoot);
        TlbWork work = new() { Space = space, Kind = TlbWorkKind.Retire, KernelRoot = kernelRoot };
        if (space->Active.HasOthers(cpu))
            Ask(ref own, cpu, work);

        // A CPU that was just changing to another space takes itself out at the end of that.
        while (!space->Active.IsEmpty)
        {
            Answer(ref own, cpu);
            platform.Pause();
        }

        platform.RestoreInterrupts(interrupts);
    }

    private void Switch(ref TlbCpu own, TlbContext* space, PageTableRoot root)
    {
        TPlatform platform = _state->Platform;
        CpuId cpu = platform.CurrentCpu;
        TlbContext* before = (TlbContext*)Atomic.Load(in own.Current);
        Atomic.Store(ref own.Changing, 1u);

        // Being counted as one that runs it is a full barrier, and comes before the generation is read: see Run.
        ulong identity = TlbContext.KernelIdentity;
        ulong generation = 0;
        if (space != null)
        {
            Panic.Assert(_state->Online.Contains(cpu), "TlbShootdown: a CPU that has not joined runs a program's space");
            identity = space->Identify(ref _state->LastIdentity);
            space->Active.Add(cpu);
            generation = Atomic.Load(in space->Generation);
        }

        int index = own.FindSlot(identity, _state->UsesIdentifiers);
        ref TlbCpu.TlbSlot slot = ref own.Known[index];
        bool known = _state->UsesIdentifiers && Atomic.Load(in slot.Identity) == identity && slot.Root == root;
        bool clean = known && Atomic.Load(in slot.Generation) == generation;
        if (known && !clean)
            TlbCounters.Add(ref own.Counters.Deferred);
        Atomic.Store(ref slot.Identity, identity);
        Atomic.Store(ref slot.Generation, generation);
        slot.Root = root;
        platform.WritePageTableRoot(_state->UsesIdentifiers ? root.WithPcid((ushort)index).WithKeepsTranslations(clean) : root);

        Atomic.Store(ref own.Slot, index);
        Atomic.Store(ref own.Current, (nuint)space);
        Atomic.Store(ref own.Changing, 0u);

        // A handler that interrupted this (NMI) may have answered a flush meanwhile, or forgotten the slot.
        if (space != null)
            CatchUp(ref own, space);
        else if (Atomic.Load(in slot.Identity) != identity)
            DropContext(ref own);

        // Not before CR3 is written: until then, flushes of that space concern this CPU.
        if (before != null && before != space)
            before->Active.Remove(cpu);
    }

    // Drops what the CPU holds of the current space, if flushes were counted that it did not see.
    private void CatchUp(ref TlbCpu own, TlbContext* space)
    {
        // Read before dropping: what is counted after that is not covered, and is asked for.
        ulong generation = Atomic.Load(in space->Generation);
        ulong identity = Atomic.Load(in space->Identity);
        ref TlbCpu.TlbSlot slot = ref own.Known[Atomic.Load(in own.Slot)];
        if (Atomic.Load(in slot.Identity) == identity && Atomic.Load(in slot.Generation) == generation)
            return;
        DropContext(ref own);
        Atomic.Store(ref slot.Identity, identity);
        Atomic.Store(ref slot.Generation, generation);
    }
}
