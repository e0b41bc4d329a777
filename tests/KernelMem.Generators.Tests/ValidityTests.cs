using KernelMem.Addresses;
using KernelMem.Layouts;

namespace KernelMem.Generators.Tests;

/// <summary>What makes a word invalid, and how it is told.</summary>
[TestClass]
public sealed class ValidityTests
{
    private const int FastRate = 3;

    [TestMethod]
    public void Every_word_is_judged_as_its_declaration_says()
    {
        // All combinations of the bits that matter: Ready, Enabled, Rate, Lanes, and the reserved bit.
        for (uint low = 0; low < 1 << 8; low++)
        {
            foreach (uint top in new[] { 0u, 0x8000_0000u })
            {
                uint value = low | top | 0x0012_3400;
                LayoutViolation expected = Judge(value);

                Assert.AreEqual(expected, PortRegister.FromRaw(value).Validate(), $"{value:X8}");
                Assert.AreEqual(expected.IsNone, PortRegister.FromRaw(value).IsValid, $"{value:X8}");
                Assert.AreEqual(expected.IsNone, PortRegister.TryCreate(value, out _), $"{value:X8}");
            }
        }
    }

    [TestMethod]
    public void Fixed_bits_are_told_apart_from_reserved_ones()
    {
        Assert.AreEqual(LayoutViolation.Reserved(0x40), DmaControl.FromRaw(0x140).Validate());
        Assert.AreEqual(LayoutViolation.Fixed(0x300), DmaControl.FromRaw(0x200).Validate());
        Assert.AreEqual(LayoutViolation.Reserved(0xC0), DmaControl.FromRaw(0x0C0).Validate(), "reserved bits come first");
        Assert.AreEqual(default, DmaControl.FromRaw(0x100).Validate());
    }

    [TestMethod]
    public void A_violation_says_what_it_is()
    {
        Assert.IsTrue(default(LayoutViolation).IsNone);
        Assert.IsFalse(LayoutViolation.Fixed(1).IsNone);
        Assert.AreEqual("layout: fields contradict each other", LayoutViolation.Forbidden(2, 3).Message);
        Assert.AreEqual("layout: an address is wider than the processor's physical addresses", LayoutViolation.Address(3).Message);
        Assert.AreEqual(2, LayoutViolation.Forbidden(2, 3).Number);
        Assert.IsTrue(LayoutViolation.Forbidden(2, 3) != LayoutViolation.Forbidden(1, 3));
        Assert.IsFalse(LayoutViolation.Undefined(3).Equals((object)LayoutViolation.Reserved(3)));
    }

    [TestMethod]
    public void Initial_has_the_defaults_and_is_valid()
    {
        Assert.AreEqual(0x0090_0009u, PortRegister.Initial.Value);
        Assert.IsTrue(PortRegister.Initial.Validate().IsNone);
        Assert.AreEqual(0x5001ul, Descriptor.Initial.Value);
        Assert.AreEqual(0x5000ul, Descriptor.Initial.LowFrame.Start.Value);
    }

    [TestMethod]
    public void An_enum_with_gaps_is_asked_before_it_is_believed()
    {
        for (uint value = 0; value < 8; value++)
        {
            PortRegister word = PortRegister.FromRaw(value << PortRegister.RateShift);
            bool isMember = value is 1 or 2 or 3 or 5 or 7;

            Assert.AreEqual((Rate)value, word.Rate);
            Assert.AreEqual(isMember, word.TryGetRate(out Rate rate));
            Assert.AreEqual(isMember ? (Rate)value : default, rate);
            Assert.AreEqual(isMember, PortRegister.Initial.TryWithRate((Rate)value, out PortRegister changed));
            Assert.AreEqual(isMember ? (Rate)value : Rate.Normal, changed.Rate);
        }

        Assert.ThrowsExactly<PanicException>(() => PortRegister.Initial.WithRate((Rate)6));
        Assert.ThrowsExactly<PanicException>(() => PortRegister.Initial.WithRate((Rate)255));
    }

