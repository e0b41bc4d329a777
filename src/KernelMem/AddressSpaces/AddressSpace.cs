using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <summary>
/// An address space: page tables, and the regions that say what is where, for what, and under which protection. Every operation is
/// checked against the regions first, so that memory which was released, or never allocated, is not touched.
/// </summary>
/// <remarks>
/// <para>There is one for the kernel, and one for each program, which shares the kernel's part. Regions of the kernel are the kernel's
/// space's; a program's space has those of its user range.</para>
/// <para><b>Several CPUs.</b> Any may call at any time. A spin lock guards the books; pages are mapped and unmapped without it, so that
/// work on different regions goes on side by side. A region whose pages are being worked on says so and keeps others away
/// (<see cref="AddressSpaceError.Busy"/>). Flushes wait for other CPUs, always without that lock. Everything but queries and page faults may
/// flush, allocation included, when it takes back what it had begun: see <see cref="TlbShootdown{TPlatform}"/> for what callers must
/// not hold.</para>
/// <para>The space is a handle: copies are the same space; <c>default</c> is none, and using it faults.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly State* _state;

    private AddressSpace(State* state) => _state = state;

    /// <summary>The bytes of metadata that a program's space needs, 8-byte aligned; less than a frame.</summary>
    public static ulong MetadataSize => MapperOffset + PageMapper<TPlatform>.MetadataSize;

    /// <summary>Whether this is a space.</summary>
    public bool IsCreated => _state != null;

    /// <summary>Whether it is the kernel's.</summary>
    public bool IsKernel => _state->Mapper.IsKernel;

    /// <summary>
    /// Its page tables. Whoever maps through the mapper does so beside the regions, and must be the only one to use the space then:
    /// at boot, for the kernel's image.
    /// </summary>
    public PageMapper<TPlatform> Mapper => _state->Mapper;

    /// <summary>Which addresses are whose.</summary>
    public AddressLayout Layout => _state->Mapper.Layout;

    /// <summary>What CR3 holds while this is the current space.</summary>
    public PageTableRoot Root => _state->Mapper.Root;

    /// <summary>How many regions there are.</summary>
    public int RegionCount
    {
        get
        {
            SpinLockGuard<TPlatform> guard = Lock();
            int count = _state->Regions.Count;
            guard.Release();
            return count;
        }
    }

    private static ulong MapperOffset => ((ulong)sizeof(State) + 7) & ~7UL;

    /// <summary>The bytes of metadata that the kernel's space needs, 8-byte aligned.</summary>
    /// <param name="cpuLimit">How many CPUs there may be; see <see cref="IPlatform.CpuLimit"/>.</param>
    public static ulong KernelMetadataSize(int cpuLimit) => MapperOffset + PageMapper<TPlatform>.KernelMetadataSize(cpuLimit);

    /// <summary>Makes the kernel's space, without a region.</summary>
    /// <param name="platform">The CPUs; no-execute pages must be on.</param>
    /// <param name="frames">Where memory comes from.</param>
    /// <param name="directMap">How physical memory is reached now.</param>
    /// <param name="layout">Which addresses are whose.</param>
    /// <param name="width">How many levels: what CR4.LA57 says.</param>
    /// <param name="tlb">How CPUs are made to forget.</param>
    /// <param name="metadata">Memory that stays the space's; 8-byte aligned.</param>
    /// <param name="bytes">Its length; see <see cref="KernelMetadataSize"/>.</param>
    /// <returns>The space; or why not.</returns>
    public static Result<AddressSpace<TPlatform>, MapError> CreateKernel(
        TPlatform platform,
        FrameAllocator<TPlatform> frames,
        DirectMap directMap,
        in AddressLayout layout,
        AddressWidth width,
        TlbShootdown<TPlatform> tlb,
        [Aligned(8)] void* metadata,
        ulong bytes)
    {
        if (!IsUsable(metadata, bytes, KernelMetadataSize(platform.CpuLimit)))
            return MapError.BadMetadata;
        Result<PageMapper<TPlatform>, MapFailure> mapper =
            PageMapper<TPlatform>.CreateKernel(platform, frames, directMap, layout, width, MapperPart(metadata), bytes - MapperOffset);
        return Create(platform, frames, tlb, mapper, metadata);
    }

    /// <summary>Makes the kernel's space of tables that someone else made and that are in use (see <see cref="PageMapper{TPlatform}.AdoptKernel"/>).</summary>
    /// <inheritdoc cref="CreateKernel"/>
    public static Result<AddressSpace<TPlatform>, MapError> AdoptKernel(
        TPlatform platform,
        FrameAllocator<TPlatform> frames,
        DirectMap directMap,
        in AddressLayout layout,
        AddressWidth width,
        TlbShootdown<TPlatform> tlb,
        [Aligned(8)] void* metadata,
        ulong bytes)
    {
        if (!IsUsable(metadata, bytes, KernelMetadataSize(platform.CpuLimit)))
            return MapError.BadMetadata;
        Result<PageMapper<TPlatform>, MapFailure> mapper = PageMapper<TPlatform>.AdoptKernel(
            platform, platform.ReadPageTableRoot(), frames, directMap, layout, width, MapperPart(metadata), bytes - MapperOffset);
        return Create(platform, frames, tlb, mapper, metadata);
    }

    /// <summary>
    /// Makes a space for a program: no regions of its own, and the kernel's part. From now on the kernel's part of the root table is
    /// sealed (see <see cref="PageMapper{TPlatform}.CreateUser"/>).
    /// </summary>
    /// <param name="metadata">Memory that stays the new space's; 8-byte aligned.</param>
    /// <param name="bytes">Its length; see <see cref="MetadataSize"/>.</param>
    /// <returns>The space; or why not.</returns>
    public Result<AddressSpace<TPlatform>, MapError> CreateUser([Aligned(8)] void* metadata, ulong bytes)
    {
        if (!IsUsable(metadata, bytes, MetadataSize))
            return MapError.BadMetadata;
        SpinLockGuard<TPlatform> guard = Lock();
        Result<PageMapper<TPlatform>, MapFailure> mapper = _state->Mapper.CreateUser(MapperPart(metadata), bytes - MapperOffset);
        guard.Release();
        Result<AddressSpace<TPlatform>, MapError> created = Create(_state->Platform, _state->Frames, _state->Tlb, mapper, metadata);
        if (created.TryGet(out AddressSpace<TPlatform> space))
            space._state->KernelRoot = Root;
        return created;
    }

    /// <summary>Whether both handles are of the same space.</summary>
    public bool IsSameAs(AddressSpace<TPlatform> other) => _state == other._state;

    /// <summary>Makes this the current space of the calling CPU.</summary>
    public void Activate() => _state->Mapper.Activate(_state->Tlb);

    /// <summary>The region that holds an address.</summary>
    /// <returns>False when none does, or it is just being released.</returns>
    public bool TryFindRegion(VirtAddr address, out Region region)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = _state->Regions.TryFind(address, out int index);
        region = found ? _state->Regions[index] : default;
        guard.Release();
        return found && region.State != RegionState.Releasing;
    }

    /// <summary>The region at a place, by ascending address. Regions may come and go between two calls.</summary>
    /// <returns>False when there are not so many.</returns>
    public bool TryGetRegion(int index, out Region region)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool found = (uint)index < (uint)_state->Regions.Count;
        region = found ? _state->Regions[index] : default;
        guard.Release();
        return found;
    }

    /// <summary>Where an address leads; see <see cref="PageMapper{TPlatform}.TryTranslate"/>.</summary>
    public bool TryTranslate(VirtAddr address, out Translation translation)
    {
        SpinLockGuard<TPlatform> guard = Lock();
        bool mapped = _state->Mapper.TryTranslate(address, out translation);
        guard.Release();
        return mapped;
    }

    /// <summary>Whether all of a range is in regions that allow an access: what a kernel asks before it uses a pointer from elsewhere.</summary>
    /// <param name="range">The range; empty ranges are refused.</param>
    /// <param name="access">What is to be done there.</param>
    /// <param name="user">Whether for user mode.</param>
    /// <returns>Success; or <see cref="AddressSpaceError.InvalidRequest"/>, <see cref="AddressSpaceError.NoRegion"/>, <see cref="AddressSpaceError.AccessDenied"/>.</returns>
    public Result<AddressSpaceError> CheckAccess(VirtRange range, PageAccess access, bool user)
    {
        if (range.IsEmpty || access == PageAccess.None)
            return AddressSpaceError.InvalidRequest;

        AddressSpaceError error = AddressSpaceError.None;
        SpinLockGuard<TPlatform> guard = Lock();
        VirtAddr next = range.Start;
        bool done = false;
        for (int index = _state->Regions.FirstEndingBehind(range.Start); !done && error == AddressSpaceError.None; index++)
        {
            bool covered = index < _state->Regions.Count && _state->Regions[index].Range.Contains(next);
            if (!covered || _state->Regions[index].State == RegionState.Releasing)
                error = AddressSpaceError.NoRegion;
            else if (!Allows(_state->Regions[index].Protection, access, user))
                error = AddressSpaceError.AccessDenied;
            else if (_state->Regions[index].Range.Contains(range.Last))
                done = true;
            else
                next = VirtAddr.CreateUnchecked(_state->Regions[index].Range.Last.Value + 1);
        }

        guard.Release();
        return error == AddressSpaceError.None ? Result<AddressSpaceError>.Success : error;
    }

    /// <summary>What it has and did.</summary>
    public AddressSpaceStatistics GetStatistics()
    {
        SpinLockGuard<TPlatform> guard = Lock();
        AddressSpaceStatistics statistics = new(_state->Regions.Count, _state->Faults, _state->Mapper.Statistics);
        guard.Release();
        return statistics;
    }

    /// <summary>How many regions of a kind there are, and their bytes of address space.</summary>
    public RegionStatistics GetStatistics(RegionKind kind)
    {
        RegionStatistics statistics = default;
        SpinLockGuard<TPlatform> guard = Lock();
        for (int index = 0; index < _state->Regions.Count; index++)
        {
            if (_state->Regions[index].Kind == kind)
                statistics = new RegionStatistics(statistics.Count + 1, statistics.Bytes + _state->Regions[index].Range.Length);
        }

        guard.Release();
        return statistics;
    }

    /// <summary>
    /// Ends a program's space: releases its regions, and gives back its tables. Nobody may use it any more: CPUs that idle in it, and the
    /// calling one, change to the kernel's space; another that runs it is a bug in the kernel, and panics.
    /// </summary>
    /// <returns>Success; or <see cref="AddressSpaceError.Busy"/> while a region is being worked on: then some regions are gone, the space is not.</returns>
    public Result<AddressSpaceError> Destroy()
    {
        Panic.Assert(!IsKernel, "AddressSpace.Destroy: the kernel's space stays");
        while (TryGetRegion(0, out Region region))
        {
            if (region.State != RegionState.Live)
                return AddressSpaceError.Busy;
            if (Release(region.Range).TryGetError(out AddressSpaceError error) && error != AddressSpaceError.NoRegion)
                return error;
        }

        _state->Mapper.Retire(_state->Tlb, _state->KernelRoot);
        _state->Regions.Free(_state->Frames);
        _state->Mapper.Destroy();
        *_state = default;
        return Result<AddressSpaceError>.Success;
    }

    private static Result<AddressSpace<TPlatform>, MapError> Create(
        TPlatform platform,
        FrameAllocator<TPlatform> frames,
        TlbShootdown<TPlatform> tlb,
        Result<PageMapper<TPlatform>, MapFailure> created,
        void* metadata)
    {
        if (!created.TryGet(out PageMapper<TPlatform> mapper, out MapFailure failure))
            return failure.Code;

        *(State*)metadata = new State { Platform = platform, Frames = frames, Tlb = tlb, Mapper = mapper };
        return new AddressSpace<TPlatform>((State*)metadata);
    }

    private static bool IsUsable(void* metadata, ulong bytes, ulong needed) =>
        metadata != null && (ulong)metadata % sizeof(ulong) == 0 && bytes >= needed;

    private static void* MapperPart(void* metadata) => (byte*)metadata + MapperOffset;

    private static bool Allows(Protection protection, PageAccess access, bool user) =>
        (protection.Access & access) == access && (!user || protection.IsUser);

    private SpinLockGuard<TPlatform> Lock() => _state->Lock.Acquire(_state->Platform);

    // SAFETY of every use of _state: Create made it inside the caller's buffer, which stays the space's.
    private struct State
    {
        public TPlatform Platform;
        public SpinLock Lock;
        public RegionTable Regions;
        public PageMapper<TPlatform> Mapper;
        public FrameAllocator<TPlatform> Frames;
        public TlbShootdown<TPlatform> Tlb;
        public FaultStatistics Faults;

        // Where CPUs go that idle in a program's space when that ends.
        public PageTableRoot KernelRoot;
    }
}
