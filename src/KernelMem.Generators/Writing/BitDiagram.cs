using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>
/// Draws a layout: a ruler, the word with a letter for each field (<c>0</c> and <c>1</c> are reserved or fixed bits,
/// <c>.</c> ignored ones, <c>~</c> ones for software), and a line for each part, as the tables of a processor manual do.
/// </summary>
internal static class BitDiagram
{
    /// <summary>Where fields overlap, more of them are possible than there are letters.</summary>
    private const char NoLetter = '?';

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz23456789@#$%";

    public static IEnumerable<string> Draw(LayoutModel layout)
    {
        List<Part> parts = Parts(layout);
        List<Part> owners = [.. parts.OrderBy(part => part.IsSecondView)];
        yield return Row(layout.Storage, bit => (char)('0' + (bit / 10)));
        yield return Row(layout.Storage, bit => (char)('0' + (bit % 10)));
        yield return Row(layout.Storage, bit => owners.First(part => part.Bits.Contains(bit)).Symbol);
        yield return string.Empty;

        foreach (Part part in parts)
        {
            yield return string.Format(CultureInfo.InvariantCulture, "{0}  {1,-6}  {2}", part.Symbol, Position(part.Bits), part.Text);
        }
    }

    /// <summary>Most significant first, as manuals have it.</summary>
    private static List<Part> Parts(LayoutModel layout)
    {
        int letter = 0;
        var fields = layout.Fields.Reverse().Select(field => new Part(field.Bits, NextLetter(), Describe(field), field.Options.AllowsOverlap));
        var unnamed = layout.Unnamed.Select(bits => new Part(bits.Bits, Symbol(bits.Role), bits.Description, IsSecondView: false));
        return fields.Concat(unnamed).OrderByDescending(part => part.Bits.Low).ToList();

        char NextLetter() => letter < Letters.Length ? Letters[letter++] : NoLetter;
    }

    private static string Describe(FieldModel field)
    {
        string access = field.Options.Access switch
        {
            AccessKind.ReadOnly => ", read-only",
            AccessKind.WriteOnly => ", write-only",
            AccessKind.WriteOneToClear => ", write 1 to clear",
            _ => string.Empty,
        };
        return field.Name + access + (field.Options.IsSoftware ? ", for software" : string.Empty);
    }

    private static char Symbol(UnnamedRole role) => role switch
    {
        UnnamedRole.Ignored => '.',
        UnnamedRole.Software => '~',
        UnnamedRole.FixedOne => '1',
        _ => '0',
    };

    private static string Position(BitRange bits)
        => bits.Width == 1
            ? bits.Low.ToString(CultureInfo.InvariantCulture)
            : string.Format(CultureInfo.InvariantCulture, "{0}:{1}", bits.High, bits.Low);

    private static string Row(StorageType storage, System.Func<int, char> symbolAt)
    {
        var row = new StringBuilder();
        for (int bit = storage.Width - 1; bit >= 0; bit--)
        {
            row.Append(symbolAt(bit));
            if (bit % 8 == 0 && bit > 0)
                row.Append(' ');
        }

        return row.ToString();
    }

    private readonly record struct Part(BitRange Bits, char Symbol, string Text, bool IsSecondView);
}
