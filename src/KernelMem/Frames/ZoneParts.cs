namespace KernelMem.Frames;

/// <summary>Walks a range of frames, cut where zones meet.</summary>
/// <param name="books">Knows the zones.</param>
/// <param name="start">The first frame, in the table.</param>
/// <param name="end">The frame after the last, in the table.</param>
internal unsafe struct ZoneParts(FrameBooks* books, uint start, uint end)
{
    /// <summary>The part that the walk stands at.</summary>
    public ZonePart Current { readonly get; private set; } = new(zone: 0, start, start);

    public readonly ZoneParts GetEnumerator() => this;

    /// <summary>Steps to the next part; false after the last.</summary>
    public bool MoveNext()
    {
        uint next = Current.End;
        if (next >= end)
            return false;

        int zone = books->ZoneOf(next);
        uint border = books->Pools[zone].End;
        Current = new ZonePart(zone, next, border < end ? border : end);
        return true;
    }
}

/// <summary>Frames next to each other, of one zone.</summary>
internal readonly struct ZonePart(int zone, uint start, uint end)
{
    /// <summary>The number of their zone.</summary>
    public int Zone { get; } = zone;

    /// <summary>The first frame.</summary>
    public uint Start { get; } = start;

    /// <summary>The frame after the last.</summary>
    public uint End { get; } = end;

    /// <summary>How many.</summary>
    public uint Count => End - Start;
}