    [TestMethod]
    public void A_flags_enum_has_every_combination_of_its_members()
    {
        for (uint value = 0; value < 8; value++)
        {
            bool isCombination = (value & 2) == 0;
            Assert.AreEqual(isCombination, PortRegister.FromRaw(value << PortRegister.LanesShift).TryGetLanes(out _));
            Assert.AreEqual(isCombination, PortRegister.Initial.TryWithLanes((Lanes)value, out _));
        }
    }

    [TestMethod]
    public void An_address_is_held_against_the_processor_s_width()
    {
        for (int width = 1; width <= 52; width++)
        {
            for (int bit = 12; bit < 52; bit++)
            {
                Descriptor word = Descriptor.FromRaw((1ul << bit) | 1);
                bool fits = bit < width;

                Assert.AreEqual(fits ? 0 : 1ul << bit, word.InvalidBitsFor(width));
                Assert.AreEqual(fits, word.IsValidFor(width));
                Assert.AreEqual(fits ? default : LayoutViolation.Address(1ul << bit), word.Validate(width));
            }
        }
    }

    [TestMethod]
    public void Other_violations_come_before_the_width()
    {
        Descriptor word = Descriptor.FromRaw(0x8_0000_0000_0000);

        Assert.AreEqual(LayoutViolation.Fixed(1), word.Validate(40));
        Assert.AreEqual(0x8_0000_0000_0001ul, word.InvalidBitsFor(40));
        Assert.IsFalse(word.IsValidFor(52));
        Assert.IsTrue(Descriptor.FromRaw(0xFFF0_0000_0000_0001).IsValidFor(40), "bits above are no address");
        Assert.AreEqual(0x8000_0000u, DmaControl.FromRaw(0x8000_0100).InvalidBitsFor(31));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(53)]
    [DataRow(64)]
    [DataRow(int.MinValue)]
    public void A_width_that_no_processor_has_panics(int width)
        => Assert.ThrowsExactly<PanicException>(() => Descriptor.Initial.IsValidFor(width));

    [TestMethod]
    public void Try_variants_leave_the_word_as_it_was()
    {
        Descriptor word = Descriptor.Initial.WithLength(7);

        Assert.IsTrue(word.TryWithLowFrame(Frame.FromNumber(3), out Descriptor changed));
        Assert.AreEqual(word.WithLowFrame(Frame.FromNumber(3)), changed);
        Assert.IsFalse(word.TryWithLowFrame(Frame.FromNumber(1 << 20), out changed));
        Assert.AreEqual(word, changed);
        Assert.IsFalse(word.TryWithHighAddress(PhysAddr.Create(0x8000_0000), out changed));
        Assert.AreEqual(word, changed);
        Assert.IsFalse(word.TryWithLength(0x800, out changed));
        Assert.AreEqual(word, changed);
    }

    [TestMethod]
    public void Ignored_and_software_bits_make_no_difference_to_the_hardware()
    {
        const uint Unheeded = 0x7FF0_0000;
        for (int bit = 0; bit < 32; bit++)
        {
            PortRegister word = PortRegister.FromRaw(0x5A5A_5A5A);
            PortRegister other = PortRegister.FromRaw(word.Value ^ (1u << bit));
            Assert.AreEqual((Unheeded >> bit) % 2 == 1, word.IsSameForHardware(other), $"bit {bit}");
        }
    }

    /// <summary>The declaration of <see cref="PortRegister"/>, read by a person.</summary>
    private static LayoutViolation Judge(uint value)
    {
        if (value >= 0x8000_0000)
            return LayoutViolation.Reserved(0x8000_0000);

        uint rate = value / 4 % 8;
        if (rate is 0 or 4 or 6)
            return LayoutViolation.Undefined(0x1C);

        uint lanes = value / 32 % 8;
        if (lanes is 2 or 3 or 6 or 7)
            return LayoutViolation.Undefined(0xE0);

        bool ready = value % 2 == 1;
        bool enabled = value / 2 % 2 == 1;
        if (enabled && !ready)
            return LayoutViolation.Forbidden(1, 0x3);

        return rate == FastRate && lanes != 1 ? LayoutViolation.Forbidden(2, 0xFC) : default;
    }
}
