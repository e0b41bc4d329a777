using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using KernelMem.Diagnostics;

namespace KernelMem.Tests.Diagnostics;

/// <summary>What is written is what the framework's own formatting would say.</summary>
[TestClass]
[DoNotParallelize] // one static sink
public sealed unsafe class TextOutputTests
{
    private static readonly List<byte> s_written = [];

    private static TextOutput Output => new(&Take);

    [TestInitialize]
    public void Clear() => s_written.Clear();

    [TestMethod]
    public void HexHasThePrefixAndTheDigitsAskedFor()
    {
        foreach (ulong value in Numbers())
        {
            for (int digits = 1; digits <= 16; digits++)
            {
                string all = value.ToString("x16", CultureInfo.InvariantCulture);
                AssertWrites("0x" + all[(16 - digits)..], output => output.WriteHex(value, digits));
            }
        }
    }

    [TestMethod]
    public void DecimalIsRightAligned()
    {
        foreach (ulong value in Numbers())
        {
            foreach (int width in (int[])[0, 1, 5, 20, 25])
                AssertWrites(value.ToString(CultureInfo.InvariantCulture).PadLeft(width), output => output.WriteDecimal(value, width));
        }
    }

    [TestMethod]
    public void SizesAreInTheLargestUnitAndRoundedDown()
    {
        foreach (ulong value in Numbers())
        {
            foreach (int width in (int[])[0, 12])
                AssertWrites(Size(value).PadLeft(width), output => output.WriteSize(value, width));
        }
    }

    [TestMethod]
    [DataRow(0UL, 100UL, "[..........]")]
    [DataRow(50UL, 100UL, "[#####.....]")]
    [DataRow(100UL, 100UL, "[##########]")]
    [DataRow(1UL, 1_000_000UL, "[#.........]")] // something is never nothing
    [DataRow(0UL, 0UL, "[..........]")]
    [DataRow(200UL, 100UL, "[##########]")] // more than all is all
    [DataRow(ulong.MaxValue, 3UL, "[##########]")]
    [DataRow(ulong.MaxValue, ulong.MaxValue, "[##########]")]
    [DataRow(1UL << 62, 1UL << 63, "[#####.....]")]
    public void BarsStandForParts(ulong part, ulong whole, string bar) => AssertWrites(bar, output => output.WriteBar(part, whole, 10));

    [TestMethod]
    [DataRow(0U, 0, "0.0 %")]
    [DataRow(7U, 8, "   0.7 %")]
    [DataRow(999U, 0, "99.9 %")]
    [DataRow(1000U, 8, " 100.0 %")]
    [DataRow(1000U, 3, "100.0 %")]
    [DataRow(12345U, 9, " 1234.5 %")]
    public void ThousandthsArePercentsWithOneDecimal(uint permille, int width, string text) =>
        AssertWrites(text, output => output.WritePermille(permille, width));

    [TestMethod]
    public void SizesThatMakeNoSensePanic()
    {
        Assert.ThrowsExactly<PanicException>(static () => Output.WriteHex(1, 0));
        Assert.ThrowsExactly<PanicException>(static () => Output.WriteHex(1, 17));
        Assert.ThrowsExactly<PanicException>(static () => Output.WriteBar(1, 2, 0));
        Assert.ThrowsExactly<PanicException>(static () => Output.WriteBar(1, 2, -1));
        Assert.ThrowsExactly<PanicException>(static () => Output.WriteBar(1, 2, 257));
    }

    [TestMethod]
    public void PaddingNeverCuts()
    {
        AssertWrites("abc  ", static output => output.WritePadded("abc"u8, 5));
        AssertWrites("abc", static output => output.WritePadded("abc"u8, 2));
        AssertWrites("abc  ", static output => output.WritePadded("abc", 5));
        AssertWrites("abc", static output => output.WritePadded("abc", 3));
    }

    [TestMethod]
    public void LinesEndWithOneLineFeed() => AssertWrites("a\n\n", static output =>
    {
        output.WriteLine("a"u8);
        output.WriteLine();
    });

    [TestMethod]
    public void LiteralsAreAsciiAndOthersQuestionMarks() => AssertWrites("na?ve", static output => output.Write("na\u00EFve"));

    private static IEnumerable<ulong> Numbers()
    {
        yield return 0;
        for (int bit = 0; bit < 64; bit++)
        {
            yield return (1UL << bit) - 1;
            yield return 1UL << bit;
            yield return (1UL << bit) + (1UL << bit >> 1);
        }

        yield return ulong.MaxValue;
        yield return 654_336; // 639 KiB, the end of low memory
    }

    // The oracle works in decimals, not in shifts.
    private static string Size(ulong bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        int unit = 0;
        decimal value = bytes;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        decimal shown = unit == 0 ? value : Math.Floor(value * 10) / 10;
        return shown.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    private static void AssertWrites(string expected, Action<TextOutput> write)
    {
        s_written.Clear();
        write(Output);
        Assert.AreEqual(expected, Encoding.UTF8.GetString([.. s_written]));
    }

    private static void Take(ReadOnlySpan<byte> text) => s_written.AddRange(text);
}
