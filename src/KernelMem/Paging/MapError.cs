namespace KernelMem.Paging;

/// <summary>Why a page was not mapped, unmapped or changed. Nothing has been changed.</summary>
public enum MapError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>The page is not canonical for the paging mode in use. Use an address of 48 bits, or turn on five-level paging.</summary>
    NotCanonical,

    /// <summary>A range does not begin or end at a page of 4 KiB, or the memory does not begin at a frame. Round it.</summary>
    Misaligned,

    /// <summary>The processor cannot grant this: no access at all, writing or executing without reading, a global page of a program, a key on
    /// a kernel page. Correct the protection.</summary>
    InvalidProtection,

    /// <summary>A page is never both writable and executable. Write first, then change the protection.</summary>
    WritableAndExecutable,

    /// <summary>A page of the user range must be open to user mode. Use a user protection, or an address of the kernel.</summary>
    KernelPageInUserRange,

    /// <summary>A page outside the user range must not be open to user mode. Use a kernel protection, or a user address.</summary>
    UserPageOutsideUserRange,

    /// <summary>The page is in the null guard, or spans areas. Only identity mappings of the kernel may be there, and none at zero.</summary>
    NullGuard,

    /// <summary>The layout has no use for the address, or the page spans areas. Only identity mappings of the kernel may be there.</summary>
    OutsideLayout,

    /// <summary>The kernel's part of the tables is shared by all address spaces. Change it through the kernel's own.</summary>
    SharedKernelRange,

    /// <summary>
    /// The page would need a new entry in the shared root, but address spaces exist that would not get it. Prepare the range
    /// before the first address space is made.
    /// </summary>
    TopLevelSealed,

    /// <summary>A page is mapped there already. Unmap it first.</summary>
    AlreadyMapped,

    /// <summary>The address lies in a larger mapped page. Unmap that first, or use its size.</summary>
    CoveredByLargePage,

    /// <summary>Smaller pages are, or were, mapped in the place of the large one. Unmap them and reclaim their tables.</summary>
    TableInTheWay,

    /// <summary>The small pages do not follow one another in memory, begin at an address that no large page can, or are not alike. Leave them small.</summary>
    NotUniform,

    /// <summary>No page is mapped there.</summary>
    NotMapped,

    /// <summary>An upper-level entry that is not ours forbids what was asked for: the tables were made by someone else.</summary>
    ParentForbids,

    /// <summary>A table outside the direct map, or a reserved bit set: the tables were made by someone else, or are damaged.</summary>
    Unreadable,

    /// <summary>
    /// What was there was unmapped as part of a range, or became one large page, and the flush of that is still owed. Flush it first.
    /// </summary>
    FlushPending,

    /// <summary>128 ranges of this address space are unmapped and not flushed yet. Flush one of them first.</summary>
    TooManyPending,

    /// <summary>
    /// The processor lacks what is asked for, or it is not turned on: the page size, the cache type, a protection key, encryption, or so
    /// wide a physical address. Ask for something else.
    /// </summary>
    NotSupported,

    /// <summary>There is no frame for a table. Free memory and try again.</summary>
    OutOfMemory,

    /// <summary>The metadata buffer is null, not 8-byte aligned, or too small. Give another.</summary>
    BadMetadata,

    /// <summary>The processor's no-execute pages are off (IA32_EFER.NXE). Turn them on: without them nothing can be kept from being executed.</summary>
    NoExecuteIsOff,
}
