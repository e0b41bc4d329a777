namespace KernelMem.Heap;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class HeapErrors
{
    /// <summary>What went wrong in a heap.</summary>
    public static string Message(HeapError error) => error switch
    {
        HeapError.None => "heap: no error",
        HeapError.BadMetadata => "heap: the metadata buffer is missing, misaligned or too small",
        HeapError.InvalidRequest => "heap: no bytes, no address, an alignment that is none, or a range that no heap can have",
        HeapError.TooLarge => "heap: more than the whole range has",
        HeapError.OutOfMemory => "heap: out of memory",
        HeapError.OutOfRange => "heap: no run of free pages is long enough",
        HeapError.NotAllocated => "heap: no block is there; freed twice, or foreign",
        HeapError.NotAnAllocation => "heap: the address points into a block, not at its start",
        _ => "heap: unknown error",
    };
}
