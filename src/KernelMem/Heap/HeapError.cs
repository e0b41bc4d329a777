namespace KernelMem.Heap;

/// <summary>Why a heap did not do as asked. It has changed nothing but its statistics.</summary>
public enum HeapError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>The metadata buffer is null, not 16-byte aligned, or too small for the range. Give another.</summary>
    BadMetadata,

    /// <summary>
    /// No bytes asked for, an alignment that is not a power of two or above <see cref="HeapLimits.MaxAlignment"/>, address zero; or,
    /// at creation, a range that is empty, at address zero, not in whole pages, or longer than
    /// <see cref="HeapLimits.MaxRangeBytes"/>. Correct the call.
    /// </summary>
    InvalidRequest,

    /// <summary>More than the whole range has. No amount of freeing helps: ask for less, or make a larger heap.</summary>
    TooLarge,

    /// <summary>There are no frames for the block, or for the heap's descriptors. Give memory back, trim the heap, try again.</summary>
    OutOfMemory,

    /// <summary>The range has no run of free pages that is long enough and aligned. Free blocks, trim the heap, or ask for less.</summary>
    OutOfRange,

    /// <summary>
    /// No block is there: it was freed before, or came from elsewhere, or another CPU freed it meanwhile. The caller has a bug.
    /// </summary>
    NotAllocated,

    /// <summary>The address points into a block, behind its start. The caller has a bug: free what was allocated.</summary>
    NotAnAllocation,
}
