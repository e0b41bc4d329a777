using System.Linq;
using System.Reflection;

namespace KernelMem.Generators.Tests;

/// <summary>Fields that are only read, only written, or cleared by being written.</summary>
[TestClass]
public sealed class AccessKindTests
{
    private const uint ClearedByOnes = 0xF_0000;

    [TestMethod]
    public void Each_access_has_the_members_it_should()
    {
        AssertMembers("Ready", getter: true, "WithReady");
        AssertMembers("Rate", getter: true, "IsDefinedRate", "NameOfRate", "TryGetRate", "TryWithRate", "WithRate");
        AssertMembers("Count", getter: true);
        AssertMembers("Busy", getter: true);
        AssertMembers("Start", getter: false, "WithStart");
        AssertMembers("Command", getter: false, "TryWithCommand", "WithCommand");
        AssertMembers("Done", getter: true, "ClearDone");
        AssertMembers("Errors", getter: true, "ClearErrors");
        AssertMembers("SecondByte", getter: true);
    }

    [TestMethod]
    public void Changing_a_word_that_was_read_clears_nothing_when_it_is_written()
    {
        PortRegister read = PortRegister.FromRaw(0x00FF_FFFF);
        PortRegister[] changed =
        [
            read.WithReady(true), read.WithReady(false), read.WithEnabled(true), read.WithEnabled(false), read.WithRate(Rate.Slow), read.WithLanes(Lanes.First),
            read.WithStart(true), read.WithStart(false), read.WithCommand(2), read.WithOwner(3), read.With(PortRegisterFlags.Enabled),
            read.Without(PortRegisterFlags.Enabled), read with { Start = true }, read.ForWrite,
        ];

        foreach (PortRegister word in changed)
            Assert.AreEqual(0u, word.Value & ClearedByOnes);
    }

    [TestMethod]
    public void A_change_that_fails_clears_nothing_either()
    {
        PortRegister read = PortRegister.FromRaw(0x00FF_FFFF);

        Assert.IsFalse(read.TryWithRate((Rate)6, out PortRegister same));
        Assert.AreEqual(0x00F0_FFFFu, same.Value);
        Assert.IsFalse(read.TryWithOwner(16, out same));
        Assert.AreEqual(0x00F0_FFFFu, same.Value);
    }

    [TestMethod]
    public void Clearing_clears_what_is_asked_for_and_nothing_else()
    {
        PortRegister read = PortRegister.FromRaw(0x001F_0003);

        Assert.AreEqual(0x0011_0003u, read.ClearDone().Value);
        Assert.AreEqual(0x001E_0003u, read.ClearErrors().Value);
        Assert.AreEqual(0x0013_0003u, read.Clearing(PortRegister.DoneMask | (1u << PortRegister.ErrorsShift)).Value);
        Assert.AreEqual(0x0010_0003u, read.Clearing(0).Value);
        Assert.ThrowsExactly<PanicException>(() => read.Clearing(PortRegister.ReadyMask));
    }

    [TestMethod]
    public void What_was_read_becomes_a_word_that_does_nothing()
    {
        Assert.AreEqual(0xFFF0_1FFFu, PortRegister.FromRaw(uint.MaxValue).ForWrite.Value);
    }

    [TestMethod]
    public void A_device_that_clears_by_ones_keeps_what_happens_meanwhile()
    {
        var device = new FakeDevice();
        device.Raise(PortRegister.DoneMask);
        PortRegister seen = PortRegister.Load(in device.Register);
        device.Raise(1u << PortRegister.ErrorsShift);

        device.Write(seen.WithEnabled(true));
        Assert.IsTrue(PortRegister.Load(in device.Register).Done, "an ordinary change clears nothing");
        device.Write(seen.ClearDone());

        PortRegister now = PortRegister.Load(in device.Register);
        Assert.IsFalse(now.Done);
        Assert.AreEqual(1, now.Errors, "what happened meanwhile is not lost");
    }

    [TestMethod]
    public void Write_only_fields_are_written_by_either_form()
    {
        Assert.AreEqual(PortRegister.StartMask, PortRegister.FromRaw(0).WithStart(true).Value);
        Assert.AreEqual(PortRegister.StartMask | (2u << PortRegister.CommandShift), (PortRegister.FromRaw(0) with { Start = true, Command = 2 }).Value);
        Assert.AreEqual(PortRegister.StartMask, new PortRegister { Start = true }.Value);
        Assert.ThrowsExactly<PanicException>(() => PortRegister.FromRaw(0) with { Command = 4 });
    }

    [TestMethod]
    public void A_word_that_memory_does_not_keep_is_not_compared_and_exchanged()
    {
        string[] members = [.. typeof(PortRegister).GetMembers().Select(member => member.Name)];

        CollectionAssert.Contains(members, "Load");
        CollectionAssert.Contains(members, "Store");
        CollectionAssert.DoesNotContain(members, "TryUpdate");
        CollectionAssert.DoesNotContain(members, "AtomicSet");
        CollectionAssert.Contains(typeof(SharedWord).GetMembers().Select(member => member.Name).ToArray(), "TryUpdate");
    }

    private static void AssertMembers(string field, bool getter, params string[] methods)
    {
        const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

        PropertyInfo property = typeof(PortRegister).GetProperty(field)!;
        Assert.AreEqual(getter, property.CanRead, field);
        Assert.AreEqual(!getter, property.CanWrite, field);
        string[] found =
        [
            .. typeof(PortRegister).GetMethods(Everything)
                .Where(method => !method.IsSpecialName && method.Name.EndsWith(field, System.StringComparison.Ordinal))
                .Select(method => method.Name)
                .Order(System.StringComparer.Ordinal),
        ];
        CollectionAssert.AreEqual(methods, found, field);
    }

    /// <summary>A register that clears the bits that ones are written to.</summary>
    private sealed class FakeDevice
    {
        public uint Register;

        public void Raise(uint bits) => Register |= bits;

        public void Write(PortRegister word)
        {
            uint kept = Register & ClearedByOnes & ~word.Value;
            Register = (word.Value & ~ClearedByOnes) | kept;
        }
    }
}
