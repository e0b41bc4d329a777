namespace KernelMem.Frames;

/// <summary>What an allocated frame is used for: its owner. A frame is freed in the name of the use it was allocated for.</summary>
public enum FrameUse : byte
{
    /// <summary>Nothing: the frame is free. Not for requests.</summary>
    None = 0,

    /// <summary>The kernel's own code, data and stacks.</summary>
    Kernel,

    /// <summary>A page table.</summary>
    PageTable,

    /// <summary>Memory behind the kernel heap.</summary>
    Heap,

    /// <summary>Memory of a user process.</summary>
    User,

    /// <summary>A buffer that a device reads or writes.</summary>
    Dma,

    /// <summary>The books of a component of this library.</summary>
    Metadata,

    /// <summary>In use when the allocator took over: what the early allocator gave out. Never freed; not for requests.</summary>
    Reserved,
}
