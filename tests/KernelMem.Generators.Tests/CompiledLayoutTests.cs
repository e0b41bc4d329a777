using System;
using System.Diagnostics.CodeAnalysis;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Generators.Tests;

/// <summary>What a panic becomes in the tests.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Only the handler makes it.")]
public sealed class PanicException(string message) : Exception(message);

/// <summary>Layouts as a user of the package has them: declared here, completed by the compiler, used.</summary>
[TestClass]
public sealed class CompiledLayoutTests
{
    [AssemblyInitialize]
    public static unsafe void InstallPanicHandler(TestContext context)
    {
        _ = context;
        Panic.Handler = &Throw;
    }

    [TestMethod]
    public void Fields_read_their_bits_and_nothing_else()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            DmaControl word = DmaControl.FromRaw(1u << bit);

            Assert.AreEqual(bit == 0, word.Enabled, $"bit {bit}");
            Assert.AreEqual(bit switch { 1 => 1, 2 => 2, _ => 0 }, (int)word.Speed, $"bit {bit}");
            Assert.AreEqual(bit is >= 3 and <= 5 ? 1ul << (bit - 3) : 0, word.Channel, $"bit {bit}");
            Assert.AreEqual(bit >= 12 ? 1ul << bit : 0, word.Buffer.Value, $"bit {bit}");
        }
    }

    [TestMethod]
    public void Setting_a_field_keeps_every_other_bit()
    {
        foreach (uint others in new[] { 0u, uint.MaxValue, 0xA5A5_A5A5u, 0x5A5A_5A5Au })
        {
            DmaControl word = DmaControl.FromRaw(others);

            Assert.AreEqual((others & ~0x1u) | 0x1, word.WithEnabled(true).Value);
            Assert.AreEqual(others & ~0x1u, word.WithEnabled(false).Value);
            Assert.AreEqual((others & ~0x6u) | 0x6, word.WithSpeed(Speed.Fast).Value);
            Assert.AreEqual((others & ~0x38u) | 0x28, word.WithChannel(5).Value);
            Assert.AreEqual((others & 0xFFFu) | 0x8000_1000, word.WithBuffer(PhysAddr.Create(0x8000_1000)).Value);
        }
    }

    [TestMethod]
    public void Validity_is_about_reserved_and_fixed_bits_and_defined_values()
    {
        for (uint bits = 0; bits < 1 << 12; bits++)
        {
            uint invalid = (bits & 0x2C0) | (~bits & 0x100);
            DmaControl word = DmaControl.FromRaw(bits);

            Assert.AreEqual(invalid, word.InvalidBits);
            bool valid = invalid == 0 && ((bits >> 1) & 3) != 2;
            Assert.AreEqual(valid, word.IsValid);
            Assert.AreEqual(valid, DmaControl.TryCreate(bits, out DmaControl created));
            Assert.AreEqual(valid ? bits : 0, created.Value);
        }
    }

    [TestMethod]
    public void Initial_is_valid_and_empty()
    {
        Assert.AreEqual(0x100u, DmaControl.Initial.Value);
        Assert.IsTrue(DmaControl.Initial.IsValid);
        Assert.AreEqual(0ul, FullWord.Initial.Value);
    }

    [TestMethod]
    public void Create_panics_where_TryCreate_refuses()
    {
        Assert.AreEqual(0x101u, DmaControl.Create(0x101).Value);
        AssertPanics("DmaControl: a reserved bit is set, a fixed bit is wrong or a value is not defined", () => DmaControl.Create(0x001));
        AssertPanics("DmaControl: a reserved bit is set, a fixed bit is wrong or a value is not defined", () => DmaControl.Create(0x140));
    }

    [TestMethod]
    public void A_value_that_does_not_fit_panics()
    {
        AssertPanics("DmaControl.Channel: the value does not fit in 3 bits", () => DmaControl.Initial.WithChannel(8));
        AssertPanics("DmaControl.Channel: the value does not fit in 3 bits", () => DmaControl.Initial.WithChannel(0x1_0000_0001));
        AssertPanics("DmaControl.Speed: the value is no member of Speed", () => DmaControl.Initial.WithSpeed((Speed)4));
        AssertPanics("DmaControl.Speed: the value is no member of Speed", () => DmaControl.Initial.WithSpeed((Speed)2));
        Assert.AreEqual(7ul, DmaControl.Initial.WithChannel(7).Channel);
        Assert.AreEqual(Speed.Fast, DmaControl.Initial.WithSpeed(Speed.Fast).Speed);
    }

    [TestMethod]
    [DataRow(0x1ul)]
    [DataRow(0x800ul)]
    [DataRow(0x1_0000_0000ul)]
    [DataRow(0xF_FFFF_FFFF_F000ul)]
    public void An_address_that_does_not_fit_panics(ulong address)
        => AssertPanics("DmaControl.Buffer: the address has bits outside 12..31", () => DmaControl.Initial.WithBuffer(PhysAddr.Create(address)));

    [TestMethod]
    [DataRow(0x38ul, (ulong)DmaControl.ChannelMask)]
    [DataRow(3ul, (ulong)DmaControl.ChannelShift)]
    [DataRow(0xC0ul, (ulong)DmaControl.ReservedMask)]
    [DataRow(0x300ul, (ulong)DmaControl.FixedMask)]
    [DataRow(0x100ul, (ulong)DmaControl.FixedValue)]
    [DataRow(ulong.MaxValue, FullWord.AllMask)]
    [DataRow(0x0FF0_0000ul, (ulong)PortRegister.SoftwareMask)]
    [DataRow(0x7000_0000ul, (ulong)PortRegister.IgnoredMask)]
    [DataRow(0xE000ul, (ulong)PortRegister.WriteOnlyMask)]
    [DataRow(0xF_0000ul, (ulong)PortRegister.WriteOneToClearMask)]
    [DataRow(0x1_1003ul, (ulong)PortRegister.FlagsMask)]
    [DataRow(0x1000ul, (ulong)PortRegisterFlags.Busy)]
    [DataRow(0x0090_0009ul, (ulong)PortRegister.InitialValue)]
    [DataRow(0xF_FFFF_FFFF_F000ul, Descriptor.PhysicalAddressMask)]
    [DataRow(0xF_FFFF_FFFF_FFFFul, ByteAddress.AddressMask)]
    public void Constants_say_where_the_fields_are(ulong expected, ulong constant) => Assert.AreEqual(expected, constant);

    [TestMethod]
    public void Whole_words_and_byte_addresses()
    {
        foreach (ulong value in new[] { 0ul, 1ul, ulong.MaxValue, 0x8000_0000_0000_0000ul })
        {
            Assert.AreEqual(value, FullWord.Initial.WithAll(value).All);
        }

        Assert.AreEqual(PhysAddr.Max, ByteAddress.FromRaw(ulong.MaxValue).Address);
        Assert.AreEqual(0xFFF0_0000_0000_0003, ByteAddress.FromRaw(ulong.MaxValue).WithAddress(PhysAddr.Create(3)).Value);
    }

    [TestMethod]
    public void Equality_is_that_of_the_bits()
    {
        DmaControl word = DmaControl.FromRaw(5);
        DmaControl same = DmaControl.FromRaw(4).WithEnabled(true);

        Assert.IsTrue(word == same);
        Assert.IsFalse(word != same);
        Assert.IsTrue(word.Equals((object)same));
        Assert.AreEqual(word.GetHashCode(), same.GetHashCode());
        for (int bit = 0; bit < 64; bit++)
        {
            FullWord one = FullWord.FromRaw(1ul << bit);
            Assert.IsTrue(one != default);
            Assert.IsFalse(one == default);
            Assert.IsFalse(one.Equals(default));
            Assert.IsFalse(one.Equals((object)default(FullWord)));
        }

        Assert.IsFalse(word.Equals(null));
        Assert.IsFalse(word.Equals((object)5u));
    }

    [TestMethod]
    public unsafe void A_layout_is_as_large_as_its_word()
    {
        Assert.AreEqual(4, sizeof(DmaControl));
        Assert.AreEqual(8, sizeof(FullWord));
    }

    private static void AssertPanics(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<PanicException>(action).Message);

    private static void Throw(string message) => throw new PanicException(message);
}
