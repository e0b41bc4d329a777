namespace KernelMem.Frames;

/// <summary>Which frames would do: how many next to each other, where, and at which multiples. Numbers of frames, all of it.</summary>
internal unsafe struct FrameWindow
{
    /// <summary>How many.</summary>
    public uint Count;

    /// <summary>The first of them is a multiple of this power of two.</summary>
    public uint Alignment;

    /// <summary>They cross no multiple of this power of two; 0 is none.</summary>
    public uint Boundary;

    /// <summary>The lowest.</summary>
    public ulong Low;

    /// <summary>The limit: above the highest.</summary>
    public ulong High;

    /// <summary>The node that all of them must be of.</summary>
    public NodeFilter Node;

    /// <summary>Whether any block of an order that a pool has on the right node would do.</summary>
    public readonly bool Covers(FramePool* pool, int order) =>
        Count == 1u << order && Alignment == Count && Boundary == 0 && Low <= pool->Start && High >= pool->End;

    /// <summary>The next frame that is aligned.</summary>
    public readonly ulong AlignUp(ulong frame) => (frame + Alignment - 1) & ~((ulong)Alignment - 1);

    /// <summary>The same frame, if frames from it on cross no boundary; else the next candidate, which is behind the boundary.</summary>
    public readonly ulong KeepInside(ulong start)
    {
        if (Boundary == 0 || start / Boundary == (start + Count - 1) / Boundary)
            return start;

        return AlignUp((start / Boundary + 1) * Boundary);
    }
}
