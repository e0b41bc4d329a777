using System;
using System.Text;

namespace KernelMem.Generators.Tests;

/// <summary>Words as text.</summary>
[TestClass]
public sealed class TextTests
{
    [TestMethod]
    [DataRow(0x0000_0009u, "RDY Rate=Normal")]
    [DataRow(0x0000_000Au, "Enabled Rate=Normal")]
    [DataRow(0x0001_100Bu, "RDY|Enabled|Busy|Done Rate=Normal SecondByte=0x10")]
    [DataRow(0x0000_0000u, "Rate=0x0")]
    [DataRow(0x0000_0018u, "Rate=0x6")]
    [DataRow(0x00FE_0F04u, "Rate=Slow SecondByte=0xf Count=0xf Errors=0x7 Owner=0xf")]
    [DataRow(0x0000_00A4u, "Rate=Slow Lanes=0x5")]
    [DataRow(0x8000_E004u, "Rate=Slow SecondByte=0xe0 Invalid=0x80000000")]
    public void A_register(uint value, string expected) => AssertText(expected, PortRegister.FromRaw(value));

    [TestMethod]
    public void An_address_is_always_shown()
    {
        AssertText("Length=0x7ff Low=0x1000 HighAddress=0x0 Completed=0xfff", Descriptor.FromRaw(0xFFF0_0000_0000_1FFF));
        AssertText("Low=0x0 HighAddress=0xfffff00000000 Invalid=0x1", Descriptor.FromRaw(0x000F_FFFF_0000_0000));
        Assert.AreEqual("a descriptor", Descriptor.Initial.ToString(), "one's own text is kept");
    }

    [TestMethod]
    public void A_word_with_nothing_to_say_is_0()
    {
        Span<byte> text = stackalloc byte[1];
        Assert.IsTrue(SharedWord.Initial.TryFormat(text, out int length));
        Assert.AreEqual("0", Encoding.ASCII.GetString(text[..length]));
        Assert.IsFalse(SharedWord.Initial.TryFormat(Span<byte>.Empty, out length));
        Assert.AreEqual(0, length);
    }

    [TestMethod]
    public void The_room_is_enough_or_nothing_is_said()
    {
        PortRegister word = PortRegister.FromRaw(0x0000_100B);
        string expected = word.ToString();
        for (int room = 0; room <= PortRegister.MaxTextLength; room++)
        {
            byte[] bytes = new byte[room];
            char[] characters = new char[room];
            bool fits = room >= expected.Length;

            Assert.AreEqual(fits, word.TryFormat(bytes.AsSpan(), out int byteCount));
            Assert.AreEqual(fits, word.TryFormat(characters.AsSpan(), out int characterCount));
            Assert.AreEqual(fits ? expected : "", Encoding.ASCII.GetString(bytes, 0, byteCount));
            Assert.AreEqual(fits ? expected : "", new string(characters, 0, characterCount));
        }
    }

    [TestMethod]
    public void No_text_is_longer_than_the_longest()
    {
        Assert.HasCount(PortRegister.MaxTextLength, PortRegister.FromRaw(0xFFFF_FFEB).ToString());
        Assert.HasCount(FullWord.MaxTextLength, FullWord.FromRaw(ulong.MaxValue).ToString());
        Assert.AreEqual("All=0xffffffffffffffff", FullWord.FromRaw(ulong.MaxValue).ToString());
    }

    [TestMethod]
    public void Text_allocates_nothing()
    {
        PortRegister word = PortRegister.FromRaw(0x00FE_0F0B);
        Span<byte> bytes = stackalloc byte[PortRegister.MaxTextLength];
        Span<char> characters = stackalloc char[PortRegister.MaxTextLength];
        _ = word.TryFormat(bytes, out _) && word.TryFormat(characters, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = word.TryFormat(bytes, out _) && word.TryFormat(characters, out _);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void The_debugger_shows_the_text()
    {
        var display = (System.Diagnostics.DebuggerDisplayAttribute)Attribute.GetCustomAttribute(typeof(PortRegister), typeof(System.Diagnostics.DebuggerDisplayAttribute))!;
        Assert.AreEqual("{ToString(),nq}", display.Value);
    }

    private static void AssertText(string expected, PortRegister word)
    {
        Span<byte> bytes = stackalloc byte[PortRegister.MaxTextLength];
        Span<char> characters = stackalloc char[PortRegister.MaxTextLength];
        Assert.IsTrue(word.TryFormat(bytes, out int byteCount));
        Assert.IsTrue(word.TryFormat(characters, out int characterCount));

        Assert.AreEqual(expected, Encoding.ASCII.GetString(bytes[..byteCount]));
        Assert.AreEqual(expected, new string(characters[..characterCount]));
        Assert.AreEqual(expected, word.ToString());
    }

    private static void AssertText(string expected, Descriptor word)
    {
        Span<byte> bytes = stackalloc byte[Descriptor.MaxTextLength];
        Assert.IsTrue(word.TryFormat(bytes, out int byteCount));
        Assert.AreEqual(expected, Encoding.ASCII.GetString(bytes[..byteCount]));
    }
}
