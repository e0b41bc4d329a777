using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// The page tables of one address space: maps, unmaps, protects and translates pages of 4 KiB and 2 MiB (1 GiB where the processor
/// has them), on four or five levels, and takes the frames of its tables from the frame allocator.
/// </summary>
/// <remarks>
/// <para>An operation that fails changes nothing: what it needs is reserved first, new tables are zeroed and filled before one store
/// links them in.</para>
/// <para>It keeps the kernel's and programs' pages apart by the <see cref="AddressLayout"/>, and refuses what is writable and
/// executable.</para>
/// <para>What is taken away or changed may live on in the translation caches of every CPU: unmapping and protecting return that as
/// an obligation (<see cref="Unmapped{TSize}"/>, <see cref="PendingFlush"/>) which must be flushed or put into a
/// <see cref="FlushBatch"/>. Mapping needs none: processors do not remember that a page was absent (Intel SDM Vol. 3A §4.10.2.3).</para>
/// <para>Several CPUs may use it at once: each operation is one step, and operations on different ranges do not wait for each other (the
/// protocol is in <see cref="PageCursor{TPlatform}"/>). Adopted tables are guarded by one lock.</para>
/// <para>The mapper is a handle: copies are the same mapper.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPU.</typeparam>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly MapperState<TPlatform>* _state;

    private PageMapper(MapperState<TPlatform>* state) => _state = state;

    /// <summary>The bytes of metadata that a program's mapper needs (<see cref="CreateUser"/>), 8-byte aligned.</summary>
    public static ulong MetadataSize => (ulong)sizeof(MapperState<TPlatform>);

    /// <summary>Whether this is a mapper; <c>default</c> is none, and using it faults.</summary>
    public bool IsCreated => _state != null;

    /// <summary>What CR3 holds while this address space is the current one.</summary>
    public PageTableRoot Root => PageTableRoot.FromRegister(_state->Tree.Root.Start.Value | _state->Tree.Format.EncryptionMask);

    /// <summary>How wide addresses are.</summary>
    public AddressWidth Width => _state->Tree.Width;

    /// <summary>Which addresses are whose.</summary>
    public AddressLayout Layout => _state->Layout;

    /// <summary>Whether the kernel's part is changed through this mapper; other address spaces only share it.</summary>
    public bool IsKernel => _state->IsKernel;

    /// <summary>Whether some of the tables were made by someone else (<see cref="AdoptKernel"/>).</summary>
    public bool IsAdopted => _state->IsAdopted;

    /// <summary>What the entries may hold.</summary>
    public EntryFormat Format => _state->Tree.Format;

    /// <summary>How physical memory is reached.</summary>
    public DirectMap DirectMap => _state->Tree.DirectMap;

    /// <summary>How many pages and tables there are, and what was done.</summary>
    public MapperStatistics Statistics => _state->ReadStatistics();

    /// <summary>The bytes of metadata that the kernel's mapper needs, 8-byte aligned: it counts for each CPU apart.</summary>
    /// <param name="cpuLimit">How many CPUs there may be; see <see cref="IPlatform.CpuLimit"/>.</param>
    public static ulong KernelMetadataSize(int cpuLimit) =>
        MetadataSize + ((ulong)cpuLimit * (ulong)sizeof(MapperState<TPlatform>.CpuCounters));

    /// <summary>Makes an empty kernel address space.</summary>
    /// <param name="platform">The CPU; no-execute pages must be on.</param>
    /// <param name="frames">Where tables come from.</param>
    /// <param name="directMap">How they are reached. It may grow later (<see cref="ExtendDirectMap"/>).</param>
    /// <param name="layout">Which addresses are whose.</param>
    /// <param name="width">How many levels: what CR4.LA57 says.</param>
    /// <param name="metadata">Memory that stays the mapper's; 8-byte aligned.</param>
    /// <param name="bytes">Its length; see <see cref="KernelMetadataSize"/>.</param>
    /// <param name="format">
    /// What entries may hold; what the CPU says if <c>default</c>. With an encryption bit (<see cref="EntryFormat.WithEncryption"/>), tables lie
    /// in encrypted memory: the direct map must show it so.
    /// </param>
    /// <returns>
    /// The mapper; or <see cref="MapError.BadMetadata"/>, <see cref="MapError.NoExecuteIsOff"/>, <see cref="MapError.OutOfMemory"/>.
    /// </returns>
    public static Result<PageMapper<TPlatform>, MapFailure> CreateKernel(
        TPlatform platform,
        FrameAllocator<TPlatform> frames,
        DirectMap directMap,
        in AddressLayout layout,
        AddressWidth width,
        [Aligned(8)] void* metadata,
        ulong bytes,
        EntryFormat format = default)
    {
        MapError refusal = CheckCreation(platform, metadata, bytes);
        if (refusal != MapError.None)
            return new MapFailure(refusal, default);

        MapperState<TPlatform> state = new() { Platform = platform, Frames = frames, Layout = layout, IsKernel = true };
        PutCounters(ref state, metadata);
        return Create(state, directMap, width, FormatOf(platform, format), (MapperState<TPlatform>*)metadata);
    }

    /// <summary>
    /// Takes over tables that someone else made and that are in use: a boot loader's, or a kernel's own. Pages can be added beside
    /// what is there; tables that the frame allocator did not give are never freed.
    /// </summary>
    /// <param name="root">The root table: what CR3 holds.</param>
    /// <inheritdoc cref="CreateKernel"/>
    /// <param name="platform">The CPU; no-execute pages must be on.</param>
    /// <param name="frames">Where further tables come from.</param>
    /// <param name="directMap">How all tables, those that are there included, are reached.</param>
    /// <param name="layout">Which addresses are whose.</param>
    /// <param name="width">How many levels: what CR4.LA57 says.</param>
    /// <param name="metadata">Memory that stays the mapper's; 8-byte aligned.</param>
    /// <param name="bytes">Its length; see <see cref="KernelMetadataSize"/>.</param>
    /// <param name="format">What entries may hold; what the CPU says if <c>default</c>.</param>
    public static Result<PageMapper<TPlatform>, MapFailure> AdoptKernel(
        TPlatform platform,
        PageTableRoot root,
        FrameAllocator<TPlatform> frames,
        DirectMap directMap,
        in AddressLayout layout,
        AddressWidth width,
        [Aligned(8)] void* metadata,
        ulong bytes,
        EntryFormat format = default)
    {
        MapError refusal = CheckCreation(platform, metadata, bytes);
        if (refusal != MapError.None)
            return new MapFailure(refusal, default);
        EntryFormat used = FormatOf(platform, format);
        Frame table = Frame.CreateUnchecked(PhysAddr.CreateUnchecked(root.Table.Start.Value & ~used.EncryptionMask));
        if (!TableTree.TryCreate(table, directMap, width, used, out TableTree tree))
            return new MapFailure(MapError.Unreadable, default);

        MapperState<TPlatform> state = new()
        {
            Platform = platform,
            Frames = frames,
            Tree = tree,
            Layout = layout,
            IsKernel = true,
            IsAdopted = true,
        };
        PutCounters(ref state, metadata);
        *(MapperState<TPlatform>*)metadata = state;
        return new PageMapper<TPlatform>((MapperState<TPlatform>*)metadata);
    }

    /// <summary>
    /// Makes an address space for a program: its user range is empty, the kernel's part is this one's. From now on this, the kernel's,
    /// mapper adds no entry to the shared part of the root table (<see cref="MapError.TopLevelSealed"/>): prepare ranges first
    /// (<see cref="Prepare"/>).
    /// </summary>
    /// <param name="metadata">Memory that stays the new mapper's; 8-byte aligned.</param>
    /// <param name="bytes">Its length; see <see cref="MetadataSize"/>.</param>
    /// <returns>The mapper; or <see cref="MapError.BadMetadata"/>, <see cref="MapError.OutOfMemory"/>. Panics on a mapper that is not the kernel's.</returns>
    public Result<PageMapper<TPlatform>, MapFailure> CreateUser([Aligned(8)] void* metadata, ulong bytes)
    {
        Panic.Assert(IsKernel, "PageMapper.CreateUser: not the kernel's mapper");
        if (!IsUsable(metadata, bytes, MetadataSize))
            return new MapFailure(MapError.BadMetadata, default);

        MapperState<TPlatform> state = new() { Platform = _state->Platform, Frames = _state->Frames, Layout = _state->Layout };
        Result<PageMapper<TPlatform>, MapFailure> created = Create(
            state, _state->Tree.DirectMap, _state->Tree.Width, _state->Tree.Format, (MapperState<TPlatform>*)metadata);
        if (!created.TryGet(out PageMapper<TPlatform> mapper))
            return created;

        if (!mapper.ShareKernel(this))
        {
            mapper.Destroy();
            return new MapFailure(MapError.OutOfMemory, default);
        }

        _state->IsSealed = true;
        return mapper;
    }

    /// <summary>
    /// From now on every page at an address that the layout gives to the kernel, its half and its heap, is mapped global, whatever its
    /// protection says: CPUs keep its translation when they change to another address space. Before the first page is mapped. Others never
    /// are: programs' pages, and identity mappings, which only the kernel's own root has.
    /// </summary>
    /// <remarks>The shootdown is to be told, too (<see cref="TlbShootdown{TPlatform}.SetKernelPagesGlobal"/>). Panics on any mapper but a new kernel's own.</remarks>
    public void SetKernelPagesGlobal()
    {
        bool isNew = IsKernel && !IsAdopted && !_state->IsSealed && Statistics.MappedBytes == 0;
        Panic.Assert(isNew, "PageMapper.SetKernelPagesGlobal: not a new mapper of the kernel's");
        _state->KernelGlobal = PtEntry.GlobalMask;
    }

    /// <summary>
    /// Makes this address space the current one of the CPU (CR3), where no <see cref="TlbShootdown{TPlatform}"/> is in use yet; that one
    /// does it otherwise, for it keeps books of what is current where.
    /// </summary>
    public void Activate(TPlatform platform) => platform.WritePageTableRoot(Root);

    /// <summary>Makes this address space the current one of the calling CPU.</summary>
    public void Activate(TlbShootdown<TPlatform> tlb) => tlb.Activate(ContextOf(_state), Root);

    /// <summary>Before a program's space ends: CPUs that idle in it change to the kernel's. Panics if another CPU runs it.</summary>
    internal void Retire(TlbShootdown<TPlatform> tlb, PageTableRoot kernelRoot) => tlb.Retire(ContextOf(_state), kernelRoot);

    // SAFETY: the state stays where it is as long as the mapper lives.
    internal static TlbContext* ContextOf(MapperState<TPlatform>* state) => state->IsKernel ? null : &state->Context;

    /// <summary>
    /// Takes a place in the tables, for many pages one after the other. <see cref="PageCursor{TPlatform}.Close"/> it before anything is flushed.
    /// </summary>
    [MustUse("interrupts stay off, and the table locked")]
    public PageCursor<TPlatform> Open() => new(_state, exclusive: false);

    /// <summary>
    /// As <see cref="Open"/>, where nobody else changes tables of this address space until the cursor is closed: it locks nothing. At boot,
    /// for instance, or in a program's space that no CPU uses yet.
    /// </summary>
    [MustUse("interrupts stay off")]
    public PageCursor<TPlatform> OpenExclusive() => new(_state, exclusive: true);

    /// <summary>More physical memory can be reached now, at the same base. Panics when the new map is another one, or shorter.</summary>
    public void ExtendDirectMap(DirectMap map)
    {
        DirectMap before = _state->Tree.DirectMap;
        Panic.Assert(map.Base == before.Base && map.Length >= before.Length, "PageMapper: the direct map may only grow");
        _state->Tree.ExtendDirectMap(map);
    }

    private static Result<PageMapper<TPlatform>, MapFailure> Create(
        MapperState<TPlatform> state, DirectMap directMap, AddressWidth width, in EntryFormat format, MapperState<TPlatform>* metadata)
    {
        if (!state.Frames.Allocate(RootRequest(directMap)).TryGet(out OwnedFrame root))
            return new MapFailure(MapError.OutOfMemory, default);
        if (!TableTree.TryCreate(root.Start, directMap, width, format, out state.Tree))
        {
            state.Frames.Free(root).Expect("PageMapper: a frame just allocated cannot be freed");
            return new MapFailure(MapError.OutOfMemory, default);
        }

        _ = root.Release();
        state.Tree.RootTable.Clear(0, TableIndex.Count);
        state.Shared.Value.TablesMade = 1;
        *metadata = state;
        return new PageMapper<TPlatform>(metadata);
    }

    private static EntryFormat FormatOf(TPlatform platform, EntryFormat format) =>
        format.PhysicalBits == 0 ? EntryFormat.Detect(platform) : format;

    private static FrameRequest RootRequest(DirectMap map) =>
        FrameRequest.For(FrameUse.PageTable).WithLimit(PhysAddr.CreateUnchecked(map.Length & ~(Frame.Size - 1)));

    private static MapError CheckCreation(TPlatform platform, void* metadata, ulong bytes)
    {
        if (!IsUsable(metadata, bytes, KernelMetadataSize(platform.CpuLimit)))
            return MapError.BadMetadata;
        return Efer.FromRaw(platform.ReadMsr(Efer.Msr)).Nxe ? MapError.None : MapError.NoExecuteIsOff;
    }

    // SAFETY: the metadata has room for them behind the state, as CheckCreation found.
    private static void PutCounters(ref MapperState<TPlatform> state, void* metadata)
    {
        state.OfCpus = (MapperState<TPlatform>.CpuCounters*)((MapperState<TPlatform>*)metadata + 1);
        state.CpuLimit = state.Platform.CpuLimit;
        for (int cpu = 0; cpu < state.CpuLimit; cpu++)
            state.OfCpus[cpu] = default;
    }

    private static bool IsUsable(void* metadata, ulong bytes, ulong needed) =>
        metadata != null && (ulong)metadata % sizeof(ulong) == 0 && bytes >= needed;
}
