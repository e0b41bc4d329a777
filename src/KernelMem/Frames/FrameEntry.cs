using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Frames;

/// <summary>What the frame table holds of each frame beside its <see cref="FrameMark"/>: 8 bytes. All zeros at first.</summary>
[StructLayout(LayoutKind.Sequential)]
[ExpectedSize(8)]
internal struct FrameEntry
{
    /// <summary>The order that stands for a run of any length, which the next frame's <see cref="Detail"/> holds.</summary>
    public const int RunOrder = 31;

    private const uint OrderBits = 0x1F;
    private const int ReferenceShift = 5;

    /// <summary>How often a block that starts here was given out; see <see cref="FrameInfo.Generation"/>. Never reset.</summary>
    public uint Generation;

    /// <summary>
    /// Of a block's first frame: the order in bits 0 to 4, the further references above. Of a run's second frame: the run's length.
    /// 0 everywhere else.
    /// </summary>
    public uint Detail;

    /// <summary>How many references may be added: 2^27 - 1.</summary>
    public const uint MaxReferences = uint.MaxValue >> ReferenceShift;

    /// <summary>The order of a detail.</summary>
    public static int Order(uint detail) => (int)(detail & OrderBits);

    /// <summary>The further references of a detail.</summary>
    public static uint References(uint detail) => detail >> ReferenceShift;

    /// <summary>The same detail with one reference more, or, with -1, less.</summary>
    public static uint WithReferences(uint detail, uint references) => (detail & OrderBits) | (references << ReferenceShift);
}
