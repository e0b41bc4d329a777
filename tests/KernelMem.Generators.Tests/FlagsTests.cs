using System;
using System.Linq;

namespace KernelMem.Generators.Tests;

/// <summary>The enum of a layout's flags, and what takes or gives it.</summary>
[TestClass]
public sealed class FlagsTests
{
    [TestMethod]
    public void The_enum_has_what_is_one_bit_and_can_be_read()
    {
        CollectionAssert.AreEqual(new[] { "None", "Ready", "Enabled", "Busy", "Done" }, Enum.GetNames<PortRegisterFlags>());
        Assert.AreEqual(typeof(uint), Enum.GetUnderlyingType(typeof(PortRegisterFlags)));
        Assert.IsNull(typeof(FullWord).Assembly.GetType("KernelMem.Generators.Tests.FullWordFlags"), "no flags, no enum");
    }

    [TestMethod]
    public void Flags_are_read_one_by_one_and_all_at_once()
    {
        foreach (PortRegisterFlags flags in Combinations())
        {
            PortRegister word = PortRegister.FromRaw((uint)flags | 0xFF00_0000);

            Assert.AreEqual(flags, word.Flags);
            Assert.AreEqual(flags.HasFlag(PortRegisterFlags.Done), word.Done);
            foreach (PortRegisterFlags asked in Combinations())
            {
                Assert.AreEqual((flags & asked) == asked, word.HasAll(asked));
                Assert.AreEqual((flags & asked) != PortRegisterFlags.None, word.HasAny(asked));
            }
        }
    }

    [TestMethod]
    public void Flags_are_set_and_cleared_and_all_else_stays()
    {
        SharedWord word = SharedWord.FromRaw(0xA5A5_5A5A_A5A5_5A58);

        Assert.AreEqual(word.Value | 3, word.With(SharedWordFlags.First | SharedWordFlags.Second).Value);
        Assert.AreEqual(word.Value | 2, word.With(SharedWordFlags.Second).Value);
        Assert.AreEqual(word.Value, word.With(SharedWordFlags.First).Without(SharedWordFlags.First).Value);
        Assert.AreEqual(word, word.With(SharedWordFlags.None));
        Assert.AreEqual(word, word.Without(SharedWordFlags.None));
    }

    [TestMethod]
    public void A_new_word_has_the_given_flags_and_the_other_defaults()
    {
        Assert.AreEqual(0x0090_000Au, PortRegister.FromFlags(PortRegisterFlags.Enabled).Value, "Ready is a default, and is not given");
        Assert.AreEqual(0x0090_0008u, PortRegister.FromFlags(PortRegisterFlags.None).Value);
    }

    [TestMethod]
    public void A_flag_that_may_not_be_written_panics()
    {
        Assert.ThrowsExactly<PanicException>(() => SharedWord.Initial.With(SharedWordFlags.Pinned));
        Assert.ThrowsExactly<PanicException>(() => SharedWord.Initial.Without(SharedWordFlags.Pinned | SharedWordFlags.First));
        Assert.ThrowsExactly<PanicException>(() => SharedWord.Initial.With((SharedWordFlags)8));
        Assert.ThrowsExactly<PanicException>(() => PortRegister.Initial.With(PortRegisterFlags.Done));
        Assert.ThrowsExactly<PanicException>(() => PortRegister.FromFlags((PortRegisterFlags)PortRegister.StartMask));
    }

    private static PortRegisterFlags[] Combinations()
        => [.. Enumerable.Range(0, 16).Select(index =>
            (PortRegisterFlags)(uint)((index & 3) | ((index & 4) << 10) | ((index & 8) << 13)))];
}
