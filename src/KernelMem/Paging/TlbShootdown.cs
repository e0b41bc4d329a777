using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Makes CPUs drop translations, and waits until all that may hold them have (a TLB shootdown). Processors do not do this by themselves:
/// each keeps what it remembers until it is told on that very processor (Intel SDM Vol. 3A §4.10.5).
/// </summary>
/// <remarks>
/// <para>The kernel gives it an interrupt vector, calls <see cref="HandleInterrupt"/> from that vector's handler, lets each CPU
/// <see cref="Join"/> when it comes up, and changes address spaces by <see cref="Activate"/>.</para>
/// <para>A flush names its address space. One of a program's space interrupts the CPUs where the space is current; a CPU that ran it before
/// catches up when it runs it again, and one that is lazy (<see cref="EnterLazy"/>) when it is no more. One of the kernel's part
/// (<c>null</c>) interrupts every CPU that has joined, and so does one after which tables are freed.</para>
/// <para>The asking CPU waits with interrupts off, but answers others while it waits, so that two that ask at once do not wait for each
/// other. A CPU that spins on a lock with interrupts off does not answer: hold no spin lock that such a CPU may wait for.</para>
/// <para>Where CR4.PCIDE is on (<see cref="CpuFeatures.Enable"/>), each CPU keeps the translations of the last few spaces apart by
/// process-context identifiers, and only it may write CR3. The object is a handle: copies are the same.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
public readonly unsafe partial struct TlbShootdown<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <summary>
    /// Above so many pages, dropping all is cheaper than page by page: an INVLPG costs as much as a few misses. Linux came to 33 by
    /// measurement.
    /// </summary>
    private const int SinglePageLimit = 33;

    private readonly State* _state;

    private TlbShootdown(State* state) => _state = state;

    /// <summary>Whether this is one; <c>default</c> is none, and using it faults.</summary>
    public bool IsCreated => _state != null;

    /// <summary>Whether spaces are kept apart by process-context identifiers.</summary>
    public bool UsesIdentifiers => _state->UsesIdentifiers;

    /// <summary>Whether every page of the kernel's part is mapped global: see <see cref="SetKernelPagesGlobal"/>.</summary>
    public bool KernelPagesAreGlobal => _state->KernelPagesAreGlobal;

    /// <summary>How often, and how, translations were dropped.</summary>
    public FlushStatistics Statistics
    {
        get
        {
            TlbCounters sum = default;
            for (int cpu = 0; cpu < _state->CpuLimit; cpu++)
            {
                ref TlbCounters counters = ref Of(new CpuId(cpu)).Counters;
                sum.Requests += Atomic.Load(in counters.Requests);
                sum.Pages += Atomic.Load(in counters.Pages);
                sum.Contexts += Atomic.Load(in counters.Contexts);
                sum.Everything += Atomic.Load(in counters.Everything);
                sum.Shootdowns += Atomic.Load(in counters.Shootdowns);
                sum.Deferred += Atomic.Load(in counters.Deferred);
                sum.Skipped += Atomic.Load(in counters.Skipped);
            }

            return new FlushStatistics(sum.Requests, sum.Pages, sum.Everything, sum.Shootdowns, sum.Contexts, sum.Deferred, sum.Skipped);
        }
    }

    /// <summary>The bytes of metadata needed, 8-byte aligned.</summary>
    /// <param name="cpuLimit">How many CPUs there may be: <see cref="IPlatform.CpuLimit"/>, at most 256.</param>
    public static ulong MetadataSize(int cpuLimit) => (ulong)sizeof(State) + ((ulong)cpuLimit * (ulong)sizeof(TlbCpu));

    /// <summary>Begins with no CPU.</summary>
    /// <param name="platform">The CPUs. Whether the calling one has CR4.PCIDE on decides for all.</param>
    /// <param name="vector">The interrupt vector that asks a CPU to drop translations; 32 to 255.</param>
    /// <param name="metadata">Memory that stays its own; 8-byte aligned. It is reached by every CPU.</param>
    /// <param name="bytes">Its length; see <see cref="MetadataSize"/>.</param>
    /// <returns>The object; or <see cref="MapError.BadMetadata"/>.</returns>
    public static Result<TlbShootdown<TPlatform>, MapError> Create(TPlatform platform, byte vector, [Aligned(8)] void* metadata, ulong bytes)
    {
        int cpus = platform.CpuLimit;
        Panic.Assert(cpus <= CpuMask.Limit, "TlbShootdown: more than 256 CPUs");
        if (metadata == null || (ulong)metadata % sizeof(ulong) != 0 || bytes < MetadataSize(cpus))
            return MapError.BadMetadata;

        bool canInvalidate = CpuFeatures.Detect(platform).Has(CpuFeatureSet.ContextInvalidation);
        *(State*)metadata = new State
        {
            Platform = platform,
            Vector = vector,
            CpuLimit = cpus,
            LastIdentity = TlbContext.KernelIdentity,
            CanInvalidateContexts = canInvalidate,
            UsesIdentifiers = canInvalidate && Cr4.FromRaw(platform.ReadCr4()).Pcide,
        };

        // SAFETY: the buffer was found large enough above.
        TlbShootdown<TPlatform> created = new((State*)metadata);
        for (int cpu = 0; cpu < cpus; cpu++)
            created.Of(new CpuId(cpu)) = default;
        return created;
    }

    /// <summary>
    /// Whoever makes the kernel's tables says, once, before programs run, that every page at an address that the layout gives to the kernel
    /// is mapped global (<see cref="PageMapper{TPlatform}.SetKernelPagesGlobal"/>). Then INVLPG reaches these translations under all
    /// identifiers, and what else is cached under them may stay.
    /// </summary>
    /// <param name="layout">Which addresses are the kernel's. Pages elsewhere that the kernel's own root has are not global: identity mappings.</param>
    public void SetKernelPagesGlobal(in AddressLayout layout)
    {
        _state->Layout = layout;
        _state->KernelPagesAreGlobal = true;
    }

    /// <summary>The calling CPU uses the tables from now on. It drops all it remembers. No program's space may be current.</summary>
    public void Join()
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        ref TlbCpu own = ref Of(cpu);
        bool identifiers = _state->CanInvalidateContexts && Cr4.FromRaw(platform.ReadCr4()).Pcide;
        Panic.Assert(identifiers == _state->UsesIdentifiers, "TlbShootdown: CR4.PCIDE is not on, or off, on every CPU");
        Panic.Assert(Atomic.Load(in own.Current) == 0, "TlbShootdown: a CPU joins while a program's space is current");

        // Who asks and does not see the CPU yet has changed the tables before (Add is a full barrier, and so is what Ask begins with); and
        // all that was cached before the change is dropped below.
        _state->Online.Add(cpu);
        own.ForgetAllBut(kept: -1);
        DropEverything(ref own);
        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>
    /// The calling CPU is not asked any more, once this returns: it is about to stop. The kernel's own root is current, or no space of
    /// the library's.
    /// </summary>
    public void Leave()
    {
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        ref TlbCpu own = ref Of(cpu);
        Panic.Assert(Atomic.Load(in own.Current) == 0, "TlbShootdown: a CPU leaves while a program's space is current");
        _state->Online.Remove(cpu);

        // Who began to ask before may have counted this CPU in. Who begins after this, a full barrier, does not see it.
        for (int asking = 0; asking < platform.CpuCount; asking++)
        {
            ref TlbRequest request = ref Of(new CpuId(asking)).Request;
            ulong sequence = Atomic.Load(in request.Sequence);
            while (asking != cpu.Value && (sequence & 1) != 0 && Atomic.Load(in request.Sequence) == sequence)
            {
                Answer(ref own, cpu);
                platform.Pause();
            }
        }

        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>What the handler of the vector calls; it ends the interrupt itself. May be called at any time, by any handler.</summary>
    public void HandleInterrupt()
    {
        // Between knowing the CPU and having answered for it, it must stay the same.
        TPlatform platform = _state->Platform;
        InterruptState interrupts = platform.SaveInterrupts();
        CpuId cpu = platform.CurrentCpu;
        Answer(ref Of(cpu), cpu);
        platform.RestoreInterrupts(interrupts);
    }

    /// <summary>Drops the translations of pages, of upper-level entries that led to them too, wherever they may be cached.</summary>
    /// <param name="space">Whose pages; <c>null</c> for the kernel's part, which every space shares.</param>
    /// <param name="pages">An address in each page. All CPUs must be able to read it: the kernel's memory.</param>
    /// <param name="count">How many.</param>
    /// <param name="tablesFreed">
    /// Whether upper-level entries were changed too: tables were taken out that will be freed. Then every CPU that has joined acknowledges, lazy ones too: a processor may
    /// walk them by itself, and code on another CPU that walks tables with interrupts off has ended once that CPU has answered.
    /// </param>
    [MayBlock("waits for other CPUs")]
    public void Flush(TlbContext* space, VirtAddr* pages, int count, bool tablesFreed = false) =>
        Run(new TlbWork { Space = space, Pages = pages, Count = count, Kind = KindFor((ulong)count, tablesFreed), TablesFreed = tablesFreed });

    /// <summary>Drops the translations of all pages of a range. <inheritdoc cref="Flush(TlbContext*, VirtAddr*, int, bool)" path="/summary"/></summary>
    /// <param name="space">Whose pages; <c>null</c> for the kernel's part.</param>
    /// <param name="range">From the first page's first byte on.</param>
    /// <param name="stride">The size of the smallest page in it, in bytes: one address in each such step is dropped.</param>
    /// <param name="tablesFreed">Whether tables were taken out that will be freed: see <see cref="Flush(TlbContext*, VirtAddr*, int, bool)"/>.</param>
    [MayBlock("waits for other CPUs")]
    public void FlushRange(TlbContext* space, VirtRange range, [PowerOfTwo] ulong stride, bool tablesFreed = false)
    {
        Panic.Assert(stride >= Size4KiB.Bytes, "TlbShootdown: no page is so small");
        ulong count = (range.Length + stride - 1) / stride;
        TlbWorkKind kind = KindFor(count, tablesFreed);
        int pages = kind == TlbWorkKind.Pages ? (int)count : 0;
        Run(new TlbWork { Space = space, First = range.Start.Value, Stride = stride, Count = pages, Kind = kind, TablesFreed = tablesFreed });
    }

    /// <summary>Drops all translations of a space; of the kernel's part (<c>null</c>): all there are, global ones too.</summary>
    /// <param name="space">Whose; <c>null</c> for the kernel's part.</param>
    /// <param name="tablesFreed">Whether tables were taken out that will be freed: see <see cref="Flush(TlbContext*, VirtAddr*, int, bool)"/>.</param>
    [MayBlock("waits for other CPUs")]
    public void FlushAll(TlbContext* space, bool tablesFreed = false) =>
        Run(new TlbWork { Space = space, Kind = TlbWorkKind.Everything, TablesFreed = tablesFreed });

    /// <summary>
    /// Drops nothing, and returns when every CPU that has joined has answered: what one of them did with interrupts off when this was
    /// called, it has done.
    /// </summary>
    [MayBlock("waits for other CPUs")]
    public void Synchronize() => Run(new TlbWork { Kind = TlbWorkKind.Synchronize });

    /// <summary>Drops the translations of pages of any space on every CPU, as after tables were freed.</summary>
    /// <param name="pages">An address in each page. All CPUs must be able to read it: the kernel's memory.</param>
    /// <param name="count">How many.</param>
    [MayBlock("waits for other CPUs")]
    public void Flush(VirtAddr* pages, int count) => Flush(null, pages, count, tablesFreed: true);

    // INVLPG of any page drops the upper-level entries of all (Intel SDM Vol. 3A §4.10.4.1); without a page, nothing would.
    private static TlbWorkKind KindFor(ulong count, bool tablesFreed) =>
        count > SinglePageLimit || (count == 0 && tablesFreed) ? TlbWorkKind.Everything : TlbWorkKind.Pages;

    private ref TlbCpu Of(CpuId cpu)
    {
        Panic.Assert((uint)cpu.Value < (uint)_state->CpuLimit, "TlbShootdown: a CPU beyond the limit");

        // SAFETY: Create found room for so many behind the state.
        return ref ((TlbCpu*)(_state + 1))[cpu.Value];
    }

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays its own.
    private struct State
    {
        public TPlatform Platform;
        public int CpuLimit;
        public byte Vector;
        public bool UsesIdentifiers;
        public bool CanInvalidateContexts;
        public bool KernelPagesAreGlobal;
        public AddressLayout Layout; // if they are
        public ulong LastIdentity;
        public CpuMask Online;
    }
}
