using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem;

/// <summary>
/// The front door: it brings up the floors of the library in order, knows how far it has come, and offers the everyday calls. Whoever
/// needs more uses the floors, which are all reachable from here.
/// </summary>
/// <remarks>
/// <para><b>Order.</b> <c>Create</c> (from a memory map, or from a stated range) → <see cref="StartPaging"/>, then
/// <see cref="MapDirectMap"/> and what else the kernel needs mapped, then <see cref="Activate"/>; or <see cref="AdoptPaging"/> where
/// page tables are in use that shall stay → <see cref="StartHeap"/>. A call before its time fails with
/// <see cref="MemoryFailure.OutOfOrder"/> and does nothing. One CPU until <see cref="MemoryManagerState.Active"/>; from then on any
/// number, each after <see cref="JoinCpu"/>.</para>
/// <para><b>Waiting.</b> Calls that take memory away or change its protection wait for other CPUs to flush, and so do allocations when
/// memory runs out half way and they take back what they had begun: hold no spin lock around any of them. Frames
/// and page faults never wait for another CPU.</para>
/// <para>The manager is a handle: copies are the same manager; <c>default</c> is none, and every call on it is out of order.</para>
/// </remarks>
/// <typeparam name="TPlatform">The CPUs.</typeparam>
public readonly unsafe partial struct MemoryManager<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly Header* _header;

    private MemoryManager(Header* header) => _header = header;

    /// <summary>How far it has come.</summary>
    public MemoryManagerState State => _header == null ? MemoryManagerState.None : (MemoryManagerState)Atomic.Load(in _header->State);

    /// <summary>Whether everything works.</summary>
    public bool IsReady => State == MemoryManagerState.Ready;

    /// <summary>The frame allocator. Panics before <see cref="MemoryManagerState.Frames"/>.</summary>
    public FrameAllocator<TPlatform> Frames => Require(MemoryManagerState.Frames)->Frames;

    /// <summary>The kernel's address space. Panics before <see cref="MemoryManagerState.Paging"/>.</summary>
    public AddressSpace<TPlatform> KernelSpace => Require(MemoryManagerState.Paging)->Kernel;

    /// <summary>How CPUs are made to forget translations. Panics before <see cref="MemoryManagerState.Paging"/>.</summary>
    public TlbShootdown<TPlatform> Tlb => Require(MemoryManagerState.Paging)->Tlb;

    /// <summary>The kernel heap. Panics before <see cref="MemoryManagerState.Ready"/>.</summary>
    public KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>> Heap => Require(MemoryManagerState.Ready)->Heap;

    /// <summary>The address space that is current on the calling CPU. Panics before <see cref="MemoryManagerState.Active"/>, or when it is none of this manager's.</summary>
    public AddressSpace<TPlatform> CurrentSpace
    {
        get
        {
            Header* header = Require(MemoryManagerState.Active);
            bool found = TryFindSpace(header->Platform.ReadPageTableRoot().Table, out AddressSpace<TPlatform> space);
            Panic.Assert(found, "MemoryManager: the current address space is not one of its own");
            return space;
        }
    }

    private bool Has(MemoryManagerState state) => State >= state;

    private Header* Require(MemoryManagerState state)
    {
        Panic.Assert(Has(state), "MemoryManager: used before it was ready for that");
        return _header;
    }

    private void Advance(MemoryManagerState state) => Atomic.Store(ref _header->State, (byte)state);

    // The kernel's space, or a program's from the list.
    private bool TryFindSpace(Frame root, out AddressSpace<TPlatform> space)
    {
        space = _header->Kernel;
        if (space.Root.Table == root)
            return true;

        SpinLockGuard<TPlatform> guard = _header->SpacesLock.Acquire(_header->Platform);
        SpaceNode* node = _header->Spaces;
        while (node != null && node->Space.Root.Table != root)
            node = node->Next;
        space = node == null ? default : node->Space;
        guard.Release();
        return node != null;
    }

    // SAFETY of every use of _header: Create put it into frames that were never handed to anyone else.
    private struct Header
    {
        public TPlatform Platform;
        public byte State;
        public FrameAllocator<TPlatform> Frames;
        public DirectMap DirectMap;
        public TlbShootdown<TPlatform> Tlb;
        public AddressSpace<TPlatform> Kernel;
        public KernelHeap<TPlatform, AddressSpaceHeapPages<TPlatform>> Heap;
        public SpinLock SpacesLock;
        public SpaceNode* Spaces;
    }

    // A program's space: this, and behind it in the same frame the space's own state.
    private struct SpaceNode
    {
        public SpaceNode* Next;
        public AddressSpace<TPlatform> Space;
        public Frame Frame;
    }
}
