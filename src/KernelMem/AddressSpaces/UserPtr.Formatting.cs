using System;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.AddressSpaces;

/// <content>Text: <c>0x0123456789abcdef</c>, or one of the documented formats.</content>
public readonly partial struct UserPtr<T> : ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>Writes the address as UTF-8 text; allocates nothing.</summary>
    /// <param name="utf8Destination">Room for the text: 21 bytes are always enough.</param>
    /// <param name="bytesWritten">How many bytes were written; 0 on failure.</param>
    /// <param name="format">
    /// None or <c>G</c>: <c>0x0123456789abcdef</c>; <c>x</c>, <c>X</c>: sixteen bare digits; <c>_</c>: <c>0x0123_4567_89AB_CDEF</c>.
    /// </param>
    /// <returns>False when the room is too small or the format unknown.</returns>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default) =>
        AddressText.TryFormat(_value, utf8Destination, out bytesWritten, format);

    /// <summary>Writes the address as UTF-16 text; allocates nothing. Formats as in UTF-8.</summary>
    /// <param name="destination">Room for the text: 21 characters are always enough.</param>
    /// <param name="charsWritten">How many characters were written; 0 on failure.</param>
    /// <param name="format">One of the formats.</param>
    /// <returns>False when the room is too small or the format unknown.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default) =>
        AddressText.TryFormat(_value, destination, out charsWritten, format);

    /// <summary>The text as a string. For hosts and debuggers: it allocates.</summary>
    [MayAlloc("for hosts and debuggers")]
    public override string ToString() => AddressText.ToText(_value, format: default);

    /// <summary>The text in a format, as a string. For hosts: it allocates. Panics when the format is unknown.</summary>
    [MayAlloc("for hosts")]
    public string ToString(string? format, IFormatProvider? formatProvider) => AddressText.ToText(_value, format);

    /// <inheritdoc/>
    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        AddressText.RequireKnown(format);
        return TryFormat(destination, out charsWritten, format);
    }

    /// <inheritdoc/>
    bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        AddressText.RequireKnown(format);
        return TryFormat(utf8Destination, out bytesWritten, format);
    }
}
