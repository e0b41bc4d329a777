using System.Globalization;
using System.Text;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Generators.Writing;

internal static class Literals
{
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of bits, in words.</summary>
    public static string Bits(int count) => count == 1 ? "1 bit" : Number(count) + " bits";

    /// <summary>A string in quotes.</summary>
    public static string Text(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A text inside a documentation comment: one line, nothing that XML or the comment would take for its own.</summary>
    public static string Xml(string text)
        => new StringBuilder(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace('\r', ' ').Replace('\n', ' ').ToString();

    /// <summary>A text without what is not printable ASCII: generated text is one byte a character.</summary>
    public static string Ascii(string text)
    {
        var ascii = new StringBuilder();
        foreach (char character in text)
        {
            ascii.Append(character is > ' ' and <= '~' ? character : '?');
        }

        return ascii.ToString();
    }

    /// <summary>A number of the storage's width in hexadecimal, in groups of four digits: <c>0x000F_FFFF_FFFF_F000</c>.</summary>
    public static string Hex(ulong value, StorageType storage)
    {
        int digitCount = storage.Width / 4;
        string digits = value.ToString("X" + Number(digitCount), CultureInfo.InvariantCulture);
        var text = new StringBuilder("0x");
        for (int index = 0; index < digits.Length; index++)
        {
            if (index > 0 && (digits.Length - index) % 4 == 0)
                text.Append('_');

            text.Append(digits[index]);
        }

        return text.ToString();
    }
}
