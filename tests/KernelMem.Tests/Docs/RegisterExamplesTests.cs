using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>What the guide to layouts says its examples about registers give, they give.</summary>
[TestClass]
[DoNotParallelize]
public sealed unsafe class RegisterExamplesTests
{
    private const uint Overrun = 0x200;

    [TestMethod]
    public void A_register_that_clears_by_ones()
    {
        uint register = PortControl.Initial.Value | Overrun | PortControl.GoMask;
        RegisterExamples.Enable(ref register);
        Assert.AreEqual(0x9u, register, "what a device would see: nothing to send, nothing to clear");

        register = PortControl.Initial.Value | Overrun | PortControl.FrameErrorsMask;
        RegisterExamples.SendAndForgiveOverrun(ref register);
        Assert.AreEqual(0x208u, register);
    }

    [TestMethod]
    public void An_enum_with_gaps()
    {
        Assert.AreEqual(11_520u, RegisterExamples.BytesPerSecond(PortControl.Initial));
        Assert.AreEqual(960u, RegisterExamples.BytesPerSecond(PortControl.Initial.WithRate(PortRate.Slow)));
        Assert.AreEqual(0u, RegisterExamples.BytesPerSecond(PortControl.FromRaw(0xC)));
    }

    [TestMethod]
    public void A_word_that_is_refused()
    {
        Assert.IsNull(RegisterExamples.Refuse(0x8));
        Assert.AreEqual("the loop needs the fast clock", RegisterExamples.Refuse(0x6));
        Assert.AreEqual("layout: a reserved bit is set", RegisterExamples.Refuse(0x4008));
        Assert.AreEqual("layout: a field holds a value that is not defined", RegisterExamples.Refuse(0));
    }

    [TestMethod]
    public void Text()
    {
        SerialPort.Text.Clear();
        RegisterExamples.Print(PortControl.FromRaw(0x239), new TextOutput(&SerialPort.Write));
        Assert.AreEqual("EN|OVR Rate=Fast Fill=0x3\n", SerialPort.Text.ToString());
    }

    [TestMethod]
    public void Entries_in_memory()
    {
        Assert.AreEqual(0x8000_0000_0000_0001, RegisterExamples.WithFlags().Value);

        ulong entry = 0x8000_0000_0ABC_D063;
        Assert.IsTrue(RegisterExamples.TakeDirty(ref entry));
        Assert.IsFalse(RegisterExamples.TakeDirty(ref entry));
        Assert.AreEqual(0x8000_0000_0ABC_D023, entry);
        Assert.IsTrue(RegisterExamples.MakeReadOnly(ref entry).Writable);
        Assert.AreEqual(0x8000_0000_0ABC_D221, entry);
    }

    [TestMethod]
    public void The_width_of_addresses()
    {
        PtEntry entry = PtEntry.Initial.WithFrame(Frame.FromNumber(1UL << (39 - 12)));
        Assert.IsFalse(RegisterExamples.MayLoad(entry, 39));
        Assert.IsTrue(RegisterExamples.MayLoad(entry, 40));
        Assert.AreEqual("Frame=0x8000000000", entry.ToString());
    }

    [TestMethod]
    public void The_page_attribute_table()
        => Assert.AreEqual(0x0007_0401_0007_0406UL, RegisterExamples.WriteCombining(Pat.InitialValue).Value);
}
