namespace KernelMem.Frames;

/// <summary>
/// Why a <see cref="FrameAllocator{TPlatform}"/> did not do as asked. It has changed only its counters: of failures; and, where it took
/// some of many frames and gave them back (<see cref="FrameAllocator{TPlatform}.AllocateMany"/>), of allocations, frees and fallbacks.
/// </summary>
public enum FrameError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>The metadata buffer is null, not 8-byte aligned, or too small for the map. Give another.</summary>
    BadMetadata,

    /// <summary>Usable memory ends above 16 TiB, more than the frame table numbers. Cut the map.</summary>
    MapTooLarge,

    /// <summary>The early allocator's memory is not the usable memory of the map. Give the map it was made with.</summary>
    MapMismatch,

    /// <summary>The early allocator has handed over its memory already. Use the allocator it was handed to.</summary>
    EarlyHandedOver,

    /// <summary>A use that cannot be requested, an order outside 0 to 10, or no such zone. Correct the call.</summary>
    InvalidRequest,

    /// <summary>
    /// No zone that may serve the request has a free block that large. Free memory, ask for a lower order, or allow fallback.
    /// </summary>
    OutOfMemory,

    /// <summary>
    /// Memory is free, but the direct map does not reach it, so it cannot be zeroed. Ask for it without zeroing, or for another zone.
    /// </summary>
    NotInDirectMap,

    /// <summary>The frame is no memory of this allocator: not usable in the map. It cannot be freed here.</summary>
    NotManaged,

    /// <summary>The frame is free: freed already, or never given out. A double free is a bug in the caller.</summary>
    NotAllocated,

    /// <summary>The frame lies inside an allocated block, not at its start. Free the block by its first frame.</summary>
    NotABlock,

    /// <summary>The block was allocated for another use. Only its owner frees it.</summary>
    WrongUse,

    /// <summary>The block was freed and its memory given out again since. A bug in the caller, whose token is of the past.</summary>
    StaleOwner,

    /// <summary>The frame was in use before the allocator existed, and is never freed.</summary>
    Reserved,

    /// <summary>The block has further references. Drop them first, or drop this one (<c>DropReference</c>).</summary>
    Shared,

    /// <summary>The block has 2^27 references, and room for no more. Copy it.</summary>
    TooManyReferences,

    /// <summary>The range holds memory that the allocator has already. Add only what is new.</summary>
    AlreadyManaged,

    /// <summary>The range holds frames that are allocated, or no memory of the allocator. Free them first.</summary>
    InUse,

    /// <summary>The frame was withdrawn: it is bad, or off line.</summary>
    Withdrawn,
}
