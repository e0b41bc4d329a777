namespace KernelMem.Frames;

internal unsafe partial struct FrameZone
{
    /// <summary>Whether a bare frame may be freed.</summary>
    /// <param name="frame">A frame of the zone.</param>
    /// <param name="use">In whose name.</param>
    /// <returns><see cref="FrameError.None"/> if it may.</returns>
    public readonly FrameError CheckFree(uint frame, FrameUse use)
    {
        ref FrameEntry entry = ref _table[frame];
        FrameError error = CheckAllocated(frame, in entry);
        if (error != FrameError.None)
            return error;

        return entry.Use == use ? FrameError.None : FrameError.WrongUse;
    }

    /// <summary>Whether a token still owns its block.</summary>
    /// <param name="frame">The frame of the zone at which the token's block starts.</param>
    /// <param name="owner">The token.</param>
    /// <returns><see cref="FrameError.None"/> if it does.</returns>
    public readonly FrameError CheckFree(uint frame, in OwnedFrame owner)
    {
        ref FrameEntry entry = ref _table[frame];
        FrameError error = CheckAllocated(frame, in entry);
        if (error == FrameError.NotABlock)
            return FrameError.StaleOwner; // it started a block once, and lies in a larger one now

        if (error != FrameError.None)
            return error;

        bool current = entry.Generation == owner.Generation && entry.Order == owner.Order && entry.Use == owner.Use;
        return current ? FrameError.None : FrameError.StaleOwner;
    }

    private readonly FrameError CheckAllocated(uint frame, ref readonly FrameEntry entry) => entry.State switch
    {
        EntryState.AllocatedBlock => entry.Use == FrameUse.Reserved ? FrameError.Reserved : FrameError.None,
        EntryState.FreeBlock => FrameError.NotAllocated,
        EntryState.Inside => _table[_table.BlockOf(frame)].State == EntryState.FreeBlock ? FrameError.NotAllocated : FrameError.NotABlock,
        _ => FrameError.NotManaged,
    };
}
