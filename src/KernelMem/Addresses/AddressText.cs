using System;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>Writes addresses as hexadecimal text, in UTF-8 and UTF-16, without allocation and without the culture code of .NET.</summary>
/// <remarks>
/// The formats: none or <c>G</c> gives <c>0x0123456789abcdef</c>; <c>x</c> and <c>X</c> give sixteen bare digits;
/// <c>_</c> gives <c>0x0123_4567_89AB_CDEF</c>. There are always sixteen digits, so that columns line up.
/// </remarks>
internal static class AddressText
{
    /// <summary>The longest text any format gives.</summary>
    public const int MaxLength = 21;

    private const int Digits = 16;

    /// <summary>Whether <paramref name="format"/> is one of the formats.</summary>
    public static bool IsKnown(ReadOnlySpan<char> format) =>
        format.IsEmpty || (format.Length == 1 && format[0] is 'G' or 'g' or 'x' or 'X' or '_');

    /// <summary>Writes UTF-8. False, with nothing written, when the room is too small or the format unknown.</summary>
    public static bool TryFormat(ulong value, Span<byte> destination, out int written, ReadOnlySpan<char> format)
    {
        written = 0;
        if (!IsKnown(format))
            return false;

        char kind = format.IsEmpty ? 'G' : format[0];
        bool grouped = kind == '_';
        bool prefixed = kind is not ('x' or 'X');
        int length = Digits + (prefixed ? 2 : 0) + (grouped ? 3 : 0);
        if (destination.Length < length)
            return false;

        int at = 0;
        if (prefixed)
        {
            destination[at++] = (byte)'0';
            destination[at++] = (byte)'x';
        }

        ReadOnlySpan<byte> alphabet = kind is 'X' or '_' ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        for (int digit = 0; digit < Digits; digit++)
        {
            if (grouped && digit is 4 or 8 or 12)
                destination[at++] = (byte)'_';
            destination[at++] = alphabet[(int)(value >> (60 - (4 * digit))) & 0xF];
        }

        written = length;
        return true;
    }

    /// <summary>Writes UTF-16. False, with nothing written, when the room is too small or the format unknown.</summary>
    public static bool TryFormat(ulong value, Span<char> destination, out int written, ReadOnlySpan<char> format)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        bool possible = TryFormat(value, text, out int length, format) && length <= destination.Length;
        written = possible ? length : 0;
        Widen(text[..written], destination);
        return possible;
    }

    /// <summary>The text as a string, for hosts: a kernel has none to allocate. Panics when the format is unknown.</summary>
    [MayAlloc("for hosts and debuggers")]
    public static string ToText(ulong value, ReadOnlySpan<char> format)
    {
        RequireKnown(format);
        Span<char> text = stackalloc char[MaxLength];
        _ = TryFormat(value, text, out int length, format);
        return new string(text[..length]);
    }

    /// <summary>
    /// Panics when the format is unknown. .NET's own callers of span formatting grow the room and try again for as long as
    /// the answer is false, so an unknown format must not look like too little room to them.
    /// </summary>
    public static void RequireKnown(ReadOnlySpan<char> format) =>
        Panic.Assert(IsKnown(format), "Address: unknown format; use G, x, X or _");

    /// <summary>Copies ASCII into UTF-16.</summary>
    public static void Widen(ReadOnlySpan<byte> ascii, Span<char> destination)
    {
        for (int index = 0; index < ascii.Length; index++)
            destination[index] = (char)ascii[index];
    }
}
