using System;
using KernelMem.Failures;

namespace KernelMem.Diagnostics;

/// <summary>Writes readable text, byte by byte, to wherever the kernel's text goes. It allocates nothing and knows no culture.</summary>
/// <remarks>
/// All text is UTF-8. Numbers are built on the stack. A struct around one function pointer: pass it by value.
/// </remarks>
public readonly unsafe struct TextOutput
{
    // 2^64 has 20 decimal digits.
    private const int DecimalDigits = 20;

    private readonly delegate*<ReadOnlySpan<byte>, void> _sink;

    /// <summary>Text goes to a sink, piece by piece.</summary>
    /// <param name="sink">Takes each piece in turn; a serial line's write, for example.</param>
    public TextOutput(delegate*<ReadOnlySpan<byte>, void> sink) => _sink = sink;

    /// <summary>Writes text as it is.</summary>
    public void Write(ReadOnlySpan<byte> utf8) => _sink(utf8);

    /// <summary>Writes a literal of ASCII characters; others appear as question marks.</summary>
    public void Write(string ascii)
    {
        foreach (char character in ascii.AsSpan())
            Put(character < 0x80 ? (byte)character : (byte)'?');
    }

    /// <summary>Writes text and ends the line.</summary>
    public void WriteLine(ReadOnlySpan<byte> utf8)
    {
        Write(utf8);
        WriteLine();
    }

    /// <summary>Ends the line.</summary>
    public void WriteLine() => Write("\n"u8);

    /// <summary>Writes text and fills up with spaces to a width, in bytes. Longer text is written whole.</summary>
    public void WritePadded(ReadOnlySpan<byte> utf8, int width)
    {
        Write(utf8);
        Repeat((byte)' ', width - utf8.Length);
    }

    /// <summary>Writes an ASCII literal and fills up with spaces to a width.</summary>
    public void WritePadded(string ascii, int width)
    {
        Write(ascii);
        Repeat((byte)' ', width - ascii.Length);
    }

    /// <summary>Writes a byte some number of times; nothing if that is not positive.</summary>
    public void Repeat(byte character, int count)
    {
        for (int i = 0; i < count; i++)
            Put(character);
    }

    /// <summary>Writes <c>0x</c> and a number of lower-case hexadecimal digits, the low ones of the value.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">1 to 16; panics otherwise.</param>
    public void WriteHex(ulong value, int digits = 16)
    {
        Panic.Assert(digits is >= 1 and <= 16, "TextOutput.WriteHex: 1 to 16 digits");
        Write("0x"u8);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
            Put("0123456789abcdef"u8[(int)(value >> shift & 15)]);
    }

    /// <summary>Writes a decimal number, right-aligned.</summary>
    /// <param name="value">The number.</param>
    /// <param name="width">The least number of characters; spaces come first.</param>
    public void WriteDecimal(ulong value, int width = 0)
    {
        Span<byte> digits = stackalloc byte[DecimalDigits];
        int start = DecimalDigits;
        do
        {
            digits[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);

        Repeat((byte)' ', width - (DecimalDigits - start));
        Write(digits.Slice(start));
    }

    /// <summary>Writes a number of bytes in the largest binary unit, up to PiB, that keeps it at 1 or more, with one decimal, rounded down: <c>639.0 KiB</c>.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="width">The least number of characters; spaces come first.</param>
    public void WriteSize(ulong bytes, int width = 0)
    {
        int unit = 0;
        while (unit < 5 && bytes >> (10 * (unit + 1)) != 0)
            unit++;

        // " B" stands for the two characters of the unit; a decimal is written for larger units only.
        int suffix = unit == 0 ? 2 : 6;
        WriteDecimal(bytes >> (10 * unit), width - suffix);
        if (unit != 0)
        {
            ulong remainder = bytes & ((1UL << (10 * unit)) - 1);
            Put((byte)'.');
            Put((byte)('0' + (remainder >> (10 * (unit - 1))) * 10 / 1024));
        }

        Put((byte)' ');
        if (unit != 0)
        {
            Put("KMGTP"u8[unit - 1]);
            Put((byte)'i');
        }

        Put((byte)'B');
    }

    /// <summary>Writes thousandths as a percentage with one decimal: <c>12.5 %</c>.</summary>
    /// <param name="permille">The number of thousandths.</param>
    /// <param name="width">The least number of characters; spaces come first.</param>
    public void WritePermille(uint permille, int width = 0)
    {
        WriteDecimal(permille / 10, width - 4);
        Put((byte)'.');
        Put((byte)('0' + (permille % 10)));
        Write(" %"u8);
    }

    /// <summary>Writes a bar whose filled part stands to its width as a part to a whole.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">The whole; 0 makes an empty bar.</param>
    /// <param name="width">Characters between the brackets, 1 to 256; panics otherwise.</param>
    public void WriteBar(ulong part, ulong whole, int width)
    {
        Panic.Assert(width is >= 1 and <= 256, "TextOutput.WriteBar: a width of 1 to 256");
        part = Math.Min(part, whole);

        // In units of the whole's 1/2^16, so that sizes of memory cannot overflow.
        ulong unit = Math.Max(whole >> 16, 1);
        ulong filled = whole == 0 ? 0 : part / unit * (ulong)width / (whole / unit);
        if (filled == 0 && part != 0)
            filled = 1;
        Put((byte)'[');
        Repeat((byte)'#', (int)filled);
        Repeat((byte)'.', width - (int)filled);
        Put((byte)']');
    }

    private void Put(byte character) => Write(new ReadOnlySpan<byte>(in character));
}
