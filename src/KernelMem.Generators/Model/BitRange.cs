using System;
using System.Globalization;

namespace KernelMem.Generators.Model;

/// <summary>The bits <paramref name="Low"/> to <paramref name="High"/> of a word, both included.</summary>
internal readonly record struct BitRange(int Low, int High)
{
    public int Width => High - Low + 1;

    /// <summary>Ones at the bits of the range.</summary>
    public ulong Mask => MaxValue << Low;

    /// <summary>The largest number that the range can hold.</summary>
    public ulong MaxValue => Width == 64 ? ulong.MaxValue : (1UL << Width) - 1;

    public bool Contains(int bit) => Low <= bit && bit <= High;

    public bool Overlaps(BitRange other) => Low <= other.High && other.Low <= High;

    public BitRange Intersect(BitRange other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    /// <summary>As a manual writes it in a sentence: "bit 7", "bits 12..51".</summary>
    public override string ToString()
        => Low == High
            ? string.Format(CultureInfo.InvariantCulture, "bit {0}", Low)
            : string.Format(CultureInfo.InvariantCulture, "bits {0}..{1}", Low, High);
}
