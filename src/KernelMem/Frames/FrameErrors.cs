namespace KernelMem.Frames;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class FrameErrors
{
    /// <summary>What went wrong with a frame.</summary>
    public static string Message(FrameError error) => error switch
    {
        FrameError.None => "frames: no error",
        FrameError.BadMetadata => "frames: the metadata buffer is missing, misaligned or too small",
        FrameError.MapTooLarge => "frames: usable memory ends above 16 TiB",
        FrameError.MapMismatch => "frames: the early allocator was made with another memory map",
        FrameError.EarlyHandedOver => "frames: the early allocator has handed over its memory already",
        FrameError.InvalidRequest => "frames: invalid use, order or zone",
        FrameError.OutOfMemory => "frames: out of memory",
        FrameError.NotInDirectMap => "frames: free memory is outside the direct map and cannot be zeroed",
        FrameError.NotManaged => "frames: the frame is not memory of this allocator",
        FrameError.NotAllocated => "frames: the frame is free already",
        FrameError.NotABlock => "frames: the frame lies inside a block",
        FrameError.WrongUse => "frames: the block was allocated for another use",
        FrameError.StaleOwner => "frames: the block was freed and given out again since",
        FrameError.Reserved => "frames: the frame was in use before the allocator and is never freed",
        FrameError.Shared => "frames: the block has further references",
        FrameError.TooManyReferences => "frames: the block has too many references",
        FrameError.AlreadyManaged => "frames: the range holds memory of the allocator already",
        FrameError.InUse => "frames: the range is not free memory",
        FrameError.Withdrawn => "frames: the frame was withdrawn",
        _ => "frames: unknown error",
    };
}
