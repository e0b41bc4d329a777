using System;
using KernelMem.Annotations;

namespace KernelMem.Addresses;

/// <summary>
/// Writes ranges as <c>[first-last]</c>, both bytes included; an empty one as <c>[start-)</c>. First and last take the formats
/// of <see cref="AddressText"/>.
/// </summary>
internal static class RangeText
{
    /// <summary>The longest text any format gives.</summary>
    public const int MaxLength = (2 * AddressText.MaxLength) + 3;

    /// <summary>Writes UTF-8. False, with nothing written, when the room is too small or the format unknown.</summary>
    public static bool TryFormat(ulong first, ulong last, bool empty, Span<byte> destination, out int written, ReadOnlySpan<char> format)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        text[0] = (byte)'[';
        bool known = AddressText.TryFormat(first, text[1..], out int length, format);
        int at = 1 + length;
        text[at++] = (byte)'-';
        if (!empty)
        {
            _ = AddressText.TryFormat(last, text[at..], out length, format);
            at += length;
        }

        text[at++] = empty ? (byte)')' : (byte)']';

        bool possible = known && at <= destination.Length;
        written = possible ? at : 0;
        text[..written].CopyTo(destination);
        return possible;
    }

    /// <summary>Writes UTF-16. False, with nothing written, when the room is too small or the format unknown.</summary>
    public static bool TryFormat(ulong first, ulong last, bool empty, Span<char> destination, out int written, ReadOnlySpan<char> format)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        bool possible = TryFormat(first, last, empty, text, out int length, format) && length <= destination.Length;
        written = possible ? length : 0;
        AddressText.Widen(text[..written], destination);
        return possible;
    }

    /// <summary>The text as a string, for hosts. Panics when the format is unknown.</summary>
    [MayAlloc("for hosts and debuggers")]
    public static string ToText(ulong first, ulong last, bool empty, ReadOnlySpan<char> format)
    {
        AddressText.RequireKnown(format);
        Span<char> text = stackalloc char[MaxLength];
        _ = TryFormat(first, last, empty, text, out int length, format);
        return new string(text[..length]);
    }
}
