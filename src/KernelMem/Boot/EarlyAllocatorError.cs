namespace KernelMem.Boot;

/// <summary>Why an <see cref="EarlyAllocator"/> did not do as asked. It has changed nothing.</summary>
public enum EarlyAllocatorError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>The metadata buffer is null, not 8-byte aligned, or too small for the map's usable regions. Give another.</summary>
    BadMetadata,

    /// <summary>No frames, or an alignment that is not a power of two of at least 4 KiB. Correct the call.</summary>
    InvalidRequest,

    /// <summary>No free run of frames is long enough, aligned, and in the range. Ask for less, or more widely.</summary>
    OutOfMemory,

    /// <summary>
    /// Memory is there, but taking it would split a free range and there is no room to note the halves. Ask for less alignment, or
    /// give a larger metadata buffer.
    /// </summary>
    OutOfMetadata,

    /// <summary>The frames asked for by address are not all free: not usable, or taken already. Choose others.</summary>
    NotFree,

    /// <summary>The memory has been handed over. Ask the allocator it was handed to.</summary>
    HandedOver,
}
