namespace KernelMem.Heap;

/// <summary>256 KiB of a heap's range: 64 pages, whose descriptors fill a frame, which is there while one of them is in use.</summary>
internal unsafe struct HeapChunk
{
    /// <summary>How many pages a chunk has.</summary>
    public const int Pages = 64;

    /// <summary>The descriptors; null exactly if no page is in use.</summary>
    public HeapPage* Descriptors;

    /// <summary>A bit for each page: set while it is in use: from when it is reserved until it is unmapped and flushed.</summary>
    public ulong Used;
}
