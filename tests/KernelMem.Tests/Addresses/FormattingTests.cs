using System;
using System.Globalization;
using System.Text;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class FormattingTests
{
    private static readonly string[] Formats = ["", "G", "g", "x", "X", "_"];

    private delegate bool Utf8Formatter(Span<byte> destination, out int written, ReadOnlySpan<char> format);

    private delegate bool Utf16Formatter(Span<char> destination, out int written, ReadOnlySpan<char> format);

    [TestMethod]
    public void The_formats_look_as_documented()
    {
        VirtAddr address = VirtAddr.Create(0xFFFF_8000_00AB_CDEF);
        Assert.AreEqual("0xffff800000abcdef", $"{address}");
        Assert.AreEqual("0xffff800000abcdef", $"{address:G}");
        Assert.AreEqual("ffff800000abcdef", $"{address:x}");
        Assert.AreEqual("FFFF800000ABCDEF", $"{address:X}");
        Assert.AreEqual("0xFFFF_8000_00AB_CDEF", $"{address:_}");
        Assert.AreEqual("0x0000000000001000", $"{Frame.FromNumber(1)}");
        Assert.AreEqual("[0x0000000000001000-0x0000000000001fff]", $"{Frame.FromNumber(1).Range}");
        Assert.AreEqual("[0x0000000000001000-)", $"{PhysRange.Create(PhysAddr.Create(0x1000), 0)}");
        Assert.AreEqual(
            "[0x0000_7FFF_FFFF_F000-0xFFFF_8000_0000_0FFF]",
            $"{PageRange<Size4KiB>.Create(Page.Create(VirtAddr.Create(0x7FFF_FFFF_F000)), 2):_}");
    }

    [TestMethod]
    public void Every_type_writes_what_the_framework_would() =>
        Arbitrary.Check(Arbitrary.Number, number =>
        {
            foreach (string format in Formats)
            {
                VirtAddr virtualAddress = VirtAddr.CreateUnchecked(number);
                PhysAddr physicalAddress = PhysAddr.CreateUnchecked(number);
                CheckAll(Oracle(number, format), format, virtualAddress.TryFormat, virtualAddress.TryFormat, virtualAddress);
                CheckAll(Oracle(number, format), format, physicalAddress.TryFormat, physicalAddress.TryFormat, physicalAddress);

                ulong start = number / 4096 * 4096;
                Page page = Page.Containing(virtualAddress);
                Frame frame = Frame.Containing(physicalAddress);
                Page<Size4KiB> sizedPage = page;
                Frame<Size4KiB> sizedFrame = frame;
                CheckAll(Oracle(start, format), format, page.TryFormat, page.TryFormat, page);
                CheckAll(Oracle(start, format), format, frame.TryFormat, frame.TryFormat, frame);
                CheckAll(Oracle(start, format), format, sizedPage.TryFormat, sizedPage.TryFormat, sizedPage);
                CheckAll(Oracle(start, format), format, sizedFrame.TryFormat, sizedFrame.TryFormat, sizedFrame);

                string bytes = $"[{Oracle(start, format)}-{Oracle(start + 4095, format)}]";
                CheckAll(bytes, format, page.Range.TryFormat, page.Range.TryFormat, page.Range);
                CheckAll(bytes, format, frame.Range.TryFormat, frame.Range.TryFormat, frame.Range);
            }

            return true;
        }, cases: 300);

    [TestMethod]
    public void Ranges_of_pages_and_frames_write_their_bytes()
    {
        foreach (string format in Formats)
        {
            PageRange<Size2MiB> pages = PageRange<Size2MiB>.Create(Page<Size2MiB>.Create(VirtAddr.Create(0x20_0000)), 2);
            FrameRange<Size2MiB> frames = FrameRange<Size2MiB>.Create(Frame<Size2MiB>.FromNumber(1), 2);
            string bytes = $"[{Oracle(0x20_0000, format)}-{Oracle(0x5F_FFFF, format)}]";
            CheckAll(bytes, format, pages.TryFormat, pages.TryFormat, pages);
            CheckAll(bytes, format, frames.TryFormat, frames.TryFormat, frames);
            string nothing = $"[{Oracle(0, format)}-)";
            CheckAll(nothing, format, default(PageRange<Size2MiB>).TryFormat, default(PageRange<Size2MiB>).TryFormat, default(PageRange<Size2MiB>));
            CheckAll(nothing, format, default(VirtRange).TryFormat, default(VirtRange).TryFormat, default(VirtRange));
        }
    }

    [TestMethod]
    public void Too_little_room_writes_nothing()
    {
        VirtAddr address = VirtAddr.Create(0x1234);
        VirtRange range = VirtRange.Create(address, 5);
        foreach (string format in Formats)
        {
            int needed = address.ToString(format, CultureInfo.InvariantCulture).Length;
            for (int room = 0; room < needed; room++)
                CheckRefused(room, format, address.TryFormat, address.TryFormat);
            needed = range.ToString(format, CultureInfo.InvariantCulture).Length;
            for (int room = 0; room < needed; room++)
                CheckRefused(room, format, range.TryFormat, range.TryFormat);
        }
    }

    [TestMethod]
    [DataRow("q")]
    [DataRow("xx")]
    [DataRow("x8")]
    [DataRow("_ ")]
    [DataRow(" ")]
    public void An_unknown_format_is_refused_and_never_taken_for_too_little_room(string format)
    {
        VirtAddr address = VirtAddr.Create(0x1234);
        VirtRange range = VirtRange.Create(address, 5);
        CheckRefused(100, format, address.TryFormat, address.TryFormat);
        CheckRefused(100, format, range.TryFormat, range.TryFormat);

        // The framework's interpolation asks for more room until the answer is true: it has to hear the truth.
        Assert.ThrowsExactly<PanicException>(() => address.ToString(format, CultureInfo.InvariantCulture));
        Assert.ThrowsExactly<PanicException>(() => range.ToString(format, CultureInfo.InvariantCulture));
        Assert.ThrowsExactly<PanicException>(() => Interpolated(address, format));
        Assert.ThrowsExactly<PanicException>(() => Interpolated(Frame.FromNumber(3), format));
        Assert.ThrowsExactly<PanicException>(() => Interpolated(range, format));
        Assert.ThrowsExactly<PanicException>(() => InterpolatedUtf8(address, format));
        Assert.ThrowsExactly<PanicException>(() => InterpolatedUtf8(range, format));
    }

    [TestMethod]
    public void Formatting_allocates_nothing()
    {
        Span<byte> utf8 = stackalloc byte[64];
        Span<char> utf16 = stackalloc char[64];
        Format(utf8, utf16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Format(utf8, utf16);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Format(Span<byte> utf8, Span<char> utf16)
    {
        VirtRange range = VirtRange.Create(VirtAddr.Create(0x1234), 5);
        bool all = range.Start.TryFormat(utf8, out _) & range.Start.TryFormat(utf16, out _)
            & range.TryFormat(utf8, out _, "_") & range.TryFormat(utf16, out _, "_");
        if (!all)
            Assert.Fail("there was room");
    }

    /// <summary>The text as the framework makes it.</summary>
    private static string Oracle(ulong value, string format)
    {
        string lower = value.ToString("x16", CultureInfo.InvariantCulture);
        string upper = value.ToString("X16", CultureInfo.InvariantCulture);
        return format switch
        {
            "" or "G" or "g" => string.Format(CultureInfo.InvariantCulture, "0x{0}", lower),
            "x" => lower,
            "X" => upper,
            "_" => string.Format(CultureInfo.InvariantCulture, "0x{0}_{1}_{2}_{3}", upper[..4], upper[4..8], upper[8..12], upper[12..]),
            _ => throw new ArgumentException(format, nameof(format)),
        };
    }

    private static void CheckAll<T>(string expected, string format, Utf8Formatter utf8, Utf16Formatter utf16, T value)
        where T : ISpanFormattable, IUtf8SpanFormattable
    {
        // Room beyond the text must stay as it was.
        Span<byte> bytes = stackalloc byte[64];
        bytes.Fill(0xAA);
        Assert.IsTrue(utf8(bytes, out int written, format));
        Assert.AreEqual(expected, Encoding.UTF8.GetString(bytes[..written]));
        Assert.IsFalse(bytes[written..].ContainsAnyExcept((byte)0xAA));

        Span<char> chars = stackalloc char[64];
        chars.Fill('#');
        Assert.IsTrue(utf16(chars, out written, format));
        Assert.AreEqual(expected, new string(chars[..written]));
        Assert.IsFalse(chars[written..].ContainsAnyExcept('#'));

        // And exactly the room it needs is enough.
        Assert.IsTrue(utf8(bytes[..expected.Length], out _, format));
        Assert.IsTrue(utf16(chars[..expected.Length], out _, format));

        Assert.AreEqual(expected, value.ToString(format, CultureInfo.InvariantCulture));
        Assert.AreEqual(expected, Interpolated(value, format));
        Assert.AreEqual(expected, InterpolatedUtf8(value, format));
        if (format.Length == 0)
            Assert.AreEqual(expected, value.ToString());
    }

    private static void CheckRefused(int room, string format, Utf8Formatter utf8, Utf16Formatter utf16)
    {
        Span<byte> bytes = stackalloc byte[128];
        bytes.Fill(0xAA);
        Assert.IsFalse(utf8(bytes[..room], out int written, format));
        Assert.AreEqual(0, written);
        Assert.IsFalse(bytes.ContainsAnyExcept((byte)0xAA));

        Span<char> chars = stackalloc char[128];
        chars.Fill('#');
        Assert.IsFalse(utf16(chars[..room], out written, format));
        Assert.AreEqual(0, written);
        Assert.IsFalse(chars.ContainsAnyExcept('#'));
    }

    private static string Interpolated<T>(T value, string format)
    {
        var handler = new System.Runtime.CompilerServices.DefaultInterpolatedStringHandler(0, 1);
        handler.AppendFormatted(value, format);
        return handler.ToStringAndClear();
    }

    private static string InterpolatedUtf8<T>(T value, string format)
        where T : IUtf8SpanFormattable
    {
        Span<byte> bytes = stackalloc byte[128];
        Assert.IsTrue(value.TryFormat(bytes, out int written, format, provider: null));
        return Encoding.UTF8.GetString(bytes[..written]);
    }
}
