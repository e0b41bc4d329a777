namespace KernelMem.Platform;

/// <summary>What a <see cref="TraceEvent"/> tells of; says what its two numbers are.</summary>
public enum TraceEventKind : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Frames were given out: the address of the first, and how many bytes.</summary>
    FramesAllocated = 1,

    /// <summary>Frames were taken back: the address of the first, and how many bytes.</summary>
    FramesFreed = 2,

    /// <summary>A page was mapped: its address, and the new entry.</summary>
    PageMapped = 3,

    /// <summary>A page was unmapped: its address, and the former entry.</summary>
    PageUnmapped = 4,

    /// <summary>This CPU dropped translations: the first address, and how many bytes.</summary>
    TranslationsFlushed = 5,

    /// <summary>Other CPUs were told to drop translations: the first address, and how many bytes.</summary>
    ShootdownSent = 6,

    /// <summary>A page fault arrived: the address, and the processor's error code.</summary>
    PageFault = 7,

    /// <summary>The first number that is free for the kernel's own events.</summary>
    FirstOfKernel = 0x8000,
}

/// <summary>Something that happened in the library: its kind and two numbers.</summary>
public readonly struct TraceEvent
{
    /// <summary>An event.</summary>
    public TraceEvent(TraceEventKind kind, ulong first, ulong second)
    {
        Kind = kind;
        First = first;
        Second = second;
    }

    /// <summary>What happened.</summary>
    public TraceEventKind Kind { get; }

    /// <summary>The first number; the kind says what it is.</summary>
    public ulong First { get; }

    /// <summary>The second number; the kind says what it is.</summary>
    public ulong Second { get; }
}
