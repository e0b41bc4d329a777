namespace KernelMem.Frames;

/// <summary>What a walk over a zone's blocks has counted.</summary>
internal unsafe struct BlockCensus
{
    private fixed ulong _freeBlocks[FrameRequest.MaxOrder + 1];
    private fixed ulong _framesByUse[FrameUses.Count];

    /// <summary>Frames in free blocks.</summary>
    public ulong FreeFrames { readonly get; private set; }

    /// <summary>Allocated blocks, without those that were in use before the allocator.</summary>
    public ulong AllocatedBlocks { readonly get; private set; }

    /// <summary>The free blocks of an order.</summary>
    public readonly ulong FreeBlocks(int order) => _freeBlocks[order];

    /// <summary>The frames allocated for a use.</summary>
    public readonly ulong FramesInUse(int use) => _framesByUse[use];

    /// <summary>Counts a block.</summary>
    public void Count(ref readonly FrameEntry block)
    {
        ulong frames = 1UL << block.Order;
        if (block.State == EntryState.FreeBlock)
        {
            _freeBlocks[block.Order]++;
            FreeFrames += frames;
            return;
        }

        _framesByUse[(int)block.Use] += frames;
        if (block.Use != FrameUse.Reserved)
            AllocatedBlocks++;
    }
}
