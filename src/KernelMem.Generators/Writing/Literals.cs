using System.Globalization;
using System.Text;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

internal static class Literals
{
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

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
