namespace KernelMem.Frames;

/// <summary>Whether a frame can be had.</summary>
public enum FrameState : byte
{
    /// <summary>No memory of the allocator: a device, firmware, a hole, or above all memory.</summary>
    NotManaged = 0,

    /// <summary>Free.</summary>
    Free,

    /// <summary>Given out, or <see cref="FrameUse.Reserved"/>.</summary>
    Allocated,

    /// <summary>Withdrawn: bad memory, or off line. Never given out.</summary>
    Withdrawn,
}
