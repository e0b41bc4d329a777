using System;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.AddressSpaces;

/// <content>Text: <c>[first-last]</c>, the addresses of the first and the last byte (the highest, where it would leave 64 bits); <c>[start-)</c> when empty.</content>
public readonly partial struct UserSpan<T> : ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>For show only: where the buffer would leave 64 bits, it is the highest address.</summary>
    private ulong LastByte => UserElement<T>.TryAdd(_start, _length, out ulong end) && !IsEmpty ? end - 1 : ulong.MaxValue;

    /// <summary>Writes the buffer as UTF-8 text; allocates nothing.</summary>
    /// <param name="utf8Destination">Room for the text: 45 bytes are always enough.</param>
    /// <param name="bytesWritten">How many bytes were written; 0 on failure.</param>
    /// <param name="format">
    /// How the addresses look. None or <c>G</c>: <c>0x0123456789abcdef</c>; <c>x</c>, <c>X</c>: sixteen bare digits; <c>_</c>:
    /// <c>0x0123_4567_89AB_CDEF</c>.
    /// </param>
    /// <returns>False when the room is too small or the format unknown.</returns>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default) =>
        RangeText.TryFormat(_start, LastByte, IsEmpty, utf8Destination, out bytesWritten, format);

    /// <summary>Writes the buffer as UTF-16 text; allocates nothing. Formats as in UTF-8.</summary>
    /// <param name="destination">Room for the text: 45 characters are always enough.</param>
    /// <param name="charsWritten">How many characters were written; 0 on failure.</param>
    /// <param name="format">One of the formats.</param>
    /// <returns>False when the room is too small or the format unknown.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default) =>
        RangeText.TryFormat(_start, LastByte, IsEmpty, destination, out charsWritten, format);

    /// <summary>The text as a string. For hosts and debuggers: it allocates.</summary>
    [MayAlloc("for hosts and debuggers")]
    public override string ToString() => RangeText.ToText(_start, LastByte, IsEmpty, format: default);

    /// <summary>The text in a format, as a string. For hosts: it allocates. Panics when the format is unknown.</summary>
    [MayAlloc("for hosts")]
    public string ToString(string? format, IFormatProvider? formatProvider) => RangeText.ToText(_start, LastByte, IsEmpty, format);

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
