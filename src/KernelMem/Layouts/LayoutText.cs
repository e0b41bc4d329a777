using System;
using KernelMem.Annotations;

namespace KernelMem.Layouts;

/// <summary>
/// Writes the text of a word, <c>P|RW Frame=0x1000</c>, into memory of the caller: what the generated <c>TryFormat</c> is made of.
/// It allocates nothing and knows no culture.
/// </summary>
public ref struct LayoutText
{
    private const int HexDigits = 16;

    private readonly Span<byte> _room;
    private int _length;
    private bool _tooSmall;
    private bool _hasFlags;

    /// <summary>Writes into <paramref name="room"/>.</summary>
    public LayoutText(Span<byte> room) => _room = room;

    /// <summary>The name of a flag, if it is set. Flags come first, joined by bars.</summary>
    public void Flag(ReadOnlySpan<byte> name, bool isSet)
    {
        if (!isSet)
            return;

        if (_hasFlags)
            Put((byte)'|');

        Put(name);
        _hasFlags = true;
    }

    /// <summary>A field with its value in hexadecimal, unless that is zero.</summary>
    public void Number(ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
            Address(name, value);
    }

    /// <summary>A field with its value in hexadecimal.</summary>
    public void Address(ReadOnlySpan<byte> name, ulong value)
    {
        PutName(name);
        PutHex(value);
    }

    /// <summary>A field with the name of its value, or the value itself where it has no name.</summary>
    public void Member(ReadOnlySpan<byte> name, ReadOnlySpan<byte> member, ulong value)
    {
        PutName(name);
        if (member.IsEmpty)
            PutHex(value);
        else
            Put(member);
    }

    /// <summary>Ends the text: <c>0</c> where nothing was written.</summary>
    /// <param name="length">How long the text is; 0 on failure.</param>
    /// <returns>False when the room was too small.</returns>
    public bool TryFinish(out int length)
    {
        if (_length == 0)
            Put((byte)'0');

        length = _tooSmall ? 0 : _length;
        return !_tooSmall;
    }

    /// <summary>Copies a text as UTF-16.</summary>
    /// <returns>False, with nothing written, when the room is too small.</returns>
    public static bool TryWiden(ReadOnlySpan<byte> ascii, Span<char> destination, out int charsWritten)
    {
        bool fits = ascii.Length <= destination.Length;
        charsWritten = fits ? ascii.Length : 0;
        for (int index = 0; index < charsWritten; index++)
            destination[index] = (char)ascii[index];

        return fits;
    }

    /// <summary>A text as a string, for hosts and debuggers: it allocates.</summary>
    [MayAlloc("for hosts and debuggers")]
    public static string ToText(ReadOnlySpan<byte> ascii)
    {
        Span<char> text = stackalloc char[ascii.Length];
        _ = TryWiden(ascii, text, out _);
        return new string(text);
    }

    private void PutName(ReadOnlySpan<byte> name)
    {
        if (_length > 0)
            Put((byte)' ');

        Put(name);
        Put((byte)'=');
    }

    private void PutHex(ulong value)
    {
        Put("0x"u8);
        int digit = HexDigits - 1;
        while (digit > 0 && value >> (4 * digit) == 0)
            digit--;

        for (; digit >= 0; digit--)
            Put("0123456789abcdef"u8[(int)(value >> (4 * digit)) & 0xF]);
    }

    private void Put(ReadOnlySpan<byte> ascii)
    {
        foreach (byte character in ascii)
            Put(character);
    }

    private void Put(byte character)
    {
        if (_length == _room.Length)
            _tooSmall = true;
        else
            _room[_length++] = character;
    }
}
