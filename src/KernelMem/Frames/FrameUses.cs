namespace KernelMem.Frames;

/// <summary>Facts about <see cref="FrameUse"/>.</summary>
public static class FrameUses
{
    /// <summary>How many uses there are, <see cref="FrameUse.None"/> and <see cref="FrameUse.Reserved"/> included.</summary>
    public const int Count = (int)FrameUse.Reserved + 1;

    /// <summary>
    /// Whether frames may be requested for a use: all but <see cref="FrameUse.None"/> and <see cref="FrameUse.Reserved"/>.
    /// </summary>
    public static bool IsRequestable(FrameUse use) => use is > FrameUse.None and < FrameUse.Reserved;

    /// <summary>A short name to print, a literal.</summary>
    public static string Name(FrameUse use) => use switch
    {
        FrameUse.None => "free",
        FrameUse.Kernel => "kernel",
        FrameUse.PageTable => "page tables",
        FrameUse.Heap => "heap",
        FrameUse.User => "user",
        FrameUse.Dma => "DMA",
        FrameUse.Metadata => "metadata",
        FrameUse.Reserved => "reserved",
        _ => "unknown",
    };
}
