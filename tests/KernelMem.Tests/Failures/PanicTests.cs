using KernelMem.Failures;

namespace KernelMem.Tests.Failures;

[TestClass]
public sealed class PanicTests
{
    [TestMethod]
    public void Now_hands_the_message_to_the_handler()
    {
        PanicException panic = Assert.ThrowsExactly<PanicException>(() => Panic.Now("the sky fell"));
        Assert.AreEqual("the sky fell", panic.Message);
    }

    [TestMethod]
    public void Assert_is_silent_when_the_condition_holds() => Panic.Assert(condition: true, "unused");

    [TestMethod]
    public void Assert_panics_when_the_condition_fails()
    {
        PanicException panic = Assert.ThrowsExactly<PanicException>(() => Panic.Assert(condition: false, "broken"));
        Assert.AreEqual("broken", panic.Message);
    }
}
