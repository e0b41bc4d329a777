using System;
using System.Globalization;
using System.Text;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Parsing;

/// <summary>
/// Draws two ranges of bits that meet, in one line, because a build log has lines: <c>bits 9..0: 'A' ######----, 'B' --########</c>.
/// </summary>
internal static class OverlapDrawing
{
    /// <summary>Wider drawings are harder to read than numbers.</summary>
    private const int MaxWidth = 32;

    public static string Of(BitClaim first, BitClaim second)
    {
        var both = new BitRange(Math.Min(first.Bits.Low, second.Bits.Low), Math.Max(first.Bits.High, second.Bits.High));
        string range = string.Format(CultureInfo.InvariantCulture, "bits {0}..{1}", both.High, both.Low);
        return $"{range}: {first.Name} {Draw(first.Bits, both)}, {second.Name} {Draw(second.Bits, both)}";
    }

    /// <summary>Most significant first, as manuals draw.</summary>
    private static string Draw(BitRange bits, BitRange frame)
    {
        if (frame.Width > MaxWidth)
            return string.Format(CultureInfo.InvariantCulture, "[{0}..{1}]", bits.High, bits.Low);

        var drawing = new StringBuilder();
        for (int bit = frame.High; bit >= frame.Low; bit--)
        {
            drawing.Append(bits.Contains(bit) ? '#' : '-');
        }

        return drawing.ToString();
    }
}
