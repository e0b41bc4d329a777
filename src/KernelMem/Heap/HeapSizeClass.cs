namespace KernelMem.Heap;

/// <summary>A size of objects that share pages, and the slabs of that size.</summary>
/// <remarks>
/// The sizes are powers of two and, between them, one and a half times one, so that, above 32 bytes, rounding wastes about a third at
/// most. 1536 would fit a page no oftener than 2048, so 1360 is there instead: three in a page.
/// </remarks>
internal struct HeapSizeClass
{
    /// <summary>How many size classes there are.</summary>
    public const int Number = 14;

    private const int ReciprocalShift = 24;
    private const int PageBytes = 4096;

    /// <summary>The bytes of an object.</summary>
    public int Size;

    /// <summary>How many objects a page has.</summary>
    public int Objects;

    /// <summary>The first slab with objects both allocated and free, or <see cref="HeapPageMap.None"/>.</summary>
    public int Partial;

    /// <summary>The one empty slab that is kept, or <see cref="HeapPageMap.None"/>.</summary>
    public int Cached;

    private uint _reciprocal;

    /// <summary>The size of a class.</summary>
    public static int SizeOf(int sizeClass) => sizeClass switch
    {
        0 => 16,
        1 => 32,
        2 => 48,
        3 => 64,
        4 => 96,
        5 => 128,
        6 => 192,
        7 => 256,
        8 => 384,
        9 => 512,
        10 => 768,
        11 => 1024,
        12 => 1360,
        _ => 2048,
    };

    /// <summary>A class without slabs.</summary>
    public static HeapSizeClass Create(int sizeClass)
    {
        int size = SizeOf(sizeClass);
        return new HeapSizeClass
        {
            Size = size,
            Objects = PageBytes / size,
            Partial = HeapPageMap.None,
            Cached = HeapPageMap.None,
            _reciprocal = (uint)(((1 << ReciprocalShift) + size - 1) / size),
        };
    }

    /// <summary>Which object holds a byte of a page: <paramref name="offset"/> / <see cref="Size"/>, without the division.</summary>
    /// <remarks>
    /// The reciprocal is too great by less than 1 / 2^24, so the product, for an offset below 2^12, by less than 1 / 2^12: too little
    /// to reach the next integer, which is at least 1 / 2048 away.
    /// </remarks>
    public readonly int IndexOf(int offset) => (int)((ulong)offset * _reciprocal >> ReciprocalShift);
}
