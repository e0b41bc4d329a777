using KernelMem.Failures;

namespace KernelMem.Tests.Failures;

[TestClass]
public sealed class ResultTests
{
    private enum Reason : byte
    {
        First = 0,
        Second = 1,
    }

    [TestMethod]
    public void Default_is_success_holding_default()
    {
        Result<ulong, Reason> result = default;
        Assert.IsTrue(result.IsSuccess);
        Assert.AreEqual(0UL, result.Value);
        Assert.IsTrue(default(Result<Reason>).IsSuccess);
    }

    [TestMethod]
    public void A_value_is_a_success_that_gives_it_back()
    {
        Result<ulong, Reason> result = 42UL;
        Assert.IsTrue(result.IsSuccess);
        Assert.AreEqual(42UL, result.Value);
        Assert.AreEqual(42UL, result.Expect("cannot fail"));
        Assert.IsTrue(result.TryGet(out ulong value));
        Assert.AreEqual(42UL, value);
        Assert.IsTrue(result.TryGet(out value, out Reason error));
        Assert.AreEqual(42UL, value);
        Assert.AreEqual(default, error);
        Assert.IsFalse(result.TryGetError(out _));
        Assert.IsTrue(Result<ulong, Reason>.Success(42).TryGet(out value));
        Assert.AreEqual(42UL, value);
    }

    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)1)]
    public void An_error_is_a_failure_even_when_its_number_is_zero(byte number)
    {
        var reason = (Reason)number;
        Result<ulong, Reason> result = reason;
        Assert.IsFalse(result.IsSuccess);
        Assert.AreEqual(reason, result.Error);
        Assert.IsFalse(result.TryGet(out ulong value));
        Assert.AreEqual(0UL, value);
        Assert.IsFalse(result.TryGet(out value, out Reason error));
        Assert.AreEqual(0UL, value);
        Assert.AreEqual(reason, error);
        Assert.IsTrue(result.TryGetError(out error));
        Assert.AreEqual(reason, error);

        Result<Reason> bare = reason;
        Assert.IsFalse(bare.IsSuccess);
        Assert.AreEqual(reason, bare.Error);
        Assert.IsTrue(bare.TryGetError(out error));
        Assert.AreEqual(reason, error);
    }

    [TestMethod]
    public void Reading_what_is_not_there_panics()
    {
        Assert.ThrowsExactly<PanicException>(() => Result<ulong, Reason>.Failure(Reason.First).Value);
        Assert.ThrowsExactly<PanicException>(() => Result<ulong, Reason>.Success(1).Error);
        Assert.ThrowsExactly<PanicException>(() => Result<Reason>.Success.Error);
    }

    [TestMethod]
    public void Expect_panics_with_its_own_message()
    {
        PanicException panic = Assert.ThrowsExactly<PanicException>(
            () => Result<ulong, Reason>.Failure(Reason.Second).Expect("there was room"));
        Assert.AreEqual("there was room", panic.Message);
        panic = Assert.ThrowsExactly<PanicException>(() => Result<Reason>.Failure(Reason.Second).Expect("there was room"));
        Assert.AreEqual("there was room", panic.Message);
        Result<Reason>.Success.Expect("unused");
    }
}
