namespace KernelMem.Frames;

/// <summary>What the table knows of a block beside its mark: the order in bits 0 to 4, further references above.</summary>
internal static class FrameDetail
{
    /// <summary>The order that stands for a run of any length.</summary>
    public const int RunOrder = 31;

    /// <summary>How many references may be added: 2^27 - 1.</summary>
    public const uint MaxReferences = uint.MaxValue >> ReferenceShift;

    private const uint OrderBits = 0x1F;
    private const int ReferenceShift = 5;

    /// <summary>The order of a block.</summary>
    public static int Order(uint detail) => (int)(detail & OrderBits);

    /// <summary>The further references to a block.</summary>
    public static uint References(uint detail) => detail >> ReferenceShift;

    /// <summary>The same detail with another number of further references.</summary>
    public static uint WithReferences(uint detail, uint references) => (detail & OrderBits) | (references << ReferenceShift);
}
