namespace KernelMem.AddressSpaces;

/// <summary>Why an <see cref="AddressSpace{TPlatform}"/> did not do as asked. It has changed nothing.</summary>
public enum AddressSpaceError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>No bytes, or a kind or backing that does not exist or cannot be asked for. Correct the call.</summary>
    InvalidRequest,

    /// <summary>The range is not whole 4 KiB pages, or a physical range not so aligned. Round it.</summary>
    Misaligned,

    /// <summary>The range is not where the layout puts regions of that kind. Choose another, or let the space place it.</summary>
    OutsideLayout,

    /// <summary>The protection does not suit the kind: a user kind needs a user protection, all others a kernel one, and some access.</summary>
    InvalidProtection,

    /// <summary>Nothing is both writable and executable. Write first, then change the protection.</summary>
    WritableAndExecutable,

    /// <summary>Some of the range is in use. Choose another.</summary>
    Overlaps,

    /// <summary>No gap where the layout puts such regions is long enough. Release some, or ask for less.</summary>
    NoRoom,

    /// <summary>Some of the range is in no region: it was never allocated, or has been released.</summary>
    NoRegion,

    /// <summary>Another CPU is making, changing or releasing it. Coordinate the two.</summary>
    Busy,

    /// <summary>
    /// The kernel's code would be writable somewhere: the same memory is mapped writable elsewhere, or as code. Release the other mapping, or
    /// change its protection, first.
    /// </summary>
    WritableCode,

    /// <summary>The same memory is mapped elsewhere, cached in another way: the processor's behavior would be undefined. Use the same cache type.</summary>
    CacheConflict,

    /// <summary>The region does not allow such an access.</summary>
    AccessDenied,

    /// <summary>There are no frames, for the memory itself or for the books. Free memory and try again.</summary>
    OutOfMemory,

    /// <summary>The page tables refuse: something is mapped there that no region knows of, or tables adopted from someone else forbid it.</summary>
    MappingRefused,

    /// <summary>Pages are there already, or not there: the region's user keeps wrong books.</summary>
    WrongPages,

    /// <summary>The metadata buffer is null, not 8-byte aligned, or too small. Give another.</summary>
    BadMetadata,
}
