using System;
using System.Globalization;
using System.Text;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>Compares the text of one type with that of another, in every way in which it is written.</summary>
internal static class Texts
{
    public static void CheckSame<TExpected, TActual>(TExpected expected, TActual actual, string format)
        where TExpected : ISpanFormattable, IUtf8SpanFormattable
        where TActual : ISpanFormattable, IUtf8SpanFormattable
    {
        string text = expected.ToString(format, CultureInfo.InvariantCulture);
        Assert.AreEqual(text, actual.ToString(format, CultureInfo.InvariantCulture));
        char[] utf16 = new char[text.Length];
        Assert.IsTrue(actual.TryFormat(utf16, out int written, format, CultureInfo.InvariantCulture));
        Assert.AreEqual(text, new string(utf16, 0, written));
        byte[] utf8 = new byte[text.Length];
        Assert.IsTrue(actual.TryFormat(utf8, out written, format, CultureInfo.InvariantCulture));
        Assert.AreEqual(text, Encoding.ASCII.GetString(utf8, 0, written));
        Assert.IsFalse(actual.TryFormat(utf8.AsSpan(1), out written, format, CultureInfo.InvariantCulture));
        Assert.AreEqual(0, written);
        Assert.IsFalse(actual.TryFormat(utf16.AsSpan(1), out written, format, CultureInfo.InvariantCulture));
        Assert.AreEqual(0, written);
    }
}
