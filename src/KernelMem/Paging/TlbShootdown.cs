using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Makes every CPU drop translations, and waits until all have (a TLB shootdown). Processors do not do this by themselves: each
/// keeps what it remembers until it is told on that very processor (Intel SDM Vol. 3A §4.10.5).
/// </summary>
/// <remarks>
/// <para>The kernel gives it an interrupt vector, calls <see cref="HandleInterrupt"/> from that vector's handler, and lets each CPU
/// <see cref="Join"/> when it comes up.</para>
/// <para>One request at a time. The asking CPU waits with interrupts off, but answers others while it waits for its turn, so that two
/// that ask at once do not wait for each other. A CPU that spins on a lock with interrupts off does not answer: hold no spin lock
/// that such a CPU may wait for.</para>
/// <para>No page is global and no process-context identifiers are used, so writing CR3 drops everything. The object is a handle:
/// copies are the same.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
public readonly unsafe struct TlbShootdown<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // Above this, dropping everything is cheaper than page by page; Linux came to 33 by measurement.
    private const int SinglePageLimit = 33;

    private readonly State* _state;

    private TlbShootdown(State* state) => _state = state;

    /// <summary>The bytes of metadata needed, 8-byte aligned.</summary>
    public static ulong MetadataSize => (ulong)sizeof(State);

    /// <summary>Whether this is one; <c>default</c> is none, and using it faults.</summary>
    public bool IsCreated => _state != null;

    /// <summary>How often, and how, translations were dropped.</summary>
    public FlushStatistics Statistics => new(
        Atomic.Load(in _state->Requests), Atomic.Load(in _state->Pages), Atomic.Load(in _state->Everything), Atomic.Load(in _state->Shootdowns));

    /// <summary>Begins with no CPU.</summary>
    /// <param name="platform">The CPUs.</param>
    /// <param name="vector">The interrupt vector that asks a CPU to drop translations; 32 to 255.</param>
    /// <param name="metadata">Memory that stays its own; 8-byte aligned. It is reached by every CPU.</param>
    /// <param name="bytes">Its length; see <see cref="MetadataSize"/>.</param>
    /// <returns>The object; or <see cref="MapError.BadMetadata"/>.</returns>
    public static Result<TlbShootdown<TPlatform>, MapError> Create(TPlatform platform, byte vector, [Aligned(8)] void* metadata, ulong bytes)
    {
        if (metadata == null || (ulong)metadata % sizeof(ulong) != 0 || bytes < MetadataSize)
            return MapError.BadMetadata;

        *(State*)metadata = new State { Platform = platform, Vector = vector };
        return new TlbShootdown<TPlatform>((State*)metadata);
    }

    /// <summary>The calling CPU uses the tables from now on. It drops all it remembers.</summary>
    public void Join()
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _state->Online.Add(_state->Platform.CurrentCpu);
        DropEverything();
        _state->Platform.RestoreInterrupts(interrupts);
    }

    /// <summary>The calling CPU is not asked any more, once this returns: it is about to stop.</summary>
    public void Leave()
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        CpuId cpu = _state->Platform.CurrentCpu;
        _state->Online.Remove(cpu);

        // A request under way may have counted this CPU in.
        while (Atomic.Load(in _state->Busy) != 0)
        {
            Answer(cpu);
            _state->Platform.Pause();
        }

        _state->Platform.RestoreInterrupts(interrupts);
    }

    /// <summary>What the handler of the vector calls; it ends the interrupt itself. May be called at any time.</summary>
    public void HandleInterrupt()
    {
        // Between knowing the CPU and having answered for it, neither a move to another CPU nor another answer may come.
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        Answer(_state->Platform.CurrentCpu);
        _state->Platform.RestoreInterrupts(interrupts);
    }

    /// <summary>Drops the translations of pages on every CPU, of upper-level entries too. Returns when all have.</summary>
    /// <param name="pages">An address in each page. All CPUs must be able to read it: the kernel's memory.</param>
    /// <param name="count">How many.</param>
    [MayBlock("waits for other CPUs")]
    public void Flush(VirtAddr* pages, int count)
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        Drop(pages, count);
        Atomic.FetchAdd(ref _state->Requests, 1ul);
        if (_state->Online.HasOthers(cpu))
            Ask(cpu, pages, count);
        platform.RestoreInterrupts(interrupts);
    }

    private void Ask(CpuId cpu, VirtAddr* pages, int count)
    {
        TPlatform platform = _state->Platform;
        while (!Atomic.TryCompareExchange(ref _state->Busy, 0u, 1u))
        {
            Answer(cpu);
            platform.Pause();
        }

        Atomic.Store(ref _state->RequestedPages, (nuint)pages);
        Atomic.Store(ref _state->RequestedCount, count);
        _state->Pending.CopyOthers(ref _state->Online, cpu);
        Atomic.Fence();
        for (int other = 0; other < CpuMask.Limit; other++)
        {
            CpuId target = new(other);
            if (_state->Pending.Contains(target))
            {
                platform.SendInterrupt(target, _state->Vector);
                Atomic.FetchAdd(ref _state->Shootdowns, 1ul);
            }
        }

        while (!_state->Pending.IsEmpty)
            platform.Pause();
        Atomic.Store(ref _state->Busy, 0u);
    }

    private void Answer(CpuId cpu)
    {
        if (!_state->Pending.Contains(cpu))
            return;
        Drop((VirtAddr*)Atomic.Load(in _state->RequestedPages), Atomic.Load(in _state->RequestedCount));
        _state->Pending.Remove(cpu);
    }

    private void Drop(VirtAddr* pages, int count)
    {
        if (count > SinglePageLimit)
        {
            DropEverything();
            return;
        }

        // SAFETY: the asking CPU keeps the list until all have answered.
        for (int i = 0; i < count; i++)
            _state->Platform.InvalidatePage(pages[i]);
        Atomic.FetchAdd(ref _state->Pages, (ulong)count);
        TraceSink.Emit(TraceEventKind.TranslationsFlushed, count == 0 ? 0 : pages[0].Value, (ulong)count * Size4KiB.Bytes);
    }

    private void DropEverything()
    {
        _state->Platform.WritePageTableRoot(_state->Platform.ReadPageTableRoot());
        Atomic.FetchAdd(ref _state->Everything, 1ul);
        TraceSink.Emit(TraceEventKind.TranslationsFlushed, 0, ulong.MaxValue);
    }

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays its own.
    private struct State
    {
        public TPlatform Platform;
        public byte Vector;
        public uint Busy;
        public int RequestedCount;
        public nuint RequestedPages;
        public CpuMask Online;
        public CpuMask Pending;
        public ulong Requests;
        public ulong Pages;
        public ulong Everything;
        public ulong Shootdowns;
    }
}
